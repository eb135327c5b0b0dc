package server_test

import (
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// onLoop starts a server of one loop.
func onLoop(t *testing.T, h http.Handler) *rig {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("no loops here")
	}
	return start(t, &server.Server{Handler: h, Driver: server.Loops, Loops: 1})
}

// route is what the statistics say of a pattern.
func (r *rig) route(pattern string) (found server.RouteStats) {
	for _, route := range r.srv.Stats().Routes {
		if route.Pattern == pattern {
			return route
		}
	}
	return server.RouteStats{Why: "unknown"}
}

// placed asks for path until pattern is where it should be.
func (r *rig) placed(w *wire, path, pattern string, at server.Place) {
	r.t.Helper()
	r.until(pattern+" to be "+at.String(), func() bool {
		w.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
		if resp, _ := w.answer("GET"); resp.StatusCode != 200 {
			r.t.Fatalf("%s: %d", path, resp.StatusCode)
		}
		return r.route(pattern).Place == at
	})
}

// whereabouts is a handler that tells where it runs: in place the loop stands on
// its stack.
func whereabouts(seen *atomic.Value) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		stack := make([]byte, 16<<10)
		stack = stack[:runtime.Stack(stack, false)]
		place := server.OffLoop
		if strings.Contains(string(stack), "InPlace") {
			place = server.InPlace
		}
		seen.Store(place)
	}
}

// A quick route comes to the loop, and leaves it when it blocks: while its
// handler is still stuck others are served, and nobody else of this route is
// let in.
func TestQuickRouteComesInPlaceAndABlockingOneLeaves(t *testing.T) {
	var stuck atomic.Bool
	release, inside := make(chan struct{}), make(chan struct{}, 8)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /moody", func(w http.ResponseWriter, r *http.Request) {
		if stuck.Load() {
			inside <- struct{}{}
			<-release
		}
	})
	mux.HandleFunc("GET /calm", func(http.ResponseWriter, *http.Request) {})
	r := onLoop(t, mux)
	moody, calm := r.dial(), r.dial()
	r.placed(moody, "/moody", "/moody", server.InPlace)
	if s := r.route("/moody"); !strings.HasPrefix(s.Why, "quick: ") || s.Mean == 0 || s.Method != "GET" || s.Mode != web.Learned {
		t.Errorf("%+v", s)
	}
	if s := r.route("/calm"); s.Why != "unknown" {
		t.Errorf("%+v is known before its first request", s)
	}
	r.placed(calm, "/calm", "/calm", server.InPlace) // learned apart from the other pattern

	stuck.Store(true)
	moody.send("GET /moody HTTP/1.1\r\nHost: a\r\n\r\n")
	wait(t, "the handler", inside)
	calm.send("GET /calm HTTP/1.1\r\nHost: a\r\n\r\n") // is served while the other is stuck
	calm.answer("GET")
	if s := r.route("/moody"); s.Place != server.OffLoop || s.Robbed == 0 || !strings.HasPrefix(s.Why, "stayed in place and lost the loop; ") {
		t.Errorf("while the handler is stuck: %+v", s)
	}
	close(release)
	moody.answer("GET")
	if s := r.route("/moody"); s.Robbed != 1 {
		t.Errorf("robbed %d times", s.Robbed)
	}
}

// What is marked stays where it is, though an inline handler that blocks loses
// the loop each time.
func TestMarkedRoutesStay(t *testing.T) {
	type gate struct{ inside, release chan struct{} }
	gates := map[string]*gate{}
	block := func(path string) http.Handler {
		g := &gate{make(chan struct{}, 1), make(chan struct{})}
		gates[path] = g
		return handle(func(w http.ResponseWriter, r *http.Request) {
			g.inside <- struct{}{}
			<-g.release
		})
	}
	mux := http.NewServeMux()
	mux.Handle("/inline", server.Inline(block("/inline")))
	mux.Handle("/blocking", server.Blocking(block("/blocking")))
	r := onLoop(t, mux)
	inline, blocking := r.dial(), r.dial()
	const times = 3
	for range times {
		for _, c := range []struct {
			w    *wire
			path string
		}{{inline, "/inline"}, {blocking, "/blocking"}} {
			c.w.send("GET " + c.path + " HTTP/1.1\r\nHost: a\r\n\r\n")
			wait(t, "the handler of "+c.path, gates[c.path].inside)
			r.get("/unmatched") // the loop goes on
			gates[c.path].release <- struct{}{}
			c.w.answer("GET")
		}
	}
	r.quiet()
	if s := r.route("/inline"); s.Place != server.InPlace || s.Robbed < times || !strings.HasPrefix(s.Why, "marked inline, though it lost the loop ") || s.Mode != web.Inline {
		t.Errorf("%+v", s)
	}
	if s := r.route("/blocking"); s.Place != server.OffLoop || s.Robbed != 0 || s.Why != "marked blocking" || s.Mode != web.Blocking {
		t.Errorf("%+v", s)
	}
}

// Inline and Blocking reach every kind of handler, and each pattern by itself.
func TestMarksReachEveryKindOfHandler(t *testing.T) {
	var seen atomic.Value
	tells := whereabouts(&seen)
	raw := server.Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		tells(nil, nil)
		_ = w.Text(200, "")
	}))
	both := http.NewServeMux()
	both.Handle("/inline", server.Inline(tells))
	both.Handle("/blocking", server.Blocking(tells))
	both.Handle("/new", tells)
	for _, c := range []struct {
		name    string
		handler http.Handler
		path    string
		want    server.Place
	}{
		{"http.Handler, inline", server.Inline(tells), "/", server.InPlace},
		{"http.Handler, blocking", server.Blocking(tells), "/", server.OffLoop},
		{"raw, inline", server.Inline(raw), "/", server.InPlace},
		{"raw, blocking", server.Blocking(raw), "/", server.OffLoop},
		{"pattern, inline", both, "/inline", server.InPlace},
		{"pattern, blocking", both, "/blocking", server.OffLoop},
		{"pattern, new", both, "/new", server.OffLoop},
		{"mux, left as it is", server.Inline(both), "/blocking", server.OffLoop},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := onLoop(t, c.handler)
			w := r.dial()
			for range 3 {
				w.send("GET " + c.path + " HTTP/1.1\r\nHost: a\r\n\r\n")
				w.answer("GET")
				if got := seen.Load(); got != c.want {
					t.Fatalf("runs %v, want %v: %+v", got, c.want, r.srv.Stats().Routes)
				}
			}
		})
	}
}

// Blocked for good: a marked route that stays in it is served beside, since a
// blocking handler has a goroutine of its own from the start.
func TestBlockingNeverVisits(t *testing.T) {
	var seen atomic.Value
	r := onLoop(t, server.Blocking(whereabouts(&seen)))
	w := r.dial()
	for range 100 { // far more than a proof takes
		w.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		w.answer("GET")
		if seen.Load() != server.OffLoop {
			t.Fatal("in place")
		}
	}
}
