package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// dial is a clock that tests turn.
type dial struct{ now atomic.Int64 }

func newDial() *dial {
	d := new(dial)
	d.now.Store(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC).UnixMicro())
	return d
}

func (d *dial) Now() time.Time        { return time.UnixMicro(d.now.Load()) }
func (d *dial) turn(by time.Duration) { d.now.Add(by.Microseconds()) }

// limited is an App with one route behind a limit.
func limited(c middleware.RateLimited) *fasterapi.App {
	app := fasterapi.New()
	app.Use(middleware.RateLimit(c))
	app.Handle("GET", "/items/{id}", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "ok") }))
	return app
}

func answer(app http.Handler, path string) *http.Response {
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Result()
}

func TestRateLimitAnswers(t *testing.T) {
	clock := newDial()
	app := limited(middleware.RateLimited{
		Policy: middleware.RatePolicy{Name: "burst", Limit: 2, Window: 10 * time.Second},
		Store:  middleware.NewMemoryRateStore(0, clock.Now),
	})
	for i, want := range []struct {
		status             int
		rate, retry, after string
	}{
		{200, `"burst";r=1;t=5`, "", ""},
		{200, `"burst";r=0;t=10`, "", ""},
		{429, `"burst";r=0;t=10`, "5", ""},
		{429, `"burst";r=0;t=10`, "5", ""},
	} {
		res := answer(app, "/items/1")
		if res.StatusCode != want.status || res.Header.Get("RateLimit") != want.rate || res.Header.Get("Retry-After") != want.retry {
			t.Errorf("request %d: %d %v, want %+v", i, res.StatusCode, res.Header, want)
		}
		if got := res.Header.Get("RateLimit-Policy"); got != `"burst";q=2;w=10` {
			t.Errorf("RateLimit-Policy: %s", got)
		}
		if want.status == 429 && res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("a refusal is %q", res.Header.Get("Content-Type"))
		}
	}
	clock.turn(4999 * time.Millisecond)
	if res := answer(app, "/items/1"); res.StatusCode != 429 || res.Header.Get("Retry-After") != "1" {
		t.Errorf("just too early: %d %v", res.StatusCode, res.Header)
	}
	clock.turn(time.Millisecond)
	if res := answer(app, "/items/1"); res.StatusCode != 200 {
		t.Errorf("after Retry-After: %d", res.StatusCode)
	}
	if res := answer(app, "/nowhere"); res.StatusCode != 429 {
		t.Errorf("what no route matches is not counted: %d", res.StatusCode)
	}
}

// However requests fall, no span of one window lets more than Limit plus the burst through, and waiting RetryAfter always helps.
func TestRateIsHeld(t *testing.T) {
	for _, p := range []middleware.RatePolicy{
		{Limit: 1, Window: time.Second},
		{Limit: 7, Window: 3 * time.Second},
		{Limit: 60, Window: time.Minute, Burst: 5},
		{Limit: 1000, Window: time.Second, Burst: 1},
		{Limit: 1, Window: time.Second, Algorithm: middleware.SlidingWindow},
		{Limit: 7, Window: 3 * time.Second, Algorithm: middleware.SlidingWindow},
	} {
		clock := newDial()
		store := middleware.NewMemoryRateStore(0, clock.Now)
		var allowed []time.Time
		for i := range 4000 {
			v, err := store.Take(context.Background(), "a", p)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case v.Allowed:
				allowed = append(allowed, clock.Now())
			case v.RetryAfter <= 0 || v.Remaining != 0:
				t.Fatalf("%+v: refused with %+v", p, v)
			case i%3 == 0:
				clock.turn(v.RetryAfter)
				if v, _ = store.Take(context.Background(), "a", p); !v.Allowed {
					t.Fatalf("%+v: refused after RetryAfter: %+v", p, v)
				}
				allowed = append(allowed, clock.Now())
			}
			clock.turn(p.Window * time.Duration(i*i%17) / time.Duration(9*p.Limit))
		}
		burst := p.Burst
		if p.Algorithm == middleware.GCRA && burst == 0 {
			burst = p.Limit
		}
		for i := range allowed {
			n := 0
			for _, at := range allowed[i:] {
				if at.Sub(allowed[i]) >= p.Window {
					break
				}
				n++
			}
			// The two counters of a sliding window see its past as even; they are never off by more than the limit.
			if most := p.Limit + max(burst, 0); p.Algorithm == middleware.GCRA && n > most || n > 2*p.Limit {
				t.Fatalf("%+v: %d in one window", p, n)
			}
		}
		if len(allowed) < 100 {
			t.Errorf("%+v: only %d of 4000 were allowed", p, len(allowed))
		}
	}
}

func TestSlidingWindow(t *testing.T) {
	clock := new(dial) // at the border of a window
	store := middleware.NewMemoryRateStore(0, clock.Now)
	p := middleware.RatePolicy{Limit: 10, Window: 10 * time.Second, Algorithm: middleware.SlidingWindow}
	take := func() middleware.RateVerdict { v, _ := store.Take(context.Background(), "a", p); return v }
	clock.turn(100 * time.Second)
	for i := range 10 {
		if v := take(); !v.Allowed || v.Remaining != 9-i || v.Reset != 20*time.Second {
			t.Fatalf("request %d: %+v", i, v)
		}
	}
	// Full: the next window must begin, and a tenth of it pass, until nine of the ten weigh.
	if v := take(); v.Allowed || v.RetryAfter != 11*time.Second {
		t.Errorf("the eleventh: %+v", v)
	}
	clock.turn(15 * time.Second) // half of the window before weighs
	for i := range 5 {
		if v := take(); !v.Allowed || v.Remaining != 4-i {
			t.Fatalf("request %d, later: %+v", i, v)
		}
	}
	if v := take(); v.Allowed || v.RetryAfter != time.Second {
		t.Errorf("the sixth, later: %+v", v)
	}
	clock.turn(-8 * time.Second) // back into the window before: nothing is forgotten
	if v := take(); v.Allowed {
		t.Errorf("the clock set back gives %+v", v)
	}
	clock.turn(-time.Hour) // but no one is locked out for an hour
	if v := take(); !v.Allowed {
		t.Errorf("the clock set back far gives %+v", v)
	}
}

func TestRateClockSetBack(t *testing.T) {
	clock := newDial()
	store := middleware.NewMemoryRateStore(0, clock.Now)
	p := middleware.RatePolicy{Limit: 2, Window: time.Second}
	for range 3 {
		_, _ = store.Take(context.Background(), "a", p)
	}
	clock.turn(-time.Hour)
	if v, _ := store.Take(context.Background(), "a", p); v.Allowed || v.RetryAfter > time.Second || v.Reset > time.Second {
		t.Errorf("an hour back: %+v", v)
	}
}

func TestRateStoreIsBounded(t *testing.T) {
	for _, limit := range []int{1, 10, 100, 5000} {
		clock := newDial()
		store := middleware.NewMemoryRateStore(limit, clock.Now)
		p := middleware.RatePolicy{Limit: 1, Window: time.Second}
		for i := range 3 * limit {
			_, _ = store.Take(context.Background(), strconv.Itoa(i), p)
		}
		if n := store.Len(); n > limit || n < limit/2 {
			t.Errorf("%d keys held, the limit is %d", n, limit)
		}
		if v, _ := store.Take(context.Background(), strconv.Itoa(3*limit-1), p); v.Allowed {
			t.Errorf("limit %d: the newest key was forgotten", limit)
		}
		clock.turn(time.Minute)
		held := store.Len()
		for i := range limit / 4 {
			_, _ = store.Take(context.Background(), "later"+strconv.Itoa(i), p)
		}
		if limit >= 100 && store.Len() >= held {
			t.Errorf("limit %d: what is over is not dropped: %d, then %d", limit, held, store.Len())
		}
	}
}

func TestRateStoreAtOnce(t *testing.T) {
	store := middleware.NewMemoryRateStore(0, newDial().Now)
	p := middleware.RatePolicy{Limit: 100, Window: time.Hour}
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 100 {
				if v, _ := store.Take(context.Background(), "a", p); v.Allowed {
					allowed.Add(1)
				}
				_, _ = store.Take(context.Background(), strconv.Itoa(i), p)
			}
		})
	}
	wg.Wait()
	if allowed.Load() != 100 {
		t.Errorf("%d were allowed, want 100", allowed.Load())
	}
}

func from(addr, identity string, route *web.Route) *web.Request {
	r := &web.Request{Route: route}
	if addr != "" {
		r.SetClientAddr(netip.MustParseAddrPort(addr))
	}
	r.SetIdentity(identity)
	return r
}

func TestRateKeys(t *testing.T) {
	route := &web.Route{Method: "GET", Pattern: "/a/{id}"}
	both := middleware.RateByEach(middleware.RateByRoute, middleware.RateByClient)
	none := func(*web.Request) string { return "" }
	for _, c := range []struct {
		name string
		key  middleware.RateKey
		r    *web.Request
		want string
	}{
		{"IPv4", middleware.RateByClient, from("192.0.2.1:5", "", nil), "addr:192.0.2.1"},
		{"mapped", middleware.RateByClient, from("[::ffff:192.0.2.1]:5", "", nil), "addr:192.0.2.1"},
		{"IPv6", middleware.RateByClient, from("[2001:db8:1:2:3:4:5:6]:5", "", nil), "addr:2001:db8:1:2::/64"},
		{"zone", middleware.RateByClient, from("[fe80::1%eth0]:5", "", nil), "addr:fe80::/64"},
		{"unix", middleware.RateByClient, from("", "", nil), "addr:none"},
		{"identity", middleware.RateByIdentity, from("192.0.2.1:5", "ada", nil), "id:ada"},
		{"nobody", middleware.RateByIdentity, from("192.0.2.1:5", "", nil), "addr:192.0.2.1"},
		{"an identity like an address", middleware.RateByIdentity, from("", "addr:192.0.2.1", nil), "id:addr:192.0.2.1"},
		{"route", middleware.RateByRoute, from("", "", route), "route:GET /a/{id}"},
		{"no route", middleware.RateByRoute, from("", "", nil), "route:"},
		{"each", both, from("192.0.2.1:5", "", route), "17:route:GET /a/{id}14:addr:192.0.2.1"},
		{"one is empty", middleware.RateByEach(none, middleware.RateByClient), from("192.0.2.1:5", "", nil), ""},
	} {
		if got := c.key(c.r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// keyed is a store that notes the keys it is asked for.
type keyed struct {
	keys []string
	err  error
}

func (k *keyed) Take(_ context.Context, key string, _ middleware.RatePolicy) (middleware.RateVerdict, error) {
	k.keys = append(k.keys, key)
	return middleware.RateVerdict{Allowed: true}, k.err
}

func TestRateStoreFails(t *testing.T) {
	for closed, want := range map[bool]int{false: 200, true: 503} {
		c := middleware.RateLimited{Policy: middleware.RatePolicy{Limit: 1, Window: time.Second}, Store: &keyed{err: errors.New("gone")}, Closed: closed}
		res := answer(limited(c), "/items/1")
		if res.StatusCode != want || res.Header.Get("RateLimit") != "" {
			t.Errorf("closed %t: %d %v, want %d", closed, res.StatusCode, res.Header, want)
		}
	}
}

// ending is a store that fails because the request it was asked for has ended meanwhile.
type ending struct{ end context.CancelFunc }

func (e ending) Take(ctx context.Context, _ string, _ middleware.RatePolicy) (middleware.RateVerdict, error) {
	e.end()
	return middleware.RateVerdict{}, ctx.Err()
}

// Going away while the store is asked is no way past a limit that lets requests through when the store fails.
func TestRateOfWhoLeaves(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	ran := false
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
	app.Use(middleware.RateLimit(middleware.RateLimited{Policy: middleware.RatePolicy{Limit: 1, Window: time.Second}, Store: ending{end}}))
	app.Handle("GET", "/", web.HandlerFunc(func(*web.Response, *web.Request) { ran = true }))
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	if ran || w.Code != 503 {
		t.Errorf("the handler ran: %t, status %d", ran, w.Code)
	}
}

func TestRateKeysAreBounded(t *testing.T) {
	store, id := new(keyed), ""
	app := limited(middleware.RateLimited{
		Policy: middleware.RatePolicy{Limit: 1, Window: time.Second},
		Store:  store, Key: func(*web.Request) string { return id },
	})
	for _, id = range []string{"", "a", strings.Repeat("x", 5000), strings.Repeat("x", 5000) + "y"} {
		answer(app, "/items/1")
	}
	if len(store.keys) != 3 || store.keys[0] != "default\x00a" || store.keys[1] == store.keys[2] {
		t.Errorf("keys %q", store.keys)
	}
	for _, key := range store.keys {
		if len(key) > 128 {
			t.Errorf("a key of %d bytes", len(key))
		}
	}
}

func TestRateLimitMisuse(t *testing.T) {
	ok := middleware.RatePolicy{Limit: 10, Window: time.Second}
	for want, change := range map[string]func(p *middleware.RatePolicy){
		"Limit is less than 1":      func(p *middleware.RatePolicy) { p.Limit = 0 },
		"whole number of seconds":   func(p *middleware.RatePolicy) { p.Window = 1500 * time.Millisecond },
		"say one second or more":    func(p *middleware.RatePolicy) { p.Window = 0 },
		"Burst is negative":         func(p *middleware.RatePolicy) { p.Burst = -1 },
		"no meaning":                func(p *middleware.RatePolicy) { p.Algorithm, p.Burst = middleware.SlidingWindow, 3 },
		"Algorithm is unknown":      func(p *middleware.RatePolicy) { p.Algorithm = 9 },
		"a request a microsecond":   func(p *middleware.RatePolicy) { p.Limit = 2_000_000 },
		"count further than a":      func(p *middleware.RatePolicy) { p.Burst = 1 << 60 },
		"further than a store can":  func(p *middleware.RatePolicy) { p.Limit, p.Algorithm = 1<<60, middleware.SlidingWindow },
		`has an octet 0x22`:         func(p *middleware.RatePolicy) { p.Name = `a"b` },
		`"\n" has an octet 0x0a`:    func(p *middleware.RatePolicy) { p.Name = "\n" },
		"rate_limit_test.go:":       func(p *middleware.RatePolicy) { p.Limit = -1 },
		"middleware: RateLimit: Po": func(p *middleware.RatePolicy) { p.Limit = -1 },
	} {
		p := ok
		change(&p)
		wantMisuse(t, want, func() { middleware.RateLimit(middleware.RateLimited{Policy: p}) })
	}
	wantMisuse(t, "RateByEach: it has no keys", func() { middleware.RateByEach() })
	middleware.RateLimit(middleware.RateLimited{Policy: ok})
}

func wantMisuse(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); !strings.Contains(got, want) {
			t.Errorf("the panic reads %q, want %q in it", got, want)
		}
	}()
	f()
}
