package fasterapi_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
)

// wrapped is JSON in base64, a format of our own.
type wrapped struct{}

func (wrapped) MediaTypes() []string { return []string{"application/x-wrapped"} }

func (wrapped) ToJSON(dst, src []byte) ([]byte, error) {
	return base64.StdEncoding.AppendDecode(dst, src)
}

func (wrapped) FromJSON(dst, src []byte) ([]byte, error) {
	return base64.StdEncoding.AppendEncode(dst, src), nil
}

// A codec gives all typed handlers another format, for bodies and for answers. Those for CBOR and MessagePack are in codec/cbor and
// codec/msgpack.
func ExampleCodecs() {
	type sum struct {
		A int `json:"a" minimum:"1"`
		B int `json:"b" minimum:"1"`
	}
	app := fasterapi.New(fasterapi.Codecs(wrapped{}))
	fasterapi.Post(app, "/sums", func(_ context.Context, in sum) (int, error) { return in.A + in.B, nil })

	body := base64.StdEncoding.EncodeToString([]byte(`{"a":40,"b":2}`))
	for _, accept := range []string{"application/x-wrapped", "application/json"} {
		r := httptest.NewRequest("POST", "/sums", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-wrapped")
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Header().Get("Content-Type"), w.Body)
	}
	// Output:
	// application/x-wrapped NDI=
	// application/json 42
}

func ExampleStrictAccept() {
	app := fasterapi.New(fasterapi.StrictAccept(true))
	fasterapi.Get(app, "/hello", func(context.Context, struct{}) (fasterapi.Text, error) { return "hello", nil })

	r := httptest.NewRequest("GET", "/hello", nil)
	r.Header.Set("Accept", "image/png")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: {"title":"Not Acceptable","status":406,"detail":"this is served as text/plain"}
}
