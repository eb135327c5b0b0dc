package fasterapi_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

func text(s string) web.Handler {
	return web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, s) })
}

func TestMethods(t *testing.T) {
	app := newQuiet()
	app.Handle("GET", "/a", text("get"))
	app.Handle("PUT", "/a", text("put"))
	app.Handle("*", "/any", text("any"))
	app.Handle("OPTIONS", "/own", text("own"))
	onEach(t, app, func(t *testing.T, addr string) {
		for request, want := range map[string]string{
			"GET /a":       "200 ",
			"DELETE /a":    "405 GET, HEAD, OPTIONS, PUT",
			"OPTIONS /a":   "204 GET, HEAD, OPTIONS, PUT",
			"OPTIONS /own": "200 ",
			"PURGE /any":   "200 ",
			"GET /b":       "404 ",
			"OPTIONS /b":   "404 ",
			"GET /a/":      "404 ",
		} {
			a := ask(t, addr, request)
			equal(t, request, fmt.Sprintf("%d %s", a.status, a.header.Get("Allow")), want)
			if a.status >= 400 {
				a.problem(t)
			}
		}
		a := ask(t, addr, "OPTIONS *")
		equal(t, "OPTIONS *", a.status, 204)
		if allow := a.header.Get("Allow"); !strings.Contains(allow, "PUT") || !strings.Contains(allow, "GET") {
			t.Errorf("OPTIONS * allows %q", allow)
		}
	})
}

// TestRedirectsStay is AP-12: a redirect for a trailing slash never names another origin.
func TestRedirectsStay(t *testing.T) {
	app := newQuiet(fasterapi.TrailingSlash(fasterapi.SlashRedirect))
	app.Handle("GET", "/dir/", text("dir"))
	app.Handle("POST", "/file", text("file"))
	app.Handle("GET", "/{name}/", text("name"))
	app.Handle("GET", "/{a}/{b}/", text("two"))
	onEach(t, app, func(t *testing.T, addr string) {
		for request, want := range map[string]string{
			"GET /dir?a=b":      "308 /dir/?a=b",
			"POST /file/":       "308 /file",
			"GET /%2f%2fevil":   "308 /%2f%2fevil/",
			"GET /%5cevil.com":  "308 /%5cevil.com/",
			"GET /%0d%0aX:%20y": "308 /%0d%0aX:%20y/",
			"GET /%09/evil.com": "308 /%09/evil.com/",
		} {
			a := ask(t, addr, request)
			equal(t, request, fmt.Sprintf("%d %s", a.status, a.header.Get("Location")), want)
		}
		for _, request := range []string{"GET //evil.com", "GET //evil.com/", "GET ///evil.com", "GET /\\evil.com", "GET //evil.com/%2e%2e", "GET /x//"} {
			a := ask(t, addr, request)
			location := a.header.Get("Location")
			if strings.HasPrefix(location, "//") || strings.HasPrefix(location, "/\\") || strings.Contains(location, "://") {
				t.Errorf("%s: %d to %q", request, a.status, location)
			}
		}
	})
	ignoring := newQuiet(fasterapi.TrailingSlash(fasterapi.SlashIgnore))
	ignoring.Handle("GET", "/a", text("a"))
	onEach(t, ignoring, func(t *testing.T, addr string) { equal(t, "ignored", ask(t, addr, "GET /a/").body, "a") })
}

// TestTraversal is AP-07: what a guard sees is what a handler sees, and no parameter leaves its directory.
func TestTraversal(t *testing.T) {
	app := newQuiet()
	app.Handle("GET", "/files/{path...}", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, r.Param("path")) }))
	app.Handle("GET", "/one/{name}", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, r.Param("name")) }))
	onEach(t, app, func(t *testing.T, addr string) {
		for _, path := range []string{"/files/../x", "/files/..%2fx", "/files/%2e%2e/x", "/files/..\\x", "/files/%5c..", "/files/./x",
			"/files/a%2f..", "/files/a%00b", "/files/..", "/files/%2e", "/one/..%5cx"} {
			a := ask(t, addr, "GET "+path)
			equal(t, path, a.status, 400)
		}
		for path, want := range map[string]string{
			"/files/%252e%252e/x": "%2e%2e/x", "/files/..;/x": "..;/x", "/files/a../b.": "a../b.", "/one/a%2Fb": "a/b",
			"/files//etc": "/etc", "/files/": "",
		} {
			equal(t, path, ask(t, addr, "GET "+path).body, want)
		}
	})
}

// TestHostilePaths is AP-06: patterns have a bound on their parameters, and long paths that match almost are answered all the same.
func TestHostilePaths(t *testing.T) {
	app := newQuiet()
	app.Handle("GET", "/"+strings.Repeat("a/", 20)+"{x}/end", text("end"))
	app.Handle("GET", "/"+strings.Repeat("{p}/", 1)+"b/{q...}", text("q"))
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "long", ask(t, addr, "GET /"+strings.Repeat("a/", 500)).status, 404)
	})
	var many strings.Builder
	for i := range 33 {
		fmt.Fprintf(&many, "/{p%d}", i)
	}
	if got := panicOf(func() { app.Handle("GET", many.String(), text("")) }); !strings.Contains(got, "served a request already") {
		t.Errorf("got %q", got)
	}
	if got := panicOf(func() { newQuiet().Handle("GET", many.String(), text("")) }); !strings.Contains(got, "32 parameters") {
		t.Errorf("got %q", got)
	}
}

// TestReflection is AP-16: what a client sends does not come back where it could be markup or end a line.
func TestReflection(t *testing.T) {
	app := newQuiet()
	fasterapi.Get(app, "/q", func(_ context.Context, in struct {
		N int `query:"n"`
	}) (int, error) {
		return in.N, nil
	})
	fasterapi.Post(app, "/b", func(_ context.Context, in struct{ N int }) (int, error) { return in.N, nil })
	const attack = "%3Cscript%3E%0d%0aSet-Cookie:x=y%1b[31m"
	onEach(t, app, func(t *testing.T, addr string) {
		for _, request := range []string{"GET /" + attack, "GET /q?n=" + attack, "GET /q/..%2f" + attack,
			"POST /b\nContent-Type: application/json\n\n{\"<script>\\u001b\":1}", "POST /b\nContent-Type: application/json\n\n<script>"} {
			a := ask(t, addr, request)
			a.problem(t)
			if a.header.Get("Set-Cookie") != "" || strings.ContainsAny(a.body, "\r\n\x1b") || request[0] == 'G' && strings.Contains(a.body, "<script>") {
				t.Errorf("%s: %v %s", request, a.header, a.body)
			}
		}
	})
}

// TestPanics is AP-17 as far as the App goes: it passes panics on, and the next request is served.
func TestPanics(t *testing.T) {
	app := newQuiet()
	fasterapi.Get(app, "/typed/{id}", func(_ context.Context, in struct {
		ID int `path:"id"`
	}) (int, error) {
		if in.ID == 0 {
			panic("zero")
		}
		return in.ID, nil
	})
	app.Handle("GET", "/abort", web.HandlerFunc(func(*web.Response, *web.Request) { panic(http.ErrAbortHandler) }))
	onEach(t, app, func(t *testing.T, addr string) {
		for range 3 {
			for _, path := range []string{"/typed/0", "/abort"} {
				res, err := http.Get("http://" + addr + path)
				if err != nil {
					continue // broken off: fine, and all that net/http does
				}
				res.Body.Close()
				equal(t, path, res.StatusCode, 500)
			}
			equal(t, "the next", ask(t, addr, "GET /typed/5").body, "5")
		}
	})
}

func TestMount(t *testing.T) {
	app := newQuiet()
	app.Use(mark("app"))
	show := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s|%s|%s", r.Method, r.URL.Path, r.URL.RawPath, body)
	})
	app.Group("/v1").Mount("/old", show)
	app.Handle("GET", "/v1/old/new", text("new"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /in/{id}", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.PathValue("id")) })
	app.Mount("/mux", mux)
	onEach(t, app, func(t *testing.T, addr string) {
		for request, want := range map[string]string{
			"GET /v1/old":              "GET /||",
			"GET /v1/old/":             "GET /||",
			"POST /v1/old/a/b\n\nbody": "POST /a/b||body",
			"GET /v1/%6fld/a%2Fb":      "GET /a/b|/a%2Fb|",
			"GET /v1/old/a%20b":        "GET /a b||",
			"GET /v1/old/new":          "new",
			"PURGE /v1/old/x?old/a":    "PURGE /x||",
			"GET /mux/in/7":            "7",
		} {
			a := ask(t, addr, request)
			equal(t, request, a.body, want)
			equal(t, request, a.header.Get("X-Chain"), "app")
		}
		equal(t, "beside", ask(t, addr, "GET /v1/older").status, 404)
	})
}

func TestMountAtRoot(t *testing.T) {
	app := newQuiet()
	app.Handle("GET", "/a", text("a"))
	app.Mount("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "rest "+r.URL.Path) }))
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "own", ask(t, addr, "GET /a").body, "a")
		equal(t, "root", ask(t, addr, "GET /").body, "rest /")
		equal(t, "below", ask(t, addr, "GET /x/y").body, "rest /x/y")
	})
}

// TestManyNames is AP-05: tens of thousands of names, chosen by the client, cost time in proportion and not more.
func TestManyNames(t *testing.T) {
	app := newQuiet()
	fasterapi.Post(app, "/b", func(_ context.Context, in struct {
		N int `json:"n"`
	}) (int, error) {
		return in.N, nil
	})
	fasterapi.Post(app, "/m", func(_ context.Context, in map[string]int) (int, error) { return len(in), nil })
	fasterapi.Get(app, "/q", func(_ context.Context, in struct {
		N int `query:"n"`
	}) (int, error) {
		return in.N, nil
	})
	var body, query strings.Builder
	for i := range 100000 {
		fmt.Fprintf(&body, `"k%d":1,`, i)
	}
	for i := range 999 { // with n the most that a query may have
		fmt.Fprintf(&query, "&a%d", i)
	}
	onEach(t, app, func(t *testing.T, addr string) {
		a := ask(t, addr, "POST /b\nContent-Type: application/json\n\n{"+body.String()+`"n":1}`)
		equal(t, "status", a.status, 422)
		equal(t, "mistakes told", len(a.codes(t)), 64)
		equal(t, "map", ask(t, addr, "POST /m\nContent-Type: application/json\n\n{"+body.String()+`"n":1}`).body, "100001")
		equal(t, "query", ask(t, addr, "GET /q?n=7"+query.String()).body, "7")
	})
}
