// Command hello is the least that the framework serves by net/http alone; the test of its size builds it.
package main

import (
	"context"
	"log"
	"net/http"

	"github.com/fasterapi-go/fasterapi"
)

type in struct {
	Name string `path:"name" maxLength:"40"`
}

type out struct {
	Greeting string `json:"greeting"`
}

func main() {
	app := fasterapi.New()
	fasterapi.Get(app, "/hello/{name}", func(_ context.Context, in in) (out, error) { return out{"Hello, " + in.Name + "!"}, nil })
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", app))
}
