package fasterapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// journal is what happened in requests, in order.
type journal chan string

func newJournal() journal { return make(journal, 1000) }

func (j journal) add(format string, args ...any) { j <- fmt.Sprintf(format, args...) }

// take waits for n lines, since some are written when the client has its answer already.
func (j journal) take(n int) (lines []string) {
	for range n {
		lines = append(lines, <-j)
	}
	return lines
}

type (
	store   struct{ name string }
	session struct{ store, user string }
	basket  struct{ session, store string }
)

// shop provides a store, a session in it, and a basket that takes both.
func shop(app *fasterapi.App, log journal) {
	scope := func(what string) fasterapi.Scope {
		return fasterapi.Scope{
			Settle: func(_ context.Context, err error) error {
				log.add("settle %s: %v", what, err)
				return nil
			},
			Close: func(ctx context.Context) { log.add("close %s %v", what, ctx.Err()) },
		}
	}
	fasterapi.ProvideScoped(app, func(context.Context, struct{}) (store, fasterapi.Scope, error) {
		log.add("store")
		return store{"app's"}, scope("store"), nil
	})
	fasterapi.ProvideScoped(app, func(_ context.Context, in struct {
		Store fasterapi.Dep[store]
		User  string `header:"X-User" maxLength:"8"`
	}) (session, fasterapi.Scope, error) {
		log.add("session")
		if in.User == "nobody" {
			return session{}, fasterapi.Scope{}, fasterapi.Forbidden("not for %s", in.User)
		}
		return session{in.Store.Value.name, in.User}, scope("session"), nil
	})
	fasterapi.Provide(app, func(_ context.Context, in struct {
		Session fasterapi.Dep[session]
		Store   fasterapi.Dep[store]
	}) (basket, error) {
		log.add("basket")
		return basket{in.Session.Value.user, in.Store.Value.name}, nil
	})
}

type shopIn struct {
	Basket  fasterapi.Dep[basket]
	Session fasterapi.Dep[session]
	Count   int `query:"count" default:"1" maximum:"9"`
}

// TestDependencies: each provider runs once, after all inputs were found right; what it left is settled before the answer and closed
// after it, the last first, whatever became of the handler.
func TestDependencies(t *testing.T) {
	log := newJournal()
	app := newQuiet()
	app.Use(func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			defer func() {
				if p := recover(); p != nil {
					web.Fail(w, r, fmt.Errorf("panic: %v", p))
				}
			}()
			next.ServeWeb(w, r)
		})
	})
	shop(app, log)
	fasterapi.Get(app, "/buy", func(_ context.Context, in shopIn) (fasterapi.Text, error) {
		log.add("handler")
		switch in.Count {
		case 2:
			return "", fasterapi.NotFound("sold out")
		case 3:
			panic("dropped")
		}
		return fasterapi.Text(fmt.Sprint(in.Basket.Value, in.Session.Value, in.Count)), nil
	})
	after := func(err string) []string {
		return []string{"store", "session", "basket", "handler",
			"settle session: " + err, "settle store: " + err, "close session <nil>", "close store <nil>"}
	}
	cases := []struct {
		request, body string
		status        int
		log           []string
	}{
		{"GET /buy\nX-User: me", "{me app's} {app's me} 1", 200, after("<nil>")},
		{"GET /buy?count=2\nX-User: me", "", 404, after("404 Not Found: sold out")},
		{"GET /buy?count=3\nX-User: me", "", 500, after(fasterapi.ErrPanicked.Error())},
		{"GET /buy\nX-User: nobody", "", 403, []string{"store", "session", "settle store: 403 Forbidden: not for nobody", "close store <nil>"}},
		{"GET /buy?count=10\nX-User: me", "", 422, nil},
	}
	onEach(t, app, func(t *testing.T, addr string) {
		for _, c := range cases {
			got := ask(t, addr, c.request)
			equal(t, c.request+": status", got.status, c.status)
			equal(t, c.request+": log", log.take(len(c.log)), c.log)
			if c.body != "" {
				equal(t, c.request, got.body, c.body)
			}
		}
		equal(t, "all mistakes", ask(t, addr, "GET /buy?count=10\nX-User: me and you").codes(t),
			[]string{"query count maximum", "header X-User maxLength"})
		equal(t, "lines left", len(log), 0)
	})
}

// TestSettleDecides: an error of Settle, as that of a commit, is what is answered; a panic in one keeps nobody else from its end.
func TestSettleDecides(t *testing.T) {
	type first struct{}
	type second struct{}
	log := newJournal()
	app := newQuiet()
	app.Use(func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			defer func() {
				if recover() != nil {
					web.Fail(w, r, fasterapi.Unavailable("panicked"))
				}
			}()
			next.ServeWeb(w, r)
		})
	})
	fasterapi.ProvideScoped(app, func(context.Context, struct{}) (first, fasterapi.Scope, error) {
		return first{}, fasterapi.Scope{
			Settle: func(_ context.Context, err error) error { log.add("first: %v", err); return err },
			Close:  func(context.Context) { log.add("first closed") },
		}, nil
	})
	fasterapi.ProvideScoped(app, func(_ context.Context, in struct {
		First fasterapi.Dep[first]
		Mode  string `path:"mode"`
	}) (second, fasterapi.Scope, error) {
		return second{}, fasterapi.Scope{
			Settle: func(_ context.Context, err error) error {
				switch in.Mode {
				case "conflict":
					return fasterapi.Conflict("somebody was faster")
				case "panic":
					panic("commit")
				}
				return nil
			},
			Close: func(context.Context) {
				if in.Mode == "close" {
					panic("close")
				}
			},
		}, nil
	})
	fasterapi.Get(app, "/{mode}", func(_ context.Context, in struct{ Second fasterapi.Dep[second] }) (fasterapi.Text, error) {
		return "done", nil
	})
	panicked := fasterapi.ErrPanicked.Error()
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "commit", ask(t, addr, "GET /commit").body, "done")
		equal(t, "log", log.take(2), []string{"first: <nil>", "first closed"})
		equal(t, "conflict", ask(t, addr, "GET /conflict").status, 409)
		equal(t, "log", log.take(2), []string{"first: 409 Conflict: somebody was faster", "first closed"})
		equal(t, "panic", ask(t, addr, "GET /panic").status, 503)
		equal(t, "log", log.take(2), []string{"first: " + panicked, "first closed"})
	})
}

// TestGroupsProvide: a group's provider stands in the place of the App's, for nested ones too, and Override in that of all.
func TestGroupsProvide(t *testing.T) {
	build := func() *fasterapi.App {
		app := newQuiet()
		shop(app, newJournal())
		group := app.Group("/other")
		fasterapi.Provide(group, func(context.Context, struct{}) (store, error) { return store{"group's"}, nil })
		h := func(_ context.Context, in struct{ Session fasterapi.Dep[session] }) (fasterapi.Text, error) {
			return fasterapi.Text(in.Session.Value.store), nil
		}
		fasterapi.Get(group, "/store", h)
		fasterapi.Get(app, "/store", h)
		return app
	}
	onEach(t, build(), func(t *testing.T, addr string) {
		equal(t, "app", ask(t, addr, "GET /store\nX-User: a").body, "app's")
		equal(t, "group", ask(t, addr, "GET /other/store\nX-User: a").body, "group's")
	})
	app := build()
	fasterapi.Override(app, func(context.Context, struct{}) (store, error) { return store{"tests'"}, nil })
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "app", ask(t, addr, "GET /store\nX-User: a").body, "tests'")
		equal(t, "group", ask(t, addr, "GET /other/store\nX-User: a").body, "tests'")
	})
	if got := panicOf(func() {
		fasterapi.Override(app, func(context.Context, struct{}) (store, error) { return store{}, nil })
	}); !strings.Contains(got, "after the first request") {
		t.Errorf("got %q", got)
	}
}

// TestOverrideInGroup: the parameters of a provider may stand in the prefix of a group, whose route has a pattern of its own or none.
func TestOverrideInGroup(t *testing.T) {
	type tenant string
	of := func(_ context.Context, in struct {
		Tenant string `path:"tenant"`
	}) (tenant, error) {
		return tenant("of " + in.Tenant), nil
	}
	app := newQuiet()
	group := app.Group("/{tenant}")
	fasterapi.Provide(group, of)
	for _, pattern := range []string{"", "/more"} {
		fasterapi.Get(group, pattern, func(_ context.Context, in struct{ Tenant fasterapi.Dep[tenant] }) (fasterapi.Text, error) {
			return fasterapi.Text(in.Tenant.Value), nil
		})
	}
	fasterapi.Override(app, of)
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "group", ask(t, addr, "GET /a").body, "of a")
		equal(t, "route", ask(t, addr, "GET /a/more").body, "of a")
	})
}

// TestDependenciesAreApart: what one request was given is not seen by another.
func TestDependenciesAreApart(t *testing.T) {
	app := newQuiet()
	shop(app, newJournal())
	fasterapi.Get(app, "/", func(_ context.Context, in shopIn) (fasterapi.Text, error) {
		return fasterapi.Text(in.Session.Value.user + in.Basket.Value.session), nil
	})
	onEach(t, app, func(t *testing.T, addr string) {
		var running sync.WaitGroup
		for i := range 20 {
			running.Go(func() {
				user := fmt.Sprint(i)
				if got := ask(t, addr, "GET /\nX-User: "+user); got.body != user+user {
					t.Errorf("%s: got %q", user, got.body)
				}
			})
		}
		running.Wait()
	})
}

// TestSettleAfterReset: what was provided is settled and closed when the client has gone.
func TestSettleAfterReset(t *testing.T) {
	type held struct{}
	began, ended := make(chan struct{}), make(chan error, 2)
	app := newQuiet()
	fasterapi.ProvideScoped(app, func(context.Context, struct{}) (held, fasterapi.Scope, error) {
		return held{}, fasterapi.Scope{
			Settle: func(_ context.Context, err error) error { ended <- err; return nil },
			Close:  func(ctx context.Context) { ended <- ctx.Err() },
		}, nil
	})
	fasterapi.Get(app, "/", func(ctx context.Context, _ struct{ Held fasterapi.Dep[held] }) (fasterapi.Text, error) {
		began <- struct{}{}
		<-ctx.Done()
		return "", ctx.Err()
	})
	onEach(t, app, func(t *testing.T, addr string) {
		ctx, leave := context.WithCancel(t.Context())
		req, _ := http.NewRequestWithContext(ctx, "GET", "http://"+addr+"/", nil)
		left := make(chan struct{})
		go func() {
			defer close(left)
			if res, err := http.DefaultTransport.RoundTrip(req); err == nil {
				res.Body.Close()
			}
		}()
		<-began
		leave()
		<-left
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("settled with %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("closed with a context that is %v", err)
		}
	})
}
