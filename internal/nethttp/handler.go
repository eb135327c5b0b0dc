package nethttp

import (
	"log/slog"
	"net/http"

	"github.com/fasterapi-go/fasterapi/web"
)

// Handler serves h on an engine. Where h is an *http.ServeMux the result is a
// web.Routed with one route for each of its patterns. A panic passes through,
// http.ErrAbortHandler among them: what it means is the engine's business.
func Handler(h http.Handler) web.Handler { return HandlerWithLog(h, nil) }

// HandlerWithLog is Handler with a logger for what net/http would have logged, a
// superfluous WriteHeader for example. With nil it goes to slog.Default.
func HandlerWithLog(h http.Handler, log *slog.Logger) web.Handler {
	a := &adapter{handler: h, log: log}
	if mux, ok := h.(*http.ServeMux); ok {
		return newMuxAdapter(a, mux)
	}
	return a
}

// adapter is an http.Handler as a web.Handler.
type adapter struct {
	handler http.Handler
	log     *slog.Logger
	// returns says that handler is a middleware and comes back to web further in.
	returns bool
}

// ServeWeb runs the handler on a Request and a ResponseWriter of its own.
func (a *adapter) ServeWeb(w *web.Response, r *web.Request) {
	x, err := newExchange(a, w, r)
	if err != nil {
		_ = w.Text(http.StatusBadRequest, "the request target is not a URI\n")
		return
	}
	defer x.detach()
	a.handler.ServeHTTP(x, x.request)
	x.finish()
}

func (a *adapter) logger() *slog.Logger {
	if a.log != nil {
		return a.log
	}
	return slog.Default()
}
