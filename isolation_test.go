package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// TestCallsAreApart: calls reuse memory, and see nothing of one another, whatever the one before gave or broke.
func TestCallsAreApart(t *testing.T) {
	type in struct {
		ID   int      `path:"id"`
		Q    *string  `query:"q"`
		Tags []string `query:"tag"`
		Body *struct {
			A *int     `json:"a"`
			L []string `json:"l"`
		} `body:""`
	}
	app := newQuiet()
	fasterapi.Put(app, "/{id}", func(_ context.Context, in in) (map[string]any, error) {
		if in.Q != nil && *in.Q == "fail" {
			return map[string]any{"left": "over"}, fasterapi.Conflict("asked to fail")
		}
		return map[string]any{"id": in.ID, "q": in.Q, "tags": in.Tags, "body": in.Body}, nil
	})
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 200 {
				id := worker*1000 + i
				for _, c := range []struct{ query, body, want string }{
					{"?q=x&tag=a&tag=b", `{"a":1,"l":["x","y"]}`, `{"body":{"a":1,"l":["x","y"]},"id":%d,"q":"x","tags":["a","b"]}`},
					{"?q=fail&tag=c", "", `{"title":"Conflict","status":409,"detail":"asked to fail"}`},
					{"?tag=d", `{"a":"x","l":["z"]}`, `"code":"type"`},
					{"", "", `{"body":null,"id":%d,"q":null,"tags":[]}`},
				} {
					r := httptest.NewRequest("PUT", fmt.Sprintf("/%d%s", id, c.query), strings.NewReader(c.body))
					r.Header.Set("Content-Type", "application/json")
					w := httptest.NewRecorder()
					app.ServeHTTP(w, r)
					want := strings.ReplaceAll(c.want, "%d", fmt.Sprint(id))
					if got := w.Body.String(); !strings.Contains(got, want) {
						t.Errorf("%d %s: got %s, want %s", id, c.query, got, want)
					}
				}
			}
		})
	}
	wg.Wait()
}

// TestCancelled: a handler that gives up because its client left is no failure to report.
func TestCancelled(t *testing.T) {
	app := newQuiet()
	fasterapi.Get(app, "/wait", func(ctx context.Context, _ struct{}) (int, error) {
		<-ctx.Done()
		return 0, fmt.Errorf("waiting: %w", ctx.Err())
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/wait", nil))
	if w.Code != 503 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
