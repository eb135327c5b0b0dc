package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// till is an App whose answers say how often something was done.
func till(o middleware.IdempotencyOptions) *fasterapi.App {
	var done, ids atomic.Int64
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
	app.Use(middleware.BodyLimit(middleware.BodyLimitOptions{Bytes: 2 << 20}), middleware.CORS(middleware.CORSOptions{Origins: []string{"*"}}),
		middleware.RequestIDs(middleware.RequestIDOptions{Untrusted: true, Make: func() string { return fmt.Sprint("id-", ids.Add(1)) }}),
		func(next web.Handler) web.Handler {
			return web.HandlerFunc(func(w *web.Response, r *web.Request) {
				w.Set("Cache-Control", "no-store")
				w.Add("Vary", "Origin")
				next.ServeWeb(w, r)
			})
		},
		middleware.Idempotency(o))
	handle := func(path string, h func(w *web.Response, r *web.Request, n int64)) {
		for _, method := range []string{"POST", "PUT"} {
			app.Handle(method, path, web.HandlerFunc(func(w *web.Response, r *web.Request) { h(w, r, done.Add(1)) }))
		}
	}
	handle("/pay", func(w *web.Response, r *web.Request, n int64) {
		body, err := io.ReadAll(r.Body())
		if err != nil {
			web.Fail(w, r, err)
			return
		}
		w.Set("Location", fmt.Sprint("/receipts/", n))
		w.Set("Cache-Control", "private")
		w.Add("Vary", "Accept")
		_ = w.SetCookie(web.Cookie{Name: "last", Value: fmt.Sprint(n)})
		_ = w.Text(201, fmt.Sprint(n, " ", len(body)))
	})
	handle("/held", func(w *web.Response, r *web.Request, n int64) { _, _ = fmt.Fprint(w, n) })
	handle("/empty", func(w *web.Response, r *web.Request, n int64) { w.Set("X-N", fmt.Sprint(n)); _ = w.NoContent(204) })
	handle("/half", func(w *web.Response, r *web.Request, n int64) {
		_, _ = io.ReadFull(r.Body(), make([]byte, 3))
		_ = w.Text(200, fmt.Sprint(n))
	})
	handle("/status/{code}", func(w *web.Response, r *web.Request, n int64) {
		var status int
		_, _ = fmt.Sscan(r.Param("code"), &status)
		_ = w.Text(status, fmt.Sprint(n))
	})
	handle("/panic", func(w *web.Response, r *web.Request, n int64) { w.Set("X-N", fmt.Sprint(n)); panic("told elsewhere") })
	handle("/abort", func(w *web.Response, r *web.Request, n int64) { _, _ = fmt.Fprint(w, n); panic(http.ErrAbortHandler) })
	handle("/large", func(w *web.Response, r *web.Request, n int64) {
		_ = w.Text(200, fmt.Sprint(n)+strings.Repeat("x", 20_000))
	})
	handle("/stream", func(w *web.Response, r *web.Request, n int64) {
		_, _ = fmt.Fprint(w, n)
		_ = w.Flush()
		_, _ = io.WriteString(w, " and more")
	})
	return app
}

// post sends a request under a key, "" being none, with more fields.
func (s *site) post(key, path, body string, fields ...string) (*http.Response, string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	s.t.Cleanup(cancel)
	var sent io.Reader
	if body != "" {
		sent = io.MultiReader(strings.NewReader(body)) // of a length that nobody announces
	}
	req, err := http.NewRequestWithContext(ctx, "POST", "http://"+s.addr+path, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	req.Header.Set("Origin", "https://a.test")
	for i := 0; i+1 < len(fields); i += 2 {
		req.Header.Set(fields[i], fields[i+1])
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, err.Error()
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return res, string(got)
}

// wants compares status and the beginning of the body.
func (s *site) wants(what string, res *http.Response, body string, status int, begins string) {
	s.t.Helper()
	if res == nil || res.StatusCode != status || !strings.HasPrefix(body, begins) {
		s.t.Errorf("%s: %v %q, want %d %q", what, res, body, status, begins)
	}
}

func TestIdempotency(t *testing.T) {
	build := func(*testing.T) *fasterapi.App { return till(middleware.IdempotencyOptions{}) }
	onEach(t, build, func(s *site) {
		first, body := s.post(`"a"`, "/pay", "10 euros")
		s.wants("first", first, body, 201, "1 8")
		again, body := s.post(`"a"`, "/pay", "10 euros")
		s.wants("again", again, body, 201, "1 8")
		for name, want := range map[string]string{
			"Location": "/receipts/1", "Set-Cookie": "last=1", "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "private",
			"Access-Control-Allow-Origin": "*", "X-Request-Id": "id-2", "Idempotent-Replayed": "true", "Content-Length": "3",
		} {
			if got := strings.Join(again.Header.Values(name), " | "); got != want {
				s.t.Errorf("the replay's %s: %q, want %q", name, got, want)
			}
		}
		if a, b := strings.Join(first.Header.Values("Vary"), ", "), strings.Join(again.Header.Values("Vary"), ", "); a != b {
			s.t.Errorf("Vary %s, then %s", a, b)
		}
		if first.Header.Get("Idempotent-Replayed") != "" {
			s.t.Error("the first is marked as a replay")
		}
		// A key without quotes is the same key, and parameters mean nothing.
		for _, key := range []string{"a", `"a";x=1`} {
			res, body := s.post(key, "/pay", "10 euros")
			s.wants(key, res, body, 201, "1 8")
		}
		// Other requests under the same key.
		for what, do := range map[string]func() (*http.Response, string){
			"another body":   func() (*http.Response, string) { return s.post("a", "/pay", "10 Euros") },
			"a longer body":  func() (*http.Response, string) { return s.post("a", "/pay", "10 euros!") },
			"a shorter body": func() (*http.Response, string) { return s.post("a", "/pay", "10 euro") },
			"another path":   func() (*http.Response, string) { return s.post("a", "/held", "10 euros") },
			"another query":  func() (*http.Response, string) { return s.post("a", "/pay?x", "10 euros") },
			"another type":   func() (*http.Response, string) { return s.post("a", "/pay", "10 euros", "Content-Type", "x/y") },
		} {
			res, body := do()
			s.wants(what, res, body, 422, `{"title":"Unprocessable Content","status":422,"detail":"this Idempotency-Key was used`)
		}
		// Whoever comes with other credentials has keys of his own; and no key is no key.
		res, body := s.post("a", "/pay", "10 euros", "Authorization", "Bearer b")
		s.wants("another client", res, body, 201, "2 8")
		res, body = s.post("", "/pay", "10 euros")
		s.wants("no key", res, body, 201, "3 8")
		// And whoever comes with another session is answered nothing that was for others, where nobody tells them apart.
		for cookie, want := range map[string]int{"session=1": 201, "session=2": 422, "": 422} {
			if cookie != "session=1" {
				res, body := s.post("c", "/pay", "10 euros", "Cookie", "session=1")
				s.wants("with a cookie", res, body, 201, "4 8")
			}
			res, body := s.post("c", "/pay", "10 euros", "Cookie", cookie)
			s.wants("with cookie "+cookie, res, body, want, "")
		}
		for _, key := range []string{`"`, `"a`, `a b`, `"a" b`, `"a\b"`, `""`, "é", strings.Repeat("x", 256)} {
			res, body = s.post(key, "/pay", "10 euros")
			s.wants("key "+key, res, body, 400, "{")
		}
		if res, body := s.ask("PUT", "/held", nil); res.StatusCode != 200 || body != "5" {
			s.t.Errorf("PUT: %d %q", res.StatusCode, body)
		}
	})
}

// What is kept of answers, and what is done anew.
func TestIdempotentAnswers(t *testing.T) {
	build := func(*testing.T) *fasterapi.App { return till(middleware.IdempotencyOptions{Required: true}) }
	onEach(t, build, func(s *site) {
		res, body := s.post("", "/pay", "")
		s.wants("no key", res, body, 400, `{"title":"Bad Request","status":400,"detail":"the field Idempotency-Key is missing"`)
		n := 0 // what was done so far
		for _, c := range []struct {
			path   string
			status int
			again  int // 0: as the first
			redone bool
		}{
			{path: "/held", status: 200},
			{path: "/empty", status: 204},
			{path: "/status/404", status: 404},
			{path: "/status/303", status: 303},
			{path: "/status/429", status: 429, redone: true},
			{path: "/status/503", status: 503, redone: true},
			{path: "/panic", status: 500, redone: true},
			{path: "/large", status: 200, again: 409},
			{path: "/stream", status: 200, again: 409},
		} {
			n++
			count := fmt.Sprint(n)
			if c.status == 204 || c.path == "/panic" {
				count = ""
			}
			res, body := s.post(c.path, c.path, "")
			s.wants(c.path, res, body, c.status, count)
			if c.again == 0 {
				c.again = c.status
			} else {
				count = ""
			}
			if c.redone {
				n++
				if count != "" {
					count = fmt.Sprint(n)
				}
			}
			again, body := s.post(c.path, c.path, "")
			s.wants(c.path+", again", again, body, c.again, count)
			if replayed := again.Header.Get("Idempotent-Replayed") == "true"; replayed != (!c.redone && c.again == c.status) {
				s.t.Errorf("%s: replayed %t", c.path, replayed)
			}
			if got := again.Header.Get("X-N"); c.status == 204 && got != res.Header.Get("X-N") {
				s.t.Errorf("%s: X-N %s", c.path, got)
			}
		}
		// An answer that was broken off.
		if res, _ := s.post("abort", "/abort", ""); res != nil {
			s.t.Errorf("%v", res)
		}
		if res, _ := s.post("abort", "/held", ""); res == nil || res.StatusCode != 200 {
			s.t.Errorf("the key of a request that was broken off is held: %v", res)
		}
	})
}

// What a client has been answered as a whole stands, whatever becomes of the handler afterwards.
func TestIdempotencyBeforeAPanic(t *testing.T) {
	var done atomic.Int64
	build := func(*testing.T) *fasterapi.App {
		done.Store(0)
		return appWith(middleware.Idempotency(middleware.IdempotencyOptions{}), "POST", "/", func(w *web.Response, r *web.Request) {
			_ = w.Text(201, fmt.Sprint("done ", done.Add(1)))
			panic("told elsewhere")
		})
	}
	onEach(t, build, func(s *site) {
		if res, body := s.post("k", "/", "10 euros"); res != nil { // net/http holds answers back, and breaks them off
			s.wants("first", res, body, 201, "done 1")
		}
		res, body := s.post("k", "/", "10 euros")
		s.wants("again", res, body, 201, "done 1")
	})
}

// departed is a store that fails with what its contexts say.
type departed struct{ middleware.IdempotencyStore }

func (d departed) Claim(ctx context.Context, e middleware.IdempotencyEntry) ([]byte, error) {
	held, err := d.IdempotencyStore.Claim(ctx, e)
	return held, errors.Join(err, ctx.Err())
}

// A key is claimed to its end for a client that leaves meanwhile: it is the one that comes again.
func TestIdempotencyOfWhoLeaves(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	end()
	app := till(middleware.IdempotencyOptions{Store: departed{middleware.NewMemoryIdempotencyStore(0, nil)}, Open: true})
	for _, of := range []context.Context{ctx, context.Background()} {
		r := httptest.NewRequestWithContext(of, "POST", "/held", nil)
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.String() != "1" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}

// Of a body that the handler did not read to its end, the rest is no part of the request that was done.
func TestIdempotencyOfHalfABody(t *testing.T) {
	build := func(*testing.T) *fasterapi.App { return till(middleware.IdempotencyOptions{}) }
	onEach(t, build, func(s *site) {
		for _, c := range []struct {
			body   string
			status int
		}{{"abcdef", 200}, {"abcxyz", 200}, {"abxdef", 422}, {"ab", 422}} {
			res, body := s.post("half", "/half", c.body)
			s.wants(c.body, res, body, c.status, "")
			if c.status == 200 && body != "1" {
				s.t.Errorf("%s: done %s times", c.body, body)
			}
		}
		large := strings.Repeat("x", 2<<20)
		for range 2 {
			res, body := s.post("large", "/pay", large)
			s.wants("a large body", res, body, 201, "2 2097152")
		}
		res, body := s.post("large", "/pay", large+"x")
		s.wants("too large a body", res, body, 413, "{")
	})
}

// While the first request runs, its repetition waits for nothing.
func TestIdempotencyWhileRunning(t *testing.T) {
	var entered, goOn chan struct{}
	build := func(t *testing.T) *fasterapi.App {
		entered, goOn = make(chan struct{}), make(chan struct{})
		return appWith(middleware.Idempotency(middleware.IdempotencyOptions{}), "POST", "/", func(w *web.Response, r *web.Request) {
			close(entered)
			await(t, "the test to go on", goOn)
			_ = w.Text(200, "done")
		})
	}
	onEach(t, build, func(s *site) {
		first := make(chan string, 1)
		go func() {
			_, body := s.post("k", "/", "x")
			first <- body
		}()
		await(s.t, "the handler", entered)
		res, body := s.post("k", "/", "x")
		s.wants("meanwhile", res, body, 409, `{"title":"Conflict","status":409,"detail":"a request with this Idempotency-Key is still being done"`)
		if res.Header.Get("Retry-After") == "" {
			s.t.Error("no Retry-After")
		}
		close(goOn)
		if body := <-first; body != "done" {
			s.t.Errorf("the first: %q", body)
		}
		res, body = s.post("k", "/", "x")
		s.wants("afterwards", res, body, 200, "done")
	})
}

// Keys are forgotten in time, and a run that has lost its key leaves that of the next alone.
func TestIdempotencyInTime(t *testing.T) {
	now := time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)
	store := middleware.NewMemoryIdempotencyStore(0, func() time.Time { return now })
	count, during := 0, func() {}
	app := appWith(middleware.Idempotency(middleware.IdempotencyOptions{Store: store, Life: time.Hour, Running: time.Minute}), "POST", "/",
		func(w *web.Response, r *web.Request) {
			count++
			n := count
			during()
			_ = w.Text(200, fmt.Sprint(n))
		})
	post := func(want string) {
		t.Helper()
		r := httptest.NewRequest("POST", "/", strings.NewReader("x"))
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.String() != want {
			t.Errorf("%d %s, want %s", w.Code, w.Body, want)
		}
	}
	post("1")
	now = now.Add(time.Hour - time.Second)
	post("1")
	now = now.Add(time.Second)
	during = func() {
		during = func() {}
		now = now.Add(time.Minute)
		post("3") // the second has run for too long
	}
	post("2")
	post("3")
	if store.Len() != 1 {
		t.Errorf("%d keys", store.Len())
	}
}

// forgetful fails to do what a test says.
type forgetful struct {
	middleware.IdempotencyStore
	claim, replace error
}

func (f *forgetful) Claim(ctx context.Context, e middleware.IdempotencyEntry) ([]byte, error) {
	if f.claim != nil {
		return nil, f.claim
	}
	return f.IdempotencyStore.Claim(ctx, e)
}

func (f *forgetful) Replace(ctx context.Context, held []byte, e middleware.IdempotencyEntry) (bool, error) {
	if f.replace != nil {
		return false, f.replace
	}
	return f.IdempotencyStore.Replace(ctx, held, e)
}

func TestIdempotencyWithoutStore(t *testing.T) {
	gone := errors.New("the store's secret")
	for _, c := range []struct {
		store forgetful
		open  bool
		want  []int
	}{
		{forgetful{claim: gone}, false, []int{503, 503}},
		{forgetful{claim: gone}, true, []int{200, 200}},
		{forgetful{replace: gone}, false, []int{200, 409}}, // nobody knows, so nothing is done twice
	} {
		c.store.IdempotencyStore = middleware.NewMemoryIdempotencyStore(0, nil)
		app := appWith(middleware.Idempotency(middleware.IdempotencyOptions{Store: &c.store, Open: c.open}), "POST", "/",
			func(w *web.Response, r *web.Request) { _ = w.Text(200, "") })
		for i, want := range c.want {
			r := httptest.NewRequest("POST", "/", nil)
			r.Header.Set("Idempotency-Key", "k")
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			if w.Code != want || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%+v, request %d: %d %s, want %d", c.store, i, w.Code, w.Body, want)
			}
		}
	}
}

// A typed handler is done once too, identities keep keys apart, and methods can be chosen.
func TestIdempotencyOfTypedHandlers(t *testing.T) {
	type payment struct {
		Euros int `json:"euros" minimum:"1"`
	}
	done := 0
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
	app.Use(func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			r.SetIdentity(r.Fields.Get("X-User"))
			next.ServeWeb(w, r)
		})
	}, middleware.Idempotency(middleware.IdempotencyOptions{Methods: []string{"PUT"}}))
	fasterapi.Put(app, "/", func(_ context.Context, in payment) (payment, error) {
		done++
		return payment{in.Euros + done}, nil
	})
	for _, c := range []struct{ user, authorization, body, want string }{
		{"joe", "a", `{"euros":10}`, `200 {"euros":11}`},
		{"joe", "b", `{"euros":10}`, `200 {"euros":11}`},
		{"ann", "b", `{"euros":10}`, `200 {"euros":12}`},
		{"joe", "a", `{"euros":11}`, `422 {"title"`},
		{"eve", "a", `{"euros":0}`, `422 {"title"`},
		{"eve", "a", `{"euros":1}`, `422 {"title"`},
	} {
		r := httptest.NewRequest("PUT", "/", strings.NewReader(c.body))
		for name, value := range map[string]string{"Content-Type": "application/json", "Idempotency-Key": "k", "X-User": c.user, "Authorization": c.authorization} {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if got := fmt.Sprint(w.Code, " ", w.Body); !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if done != 2 {
		t.Errorf("done %d times", done)
	}
}

func TestIdempotencyMisuse(t *testing.T) {
	for want, o := range map[string]middleware.IdempotencyOptions{
		"Life and Running":        {Life: -1},
		"Running the longer":      {Life: time.Minute, Running: time.Hour},
		"less than a second":      {Running: time.Millisecond},
		"AnswerBytes is negative": {AnswerBytes: -1},
		"a method is safe":        {Methods: []string{"POST", "GET"}},
		"or no token":             {Methods: []string{"P T"}},
	} {
		func() {
			defer func() {
				if told := fmt.Sprint(recover()); !strings.Contains(told, want) || !strings.Contains(told, "idempotency_test.go:") {
					t.Errorf("%+v: %s, want %q and the line", o, told, want)
				}
			}()
			middleware.Idempotency(o)
		}()
	}
}

func TestMemoryIdempotencyStoreIsBounded(t *testing.T) {
	store := middleware.NewMemoryIdempotencyStore(10, nil)
	for i := range 30 {
		held, err := store.Claim(t.Context(), middleware.IdempotencyEntry{Key: fmt.Sprint(i), Data: []byte("x"), Life: time.Hour})
		if held != nil || err != nil {
			t.Errorf("%d: %q, %v", i, held, err)
		}
	}
	if store.Len() != 10 {
		t.Errorf("%d keys", store.Len())
	}
}
