package fasterapi_test

import (
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

var quiet = log.New(io.Discard, "", 0)

func newQuiet(opts ...fasterapi.Option) *fasterapi.App {
	return fasterapi.New(append(opts, fasterapi.Logger(slog.New(slog.DiscardHandler)))...)
}

type params struct {
	ID    int                 `path:"id" minimum:"1"`
	Name  string              `path:"name" maxLength:"5"`
	Q     string              `query:"q" minLength:"2"`
	Limit int                 `query:"limit" default:"10" maximum:"100"`
	Tags  []string            `query:"tag" maxItems:"2"`
	Ratio *float64            `query:"ratio"`
	Token string              `header:"X-Token" default:"none"`
	Langs []string            `header:"Accept-Language"`
	Theme string              `cookie:"theme" enum:"dark,light" default:"dark"`
	Flag  fasterapi.Opt[bool] `query:"flag"`
}

type seen struct {
	ID    int                 `json:"id"`
	Name  string              `json:"name"`
	Q     string              `json:"q"`
	Limit int                 `json:"limit"`
	Tags  []string            `json:"tags,omitempty"`
	Ratio *float64            `json:"ratio,omitempty"`
	Token string              `json:"token"`
	Langs []string            `json:"langs,omitempty"`
	Theme string              `json:"theme"`
	Flag  fasterapi.Opt[bool] `json:"flag,omitzero"`
}

func TestParameters(t *testing.T) {
	app := newQuiet()
	fasterapi.Get(app, "/a/{id}/{name}", func(_ context.Context, in params) (seen, error) { return seen(in), nil })
	onEach(t, app, func(t *testing.T, addr string) {
		a := ask(t, addr, "GET /a/7/x%2Fy?q=a+b%21&tag=1&tag=2&ratio=0.5&flag=true\nX-Token: t\nAccept-Language: de, en\nAccept-Language: fr\nCookie: theme=light; theme=dark")
		equal(t, "status", a.status, 200)
		equal(t, "type", a.header.Get("Content-Type"), "application/json")
		equal(t, "body", a.body, `{"id":7,"name":"x/y","q":"a b!","limit":10,"tags":["1","2"],"ratio":0.5,"token":"t","langs":["de","en","fr"],"theme":"light","flag":true}`)
		equal(t, "defaults", ask(t, addr, "GET /a/1/n?q=ab").body, `{"id":1,"name":"n","q":"ab","limit":10,"token":"none","theme":"dark"}`)
		for request, want := range map[string][]string{
			"GET /a/0/toolong?limit=101&tag=1&tag=2&tag=3\nCookie: theme=pink": {
				"path id minimum", "path name maxLength", "query limit maximum", "query q required", "query tag maxItems", "cookie theme enum"},
			"GET /a/x/n?q=1&limit=&ratio=x&flag=2":    {"path id type", "query q minLength", "query limit type", "query ratio type", "query flag type"},
			"GET /a/1/n?q=ab&q=cd":                    {"query q repeated"},
			"GET /a/1/n?q=ab\nX-Token: a\nX-Token: b": {"header X-Token repeated"},
		} {
			a := ask(t, addr, request)
			equal(t, request, a.status, 422)
			equal(t, request, a.codes(t), want)
		}
		a = ask(t, addr, "GET /a/1/n?q=%ff%fe")
		equal(t, "invalid UTF-8", a.status, 400)
		a.problem(t)
		head := ask(t, addr, "HEAD /a/1/n?q=ab")
		head.header.Del("Date") // the second may change between the two
		equal(t, "HEAD", head, func() reply {
			get := ask(t, addr, "GET /a/1/n?q=ab")
			get.header.Del("Date")
			get.body = ""
			return get
		}())
	})
}

type user struct {
	Name  string `json:"name" minLength:"1" maxLength:"40"`
	Email string `json:"email" format:"email"`
	Age   int    `json:"age" minimum:"0" maximum:"150"`
}

type made struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

func TestBodies(t *testing.T) {
	app := newQuiet(fasterapi.BodyLimit(200))
	create := func(_ context.Context, in user) (fasterapi.Creation[made], error) {
		return fasterapi.Created(made{1, in.Name}, "/users/1"), nil
	}
	fasterapi.Post(app, "/users", create)
	fasterapi.Query(app, "/users", func(_ context.Context, in user) (user, error) { return in, nil })
	type change struct {
		ID   int   `path:"id"`
		Body *user `body:""`
	}
	fasterapi.Put(app, "/users/{id}", func(_ context.Context, in change) (bool, error) { return in.Body != nil, nil })
	fasterapi.Post(app, "/small", create, fasterapi.BodyLimit(10))
	const ada = `{"name":"Ada","email":"ada@example.com","age":36}`
	onEach(t, app, func(t *testing.T, addr string) {
		a := ask(t, addr, "POST /users\nContent-Type: application/json; charset=utf-8\n\n"+ada)
		equal(t, "created", []any{a.status, a.body, a.header.Get("Location")}, []any{201, `{"id":1,"name":"Ada"}`, "/users/1"})
		a = ask(t, addr, "QUERY /users\nContent-Type: application/vnd.x+json\n\n"+ada)
		equal(t, "QUERY", []any{a.status, a.body}, []any{200, ada})
		equal(t, "optional body", ask(t, addr, "PUT /users/1").body, "false")
		equal(t, "optional body", ask(t, addr, "PUT /users/1\nContent-Type: application/json\n\n"+ada).body, "true")
		status := map[string]int{
			"POST /users\nContent-Type: text/plain\n\n" + ada:                            415,
			"POST /users\n\n" + ada:                                                      415,
			"POST /users\nContent-Type: application/jsonx\n\n" + ada:                     415,
			"POST /users\nContent-Type: application/json\n\n{":                           400,
			"POST /users\nContent-Type: application/json\n\n" + ada + "x":                400,
			"POST /users\nContent-Type: application/json\n\n\xef\xbb\xbf" + ada:          400,
			"POST /users\nContent-Type: application/json\n\n\"\xff\"":                    400,
			"POST /users\nContent-Type: application/json\n\n{\"age\":1,\"age\":1}":       400,
			"POST /users\nContent-Type: application/json\n\n" + strings.Repeat(" ", 201): 413,
			"POST /small\nContent-Type: application/json\n\n" + ada:                      413,
		}
		for request, want := range status {
			a := ask(t, addr, request)
			equal(t, request, a.status, want)
			a.problem(t)
		}
		for request, want := range map[string][]string{
			"POST /users\nContent-Type: application/json\n\n{\"name\":\"\",\"email\":\"x\",\"age\":151,\"z\":1}": {
				"body /name minLength", "body /email format", "body /age maximum", "body /z unknown_field"},
			"POST /users\nContent-Type: application/json\n\n{}": {"body /name required", "body /email required", "body /age required"},
			"POST /users": {"body required"},
			"PUT /users/x\nContent-Type: application/json\n\n{\"name\":null,\"email\":\"a@b\",\"age\":\"1\"}": {
				"path id type", "body /name type", "body /age type"},
		} {
			a := ask(t, addr, request)
			equal(t, request, a.status, 422)
			equal(t, request, a.codes(t), want)
		}
	})
}

type teapot struct{}

func (teapot) Error() string   { return "I am a teapot" }
func (teapot) HTTPStatus() int { return 418 }

func TestAnswers(t *testing.T) {
	app := newQuiet()
	type tagged struct {
		Status int        `status:""`
		ETag   string     `header:"ETag"`
		Cookie web.Cookie `cookie:""`
		A      int        `json:"a"`
	}
	nothing := struct{}{}
	fasterapi.Get(app, "/text", func(context.Context, struct{}) (fasterapi.Text, error) { return "hello", nil })
	fasterapi.Delete(app, "/none", func(context.Context, struct{}) (fasterapi.NoContent, error) { return fasterapi.NoContent{}, nil })
	fasterapi.Get(app, "/none", func(context.Context, struct{}) (struct{}, error) { return nothing, nil })
	fasterapi.Get(app, "/accepted", func(context.Context, struct{}) ([]int, error) { return nil, nil }, fasterapi.Status(202))
	fasterapi.Get(app, "/tagged", func(context.Context, struct{}) (tagged, error) {
		return tagged{203, `"x"`, web.Cookie{Name: "a", Value: "b"}, 1}, nil
	})
	fasterapi.Get(app, "/error/{kind}", func(_ context.Context, in struct {
		Kind string `path:"kind"`
	}) (int, error) {
		switch in.Kind {
		case "missing":
			return 0, fasterapi.NotFound("no item %d", 7)
		case "wrapped":
			return 0, errors.Join(errors.New("secret"), fasterapi.Conflict("taken"))
		case "teapot":
			return 0, teapot{}
		case "odd":
			return 0, &fasterapi.Problem{Status: 200}
		}
		return 0, errors.New("secret")
	})
	onEach(t, app, func(t *testing.T, addr string) {
		a := ask(t, addr, "GET /text")
		equal(t, "text", []any{a.status, a.body, a.header.Get("Content-Type")}, []any{200, "hello", "text/plain; charset=utf-8"})
		equal(t, "DELETE", ask(t, addr, "DELETE /none").status, 204)
		equal(t, "struct{}", ask(t, addr, "GET /none").status, 204)
		a = ask(t, addr, "GET /accepted")
		equal(t, "accepted", []any{a.status, a.body}, []any{202, "[]"})
		a = ask(t, addr, "GET /tagged")
		equal(t, "tagged", []any{a.status, a.body, a.header.Get("ETag"), a.header.Get("Set-Cookie")}, []any{203, `{"a":1}`, `"x"`, "a=b"})
		for kind, want := range map[string]fasterapi.Problem{
			"missing": {Title: "Not Found", Status: 404, Detail: "no item 7"},
			"wrapped": {Title: "Conflict", Status: 409, Detail: "taken"},
			"teapot":  {Title: "I'm a teapot", Status: 418, Detail: "I am a teapot"},
			"odd":     {Title: "Internal Server Error", Status: 500},
			"other":   {Title: "Internal Server Error", Status: 500},
		} {
			a := ask(t, addr, "GET /error/"+kind)
			equal(t, kind, a.problem(t), want)
			if strings.Contains(a.body, "secret") {
				t.Errorf("%s: the client sees %s", kind, a.body)
			}
		}
	})
}

func TestErrorsAreLogged(t *testing.T) {
	var b strings.Builder
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.NewTextHandler(&b, nil))))
	fasterapi.Get(app, "/x/{id}", func(context.Context, struct {
		ID string `path:"id"`
	}) (int, error) {
		return 0, errors.New("line\nbreak \x1b[31m")
	})
	w := ask(t, legs["nethttp"](t, app), "GET /x/1")
	equal(t, "status", w.status, 500)
	if got := b.String(); !strings.Contains(got, "route=/x/{id}") || !strings.Contains(got, `"line\nbreak \x1b[31m"`) || strings.Count(got, "\n") != 1 {
		t.Errorf("logged %q", got)
	}
}

func mark(name string) web.Middleware {
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			w.Add("X-Chain", name)
			next.ServeWeb(w, r)
		})
	}
}

func TestChains(t *testing.T) {
	app := newQuiet()
	app.Use(mark("app"))
	app.UseHTTP(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("X-Chain", "http")
			next.ServeHTTP(w, r)
		})
	})
	v1 := app.Group("/v1", mark("v1"))
	admin := v1.Group("/admin")
	admin.Use(mark("admin"))
	ok := web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, r.Route.Pattern) })
	admin.Handle("GET", "/x", ok, fasterapi.With(mark("route")))
	v1.Handle("GET", "", ok)
	onEach(t, app, func(t *testing.T, addr string) {
		for request, want := range map[string]string{
			"GET /v1/admin/x": "200 app http v1 admin route",
			"GET /v1":         "200 app http v1",
			"GET /nothing":    "404 app http",
			"POST /v1":        "405 app http",
			"OPTIONS /v1":     "204 app http",
			"GET /a/../v1":    "400 app http",
		} {
			a := ask(t, addr, request)
			equal(t, request, strconv.Itoa(a.status)+" "+strings.Join(a.header["X-Chain"], " "), want)
		}
		equal(t, "pattern", ask(t, addr, "GET /v1/admin/x").body, "/v1/admin/x")
	})
	routes := app.Routes()
	equal(t, "routes", len(routes), 2)
	equal(t, "route", routes[0].Method+" "+routes[0].Pattern, "GET /v1/admin/x")
	equal(t, "chain", len(routes[0].Chain), 5)
	equal(t, "as text", routes[0].String(), "GET /v1/admin/x > "+strings.Join(routes[0].Chain, " > "))
	if !strings.Contains(routes[0].Where, "app_test.go:") || !strings.Contains(routes[0].Chain[0], "mark") {
		t.Errorf("got %+v", routes[0])
	}
}
