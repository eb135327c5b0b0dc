package micro

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/fasterapi-go/fasterapi/internal/router"
)

// routes holds a method, a pattern and a path that it matches.
var routes = [][3]string{
	{"GET", "/", "/"},
	{"GET", "/user", "/user"},
	{"GET", "/user/repos", "/user/repos"},
	{"GET", "/user/keys/{id}", "/user/keys/1337"},
	{"GET", "/user/starred/{owner}/{repo}", "/user/starred/torvalds/linux"},
	{"GET", "/users", "/users"},
	{"GET", "/users/{user}", "/users/gopher"},
	{"GET", "/users/{user}/repos", "/users/gopher/repos"},
	{"GET", "/users/{user}/received_events/public", "/users/gopher/received_events/public"},
	{"GET", "/users/{user}/following/{target}", "/users/gopher/following/rob"},
	{"GET", "/orgs/{org}", "/orgs/golang"},
	{"PATCH", "/orgs/{org}", "/orgs/golang"},
	{"GET", "/orgs/{org}/members/{user}", "/orgs/golang/members/gopher"},
	{"GET", "/events", "/events"},
	{"GET", "/feeds", "/feeds"},
	{"GET", "/gists/{id}", "/gists/aa5a315d61ae9438b18d"},
	{"GET", "/gists/{id}/star", "/gists/aa5a315d61ae9438b18d/star"},
	{"POST", "/gists", "/gists"},
	{"GET", "/search/repositories", "/search/repositories"},
	{"GET", "/search/issues", "/search/issues"},
	{"GET", "/repos/{owner}/{repo}", "/repos/golang/go"},
	{"DELETE", "/repos/{owner}/{repo}", "/repos/golang/go"},
	{"GET", "/repos/{owner}/{repo}/branches", "/repos/golang/go/branches"},
	{"GET", "/repos/{owner}/{repo}/branches/{branch}", "/repos/golang/go/branches/master"},
	{"GET", "/repos/{owner}/{repo}/commits/{sha}", "/repos/golang/go/commits/7fd1a60b01f91b314f59955a4e4d4e80d8edf11d"},
	{"GET", "/repos/{owner}/{repo}/git/refs/{ref}", "/repos/golang/go/git/refs/heads"},
	{"GET", "/repos/{owner}/{repo}/issues", "/repos/golang/go/issues"},
	{"GET", "/repos/{owner}/{repo}/issues/{number}", "/repos/golang/go/issues/4242"},
	{"GET", "/repos/{owner}/{repo}/issues/{number}/comments", "/repos/golang/go/issues/4242/comments"},
	{"PUT", "/repos/{owner}/{repo}/pulls/{number}/merge", "/repos/golang/go/pulls/99/merge"},
	{"GET", "/repos/{owner}/{repo}/releases/{id}/assets", "/repos/golang/go/releases/17/assets"},
	{"DELETE", "/repos/{owner}/{repo}/subscription", "/repos/golang/go/subscription"},
}

// served is what the last handler that ran was registered for, with the value of its last parameter.
var served struct {
	route int
	value string
}

// lastParam is the name of a pattern's last parameter, or "".
func lastParam(pattern string) string {
	open, end := strings.LastIndexByte(pattern, '{'), strings.LastIndexByte(pattern, '}')
	if open < 0 {
		return ""
	}
	return pattern[open+1 : end]
}

func newGin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	for i, r := range routes {
		name := lastParam(r[1])
		pattern := strings.NewReplacer("{", ":", "}", "").Replace(r[1])
		engine.Handle(r[0], pattern, func(c *gin.Context) { served.route, served.value = i, c.Param(name) })
	}
	return engine
}

func newMux() http.Handler {
	mux := http.NewServeMux()
	for i, r := range routes {
		name := lastParam(r[1])
		pattern := r[0] + " " + r[1]
		if r[1] == "/" {
			pattern += "{$}"
		}
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			served.route, served.value = i, r.PathValue(name)
		})
	}
	return mux
}

type handle func(http.ResponseWriter, *http.Request, *router.Params)

// treeHandler does with our tree what Gin's ServeHTTP does with its own: parameters from a pool, a match, a call.
type treeHandler struct {
	tree   *router.Tree[handle]
	params sync.Pool
}

func (h *treeHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := h.params.Get().(*router.Params)
	if got := h.tree.Match(r.Method, r.URL.Path, p); got.Outcome == router.Found {
		got.Route.Value(w, r, p)
	} else {
		http.NotFound(w, r)
	}
	p.Reset()
	h.params.Put(p)
}

func newTree(tb testing.TB) *treeHandler {
	h := &treeHandler{tree: router.New[handle](router.Options{})}
	h.params.New = func() any { return new(router.Params) }
	for i, r := range routes {
		name := lastParam(r[1])
		err := h.tree.Add(r[0], r[1], func(_ http.ResponseWriter, _ *http.Request, p *router.Params) {
			served.route = i
			served.value, _ = p.Lookup(name)
		}, "router_test.go")
		if err != nil {
			tb.Fatal(err)
		}
	}
	return h
}

// discard is a ResponseWriter without the cost of a recorder.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

type contender struct {
	name    string
	handler http.Handler
}

func contenders(tb testing.TB) []contender {
	return []contender{{"fasterapi", newTree(tb)}, {"gin", newGin()}, {"ServeMux", newMux()}}
}

func TestRoutersAgree(t *testing.T) {
	for _, c := range contenders(t) {
		for i, r := range routes {
			served.route, served.value = -1, ""
			c.handler.ServeHTTP(&discard{http.Header{}}, httptest.NewRequest(r[0], r[2], nil))
			if served.route != i {
				t.Errorf("%s: %s %s served by route %d, want %d", c.name, r[0], r[2], served.route, i)
			}
			want := ""
			if name := lastParam(r[1]); name != "" {
				at := strings.Count(r[1][:strings.Index(r[1], "{"+name+"}")], "/")
				want = strings.Split(r[2], "/")[at]
			}
			if served.value != want {
				t.Errorf("%s: %s: the last parameter is %q, want %q", c.name, r[2], served.value, want)
			}
		}
	}
}

func BenchmarkRouter(b *testing.B) {
	perRoute := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(routes)), "ns/route")
	}
	for _, c := range contenders(b) {
		b.Run(c.name, func(b *testing.B) {
			requests := make([]*http.Request, len(routes))
			for i, r := range routes {
				requests[i] = &http.Request{Method: r[0], URL: &url.URL{Path: r[2]}, Header: http.Header{}}
			}
			w := &discard{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				for _, r := range requests {
					c.handler.ServeHTTP(w, r)
				}
			}
			perRoute(b)
		})
	}
	b.Run("fasterapi-tree-alone", func(b *testing.B) {
		tree := newTree(b).tree
		var p router.Params
		b.ReportAllocs()
		for b.Loop() {
			for i := range routes {
				tree.Match(routes[i][0], routes[i][2], &p)
			}
		}
		perRoute(b)
	})
}
