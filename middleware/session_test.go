package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

type visit struct {
	User  string
	Count int
}

var signing = [][]byte{bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)}

// browser holds the cookie between requests, as a browser does.
type browser struct {
	t      *testing.T
	app    *fasterapi.App
	cookie string
	set    string // the Set-Cookie of the last answer
	run    func(s *middleware.Session[visit])
}

// visiting is an App whose only route runs what the test asks for.
func visiting(t *testing.T, o middleware.SessionOptions) *browser {
	b := &browser{t: t, app: fasterapi.New()}
	b.app.Use(middleware.Sessions[visit](o))
	b.app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		b.run(middleware.SessionOf[visit](r.Context()))
		_ = w.Text(200, "ok")
	}))
	return b
}

func (b *browser) visit(run func(s *middleware.Session[visit])) int {
	b.t.Helper()
	b.run = run
	r := httptest.NewRequest("GET", "/", nil)
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	w := httptest.NewRecorder()
	b.app.ServeHTTP(w, r)
	lines := w.Result().Header.Values("Set-Cookie")
	if b.set = strings.Join(lines, "\n"); len(lines) == 1 {
		b.cookie, _, _ = strings.Cut(lines[0], ";")
		if strings.Contains(lines[0], "Max-Age=0") {
			b.cookie = ""
		}
	}
	return w.Code
}

// has visits and reports the value that is there.
func (b *browser) has(what string) (v visit, ok bool) {
	b.t.Helper()
	if code := b.visit(func(s *middleware.Session[visit]) { v, ok = s.Value() }); code != 200 {
		b.t.Errorf("%s: status %d", what, code)
	}
	return v, ok
}

func (b *browser) login(v visit) {
	b.t.Helper()
	b.visit(func(s *middleware.Session[visit]) {
		if err := s.Set(v); err != nil {
			b.t.Error(err)
		}
	})
}

// kinds are the two places where sessions are kept.
func kinds(clock *dial) map[string]middleware.SessionOptions {
	return map[string]middleware.SessionOptions{
		"cookie": {Keys: signing, Now: clock.Now},
		"store":  {Store: middleware.NewMemorySessionStore(0, clock.Now), Now: clock.Now},
	}
}

func TestSession(t *testing.T) {
	for name, o := range kinds(newDial()) {
		t.Run(name, func(t *testing.T) {
			b := visiting(t, o)
			if _, ok := b.has("before"); ok || b.set != "" {
				t.Errorf("a session from nowhere: %q", b.set)
			}
			b.login(visit{"ada", 1})
			if !strings.HasPrefix(b.set, "__Host-session=") || !strings.HasSuffix(b.set, "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax") {
				t.Errorf("Set-Cookie: %s", b.set)
			}
			if v, ok := b.has("after"); !ok || v != (visit{"ada", 1}) || b.set != "" {
				t.Errorf("%+v %t, set %q", v, ok, b.set)
			}
			b.login(visit{"ada", 1})
			if b.set != "" {
				t.Errorf("nothing changed, but: %s", b.set)
			}
			b.login(visit{"ada", 2})
			if v, _ := b.has("then"); v.Count != 2 {
				t.Errorf("%+v", v)
			}
			old := b.cookie
			b.visit(func(s *middleware.Session[visit]) {
				if err := s.End(); err != nil {
					t.Error(err)
				}
				if _, ok := s.Value(); ok {
					t.Error("the session goes on in its handler")
				}
			})
			if !strings.Contains(b.set, "Max-Age=0") || b.cookie != "" {
				t.Errorf("Set-Cookie: %s", b.set)
			}
			if b.cookie = old; name == "store" {
				if _, ok := b.has("replayed"); ok {
					t.Error("an ended session goes on")
				}
			}
		})
	}
}

func TestSessionRegenerates(t *testing.T) {
	b := visiting(t, kinds(newDial())["store"])
	b.visit(func(s *middleware.Session[visit]) {
		if err := s.Regenerate(); err != nil {
			t.Error(err)
		}
	})
	b.login(visit{"", 1})
	planted := b.cookie
	b.visit(func(s *middleware.Session[visit]) {
		if err := errors.Join(s.Regenerate(), s.Set(visit{"ada", 2})); err != nil {
			t.Error(err)
		}
	})
	if b.cookie == planted || b.set == "" {
		t.Fatal("the id stays")
	}
	if v, ok := b.has("new"); !ok || v.User != "ada" {
		t.Errorf("%+v %t", v, ok)
	}
	b.cookie = planted
	if v, ok := b.has("old"); ok {
		t.Errorf("the planted id gives %+v", v)
	}
}

func TestSessionLives(t *testing.T) {
	for _, name := range []string{"cookie", "store"} {
		clock := newDial()
		o := kinds(clock)[name]
		o.Idle, o.Absolute = 10*time.Minute, time.Hour
		b := visiting(t, o)
		b.login(visit{"ada", 1})
		clock.turn(4 * time.Minute)
		if _, ok := b.has("soon"); !ok || b.set != "" {
			t.Errorf("%s: after 4 minutes: %t %q", name, ok, b.set)
		}
		clock.turn(-4 * time.Minute)                 // that use was too early to be noted
		for minute := 8; minute <= 64; minute += 8 { // used all the time, until the absolute end
			clock.turn(8 * time.Minute)
			_, ok := b.has("use")
			if want := minute < 60; ok != want {
				t.Errorf("%s: after %d minutes: %t", name, minute, ok)
			}
			if noted := b.set != ""; noted != (ok && name == "cookie") {
				t.Errorf("%s: after %d minutes: set %q", name, minute, b.set)
			}
		}
		b.login(visit{"bob", 1})
		clock.turn(10 * time.Minute)
		if _, ok := b.has("idle"); ok {
			t.Errorf("%s: idle for 10 minutes, but there", name)
		}
	}
}

func TestSessionForged(t *testing.T) {
	clock := newDial()
	b := visiting(t, middleware.SessionOptions{Keys: signing[:1], Now: clock.Now})
	b.login(visit{"ada", 1})
	good := b.cookie
	rotated := visiting(t, middleware.SessionOptions{Keys: [][]byte{signing[1], signing[0]}, Now: clock.Now})
	rotated.cookie = good
	if _, ok := rotated.has("old key"); !ok {
		t.Error("an old key is not accepted")
	}
	for what, o := range map[string]middleware.SessionOptions{
		"another key":  {Keys: signing[1:]},
		"another name": {Keys: signing[:1], Name: "__Host-other"},
	} {
		o.Now = clock.Now
		other := visiting(t, o)
		_, value, _ := strings.Cut(good, "=")
		other.cookie = "__Host-session=" + value + "; __Host-other=" + value
		if _, ok := other.has("x"); ok {
			t.Errorf("%s: accepted", what)
		}
	}
	name, value, _ := strings.Cut(good, "=")
	record, mac, _ := strings.Cut(value, ".")
	for _, forged := range []string{"", ".", record, record + ".", "." + mac, "A" + record + "." + mac, record + "." + mac[:len(mac)-1], value + "=", value + ".x", strings.ToUpper(value)} {
		b.cookie = name + "=" + forged
		if _, ok := b.has("forged"); ok {
			t.Errorf("%q: accepted", forged)
		}
	}
	b.cookie = name + "=junk; " + good // of two, the good one counts
	if _, ok := b.has("two"); !ok {
		t.Error("a junk cookie hides the good one")
	}
}

func TestSessionTooLarge(t *testing.T) {
	b := visiting(t, middleware.SessionOptions{Keys: signing})
	b.visit(func(s *middleware.Session[visit]) {
		if err := s.Set(visit{User: strings.Repeat("x", 4000)}); !errors.Is(err, middleware.ErrSessionTooLarge) {
			t.Error(err)
		}
		if _, ok := s.Value(); ok {
			t.Error("what was refused is there")
		}
	})
	if b.set != "" {
		t.Error(b.set)
	}
}

func TestSessionHeadSent(t *testing.T) {
	app := fasterapi.New()
	app.Use(middleware.Sessions[visit](middleware.SessionOptions{Keys: signing}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Flush()
		if err := middleware.SessionOf[visit](r.Context()).Set(visit{"a", 1}); !errors.Is(err, web.ErrHeadSent) {
			t.Error(err)
		}
		if middleware.SessionOf[int](r.Context()) != nil {
			t.Error("a session of another type")
		}
	}))
	app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// A request that runs while another logs out brings nothing back.
func TestSessionEndedElsewhere(t *testing.T) {
	b := visiting(t, kinds(newDial())["store"])
	b.login(visit{"ada", 1})
	cookie := b.cookie
	b.visit(func(s *middleware.Session[visit]) {
		b.visit(func(s *middleware.Session[visit]) { _ = s.End() })
		if err := s.Set(visit{"ada", 2}); !errors.Is(err, middleware.ErrSessionEnded) {
			t.Error(err)
		}
		if err := s.Regenerate(); !errors.Is(err, middleware.ErrSessionEnded) {
			t.Error(err)
		}
	})
	if b.set != "" {
		t.Errorf("it goes on as %s", b.set)
	}
	b.cookie = cookie
	if _, ok := b.has("after"); ok {
		t.Error("the session is back")
	}
}

// between runs something else once a session was loaded.
type between struct {
	middleware.SessionStore
	loads int
	run   func()
}

func (s *between) Load(ctx context.Context, name string, life time.Duration) ([]byte, bool, error) {
	s.loads++
	data, ok, err := s.SessionStore.Load(ctx, name, life)
	if run := s.run; run != nil {
		s.run = nil
		run()
	}
	return data, ok, err
}

// However late in the life of a session, a request that only looks takes nothing back that another has set.
func TestSessionLooks(t *testing.T) {
	clock := newDial()
	store := &between{SessionStore: middleware.NewMemorySessionStore(0, clock.Now)}
	o := middleware.SessionOptions{Store: store, Now: clock.Now}
	b, other := visiting(t, o), visiting(t, o)
	b.login(visit{"ada", 1})
	other.cookie = b.cookie
	clock.turn(29 * time.Minute)
	store.run = func() { other.login(visit{"nobody", 2}) }
	b.has("while another sets it")
	if v, ok := b.has("afterwards"); !ok || v.User != "nobody" {
		t.Errorf("%+v %t", v, ok)
	}
}

// One request has the store asked a few times at most, however many cookies it brings.
func TestSessionCookiesAreBounded(t *testing.T) {
	store := &between{SessionStore: middleware.NewMemorySessionStore(0, nil)}
	b := visiting(t, middleware.SessionOptions{Store: store})
	b.cookie = strings.Repeat("__Host-session="+strings.Repeat("A", 43)+"; ", 100)
	if _, ok := b.has("made up"); ok || store.loads != 8 {
		t.Errorf("%t, asked %d times", ok, store.loads)
	}
}

// leaving is a store whose deletions fail with what their contexts say.
type leaving struct{ middleware.SessionStore }

func (s leaving) Delete(ctx context.Context, name string) error {
	return errors.Join(ctx.Err(), s.SessionStore.Delete(ctx, name))
}

// A client that does not wait for its logout is logged out.
func TestSessionEndsForWhoLeaves(t *testing.T) {
	b := visiting(t, middleware.SessionOptions{Store: leaving{middleware.NewMemorySessionStore(0, nil)}})
	b.login(visit{"ada", 1})
	ctx, leave := context.WithCancel(context.Background())
	b.run = func(s *middleware.Session[visit]) {
		leave()
		if err := s.End(); err != nil {
			t.Error(err)
		}
	}
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("Cookie", b.cookie)
	b.app.ServeHTTP(httptest.NewRecorder(), r)
}

// broken is a store that fails.
type broken struct{ middleware.SessionStore }

func (broken) Load(context.Context, string, time.Duration) ([]byte, bool, error) {
	return nil, false, errors.New("gone")
}

func TestSessionStoreFails(t *testing.T) {
	b := visiting(t, middleware.SessionOptions{Store: broken{}})
	if code := b.visit(func(*middleware.Session[visit]) {}); code != http.StatusOK {
		t.Errorf("without a cookie: %d", code)
	}
	b.cookie = "__Host-session=" + strings.Repeat("A", 43)
	if code := b.visit(nil); code != http.StatusServiceUnavailable {
		t.Errorf("with one: %d", code)
	}
}

func TestSessionMisuse(t *testing.T) {
	for want, o := range map[string]middleware.SessionOptions{
		"nothing says where":    {},
		"both Keys and":         {Keys: signing, Store: middleware.NewMemorySessionStore(0, nil)},
		"less than 32":          {Keys: [][]byte{signing[0], []byte("secret")}},
		"Idle the longer":       {Keys: signing, Idle: 48 * time.Hour},
		"is less than a second": {Keys: signing, Idle: -1},
		"cannot name":           {Keys: signing, Name: "a b"},
		"where it is Inse":      {Keys: signing, Name: "__host-a", Insecure: true},
	} {
		wantMisuse(t, want, func() { middleware.Sessions[visit](o) })
	}
}
