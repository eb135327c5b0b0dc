package msgpack_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/codec/msgpack"
)

// The same function takes and gives JSON and MessagePack, under the same rules.
func ExampleCodec() {
	type point struct {
		X int `json:"x" minimum:"0"`
		Y int `json:"y" minimum:"0"`
	}
	app := fasterapi.New(fasterapi.Codecs(msgpack.Codec()))
	fasterapi.Post(app, "/mirror", func(_ context.Context, in point) (point, error) { return point{in.Y, in.X}, nil })

	body := []byte("\x82\xa1x\x01\xa1y\x02") // {"x": 1, "y": 2}
	r := httptest.NewRequest("POST", "/mirror", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/vnd.msgpack")
	r.Header.Set("Accept", "application/vnd.msgpack")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Printf("%s %q\n", w.Header().Get("Content-Type"), w.Body)
	// Output: application/vnd.msgpack "\x82\xa1x\x02\xa1y\x01"
}
