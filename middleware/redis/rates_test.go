package redis

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// The scripts say of every request what the store in memory says.
func TestRatesAsInMemory(t *testing.T) {
	c := start(t).open(t, patience)
	for _, p := range []middleware.RatePolicy{
		{Limit: 1, Window: time.Minute},
		{Limit: 7, Window: 5 * time.Minute},
		{Limit: 60, Window: time.Hour, Burst: 5},
		{Limit: 11, Window: 7 * time.Minute, Burst: 40},
		{Limit: 1, Window: time.Minute, Algorithm: middleware.SlidingWindow},
		{Limit: 7, Window: 3 * time.Minute, Algorithm: middleware.SlidingWindow},
		{Limit: 100, Window: time.Minute, Algorithm: middleware.SlidingWindow},
	} {
		now := time.Date(2030, 1, 2, 3, 4, 5, 678901000, time.UTC)
		memory := middleware.NewMemoryRateStore(0, func() time.Time { return now })
		shared := &rates{client: c}
		key := fmt.Sprint(p)
		allowed := 0
		for i := range 600 {
			shared.now = strconv.FormatInt(now.UnixMicro(), 10)
			want, _ := memory.Take(context.Background(), key, p)
			got, err := shared.Take(context.Background(), key, p)
			if err != nil || got != want {
				t.Fatalf("%+v, request %d: %+v, %v; in memory %+v", p, i, got, err, want)
			}
			if got.Allowed {
				allowed++
			}
			now = now.Add(p.Window*time.Duration(i*i%23)/time.Duration(11*p.Limit) + time.Duration(i)*time.Microsecond)
			switch i {
			case 200:
				now = now.Add(-p.Window / 2)
			case 400:
				now = now.Add(-24 * time.Hour)
			}
		}
		if allowed < 50 || allowed == 600 {
			t.Errorf("%+v: %d of 600 were allowed", p, allowed)
		}
	}
}

// By the server's own clock, requests of many connections at once never take more than there is; and the keys vanish.
func TestRatesAtOnce(t *testing.T) {
	c := start(t).open(t, patience)
	for _, algorithm := range []middleware.RateAlgorithm{middleware.GCRA, middleware.SlidingWindow} {
		p := middleware.RatePolicy{Limit: 50, Window: 10 * time.Hour, Algorithm: algorithm}
		var allowed atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					v, err := c.Rates().Take(context.Background(), "a", p)
					if err != nil {
						t.Error(err)
					}
					if v.Allowed {
						allowed.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if allowed.Load() != 50 {
			t.Errorf("algorithm %d: %d were allowed, want 50", algorithm, allowed.Load())
		}
	}
	keys, err := c.rdb.Keys(context.Background(), "*").Result()
	if err != nil || len(keys) != 2 {
		t.Fatalf("keys %q, %v", keys, err)
	}
	for _, key := range keys {
		life, err := c.rdb.PTTL(context.Background(), key).Result()
		if err != nil || life <= 0 || life > 20*time.Hour {
			t.Errorf("%s lives for %v, %v", key, life, err)
		}
	}
}

func TestRatesRefuseAPolicy(t *testing.T) {
	c, err := Open(Config{URL: "redis://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Rates().Take(context.Background(), "a", middleware.RatePolicy{}); err == nil {
		t.Error("a policy without a limit passed")
	}
}

// When the server does not answer, or is not there, the policy decides, and soon.
func TestRatesWithoutServer(t *testing.T) {
	for what, stop := range map[string]func(t *testing.T, s *instance){
		"gone": func(_ *testing.T, s *instance) { s.end() },
		"stuck": func(t *testing.T, s *instance) {
			if err := s.process.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
		},
	} {
		for closed, want := range map[bool]int{false: 200, true: 503} {
			t.Run(fmt.Sprintf("%s, closed %t", what, closed), func(t *testing.T) {
				s := start(t)
				ask := func(timeout time.Duration) int {
					app := fasterapi.New()
					app.Use(middleware.RateLimit(middleware.RateLimited{
						Policy: middleware.RatePolicy{Limit: 1, Window: time.Hour},
						Store:  s.open(t, timeout).Rates(),
						Closed: closed,
					}))
					app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "ok") }))
					w := httptest.NewRecorder()
					app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
					return w.Code
				}
				if first, second := ask(patience), ask(patience); first != 200 || second != 429 {
					t.Fatalf("while it is there: %d, %d", first, second)
				}
				stop(t, s)
				// Without a bound of its own, the call to a stuck server would never end, and the test with it.
				if got := ask(50 * time.Millisecond); got != want {
					t.Errorf("%d, want %d", got, want)
				}
			})
		}
	}
}

// A server that has come back is found again by the same client.
func TestRatesAfterAPause(t *testing.T) {
	s := start(t)
	c := s.open(t, 200*time.Millisecond)
	p := middleware.RatePolicy{Limit: 1, Window: time.Hour}
	if err := s.process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Rates().Take(context.Background(), "a", p); err == nil {
		t.Error("a stuck server answered")
	}
	if err := s.process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 100 { // a busy machine may let a call time out once more
		if _, err = c.Rates().Take(context.Background(), "b", p); err == nil {
			return
		}
	}
	t.Error(err)
}
