package fasterapi_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
)

// A field of the type io.Reader, tagged body, takes the body as it arrives: here a table of any length, one line at a time.
func ExamplePost_streamedBody() {
	app := fasterapi.New()
	fasterapi.Post(app, "/prices", func(_ context.Context, in struct {
		Body io.Reader `body:"" contentType:"text/csv"`
	}) (fasterapi.Text, error) {
		lines, last := 0, ""
		for table := csv.NewReader(in.Body); ; lines++ {
			line, err := table.Read()
			if errors.Is(err, io.EOF) {
				return fasterapi.Text(fmt.Sprint(lines, " lines, the last is of ", last)), nil
			}
			if err != nil {
				return "", fasterapi.BadRequest("line %d is no CSV", lines+1)
			}
			last = line[0]
		}
	}, fasterapi.BodyLimit(1<<30))

	r := httptest.NewRequest("POST", "/prices", strings.NewReader("pen,1.20\nink,7.90\n"))
	r.Header.Set("Content-Type", "text/csv")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: 2 lines, the last is of ink
}

// The parts of a multipart body may be taken as they arrive, without a temporary file.
func ExamplePart() {
	app := fasterapi.New()
	fasterapi.Post(app, "/backups", func(_ context.Context, in struct {
		Parts iter.Seq2[*fasterapi.Part, error] `body:""`
	}) (fasterapi.Text, error) {
		var told []string
		for part, err := range in.Parts {
			if err != nil {
				return "", err
			}
			if part.FileName == "" {
				text, err := part.Bytes(100)
				if err != nil {
					return "", err
				}
				told = append(told, part.Name+"="+string(text))
				continue
			}
			n, err := io.Copy(io.Discard, part) // a store would stand here
			if err != nil {
				return "", err
			}
			told = append(told, fmt.Sprint(part.FileName, ": ", n, " bytes"))
		}
		return fasterapi.Text(strings.Join(told, ", ")), nil
	}, fasterapi.BodyLimit(10<<30))

	body := strings.ReplaceAll(`--cut
Content-Disposition: form-data; name="day"

Monday
--cut
Content-Disposition: form-data; name="disk"; filename="disk.img"
Content-Type: application/octet-stream

(blocks)
--cut--
`, "\n", "\r\n")
	r := httptest.NewRequest("POST", "/backups", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=cut")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: day=Monday, disk.img: 8 bytes
}
