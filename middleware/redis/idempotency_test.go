package redis

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

func TestIdempotencyStore(t *testing.T) {
	server := start(t)
	c, ctx := server.open(t, patience), context.Background()
	s := c.Idempotency()
	entry := func(data string, life time.Duration) middleware.IdempotencyEntry {
		return middleware.IdempotencyEntry{Key: "a", Data: []byte(data), Life: life}
	}
	if ok, err := s.Replace(ctx, nil, entry("x", time.Hour)); ok || err != nil {
		t.Errorf("nothing was replaced: %t, %v", ok, err)
	}
	if held, err := s.Claim(ctx, entry("1\x00\xff", time.Hour)); held != nil || err != nil {
		t.Errorf("claimed: %q, %v", held, err)
	}
	if held, err := s.Claim(ctx, entry("2", time.Hour)); string(held) != "1\x00\xff" || err != nil {
		t.Errorf("claimed twice: %q, %v", held, err)
	}
	if ok, err := s.Replace(ctx, []byte("2"), entry("3", time.Hour)); ok || err != nil {
		t.Errorf("another's was replaced: %t, %v", ok, err)
	}
	if ok, err := s.Replace(ctx, []byte("1\x00\xff"), entry("3", 2*time.Hour)); !ok || err != nil {
		t.Errorf("replace: %t, %v", ok, err)
	}
	if life, err := c.rdb.PTTL(ctx, "fasterapi:idempotency:a").Result(); err != nil || life <= time.Hour || life > 2*time.Hour {
		t.Errorf("it lives for %v, %v", life, err)
	}
	if err := s.Release(ctx, "a", []byte("1\x00\xff")); err != nil {
		t.Error(err)
	}
	if held, err := s.Claim(ctx, entry("4", time.Hour)); string(held) != "3" || err != nil {
		t.Errorf("another's was released: %q, %v", held, err)
	}
	if err := s.Release(ctx, "a", []byte("3")); err != nil {
		t.Error(err)
	}
	if held, err := s.Claim(ctx, entry("4", 0)); held != nil || err != nil {
		t.Errorf("released: %q, %v", held, err)
	}
	server.end()
	_, claimed := s.Claim(ctx, entry("", time.Hour))
	_, replaced := s.Replace(ctx, nil, entry("", time.Hour))
	for what, err := range map[string]error{"Claim": claimed, "Replace": replaced, "Release": s.Release(ctx, "a", nil)} {
		if err == nil {
			t.Errorf("%s without a server is no error", what)
		}
	}
}

// Of many nodes that have the same request at once, one does it, and all answer for it afterwards.
func TestIdempotencyAmongNodes(t *testing.T) {
	server := start(t)
	var done atomic.Int64
	const nodes = 8
	var apps [nodes]*fasterapi.App
	for i := range apps {
		apps[i] = fasterapi.New()
		apps[i].Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: server.open(t, patience).Idempotency()}))
		apps[i].Handle("POST", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, fmt.Sprint("done ", done.Add(1))) }))
	}
	ask := func(i int) (int, string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader("x"))
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		apps[i].ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	var wg sync.WaitGroup
	for i := range nodes {
		wg.Go(func() {
			if code, body := ask(i); code != 409 && (code != 200 || body != "done 1") {
				t.Errorf("node %d: %d %q", i, code, body)
			}
		})
	}
	wg.Wait()
	for i := range nodes {
		if code, body := ask(i); code != 200 || body != "done 1" {
			t.Errorf("node %d afterwards: %d %q", i, code, body)
		}
	}
	server.end()
	if code, _ := ask(0); code != 503 {
		t.Errorf("without the server: %d", code)
	}
}
