// Command program is a package main for the tests of the command.
package main

import (
	"context"
	"log"

	"github.com/fasterapi-go/fasterapi"
)

func main() { log.Fatal("the program itself was run") }

func makeApp() *fasterapi.App {
	app := fasterapi.New()
	fasterapi.Get(app, "/made", func(context.Context, struct{}) (int, error) { return 1, nil })
	return app
}

func takesOne(int) *fasterapi.App { return nil }
