package server

import (
	"net/http"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// Inline has h run in place, as a Server.Handler or as the handler of a pattern of
// an http.ServeMux: see [web.Inline]. A handler that has routes of its own is left
// as it is, since they say for themselves.
func Inline(h http.Handler) http.Handler { return moded{h, web.Inline} }

// Blocking has h run off the loop, as Inline has it run in place: see
// [web.Blocking].
func Blocking(h http.Handler) http.Handler { return moded{h, web.Blocking} }

// moded is an http.Handler that says where it runs.
type moded struct {
	http.Handler
	mode web.Mode
}

// RouteMode is part of nethttp.Moded.
func (m moded) RouteMode() web.Mode { return m.mode }

var _ nethttp.Moded = moded{}

// oneRoute is a handler without routes as one that has one.
type oneRoute struct {
	web.Handler
	route web.Route
}

func (o *oneRoute) Route(*web.Request) *web.Route { return &o.route }

// routed gives h the one route of this mode, unless it has routes.
func routed(h web.Handler, mode web.Mode) web.Handler {
	if _, ok := h.(web.Routed); ok {
		return h
	}
	return &oneRoute{h, web.Route{Handler: h, Mode: mode}}
}
