package server

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// A mark around a handler that has routes goes to those of them that say nothing,
// always as the same route.
func TestMarkOfRoutes(t *testing.T) {
	mux := http.NewServeMux()
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/free", nothing)
	mux.Handle("/quick", Inline(nothing))
	h, ok := handlerOf(Blocking(mux), slog.New(slog.DiscardHandler)).(web.Routed)
	if !ok {
		t.Fatal("the routes are gone")
	}
	for path, want := range map[string]web.Mode{"/free": web.Blocking, "/quick": web.Inline, "/none": web.Blocking} {
		r := &web.Request{Method: "GET", Target: path, RawPath: path, Host: "a"}
		route := h.Route(r)
		if route.Mode != want {
			t.Errorf("%s is %v, want %v", path, route.Mode, want)
		}
		if h.Route(r) != route {
			t.Errorf("%s has a new route each time", path)
		}
	}
}
