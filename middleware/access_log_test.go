package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// lines are what a logger wrote, each of which is announced.
type lines struct {
	mu   sync.Mutex
	list [][]byte
	more chan struct{}
}

func newLines() *lines { return &lines{more: make(chan struct{}, 100)} }

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, bytes.Clone(p))
	l.more <- struct{}{}
	return len(p), nil
}

// next waits for one more line and reads it.
func (l *lines) next(t *testing.T) map[string]any {
	t.Helper()
	await(t, "a line of the log", l.more)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.list) == 0 {
		t.FailNow()
	}
	line := l.list[0]
	l.list = l.list[1:]
	var said map[string]any
	if err := json.Unmarshal(line, &said); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return said
}

func TestAccessLog(t *testing.T) {
	var said *lines
	build := func(t *testing.T) *fasterapi.App {
		said = newLines()
		var ticks atomic.Int64
		app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
		app.Use(middleware.AccessLog(middleware.AccessLogOptions{
			Logger: slog.New(slog.NewJSONHandler(said, nil)),
			Skip:   func(r *web.Request) bool { return r.RawPath == "/skipped" },
			Now:    func() time.Time { return time.Unix(ticks.Add(1), 0) },
		}), middleware.RequestIDs(middleware.RequestIDOptions{Untrusted: true, Make: func() string { return "made" }}))
		handle := func(path string, h web.HandlerFunc) { app.Handle("GET", path, h) }
		handle("/items/{id}", func(w *web.Response, r *web.Request) { r.SetIdentity("joe \"q\""); _ = w.Text(201, "four") })
		handle("/late", func(w *web.Response, r *web.Request) {
			w.BeforeHead(func() { w.SetStatus(202) })
			_, _ = w.WriteString("held back")
		})
		handle("/skipped", func(w *web.Response, r *web.Request) { _ = w.Text(200, "") })
		handle("/panic", func(w *web.Response, r *web.Request) { panic("told elsewhere") })
		handle("/broken", func(w *web.Response, r *web.Request) {
			w.Set("Content-Length", "10")
			_, _ = w.WriteString("short")
			_ = w.Flush() // so that no client takes it for a connection that had ended, and asks again
		})
		handle("/left", func(w *web.Response, r *web.Request) {
			_ = w.Flush()
			await(t, "the client to leave", r.Context().Done())
			var err error
			for err == nil { // until the wire has heard of it too
				_, err = w.Write(make([]byte, 1<<16))
			}
		})
		handle("/hijacked", func(w *web.Response, r *web.Request) {
			if conn, _, err := w.Hijack(); err == nil {
				_ = conn.Close()
			}
		})
		return app
	}
	want := func(s *site, words ...any) {
		s.t.Helper()
		got := said.next(s.t)
		for i := 0; i < len(words); i += 2 {
			if got[words[i].(string)] != words[i+1] {
				s.t.Errorf("%s is %v, want %v: %v", words[i], got[words[i].(string)], words[i+1], got)
			}
		}
	}
	onEach(t, build, func(s *site) {
		s.ask("GET", "/skipped", nil)
		s.ask("GET", "/items/7?key=secret", nil)
		want(s, "level", "INFO", "method", "GET", "path", "/items/7", "route", "/items/{id}", "status", 201.0, "bytes", 4.0, "duration", 1e9,
			"outcome", "answered", "client", "127.0.0.1", "identity", "joe \"q\"", "request_id", "made", "protocol", map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[s.http2])
		s.ask("GET", "/late", nil)
		want(s, "status", 202.0, "bytes", 9.0, "outcome", "answered")
		s.ask("GET", "/nothing", nil)
		want(s, "status", 404.0, "route", "", "outcome", "answered")
		s.ask("GET", "/panic", nil)
		want(s, "status", 500.0, "outcome", "panicked", "level", "ERROR", "request_id", "made")
		if got, err := io.ReadAll(s.start(s.t.Context(), "GET", "/broken", nil).Body); err == nil {
			s.t.Errorf("a part was taken for the whole: %q", got)
		}
		want(s, "outcome", "broken", "error", web.ErrShortBody.Error(), "level", "INFO")
		ctx, leave := context.WithCancel(s.t.Context())
		s.start(ctx, "GET", "/left", nil)
		leave()
		want(s, "route", "/left", "status", 200.0, "outcome", "broken")
		if !s.http2 {
			conn, err := net.Dial("tcp", s.addr)
			if err != nil {
				s.t.Fatal(err)
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "GET /hijacked HTTP/1.1\r\nHost: a\r\n\r\n")
			want(s, "outcome", "hijacked", "status", 101.0)
		}
	})
}

func TestRecover(t *testing.T) {
	var said *lines
	build := func(t *testing.T) *fasterapi.App {
		said = newLines()
		app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
		app.Use(middleware.RequestIDs(middleware.RequestIDOptions{Untrusted: true, Make: func() string { return "made" }}),
			middleware.Recover(middleware.RecoverOptions{Logger: slog.New(slog.NewJSONHandler(said, nil))}))
		handle := func(path string, h web.HandlerFunc) { app.Handle("GET", path, h) }
		handle("/early", func(w *web.Response, r *web.Request) {
			w.Set("Content-Encoding", "gzip")
			w.SetStatus(200)
			panic("told")
		})
		handle("/held", func(w *web.Response, r *web.Request) {
			_, _ = w.WriteString("held back")
			panic("told")
		})
		handle("/sent", func(w *web.Response, r *web.Request) {
			_, _ = w.WriteString("a part")
			_ = w.Flush()
			panic("told")
		})
		handle("/abort", func(w *web.Response, r *web.Request) { panic(http.ErrAbortHandler) })
		return app
	}
	onEach(t, build, func(s *site) {
		for _, path := range []string{"/early", "/held"} {
			res, body := s.ask("GET", path, nil)
			if res.StatusCode != 500 || res.Header.Get("X-Request-ID") != "made" || res.Header.Get("Content-Encoding") != "" ||
				res.Header.Get("Content-Type") != "application/problem+json" || strings.Contains(body, "told") || strings.Contains(body, "held") {
				s.t.Errorf("%s: %d %v %q", path, res.StatusCode, res.Header, body)
			}
			line := said.next(s.t)
			stack, _ := line["stack"].(string)
			if line["panic"] != "told" || line["route"] != path || line["request_id"] != "made" || !strings.Contains(stack, "access_log_test.go") {
				s.t.Errorf("%s: %v", path, line)
			}
		}
		res := s.start(s.t.Context(), "GET", "/sent", nil)
		if got, err := io.ReadAll(res.Body); err == nil {
			s.t.Errorf("a part was taken for the whole: %q", got)
		}
		said.next(s.t)
		if res, err := s.client.Get("http://" + s.addr + "/abort"); err == nil {
			_ = res.Body.Close()
			s.t.Errorf("an aborted exchange was answered with %d", res.StatusCode)
		}
		if len(said.more) > 0 {
			s.t.Errorf("http.ErrAbortHandler was logged: %v", said.next(s.t))
		}
	})
}

func TestBodyLimit(t *testing.T) {
	build := func(t *testing.T) *fasterapi.App {
		return appWith(middleware.BodyLimit(middleware.BodyLimitOptions{Bytes: 10}), "POST", "/", func(w *web.Response, r *web.Request) {
			if got, err := r.Body().Bytes(0); err != nil {
				web.Fail(w, r, err)
			} else {
				_ = w.Text(200, string(got))
			}
		})
	}
	onEach(t, build, func(s *site) {
		for _, c := range []struct {
			size, status int
			announced    bool
		}{{10, 200, true}, {10, 200, false}, {11, 413, true}, {11, 413, false}} {
			var body io.Reader = strings.NewReader(strings.Repeat("x", c.size))
			if !c.announced {
				body = io.MultiReader(body)
			}
			if res, got := s.ask("POST", "/", body); res.StatusCode != c.status || c.status == 200 && len(got) != c.size {
				s.t.Errorf("%+v: %d %q", c, res.StatusCode, got)
			}
		}
	})
	wantPanic(t, "no limit", func() { middleware.BodyLimit(middleware.BodyLimitOptions{Bytes: -1}) })
}
