package server

import (
	"log/slog"
	"net/http"
	"sync"

	"github.com/fasterapi-go/fasterapi/web"
)

// Inlined has every route of h run in place, and recycled or not.
func Inlined(h http.Handler, log *slog.Logger, recycle bool) http.Handler {
	return Raw(&inlined{Handler: handlerOf(h, log), recycle: recycle})
}

// inlined is a handler all of whose routes are Inline.
type inlined struct {
	web.Handler
	recycle bool
	routes  sync.Map // *web.Route of the handler, or nil -> its inline copy
}

func (h *inlined) Connects() bool {
	c, ok := h.Handler.(web.Connecting)
	return ok && c.Connects()
}

func (h *inlined) Route(r *web.Request) *web.Route {
	original := (*web.Route)(nil)
	if routed, ok := h.Handler.(web.Routed); ok {
		original = routed.Route(r)
	}
	if route, ok := h.routes.Load(original); ok {
		return route.(*web.Route)
	}
	copied := web.Route{Handler: h.Handler}
	if original != nil {
		copied = *original
	}
	copied.Mode, copied.Recycle = web.Inline, h.recycle
	route, _ := h.routes.LoadOrStore(original, &copied)
	return route.(*web.Route)
}

// Rob takes the baton from whatever runs in place now.
func (s *Server) Rob() {
	s.engine.Load().loops.steal()
	s.engine.Load().portable.Steal()
}
