package server

import (
	"net/http"
	"sync"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// Inline has h run in place: see [web.Inline]. It works where the server sees it,
// which is as Server.Handler and as the handler of a pattern of the http.ServeMux
// that is the Server.Handler. Inside any other http.Handler, such as a middleware,
// it is that one's business where its handlers run. Of a handler that has routes
// (an App, an http.ServeMux) it marks those that say nothing themselves.
func Inline(h http.Handler) http.Handler { return moded{h, web.Inline} }

// Blocking has h run off the loop, as and where Inline has it run in place: see
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

// marked gives the routes of h this mode, or h its one route.
func marked(h web.Handler, mode web.Mode) web.Handler {
	if r, ok := h.(web.Routed); ok {
		return &markedRoutes{Routed: r, mode: mode}
	}
	return &oneRoute{h, web.Route{Handler: h, Mode: mode}}
}

// markedRoutes is a handler with routes, those that say nothing marked.
type markedRoutes struct {
	web.Routed
	mode   web.Mode
	routes sync.Map // *web.Route -> its marked copy
}

// Connects is part of web.Connecting.
func (m *markedRoutes) Connects() bool {
	c, ok := m.Routed.(web.Connecting)
	return ok && c.Connects()
}

func (m *markedRoutes) Route(r *web.Request) *web.Route {
	route := m.Routed.Route(r)
	if route.Mode != web.Learned {
		return route
	}
	if known, ok := m.routes.Load(route); ok {
		return known.(*web.Route)
	}
	copied := *route
	copied.Mode = m.mode
	known, _ := m.routes.LoadOrStore(route, &copied)
	return known.(*web.Route)
}
