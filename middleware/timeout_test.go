package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// soon is over before a handler has waited for anything.
var soon = middleware.TimeoutOptions{After: time.Nanosecond, Grace: patience}

// atOnce leaves no grace either.
var atOnce = middleware.TimeoutOptions{After: time.Nanosecond, Grace: time.Nanosecond}

// A handler that heeds its context is answered for as by any other refusal.
func TestTimeoutHeeded(t *testing.T) {
	build := func(t *testing.T) *fasterapi.App {
		app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
		app.MapErrors(func(_ context.Context, err error) error {
			if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
				if _, ok := errors.AsType[*web.Problem](err); !ok {
					t.Errorf("the error of the context came without its cause: %v", err)
				}
			}
			return nil
		})
		app.Use(middleware.CORS(middleware.CORSOptions{Origins: []string{"*"}}), middleware.Timeout(soon))
		app.Handle("GET", "/silent", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			ctx := r.Context()
			await(t, "the deadline", ctx.Done())
			if due, ok := ctx.Deadline(); !ok || due.After(time.Now()) {
				t.Errorf("the deadline is %v, %t", due, ok)
			}
			problem, ok := errors.AsType[*web.Problem](context.Cause(ctx))
			if ctx.Err() != context.DeadlineExceeded || !ok || problem.Status != 503 {
				t.Errorf("it ended with %v, for %v", ctx.Err(), context.Cause(ctx))
			}
		}))
		app.Handle("GET", "/late", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			await(t, "the deadline", r.Context().Done())
			_ = w.Text(200, "late")
		}))
		app.Handle("GET", "/held", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			await(t, "the deadline", r.Context().Done())
			_, _ = w.WriteString("late")
		}))
		fasterapi.Get(app, "/typed", func(ctx context.Context, _ struct{}) (string, error) {
			await(t, "the deadline", ctx.Done())
			return "", ctx.Err()
		})
		fasterapi.Get(app, "/derived", func(ctx context.Context, _ struct{}) (string, error) {
			ctx, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			await(t, "the deadline", ctx.Done())
			return "", fmt.Errorf("a query: %w", ctx.Err())
		})
		return app
	}
	onEach(t, build, func(s *site) {
		for path, want := range map[string]string{
			"/silent": "503", "/typed": "503", "/derived": "503", "/late": "200 late", "/held": "200 late",
		} {
			req, err := http.NewRequestWithContext(s.t.Context(), "GET", "http://"+s.addr+path, nil)
			if err != nil {
				s.t.Fatal(err)
			}
			req.Header.Set("Origin", "https://a.test")
			res, err := s.client.Do(req)
			if err != nil {
				s.t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if want == "503" {
				want = `503 {"title":"Service Unavailable","status":503,"detail":"the request was not answered within 1ns"}`
			}
			if got := fmt.Sprint(res.StatusCode, " ", string(body)); err != nil || got != want || res.Header.Get("Access-Control-Allow-Origin") != "*" {
				s.t.Errorf("%s: %s %v, %v", path, got, res.Header, err)
			}
		}
	})
}

// A handler that heeds nothing is answered for while it runs, and what it writes then goes nowhere.
func TestTimeoutUnheeded(t *testing.T) {
	var goOn chan struct{}
	var said *lines
	build := func(t *testing.T) *fasterapi.App {
		goOn, said = make(chan struct{}, 1), newLines()
		app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)), fasterapi.BodyLimit(-1))
		app.Use(middleware.AccessLog(middleware.AccessLogOptions{Logger: slog.New(slog.NewJSONHandler(said, nil))}),
			middleware.RequestIDs(middleware.RequestIDOptions{Make: func() string { return "made" }}), middleware.Timeout(atOnce))
		for path, late := range map[string]func(w *web.Response, r *web.Request){
			"/nothing": func(w *web.Response, r *web.Request) {},
			"/held":    func(w *web.Response, r *web.Request) { w.Set("X-Late", "1"); _, _ = w.WriteString("late") },
			"/text": func(w *web.Response, r *web.Request) {
				if answered, ok := errors.AsType[*web.AnsweredError](w.Text(200, "late")); !ok || answered.Status != 503 {
					t.Errorf("the late answer: %v", w.Err())
				}
			},
			"/stream": func(w *web.Response, r *web.Request) {
				_, err := w.Write(make([]byte, 1<<16))
				_, again := w.Write(make([]byte, 1<<16))
				if err == nil || again == nil || w.Flush() == nil {
					t.Errorf("late writes: %v, %v", err, again)
				}
			},
			"/inform": func(w *web.Response, r *web.Request) {
				if w.Inform(103, nil) == nil {
					t.Error("a late 103 was sent")
				}
				_ = w.SetWriteDeadline(time.Now())
				if _, _, err := w.Hijack(); err == nil {
					t.Error("taken over after the answer")
				}
			},
			"/panic": func(w *web.Response, r *web.Request) { panic("told elsewhere") },
			"/abort": func(w *web.Response, r *web.Request) { w.Abort(errors.New("enough")) },
		} {
			for _, method := range []string{"GET", "HEAD"} {
				app.Handle(method, path, web.HandlerFunc(func(w *web.Response, r *web.Request) {
					await(t, "the client to be answered", goOn)
					late(w, r)
				}))
			}
		}
		return app
	}
	onEach(t, build, func(s *site) {
		for _, path := range []string{"/nothing", "/held", "/text", "/stream", "/inform", "/panic", "/abort"} {
			for _, method := range []string{"GET", "HEAD"} {
				ctx, cancel := context.WithTimeout(s.t.Context(), patience)
				defer cancel()
				res := s.start(ctx, method, path, nil)
				whole := `{"title":"Service Unavailable","status":503,"detail":"the request was not answered within 1ns","request_id":"made"}`
				want := whole
				if method == "HEAD" {
					want = ""
				}
				// net/http over HTTP/2 ends the stream when the handler returns.
				body := make([]byte, len(want))
				if _, err := io.ReadFull(res.Body, body); err != nil {
					s.t.Errorf("%s %s: %v", method, path, err)
				}
				if res.StatusCode != 503 || string(body) != want || res.Header.Get("Content-Type") != "application/problem+json" ||
					res.Header.Get("X-Request-Id") != "made" || res.Header.Get("X-Late") != "" || res.ContentLength != int64(len(whole)) {
					s.t.Errorf("%s %s: %d %q %v %d", method, path, res.StatusCode, body, res.Header, res.ContentLength)
				}
				goOn <- struct{}{}
				// What was broken off has no status.
				if line := said.next(s.t); line["path"] != path || line["status"] != 503.0 && path != "/abort" {
					s.t.Errorf("%s %s: the log says %v", method, path, line)
				}
			}
		}
	})
}

// A handler that waits for a body which does not come is answered for too.
func TestTimeoutInMidBody(t *testing.T) {
	build := func(t *testing.T) *fasterapi.App {
		return appWith(middleware.Timeout(atOnce), "POST", "/", func(w *web.Response, r *web.Request) {
			_, _ = io.Copy(io.Discard, r.Body())
		})
	}
	onEach(t, build, func(s *site) {
		body, rest := io.Pipe()
		defer rest.Close()
		go func() { _, _ = rest.Write([]byte("some")) }()
		ctx, cancel := context.WithTimeout(s.t.Context(), patience)
		defer cancel()
		res := s.start(ctx, "POST", "/", body)
		// Over HTTP/2 this client sends no more of the body once it is refused.
		if got, err := io.ReadAll(res.Body); res.StatusCode != 503 || err != nil || !bytes.Contains(got, []byte("not answered")) {
			s.t.Errorf("%d %q, %v", res.StatusCode, got, err)
		}
	})
}

// Handler and clock race for the answer: there is one, and it is whole.
func TestTimeoutRace(t *testing.T) {
	build := func(t *testing.T) *fasterapi.App {
		app := appWith(middleware.Timeout(middleware.TimeoutOptions{After: 20 * time.Microsecond, Grace: time.Nanosecond}), "GET", "/whole",
			func(w *web.Response, r *web.Request) {
				for range len(r.RawQuery) * 100 {
					_ = r.Context().Err()
				}
				_ = w.Text(200, "in time")
			})
		app.Handle("GET", "/recycled", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			for range len(r.RawQuery) * 100 {
				_ = r.Context().Err()
			}
			_ = w.Text(200, "in time")
		}), fasterapi.Recycle())
		app.Handle("GET", "/pieces", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			for range len(r.RawQuery) * 100 {
				_ = r.Context().Err()
			}
			_, _ = w.WriteString("in ")
			_ = w.Flush()
			_, _ = w.WriteString("time")
		}))
		return app
	}
	onEach(t, build, func(s *site) {
		for i := range 60 {
			for _, path := range []string{"/whole", "/recycled", "/pieces"} {
				res, body := s.ask("GET", path+"?"+strings.Repeat("x", i), nil)
				if (res.StatusCode != 200 || body != "in time") && (res.StatusCode != 503 || !strings.HasSuffix(body, `within 20µs"}`)) {
					s.t.Fatalf("%s: %d %q", path, res.StatusCode, body)
				}
			}
		}
	})
}

// Once the answer has begun there is no deadline any more, however long the rest takes.
func TestTimeoutIsLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := appWith(middleware.Timeout(middleware.TimeoutOptions{}), "GET", "/", func(w *web.Response, r *web.Request) {
			ctx := r.Context()
			if due, ok := ctx.Deadline(); !ok || due != time.Now().Add(30*time.Second) {
				t.Errorf("the deadline is %v, %t", due, ok)
			}
			<-time.After(29 * time.Second)
			_, _ = w.WriteString("begun")
			_ = w.Flush()
			<-time.After(time.Hour)
			if due, ok := ctx.Deadline(); ok || ctx.Err() != nil {
				t.Errorf("the deadline is %v, and the context has ended: %v", due, ctx.Err())
			}
			_, _ = w.WriteString(" and done")
		})
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 200 || w.Body.String() != "begun and done" {
			t.Errorf("%d %q", w.Code, w.Body)
		}
	})
}

// By default a handler has 30 seconds, and one of grace; a tighter limit further out holds.
func TestTimeoutInTime(t *testing.T) {
	for _, c := range []struct {
		outer, inner, takes time.Duration
		want                int
	}{
		{0, 0, 29 * time.Second, 200},
		{0, 0, 30*time.Second + 999*time.Millisecond, 200},
		{0, 0, 31*time.Second + time.Millisecond, 503},
		{time.Second, time.Minute, 3 * time.Second, 503},
		{time.Minute, time.Second, 3 * time.Second, 503},
		{time.Minute, time.Second, time.Millisecond, 200},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			var errs []error
			app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
			app.Use(middleware.Timeout(middleware.TimeoutOptions{After: c.outer}), middleware.Timeout(middleware.TimeoutOptions{After: c.inner}))
			app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
				<-time.After(c.takes)
				errs = append(errs, r.Context().Err())
				_ = w.Text(200, "")
			}))
			w := httptest.NewRecorder()
			app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if w.Code != c.want || time.Since(begun) != c.takes {
				t.Errorf("%+v: %d after %v", c, w.Code, time.Since(begun))
			}
			if w.Code == 503 && errs[0] != context.DeadlineExceeded {
				t.Errorf("%+v: %v", c, errs)
			}
		})
	}
}

// Through a net/http middleware that has a writer of its own, only the handler answers; the context ends all the same.
func TestTimeoutInsideOfNetHTTP(t *testing.T) {
	build := func(t *testing.T) *fasterapi.App {
		app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
		app.UseHTTP(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(struct{ http.ResponseWriter }{w}, r)
			})
		})
		app.Use(middleware.Timeout(atOnce))
		app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			await(t, "the deadline", r.Context().Done())
			if r.RawQuery != "" {
				_ = w.Text(200, "late")
			}
		}))
		return app
	}
	onEach(t, build, func(s *site) {
		if res, body := s.ask("GET", "/?late", nil); res.StatusCode != 200 || body != "late" {
			s.t.Errorf("%d %q", res.StatusCode, body)
		}
		if res, body := s.ask("GET", "/", nil); res.StatusCode != 503 || !strings.Contains(body, "not answered") {
			s.t.Errorf("%d %q", res.StatusCode, body)
		}
	})
}

func TestTimeoutMisuse(t *testing.T) {
	for _, o := range []middleware.TimeoutOptions{{After: -1}, {Grace: -1}} {
		func() {
			defer func() {
				if told := fmt.Sprint(recover()); !strings.Contains(told, "is negative. Fix:") || !strings.Contains(told, "timeout_test.go:") {
					t.Errorf("%+v: %s", o, told)
				}
			}()
			middleware.Timeout(o)
		}()
	}
}

// What a handler did too late is done all the same: under an Idempotency-Key its repetition hears of it.
func TestTimeoutAroundIdempotency(t *testing.T) {
	var goOn, left chan struct{}
	build := func(t *testing.T) *fasterapi.App {
		answered, returned := make(chan struct{}), make(chan struct{}, 2)
		goOn, left = answered, returned
		return appWith(func(next web.Handler) web.Handler {
			h := web.Chain(next, middleware.Timeout(atOnce), middleware.Idempotency(middleware.IdempotencyOptions{}))
			return web.HandlerFunc(func(w *web.Response, r *web.Request) {
				h.ServeWeb(w, r)
				returned <- struct{}{}
			})
		}, "POST", "/", func(w *web.Response, r *web.Request) {
			await(t, "the client to be answered", answered)
			_ = w.Text(201, "done")
		})
	}
	onEach(t, build, func(s *site) {
		req, err := http.NewRequestWithContext(s.t.Context(), "POST", "http://"+s.addr+"/", nil)
		if err != nil {
			s.t.Fatal(err)
		}
		req.Header.Set("Idempotency-Key", "k")
		res, err := s.client.Do(req) // returns with the head
		if err != nil || res.StatusCode != 503 {
			s.t.Fatalf("%v, %v", res, err)
		}
		close(goOn)
		_ = res.Body.Close()
		await(s.t, "the handler's return", left)
		// The clock may be first again; what is held is told once it is not.
		for range 1000 {
			res, body := s.post("k", "/", "")
			if res == nil || res.StatusCode != 503 {
				s.wants("the repetition", res, body, 201, "done")
				return
			}
			await(s.t, "the repetition's end", left)
		}
		s.t.Error("the repetition was never in time")
	})
}
