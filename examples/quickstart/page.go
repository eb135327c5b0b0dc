package main

import (
	_ "embed"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

//go:embed page.html
var pageHTML string

//go:embed page.js
var pageScript []byte

// servePage adds the page at / and its script, from this origin alone.
func servePage(app *fasterapi.App) {
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, _ *web.Request) {
		w.Set("Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'")
		_ = w.HTML(200, pageHTML)
	}))
	app.Handle("GET", "/page.js", web.HandlerFunc(func(w *web.Response, _ *web.Request) {
		_ = w.Bytes(200, "text/javascript; charset=utf-8", pageScript)
	}))
}
