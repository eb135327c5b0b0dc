package middleware_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// Two limits of one client may share a store, as their policies have names.
func ExampleMemoryRateStore() {
	store := middleware.NewMemoryRateStore(1000, nil)
	burst := middleware.RatePolicy{Name: "burst", Limit: 1, Window: time.Minute}
	day := middleware.RatePolicy{Name: "day", Limit: 100, Window: 24 * time.Hour, Algorithm: middleware.SlidingWindow}
	app := fasterapi.New()
	for _, policy := range []middleware.RatePolicy{day, burst} {
		if err := policy.Check(); err != nil { // of a policy that comes from a file, before RateLimit would panic
			fmt.Println(err)
			return
		}
		app.Use(middleware.RateLimit(middleware.RateLimited{Policy: policy, Key: middleware.RateByClient, Store: store}))
	}
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.NoContent(204) }))

	for range 2 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		fmt.Println(w.Code, len(w.Header().Values("RateLimit-Policy")), store.Len())
	}
	// Output:
	// 204 2 2
	// 429 2 2
}

// A store of one's own answers with a verdict: here everybody may do everything.
func ExampleRateStore() {
	var store middleware.RateStore = generous{}
	verdict, err := store.Take(context.Background(), "ada", middleware.RatePolicy{Limit: 5, Window: time.Minute})
	fmt.Println(verdict.Allowed, verdict.Remaining, err)
	// Output: true 5 <nil>
}

type generous struct{}

// Take allows it.
func (generous) Take(_ context.Context, _ string, p middleware.RatePolicy) (middleware.RateVerdict, error) {
	return middleware.RateVerdict{Allowed: true, Remaining: p.Limit}, nil
}

// Several middlewares of one kind may share a store; each key is one order, however often it is sent.
func ExampleMemoryIdempotencyStore() {
	orders := 0
	app := fasterapi.New()
	app.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: middleware.NewMemoryIdempotencyStore(1000, nil)}))
	app.Handle("POST", "/orders", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		orders++
		_ = w.Text(201, fmt.Sprint("order ", orders))
	}))

	for _, key := range []string{`"a"`, `"a"`, `"b"`} {
		r, w := httptest.NewRequest("POST", "/orders", strings.NewReader("tea")), httptest.NewRecorder()
		r.Header.Set("Idempotency-Key", key)
		app.ServeHTTP(w, r)
		fmt.Printf("%d %s, replayed: %q\n", w.Code, w.Body, w.Header().Get("Idempotent-Replayed"))
	}
	// Output:
	// 201 order 1, replayed: ""
	// 201 order 1, replayed: "true"
	// 201 order 2, replayed: ""
}

// A login gives the session another id, and a logout ends it.
func ExampleSession() {
	type account struct{ Name string }
	store := middleware.NewMemorySessionStore(1000, nil)
	app := fasterapi.New()
	app.Use(middleware.Sessions[account](middleware.SessionOptions{Store: store}))
	fasterapi.Post(app, "/login", func(ctx context.Context, _ struct{}) (fasterapi.Text, error) {
		session := middleware.SessionOf[account](ctx)
		if err := session.Regenerate(); err != nil {
			return "", err
		}
		return "welcome", session.Set(account{"ada"})
	})
	fasterapi.Post(app, "/logout", func(ctx context.Context, _ struct{}) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, middleware.SessionOf[account](ctx).End()
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("POST", "/login", nil))
	fmt.Println(w.Body, store.Len())
	out := httptest.NewRequest("POST", "/logout", nil)
	out.AddCookie(w.Result().Cookies()[0])
	app.ServeHTTP(httptest.NewRecorder(), out)
	fmt.Println(store.Len())
	// Output:
	// welcome 1
	// 0
}
