package fasterapitest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
)

// A client asks with any method, and changes a request before it is sent.
func ExampleClient() {
	run(func(t *testing.T) {
		type in struct {
			ID   int    `path:"id"`
			Lang string `header:"Accept-Language" default:"en"`
		}
		app := fasterapi.New()
		for _, method := range []string{"PATCH", "DELETE", "COPY"} {
			fasterapi.Register(app, method, "/notes/{id}", func(_ context.Context, n in) (fasterapi.Text, error) {
				return fasterapi.Text(fmt.Sprint(method, " ", n.ID, " ", n.Lang)), nil
			})
		}
		client := fasterapitest.New(t, app)
		fmt.Println(client.Patch("/notes/7", nil).Expect(200).Text())
		fmt.Println(client.Delete("/notes/7", fasterapitest.Field("Accept-Language", "de")).Expect(200).Text())
		fmt.Println(client.Ask("COPY", "/notes/7", nil).Expect(200).Text())
	})
	// Output:
	// PATCH 7 en
	// DELETE 7 de
	// COPY 7 en
}
