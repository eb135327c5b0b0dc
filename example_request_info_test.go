package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
)

// What a function wants to know of the request beside its parameters. A test of the function alone sets it.
func ExampleRequestInfo() {
	app := fasterapi.New()
	fasterapi.Get(app, "/whereami/{rest...}", func(_ context.Context, in struct {
		Rest string `path:"rest"`
		Info fasterapi.Dep[fasterapi.RequestInfo]
	}) (fasterapi.Text, error) {
		i := in.Info.Value
		return fasterapi.Text(fmt.Sprintf("%s://%s%s, by %s, from %s", i.Scheme, i.Host, i.Path, i.Pattern, i.ClientAddr.Addr())), nil
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/whereami/to/day", nil))
	fmt.Println(w.Body)
	// Output: http://example.com/whereami/to/day, by /whereami/{rest...}, from 192.0.2.1
}
