package fasterapi_test

import (
	"context"
	"fmt"

	"github.com/fasterapi-go/fasterapi"
)

// What the App needs begins before the first request and ends after the last. A server.Server calls Start and Stop.
func ExampleApp_Lifespan() {
	app := fasterapi.New()
	app.Lifespan("database", func(context.Context) (func(context.Context) error, error) {
		fmt.Println("open")
		return func(context.Context) error { fmt.Println("close"); return nil }, nil
	})
	if err := app.Start(context.Background()); err != nil {
		fmt.Println(err)
	}
	fmt.Println("serve")
	_ = app.Stop(context.Background())
	// Output:
	// open
	// serve
	// close
}
