package fasterapi_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// saying is a handler that says itself where it runs, as a server's probes do.
type saying struct {
	web.Handler
	mode web.Mode
}

func (s saying) RouteMode() web.Mode { return s.mode }

// What the options of a route say reaches the engine, and there it has its
// effect: where a handler runs stands on its stack.
func TestWhereRoutesRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no loops here")
	}
	var inPlace atomic.Bool
	look := func() {
		stack := make([]byte, 16<<10)
		inPlace.Store(strings.Contains(string(stack[:runtime.Stack(stack, false)]), "InPlace"))
	}
	typed := func(context.Context, struct{}) (string, error) { look(); return "", nil }
	raw := web.HandlerFunc(func(w *web.Response, r *web.Request) { look(); _ = w.Text(200, "") })
	app := fasterapi.New()
	fasterapi.Get(app, "/typed/inline", typed, fasterapi.Inline())
	fasterapi.Get(app, "/typed/blocking", typed, fasterapi.Blocking())
	fasterapi.Get(app, "/typed/learned", typed)
	app.Handle("GET", "/raw/inline", raw, fasterapi.Inline())
	app.Handle("GET", "/raw/blocking", raw, fasterapi.Blocking())
	app.Handle("GET", "/said/inline", saying{raw, web.Inline})
	app.Handle("GET", "/said/blocking", saying{raw, web.Blocking})
	app.Handle("GET", "/said/otherwise", saying{raw, web.Inline}, fasterapi.Blocking())
	srv := &server.Server{Handler: app, Driver: server.Loops, Loops: 1, Logger: slog.New(slog.DiscardHandler)}
	if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	addr := srv.Addrs()[0].String()
	for _, c := range []struct {
		path  string
		mode  web.Mode
		place bool
	}{
		{"/typed/inline", web.Inline, true}, {"/typed/blocking", web.Blocking, false}, {"/typed/learned", web.Learned, false},
		{"/raw/inline", web.Inline, true}, {"/raw/blocking", web.Blocking, false},
		{"/said/inline", web.Inline, true}, {"/said/blocking", web.Blocking, false}, {"/said/otherwise", web.Blocking, false},
	} {
		if a := ask(t, addr, "GET "+c.path); a.status != 200 {
			t.Fatalf("%s: %d %s", c.path, a.status, a.body)
		}
		if inPlace.Load() != c.place {
			t.Errorf("%s: in place %v", c.path, inPlace.Load())
		}
		for _, r := range srv.Stats().Routes {
			if r.Pattern == c.path && r.Mode != c.mode {
				t.Errorf("%s is %v, want %v", c.path, r.Mode, c.mode)
			}
		}
	}
	if n := len(srv.Stats().Routes); n != 8 {
		t.Errorf("%d routes are known", n)
	}
}

// A request is used again where nothing of the user's can keep it: the typed
// layer keeps none, and whoever stands around it has to promise.
func TestWhoseRequestsAreRecycled(t *testing.T) {
	around := func(next web.Handler) web.Handler { return next }
	typed := func(context.Context, struct{}) (string, error) { return "", nil }
	raw := web.HandlerFunc(func(w *web.Response, r *web.Request) {})
	app := fasterapi.New()
	wrapped := app.Group("/wrapped", around)
	later := app.Group("/later")
	later.Use(around)
	fasterapi.Get(app, "/typed", typed)
	fasterapi.Get(app, "/typed/with", typed, fasterapi.With(around))
	fasterapi.Get(app, "/typed/promised", typed, fasterapi.With(around), fasterapi.Recycle())
	fasterapi.Get(wrapped, "/typed", typed)
	fasterapi.Get(wrapped, "/typed/promised", typed, fasterapi.Recycle())
	fasterapi.Get(later, "/typed", typed)
	app.Handle("GET", "/raw", raw)
	app.Handle("GET", "/raw/promised", raw, fasterapi.Recycle())
	app.Mount("/mounted", http.NotFoundHandler())
	for path, want := range map[string]bool{
		"/typed": true, "/typed/with": false, "/typed/promised": true,
		"/wrapped/typed": false, "/wrapped/typed/promised": true, "/later/typed": false,
		"/raw": false, "/raw/promised": true, "/mounted": false,
	} {
		route := app.Route(&web.Request{Method: "GET", RawPath: path})
		if !strings.HasPrefix(path, route.Pattern) || route.Pattern == "" {
			t.Fatalf("%s takes %q", path, route.Pattern)
		}
		if route.Recycle != want {
			t.Errorf("%s is recycled: %v, want %v", path, route.Recycle, want)
		}
	}
}

// A recycled request carries nothing over: neither what the handler before set nor
// what its request said.
func TestRecycledRequestsAreNew(t *testing.T) {
	type in struct {
		Name *string `query:"name"`
		Kind *string `header:"X-Kind"`
	}
	app := fasterapi.New()
	fasterapi.Get(app, "/", func(ctx context.Context, i in) (string, error) {
		said := "nothing"
		if i.Name != nil {
			said = *i.Name
		}
		if i.Kind != nil {
			said += " and " + *i.Kind
		}
		return said, ctx.Err()
	}, fasterapi.Inline())
	for name, serve := range legs {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", serve(t, app))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			for i := range 20 {
				request, want := "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\"nothing\""
				if i%2 == 0 {
					request, want = "GET /?name=n HTTP/1.1\r\nHost: a\r\nX-Kind: k\r\n\r\n", "\"n and k\""
				}
				if _, err := io.WriteString(conn, request); err != nil {
					t.Fatal(err)
				}
				resp, err := http.ReadResponse(answers, nil)
				if err != nil {
					t.Fatal(err)
				}
				if body, err := io.ReadAll(resp.Body); err != nil || strings.TrimSpace(string(body)) != want {
					t.Fatalf("request %d: %s, %v, want %s", i, body, err, want)
				}
			}
		})
	}
}
