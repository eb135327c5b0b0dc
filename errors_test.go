package fasterapi_test

import (
	"bytes"
	"context"
	"errors"
	"html"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

var errNoRows = errors.New("no rows")

// TestMapErrors: a group's functions come first, and each sees what the one before made of the error.
func TestMapErrors(t *testing.T) {
	app := newQuiet()
	app.MapErrors(func(_ context.Context, err error) error {
		if web.IsStatus(err, 404) {
			return fasterapi.Gone("mapped from 404")
		}
		return nil
	})
	items := app.Group("/items")
	items.MapErrors(func(_ context.Context, err error) error {
		if errors.Is(err, errNoRows) {
			return fasterapi.NotFound("no such item")
		}
		return err
	})
	fail := func(context.Context, struct{}) (int, error) { return 0, errNoRows }
	fasterapi.Get(app, "/plain", fail)
	fasterapi.Get(items, "/x", fail)
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "group and app", ask(t, addr, "GET /items/x").problem(t).Detail, "mapped from 404")
		equal(t, "app alone", ask(t, addr, "GET /plain").status, 500)
		equal(t, "nothing there", ask(t, addr, "GET /nowhere").status, 410)
	})
}

// TestErrorPages: who prefers HTML gets it, escaped by its maker; everybody else problem details.
func TestErrorPages(t *testing.T) {
	app := fasterapi.New(fasterapi.ErrorPages(func(p *fasterapi.Problem) string {
		return "<h1>" + p.Title + ": " + html.EscapeString(p.Detail) + "</h1>"
	}))
	fasterapi.Get(app, "/x", func(context.Context, struct{}) (int, error) { return 0, fasterapi.Conflict("<b>") })
	onEach(t, app, func(t *testing.T, addr string) {
		page := ask(t, addr, "GET /x\nAccept: text/html,application/xml;q=0.9,*/*;q=0.8")
		equal(t, "page", page.body, "<h1>Conflict: &lt;b&gt;</h1>")
		equal(t, "status", page.status, 409)
		equal(t, "type", page.header.Get("Content-Type"), "text/html; charset=utf-8")
		equal(t, "vary", page.header.Get("Vary"), "Accept")
		for _, accept := range []string{"", "Accept: */*", "Accept: application/json", "Accept: text/html;q=0.5, application/json"} {
			equal(t, accept, ask(t, addr, "GET /x\n"+accept).problem(t).Detail, "<b>")
		}
		equal(t, "404", ask(t, addr, "GET /y\nAccept: text/html").body, "<h1>Not Found: nothing is served at this path</h1>")
	})
}

// TestFailOfMiddleware: middleware refuses in the way of the App.
func TestFailOfMiddleware(t *testing.T) {
	app := newQuiet()
	app.MapErrors(func(context.Context, error) error { return fasterapi.TooManyRequests("mapped") })
	app.Use(func(web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			w.Set("Retry-After", "3")
			web.Fail(w, r, web.NewProblem(429, "slower"))
		})
	})
	app.Handle("GET", "/x", text("never"))
	onEach(t, app, func(t *testing.T, addr string) {
		for _, path := range []string{"/x", "/y"} {
			a := ask(t, addr, "GET "+path)
			equal(t, path, a.problem(t).Detail, "mapped")
			equal(t, path, a.header.Get("Retry-After"), "3")
		}
	})
}

// TestPanicProblem: a panic is problem details without its text, in the way of the App, whatever serves it.
func TestPanicProblem(t *testing.T) {
	app := newQuiet()
	app.MapErrors(func(_ context.Context, err error) error {
		if p := new(web.PanicError); errors.As(err, &p) {
			return fasterapi.Unavailable("it broke")
		}
		return err
	})
	fasterapi.Get(app, "/x", func(context.Context, struct{}) (int, error) { panic("secret") })
	onEach(t, app, func(t *testing.T, addr string) {
		a := ask(t, addr, "GET /x")
		equal(t, "detail", a.problem(t).Detail, "it broke")
		if strings.Contains(a.body, "secret") {
			t.Error(a.body)
		}
	})
}

// TestFailuresNameTheRequest: a client is told the name under which the log knows what went wrong, and nothing else of it.
func TestFailuresNameTheRequest(t *testing.T) {
	var mu sync.Mutex
	var log bytes.Buffer
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, nil))),
		fasterapi.ErrorPages(func(p *fasterapi.Problem) string { return p.Title + " " + p.RequestID }))
	app.Use(func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			q, _ := r.Query("q")
			r.SetID("name-of-" + q)
			next.ServeWeb(w, r)
		})
	})
	busy := fasterapi.Unavailable("busy")
	fasterapi.Get(app, "/unknown", func(context.Context, struct{}) (int, error) { return 0, errNoRows })
	fasterapi.Get(app, "/panic", func(context.Context, struct{}) (int, error) { panic("secret") })
	fasterapi.Get(app, "/busy", func(context.Context, struct{}) (int, error) { return 0, busy })
	fasterapi.Get(app, "/gone", func(context.Context, struct{}) (int, error) { return 0, fasterapi.Gone("gone") })
	onEach(t, app, func(t *testing.T, addr string) {
		for path, want := range map[string]string{"/unknown": "name-of-1", "/panic": "name-of-1", "/busy": "name-of-1", "/gone": ""} {
			equal(t, path, ask(t, addr, "GET "+path+"?q=1").problem(t).RequestID, want)
		}
		equal(t, "page", ask(t, addr, "GET /busy?q=2\nAccept: text/html").body, "Service Unavailable name-of-2")
		mu.Lock()
		defer mu.Unlock()
		if told := log.String(); !strings.Contains(told, `error="no rows" request_id=name-of-1`) {
			t.Errorf("the log says %s", told)
		}
		log.Reset()
	})
	equal(t, "a shared problem", busy.RequestID, "")
}
