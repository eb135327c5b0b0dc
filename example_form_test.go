package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
)

// A form may hold files: up to 64 KiB of a request stay in memory, the rest is in a temporary file until it is answered.
func ExampleFile() {
	app := fasterapi.New()
	fasterapi.Post(app, "/photos", func(_ context.Context, in struct {
		Title string         `form:"title" maxLength:"80"`
		Photo fasterapi.File `form:"photo" accept:"image/*" maxSize:"1000000"`
	}) (fasterapi.Text, error) {
		content, err := in.Photo.Open()
		if err != nil {
			return "", err
		}
		defer content.Close()
		return fasterapi.Text(fmt.Sprint(in.Title, ": ", in.Photo.Name, ", ", in.Photo.Size, " bytes")), nil
	}, fasterapi.BodyLimit(2<<20))

	body := strings.ReplaceAll(`--cut
Content-Disposition: form-data; name="title"

The sea
--cut
Content-Disposition: form-data; name="photo"; filename="sea.png"
Content-Type: image/png

(pixels)
--cut--
`, "\n", "\r\n")
	r := httptest.NewRequest("POST", "/photos", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=cut")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: The sea: sea.png, 8 bytes
}
