package main

import (
	"net"
	"net/http"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// newApp registers every job as a bare handler, none of which keeps its request.
func newApp(w *work) *fasterapi.App {
	app := fasterapi.New()
	for path, job := range w.jobs() {
		app.Handle(http.MethodGet, path, web.HandlerFunc(func(w *web.Response, r *web.Request) {
			ms, _ := r.Query("ms")
			text, err := job(r, ms)
			if err != nil {
				w.Text(http.StatusUnprocessableEntity, err.Error())
				return
			}
			w.Text(http.StatusOK, text)
		}), fasterapi.Recycle())
	}
	return app
}

func listenFasterapi(set settings, w *work) (net.Addr, error) {
	srv := &server.Server{Handler: newApp(w), Loops: set.loops}
	if err := srv.Listen("tcp", set.http); err != nil {
		return nil, err
	}
	return srv.Addrs()[0], nil
}
