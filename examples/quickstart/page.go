package main

import (
	_ "embed"
	"fmt"
	"html"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

//go:embed page.html
var pageHTML []byte

//go:embed page.js
var pageScript []byte

//go:embed page.css
var pageStyle []byte

// pagePolicy keeps the page to its own origin: it loads, and asks, nobody else.
const pagePolicy = "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// servePage adds the page at / and what it loads.
func servePage(app *fasterapi.App) {
	for _, file := range []struct {
		path, contentType string
		data              []byte
	}{
		{"/", "text/html; charset=utf-8", pageHTML},
		{"/page.js", "text/javascript; charset=utf-8", pageScript},
		{"/page.css", "text/css; charset=utf-8", pageStyle},
	} {
		app.Handle("GET", file.path, web.HandlerFunc(func(w *web.Response, _ *web.Request) {
			w.Set("Content-Security-Policy", pagePolicy)
			_ = w.Bytes(200, file.contentType, file.data)
		}))
	}
}

// errorPage shows a refusal to people; programs get the same as JSON.
func errorPage(p *fasterapi.Problem) string {
	return fmt.Sprintf("<!doctype html>\n<html lang=\"en\"><title>%[1]s</title><h1>%[1]s</h1><p>%[2]s</p><p><a href=\"/\">To the list</a></p></html>\n",
		html.EscapeString(p.Title), html.EscapeString(p.Detail))
}
