package middleware_test

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// patience bounds every wait in a test: it is never reached by a test that passes.
const patience = 30 * time.Second

// site is an App that is served, and a client that speaks one version of HTTP to it.
type site struct {
	t      *testing.T
	addr   string
	http2  bool
	client *http.Client
}

// carriers serve an App and return its address.
var carriers = map[string]func(t *testing.T, app *fasterapi.App, speaks *http.Protocols) (addr string){
	"nethttp": func(t *testing.T, app *fasterapi.App, speaks *http.Protocols) string {
		s := httptest.NewUnstartedServer(app)
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.Config.Protocols = speaks
		s.Start()
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	},
	"engine":   engineOn(server.Auto),
	"portable": engineOn(server.Portable),
}

func engineOn(driver server.Driver) func(*testing.T, *fasterapi.App, *http.Protocols) string {
	return func(t *testing.T, app *fasterapi.App, speaks *http.Protocols) string {
		srv := &server.Server{Handler: app, Driver: driver, Protocols: speaks, Logger: slog.New(slog.DiscardHandler)}
		if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = srv.Close() })
		return srv.Addrs()[0].String()
	}
}

// onEach runs a test on every carrier with every protocol. build makes the App anew for each.
func onEach(t *testing.T, build func(t *testing.T) *fasterapi.App, test func(s *site)) {
	t.Helper()
	for name, serve := range carriers {
		for _, http2 := range []bool{false, true} {
			proto := map[bool]string{false: "HTTP1", true: "HTTP2"}[http2]
			t.Run(name+"/"+proto, func(t *testing.T) {
				speaks := new(http.Protocols)
				speaks.SetHTTP1(true)
				speaks.SetUnencryptedHTTP2(true)
				asks := new(http.Protocols)
				asks.SetHTTP1(!http2)
				asks.SetUnencryptedHTTP2(http2)
				transport := &http.Transport{Protocols: asks, DisableCompression: true}
				s := &site{t: t, addr: serve(t, build(t), speaks), http2: http2, client: &http.Client{Transport: transport}}
				t.Cleanup(transport.CloseIdleConnections)
				test(s)
			})
		}
	}
}

// start sends a request and returns when the head of its answer is there.
func (s *site) start(ctx context.Context, method, path string, body io.Reader) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.addr+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// ask sends a request and reads the whole answer.
func (s *site) ask(method, path string, body io.Reader) (*http.Response, string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	s.t.Cleanup(cancel)
	res := s.start(ctx, method, path, body)
	got, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res, string(got)
}

// await waits for a signal between client and handler.
func await(t testing.TB, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Errorf("waited in vain for: %s", what)
	}
}

// memo is what a handler saw, for the test to look at.
type memo[T any] struct {
	mu   sync.Mutex
	seen []T
}

func (m *memo[T]) add(v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, v)
}

func (m *memo[T]) all() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]T(nil), m.seen...)
}

// appWith has this middleware around one route.
func appWith(m web.Middleware, method, pattern string, h web.HandlerFunc) *fasterapi.App {
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)), fasterapi.BodyLimit(-1))
	app.Use(m)
	app.Handle(method, pattern, h)
	return app
}
