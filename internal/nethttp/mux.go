package nethttp

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"

	"github.com/fasterapi-go/fasterapi/web"
)

// muxAdapter tells the patterns of an http.ServeMux as routes. The mux matches
// again when it serves, since only it can set the path values.
type muxAdapter struct {
	*adapter
	mux    *http.ServeMux
	routes sync.Map // muxRoute -> *web.Route, one for each that a request took
	// unmatched is the route of a 404, a 405 and of a CONNECT, for which the mux
	// names a path of the request where a pattern belongs.
	unmatched *web.Route
}

// muxRoute is a pattern, or the redirects to it.
type muxRoute struct {
	pattern  string
	redirect bool
}

var redirects = reflect.TypeOf(http.RedirectHandler("/", http.StatusMovedPermanently))

func newMuxAdapter(a *adapter, mux *http.ServeMux) *muxAdapter {
	return &muxAdapter{adapter: a, mux: mux, unmatched: &web.Route{Handler: a}}
}

// Route never runs user code: the mux alone answers.
func (m *muxAdapter) Route(r *web.Request) *web.Route {
	if r.Method == http.MethodConnect {
		return m.unmatched
	}
	p := probes.Get().(*probe)
	defer p.release()
	if fillURL(&p.url, r) != nil {
		return m.unmatched
	}
	p.request.Method, p.request.Host, p.request.URL = r.Method, r.Host, &p.url
	h, pattern := m.mux.Handler(&p.request)
	if pattern == "" {
		return m.unmatched
	}
	// To a path that is not clean the mux answers with a redirect of its own, and
	// names the pattern that the other path would match.
	key := muxRoute{pattern, reflect.TypeOf(h) == redirects}
	if route, ok := m.routes.Load(key); ok {
		return route.(*web.Route)
	}
	method, path, found := strings.Cut(pattern, " ")
	if !found {
		method, path = "", pattern
	}
	route, _ := m.routes.LoadOrStore(key, &web.Route{
		Method: method, Pattern: strings.TrimLeft(path, " \t"), Handler: m.adapter, Mode: modeOf(h),
	})
	return route.(*web.Route)
}

// Moded is an http.Handler that says where it runs, as the handler of a pattern of
// a ServeMux.
type Moded interface {
	http.Handler
	RouteMode() web.Mode
}

func modeOf(h http.Handler) web.Mode {
	if m, ok := h.(Moded); ok {
		return m.RouteMode()
	}
	return web.Learned
}

// probe is a request that only the mux sees, so it can be reused.
type probe struct {
	request http.Request
	url     url.URL
}

func (p *probe) release() {
	*p = probe{}
	probes.Put(p)
}

var probes = sync.Pool{New: func() any { return new(probe) }}
