package fasterapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

func panicOf(f func()) (sentence string) {
	defer func() {
		if p := recover(); p != nil {
			sentence = fmt.Sprint(p)
		}
	}()
	f()
	return ""
}

func answer[In any](context.Context, In) (int, error) { return 0, nil }

// TestMisuse: a mistake of registration panics with a sentence that names the place, the route and the fix.
func TestMisuse(t *testing.T) {
	type byID struct {
		ID int `path:"id"`
	}
	type rest struct {
		A int `query:"a"`
		B int
	}
	cases := map[string]func(*fasterapi.App){
		`takes the path parameter "id", but the pattern has none`: func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[byID]) },
		"the pattern has {name}, but no field":                    func(a *fasterapi.App) { fasterapi.Get(a, "/x/{id}/{name}", answer[byID]) },
		"field B of fasterapi_test.rest: it has no source":        func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[rest]) },
		"the input takes a body, but GET has none":                func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[user]) },
		"matches the same paths as GET /x/{id}": func(a *fasterapi.App) {
			fasterapi.Get(a, "/x/{id}", answer[byID])
			fasterapi.Get(a, "/x/{no}", answer[struct {
				No int `path:"no"`
			}])
		},
		"comes after the route GET /x": func(a *fasterapi.App) {
			a.Handle("GET", "/x", text(""))
			a.Use(mark("late"))
		},
		"comes after the route POST /g/x": func(a *fasterapi.App) {
			fasterapi.Post(a.Group("/g"), "/x", answer[user])
			a.UseHTTP(func(h http.Handler) http.Handler { return h })
		},
		"does not begin with a slash":                   func(a *fasterapi.App) { a.Handle("GET", "x", text("")) },
		"the handler is nil":                            func(a *fasterapi.App) { a.Handle("GET", "/x", nil) },
		"is not a token":                                func(a *fasterapi.App) { a.Handle("GE T", "/x", text("")) },
		"not end in one. Fix: write it like \"/v1\"":    func(a *fasterapi.App) { a.Group("/v1/") },
		"not end in one. Fix: write it like \"/files\"": func(a *fasterapi.App) { a.Mount("files", http.NotFoundHandler()) },
		"the status 99 does not fit": func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[user], fasterapi.Status(99))
		},
		"chan int has no JSON form": func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", func(context.Context, struct{}) (chan int, error) { return nil, nil })
		},
		"cannot be a status": func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", func(context.Context, struct{}) (o struct {
				S string `status:""`
			}, err error) {
				return
			})
		},
		`the default "x" must be an integer`: func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct {
				A int `query:"a" default:"x"`
			}])
		},
		"it is said to be Inline and Blocking": func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Inline(), fasterapi.Blocking())
		},
		"2 sources": func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct {
				A int `query:"a" header:"a"`
			}])
		},
	}
	for want, register := range cases {
		got := panicOf(func() { register(newQuiet()) })
		if !strings.Contains(got, want) || !strings.Contains(got, "misuse_test.go:") || !strings.Contains(got, "Fix: ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestGroupParameters: what a group's prefix names may be left to middleware.
func TestGroupParameters(t *testing.T) {
	app := newQuiet()
	tenants := app.Group("/{tenant}")
	fasterapi.Get(tenants, "/a", answer[struct{}])
	fasterapi.Get(tenants, "/b", func(_ context.Context, in struct {
		Tenant string `path:"tenant"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text(in.Tenant), nil
	})
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "unused", ask(t, addr, "GET /x/a").body, "0")
		equal(t, "taken", ask(t, addr, "GET /x/b").body, "x")
	})
}
