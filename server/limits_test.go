package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// answers runs one message against s and returns the status of the answer, or of
// the second one where the first was 100, and the class of what was rejected.
func answers(t *testing.T, s *Server, wire string) (status, class string) {
	t.Helper()
	l := newLab(t, s)
	k := l.open(-1)
	k.ask(wire)
	status = k.status()
	for name := range s.Stats().Rejected {
		class = name
	}
	k.Break(errors.New("enough"))
	k.rest()
	return status, class
}

// Each bound on a message: at the limit it passes, one past it is refused, and
// with a larger limit the refused one passes.
func TestMessageLimits(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	head := func(rest string) string { return "GET / HTTP/1.1\r\nHost: a\r\n" + rest + "\r\n" }
	chunked := func(trailers string) string {
		return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n" + trailers + "\r\n"
	}
	for _, c := range []struct {
		name          string
		normal        int
		set           func(s *Server, n int)
		wire          func(n int) string
		status, class string
	}{
		{"TargetBytes", 8 << 10, func(s *Server, n int) { s.Limits.TargetBytes = n },
			func(n int) string { return "GET /" + x(n-1) + " HTTP/1.1\r\nHost: a\r\n\r\n" }, "414", "target_too_long"},
		{"FieldBytes", 16 << 10, func(s *Server, n int) { s.Limits.FieldBytes = n },
			func(n int) string { return head("A: " + x(n-len("A: ")) + "\r\n") }, "431", "field_too_large"},
		{"Fields", 100, func(s *Server, n int) { s.Limits.Fields = n },
			func(n int) string { return head(strings.Repeat("A: b\r\n", n-1)) }, "431", "too_many_fields"},
		{"MaxHeaderBytes", 32 << 10, func(s *Server, n int) { s.MaxHeaderBytes = n },
			func(n int) string {
				rest := n - len(head("A: \r\nB: \r\nC: \r\n"))
				return head("A: " + x(rest/3) + "\r\nB: " + x(rest/3) + "\r\nC: " + x(rest-2*(rest/3)) + "\r\n")
			}, "431", "head_too_large"},
		{"TrailerFields", 32, func(s *Server, n int) { s.Limits.TrailerFields = n },
			func(n int) string { return chunked(strings.Repeat("A: b\r\n", n)) }, "431", "too_many_trailers"},
		{"TrailerBytes", 8 << 10, func(s *Server, n int) { s.Limits.TrailerBytes = n },
			func(n int) string { return chunked("A: " + x(n-len("A: \r\n\r\n")) + "\r\n") }, "431", "trailers_too_large"},
		{"BodyBytes", 0, func(s *Server, n int) { s.Limits.BodyBytes = int64(n) },
			func(n int) string {
				return fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", n, x(n))
			}, "413", ""},
		{"BodyBytes of unknown length", 0, func(s *Server, n int) { s.Limits.BodyBytes = int64(n) },
			func(n int) string {
				return fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", n, x(n))
			}, "413", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := func(set, length int, status, class string) {
				t.Helper()
				s := &Server{Handler: measured()}
				if set > 0 {
					c.set(s, set)
				}
				if gotStatus, gotClass := answers(t, s, c.wire(length)); gotStatus != status || gotClass != class {
					t.Errorf("limit %d, length %d: %q %q, want %q %q", set, length, gotStatus, gotClass, status, class)
				}
			}
			if c.normal > 0 {
				check(0, c.normal, "200", "")
				check(0, c.normal+1, c.status, c.class)
				check(2*c.normal, c.normal+1, "200", "")
			}
			small := 70
			if c.name == "TrailerFields" || c.name == "Fields" {
				small = 5
			}
			check(small, small, "200", "")
			check(small, small+1, c.status, c.class)
		})
	}
}

// measured reads the body and answers as the framework does.
func measured() http.Handler {
	return Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		body, err := r.Body().Bytes(0)
		if large, ok := errors.AsType[*web.BodyTooLargeError](err); ok {
			_ = w.Text(413, fmt.Sprint(large.Limit))
			return
		}
		if err != nil {
			_ = w.Text(400, err.Error())
			return
		}
		_ = w.Text(200, fmt.Sprint(len(body)))
	}))
}

// routedBody is a handler whose one route has a body limit of its own.
type routedBody struct {
	web.Handler
	limit int64
}

func (h routedBody) Route(*web.Request) *web.Route {
	return &web.Route{Handler: h.Handler, BodyLimit: h.limit}
}

func TestRouteGoesBeforeServer(t *testing.T) {
	for _, c := range []struct {
		server, route int64
		length        int
		want          string
	}{
		{10, 0, 11, "413"}, {10, 20, 20, "200"}, {10, 20, 21, "413"}, {10, -1, 1000, "200"}, {0, 5, 6, "413"}, {20, 5, 6, "413"},
	} {
		s := &Server{Handler: Raw(routedBody{measured().(raw).Handler, c.route})}
		s.Limits.BodyBytes = c.server
		wire := fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", c.length, strings.Repeat("x", c.length))
		if status, _ := answers(t, s, wire); status != c.want {
			t.Errorf("%+v: %q", c, status)
		}
	}
}

// A body that is announced as too long is refused before the client is asked to
// send it.
func TestExpectOfTooMuch(t *testing.T) {
	s := &Server{Handler: measured()}
	s.Limits.BodyBytes = 10
	if status, _ := answers(t, s, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n"); status != "413" {
		t.Errorf("%q", status)
	}
}

// settings says for each field of Server, Endpoint and Limits which test shows its effect,
// or shows it here: a field that nothing observes fails TestEverySetting.
var settings = map[string]any{
	"StrictSNI":         "TestStrictSNI",
	"Addr":              "TestAddrOfListenAndServe",
	"Handler":           "TestPlainAnswer",
	"TLSConfig":         "TestTLSConfig",
	"Protocols":         "TestProtocols",
	"ReadHeaderTimeout": "TestSilentPeer",
	"ReadTimeout":       "TestDeadlines",
	"WriteTimeout":      "TestDeadlines",
	"IdleTimeout":       "TestIdlePeer",
	"MaxHeaderBytes":    "TestMessageLimits",
	"Limits":            "its own fields",
	"Loops":             observe(func(t *testing.T, s *Server) string { return fmt.Sprint(s.loopCount()) }, set("Loops", 7), "7"),
	"Distribution":      "TestDistribution",
	"DrainDelay":        "TestDrainDelay",
	"Driver":            "TestDistribution",
	"ServerName":        observe(headOf, set("ServerName", "own"), "Server: own"),
	"Logger":            "TestLogger",
	"BaseContext":       "TestContexts",
	"ConnContext":       "TestContexts",
	"ConnState":         "TestConnState",

	"Endpoint.Network":   "TestEndpoints",
	"Endpoint.Address":   "TestEndpoints",
	"Endpoint.TLS":       "TestEndpoints",
	"Endpoint.Protocols": "TestEndpoints",
	"Endpoint.Proxies":   "TestProxies",

	"Limits.TargetBytes":      "TestMessageLimits",
	"Limits.FieldBytes":       "TestMessageLimits",
	"Limits.Fields":           "TestMessageLimits",
	"Limits.TrailerBytes":     "TestMessageLimits",
	"Limits.TrailerFields":    "TestMessageLimits",
	"Limits.BodyBytes":        "TestMessageLimits",
	"Limits.Conns":            "TestConnectionCap",
	"Limits.ConnsPerIP":       "TestConnsPerIP",
	"Limits.ConnAge":          "TestOldConnection",
	"Limits.HandshakeTimeout": "TestSlowHandshakes",
	"Limits.ReadIdle":         "TestBodyThatStops",
	"Limits.WriteIdle":        "TestReaderThatStops",
	"Limits.MinRate":          "TestBodyThatDrips",
	"Limits.MinRateGrace":     "TestBodyThatDrips",
	"Limits.DrainBytes":       "TestLingering",
	"Limits.DrainTimeout":     "TestLingering",
}

type observation struct {
	see    func(t *testing.T, s *Server) string
	change func(s *Server)
	want   string
}

func observe(see func(*testing.T, *Server) string, change func(*Server), want string) observation {
	return observation{see, change, want}
}

func set(field string, value any) func(*Server) {
	return func(s *Server) { reflect.ValueOf(s).Elem().FieldByName(field).Set(reflect.ValueOf(value)) }
}

func headOf(t *testing.T, s *Server) string {
	s.Handler = ok()
	l := newLab(t, s)
	k := l.open(-1)
	k.ask(get)
	return string(k.Sent())
}

func TestEverySetting(t *testing.T) {
	names := exportedFields(reflect.TypeFor[Server](), "")
	names = append(names, exportedFields(reflect.TypeFor[Limits](), "Limits.")...)
	names = append(names, exportedFields(reflect.TypeFor[Endpoint](), "Endpoint.")...)
	sources := testSources(t)
	for _, name := range names {
		switch how := settings[name].(type) {
		case string:
			if strings.HasPrefix(how, "Test") && !strings.Contains(sources, "func "+how+"(") {
				t.Errorf("%s: there is no %s", name, how)
			}
		case observation:
			plain, changed := &Server{}, &Server{}
			how.change(changed)
			before, after := how.see(t, plain), how.see(t, changed)
			if strings.Contains(before, how.want) || !strings.Contains(after, how.want) {
				t.Errorf("%s: %q without it, %q with it", name, before, after)
			}
		default:
			t.Errorf("no test shows what %s does", name)
		}
	}
}

func testSources(t *testing.T) string {
	paths, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func exportedFields(of reflect.Type, prefix string) (names []string) {
	for i := range of.NumField() {
		if f := of.Field(i); f.IsExported() {
			names = append(names, prefix+f.Name)
		}
	}
	return names
}

func TestLogger(t *testing.T) {
	var text strings.Builder
	s := &Server{Handler: ok(), Logger: slog.New(slog.NewTextHandler(&text, nil))}
	l := newLab(t, s)
	for range 100 {
		l.open(-1).ask("GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n")
	}
	lines := strings.Count(text.String(), "\n")
	if lines != 1 || !strings.Contains(text.String(), "class=") {
		t.Errorf("%d lines for 100 refusals within a second, want 1: %q", lines, text.String())
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Error("what a peer sent stands raw in the log")
	}
	l.sim.Advance(2 * time.Second)
	l.open(-1).ask("GET /\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n")
	if got := text.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "count=101") {
		t.Errorf("%q", got)
	}
}

func TestDistribution(t *testing.T) {
	for _, c := range []struct {
		distribution Distribution
		driver       Driver
		onLoops      bool
	}{{ReusePort, Auto, true}, {Acceptor, Auto, true}, {ReusePort, Loops, true}, {ReusePort, Portable, false}} {
		s := &Server{Handler: ok(), Distribution: c.distribution, Driver: c.driver, Loops: 3, Logger: slog.New(slog.DiscardHandler)}
		if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		e := s.engine.Load()
		if e.loops.usable() != c.onLoops {
			t.Errorf("%+v: loops %v", c, e.loops.usable())
		}
		// Only one socket for each loop has no listener of its own.
		if perLoop := e.listeners[0].own == nil; perLoop != (c.onLoops && c.distribution == ReusePort) {
			t.Errorf("%+v: a socket for each loop: %v", c, perLoop)
		}
		_ = s.Close()
	}
	for _, s := range []*Server{{Distribution: Acceptor + 1}, {Driver: Portable + 1}} {
		if err := s.Listen("tcp", "127.0.0.1:0"); err == nil {
			t.Error("an unknown setting is taken")
			_ = s.Close()
		}
	}
	s := &Server{Driver: Loops, Logger: slog.New(slog.DiscardHandler)}
	if err := s.Serve(notRaw{}); err == nil || errors.Is(err, http.ErrServerClosed) {
		t.Errorf("loops carry a listener that is no socket: %v", err)
	}
	_ = s.Close()
}

type notRaw struct{ net.Listener }

func (notRaw) Close() error   { return nil }
func (notRaw) Addr() net.Addr { return &net.TCPAddr{} }

// TestEndAtOnce: whoever is told that the server is ready may end it that very
// moment, and every part that began to listen ends in order.
func TestEndAtOnce(t *testing.T) {
	for i := range 100 {
		s := &Server{Addr: "127.0.0.1:0", Handler: ok(), Loops: 3, Logger: slog.New(slog.DiscardHandler)}
		ended := make(chan error, 1)
		go func() { ended <- s.ListenAndServe() }()
		<-s.Ready()
		end := func() error { return s.Shutdown(context.Background()) }
		if i%2 == 0 {
			end = s.Close
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Fatalf("run %d: %v", i, err)
		}
	}
}

func TestAddrOfListenAndServe(t *testing.T) {
	s := &Server{Addr: "127.0.0.1:0", Handler: ok(), Logger: slog.New(slog.DiscardHandler)}
	ended := make(chan error, 1)
	go func() { ended <- s.ListenAndServe() }()
	<-s.Ready()
	host, _, _ := net.SplitHostPort(s.Addrs()[0].String())
	if host != "127.0.0.1" {
		t.Errorf("listens on %v", s.Addrs())
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	if err := ListenAndServe("127.0.0.1:-1", ok()); err == nil {
		t.Error("an impossible address is listened on")
	}
}
