package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// watched serves s together with what tells of it.
func watched(s *server.Server, checks ...func(context.Context) error) *server.Server {
	app := fasterapi.New()
	app.Handle("GET", "/live", s.Live())
	app.Handle("GET", "/ready", s.Readiness(checks...))
	app.Handle("GET", "/metrics", s.Metrics())
	app.Handle("GET", "/work", web.HandlerFunc(func(w *web.Response, _ *web.Request) { _ = w.Text(200, "done") }))
	s.Handler, s.Logger = app, slog.New(slog.DiscardHandler)
	return s
}

// statusOver asks once over a connection of its own.
func statusOver(t *testing.T, conn net.Conn, path string) (int, string) {
	t.Helper()
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return res.StatusCode, string(body)
}

// Readiness fails at once when Shutdown begins; all else is served for as long as the delay lasts.
func TestDrainDelay(t *testing.T) {
	for name, c := range map[string]struct {
		wait time.Duration
		end  func(s *server.Server, leave context.CancelFunc)
	}{
		"waited out": {10 * time.Second, nil},
		"given up":   {3 * time.Second, func(_ *server.Server, leave context.CancelFunc) { leave() }},
		"closed":     {3 * time.Second, func(s *server.Server, _ context.CancelFunc) { _ = s.Close() }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := watched(&server.Server{Driver: server.Portable, DrainDelay: 10 * time.Second})
				ln := &piped{conns: make(chan net.Conn), done: make(chan struct{})}
				go func() { _ = s.Serve(ln) }()
				if status, body := statusOver(t, ln.dial(t), "/ready"); status != 200 || body != "ready\n" {
					t.Fatalf("%d %q", status, body)
				}
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				began, over := time.Now(), make(chan error, 1)
				go func() { over <- s.Shutdown(ctx) }()
				synctest.Wait()
				for range 3 {
					if status, body := statusOver(t, ln.dial(t), "/ready"); status != 503 || !strings.Contains(body, "draining") {
						t.Errorf("%d %q", status, body)
					}
					for _, path := range []string{"/live", "/work"} {
						if status, _ := statusOver(t, ln.dial(t), path); status != 200 {
							t.Errorf("%s: %d", path, status)
						}
					}
					time.Sleep(time.Second) // the bubble's clock
				}
				if c.end != nil {
					c.end(s, leave)
				}
				<-over
				if took := time.Since(began); took != c.wait {
					t.Errorf("it took %v", took)
				}
				_ = s.Close()
			})
		})
	}
}

func TestReadiness(t *testing.T) {
	fault := errors.New("secret: the database is gone")
	s := watched(&server.Server{}, func(context.Context) error { return nil }, func(context.Context) error { return fault })
	ask := func() (int, string) {
		res := httptest.NewRecorder()
		s.Handler.ServeHTTP(res, httptest.NewRequest("GET", "/ready", nil))
		if res.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v", res.Header())
		}
		return res.Code, res.Body.String()
	}
	if status, body := ask(); status != 503 || !strings.Contains(body, "does not listen yet") {
		t.Errorf("%d %q", status, body)
	}
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	<-s.Ready()
	if status, body := ask(); status != 503 || !strings.Contains(body, "check 2 of 2 fails") || strings.Contains(body, "secret") {
		t.Errorf("%d %q", status, body)
	}
	fault = nil
	if status, body := ask(); status != 200 {
		t.Errorf("%d %q", status, body)
	}
}

// What tells of the server is answered while all other handlers are stuck.
func TestProbesBesideStuckHandlers(t *testing.T) {
	for name, driver := range map[string]server.Driver{"loops": server.Auto, "portable": server.Portable} {
		t.Run(name, func(t *testing.T) {
			s := watched(&server.Server{Driver: driver, Loops: 1}, func(context.Context) error { return nil })
			app := s.Handler.(*fasterapi.App)
			stuck, free := make(chan struct{}), make(chan struct{})
			for pattern, mode := range map[string]fasterapi.RouteOption{"/a": fasterapi.Inline(), "/b": fasterapi.Blocking()} {
				app.Handle("GET", pattern, web.HandlerFunc(func(w *web.Response, _ *web.Request) {
					stuck <- struct{}{}
					<-free
				}), mode)
			}
			if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			defer close(free)
			dial := func() net.Conn {
				conn, err := net.Dial("tcp", s.Addrs()[0].String())
				if err != nil {
					t.Fatal(err)
				}
				return conn
			}
			for _, path := range []string{"/a", "/b", "/a", "/b", "/a", "/b"} {
				conn := dial()
				defer conn.Close()
				_, _ = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n")
				<-stuck
			}
			for _, path := range []string{"/live", "/ready", "/metrics"} {
				if status, body := statusOver(t, dial(), path); status != 200 {
					t.Errorf("%s: %d %q", path, status, body)
				}
			}
		})
	}
}

// metricLine is a line of a sample (Prometheus text format 0.0.4).
var metricLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-z_]+="([^"\\\n]|\\[\\n"])*",?)+\})? (\S+)$`)

func TestMetrics(t *testing.T) {
	s := watched(&server.Server{})
	s.Handler.(*fasterapi.App).Handle("GET", "/odd\"\\x", web.HandlerFunc(func(w *web.Response, _ *web.Request) { panic("a bug") }))
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ask := func(method, path string) (*http.Response, string) {
		req, _ := http.NewRequest(method, "http://"+s.Addrs()[0].String()+path, nil)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res, string(body)
	}
	ask("GET", "/odd%22%5Cx")
	ask("GET", "/missing")
	ask("DELETE", "/work") // 405: a route without a pattern, as that of 404
	res, body := ask("GET", "/metrics")
	if res.Header.Get("Content-Type") != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("%v", res.Header)
	}
	seen, typed := map[string]string{}, map[string]bool{}
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		if words := strings.Fields(line); strings.HasPrefix(line, "# TYPE ") && len(words) == 4 {
			if typed[words[2]] {
				t.Errorf("%q comes twice", line)
			}
			typed[words[2]] = true
		}
		if strings.HasPrefix(line, "# ") {
			continue
		}
		m := metricLine.FindStringSubmatch(line)
		if m == nil || !typed[m[1]] || seen[m[1]+m[2]] != "" {
			t.Errorf("a wrong line: %q", line)
			continue
		}
		seen[m[1]+m[2]] = m[len(m)-1]
	}
	for sample, want := range map[string]string{
		`fasterapi_requests_total{protocol="HTTP/1.1"}`:                  "4",
		`fasterapi_panics_total`:                                         "1",
		`fasterapi_connections{state="active"}`:                          "1",
		`fasterapi_route_robbed_total{method="GET",pattern="/odd\"\\x"}`: "0",
	} {
		if seen[sample] != want {
			t.Errorf("%s is %q, want %q in\n%s", sample, seen[sample], want, body)
		}
	}
	if seen["fasterapi_sent_bytes_total"] == "0" || seen["fasterapi_sent_bytes_total"] == "" {
		t.Errorf("nothing was sent: %s", body)
	}
}
