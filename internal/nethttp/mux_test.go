package nethttp_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

func testMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Pattern, " ", r.PathValue("id"))
	})
	mux.HandleFunc("/tree/", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("host.test/{rest...}", func(http.ResponseWriter, *http.Request) {})
	return mux
}

func TestMuxPatternsAreRoutes(t *testing.T) {
	h := nethttp.Handler(testMux()).(web.Routed)
	for _, c := range []struct{ method, host, path, wantMethod, wantPattern string }{
		{"GET", "a", "/items/1", "GET", "/items/{id}"},
		{"HEAD", "a", "/items/a%2Fb", "GET", "/items/{id}"},
		{"POST", "a", "/items/1", "", ""},
		{"GET", "a", "/none", "", ""},
		{"GET", "a", "/tree", "", "/tree/"},
		{"GET", "host.test", "/x/y", "", "host.test/{rest...}"},
		{"CONNECT", "a", "/tree", "", ""},
	} {
		r := plainRequest()
		r.Method, r.Host, r.Target, r.RawPath = c.method, c.host, c.path, c.path
		route := h.Route(r)
		if route.Method != c.wantMethod || route.Pattern != c.wantPattern {
			t.Errorf("%v: route %q %q", c, route.Method, route.Pattern)
		}
		if route != h.Route(r) {
			t.Errorf("%v: a route of its own for each request", c)
		}
	}
}

type inline struct{ http.Handler }

func (inline) RouteMode() web.Mode { return web.Inline }

// A request that the mux redirects to a pattern does not speak for its handler.
func TestMuxRedirectIsNoMark(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/tree/", inline{http.NotFoundHandler()})
	h := nethttp.Handler(mux).(web.Routed)
	for _, c := range []struct {
		path string
		want web.Mode
	}{{"/tree", web.Learned}, {"//tree/", web.Learned}, {"/tree/", web.Inline}, {"/tree", web.Learned}} {
		r := plainRequest()
		r.Method, r.Host, r.Target, r.RawPath = "GET", "a", c.path, c.path
		if route := h.Route(r); route.Mode != c.want || route.Pattern != "/tree/" {
			t.Errorf("%s: %q is %v, want %v", c.path, route.Pattern, route.Mode, c.want)
		}
	}
}

func TestMuxRoutesAreConcurrent(t *testing.T) {
	h := nethttp.Handler(testMux()).(web.Routed)
	routes := make([]*web.Route, 8)
	var wait sync.WaitGroup
	for i := range routes {
		wait.Go(func() {
			r := plainRequest()
			r.Target = fmt.Sprint("/items/", i)
			r.RawPath = r.Target
			routes[i] = h.Route(r)
			m := &memory{}
			run(routes[i].Handler, m, r)
			if want := fmt.Sprint("GET /items/{id} ", i); string(m.sent) != want {
				t.Errorf("%q, not %q", m.sent, want)
			}
		})
	}
	wait.Wait()
	for _, route := range routes {
		if route != routes[0] {
			t.Fatal("two routes for one pattern")
		}
	}
}

func TestMuxOnEveryRoad(t *testing.T) {
	for _, target := range []string{"/items/5", "/items/a%2Fb", "/tree", "/tree/x/../y", "/none", "/items/%zz"} {
		t.Run(target, func(t *testing.T) { onEveryRoad(t, testMux(), get(target)) })
	}
	mustContain(t, onEveryRoad(t, testMux(), request("DELETE", "/items/5")), "405", "Allow")
}
