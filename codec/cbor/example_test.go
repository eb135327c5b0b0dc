package cbor_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/codec/cbor"
)

// The same function takes and gives JSON and CBOR, under the same rules.
func ExampleCodec() {
	type point struct {
		X int `json:"x" minimum:"0"`
		Y int `json:"y" minimum:"0"`
	}
	app := fasterapi.New(fasterapi.Codecs(cbor.Codec()))
	fasterapi.Post(app, "/mirror", func(_ context.Context, in point) (point, error) { return point{in.Y, in.X}, nil })

	body, _ := hex.DecodeString("a261780161791903e8") // {"x": 1, "y": 1000}
	r := httptest.NewRequest("POST", "/mirror", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/cbor")
	r.Header.Set("Accept", "application/cbor")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Printf("%s %x\n", w.Header().Get("Content-Type"), w.Body)
	// Output: application/cbor a261781903e8617901
}
