// Package shop is an App for the tests of the command.
package shop

import (
	"context"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

type item struct {
	ID int `path:"id"`
}

// NewApp makes the App.
func NewApp() *fasterapi.App {
	app := fasterapi.New(fasterapi.Docs(openapi.Info{Title: "Shop"}))
	fasterapi.Get(app, "/items/{id}", func(_ context.Context, in item) (int, error) { return in.ID, nil })
	return app
}

// Empty makes another one.
func Empty() *fasterapi.App { return fasterapi.New(fasterapi.Docs(openapi.Info{Title: "Empty"})) }
