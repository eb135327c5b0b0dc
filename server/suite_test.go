package server_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// carriers are the ways of carrying connections, all of which every behaviour is
// tested on.
var carriers = []carrier{
	{"loops", server.Auto, server.ReusePort, 2, offLoop, false},
	{"one loop", server.Auto, server.ReusePort, 1, offLoop, false},
	{"acceptor", server.Auto, server.Acceptor, 2, offLoop, false},
	{"portable", server.Portable, server.ReusePort, 0, offLoop, false},
	{"one loop, in place", server.Auto, server.ReusePort, 1, inPlace, false},
	{"loops, recycled", server.Auto, server.ReusePort, 2, recycled, false},
	{"portable, in place", server.Portable, server.ReusePort, 0, inPlace, false},
	{"one loop, robbed", server.Auto, server.ReusePort, 1, robbed, false},
	{"acceptor, robbed", server.Auto, server.Acceptor, 2, robbed, false},
	{"portable, robbed", server.Portable, server.ReusePort, 0, robbed, false},
}

// secureCarriers are those on which every behaviour is tested over TLS.
var secureCarriers = []carrier{
	{"loops, TLS", server.Auto, server.ReusePort, 2, offLoop, true},
	{"portable, TLS", server.Portable, server.ReusePort, 0, offLoop, true},
	{"one loop, robbed, TLS", server.Auto, server.ReusePort, 1, robbed, true},
}

type carrier struct {
	name         string
	driver       server.Driver
	distribution server.Distribution
	loops        int
	where        where
	secure       bool
}

// where is where the handlers of a carrier run.
type where uint8

const (
	offLoop  where = iota // as the engine learns
	inPlace               // until they lose the baton to the watchdog
	recycled              // in place, and requests are used again
	robbed                // in place, and somebody robs them all the time
)

// patience bounds every wait in a test: it is never reached by a test that
// passes.
const patience = 30 * time.Second

// onEach runs test once on every carrier.
func onEach(t *testing.T, test func(t *testing.T, up func(*server.Server) *rig)) {
	for _, c := range append(carriers[:len(carriers):len(carriers)], secureCarriers...) {
		t.Run(c.name, func(t *testing.T) {
			test(t, func(s *server.Server) *rig { return c.up(t, s) })
		})
	}
}

// onClear is onEach without TLS, for what does not concern it.
func onClear(t *testing.T, test func(t *testing.T, up func(*server.Server) *rig)) {
	for _, c := range carriers {
		t.Run(c.name, func(t *testing.T) {
			test(t, func(s *server.Server) *rig { return c.up(t, s) })
		})
	}
}

func (c carrier) up(t *testing.T, s *server.Server) *rig {
	t.Helper()
	s.Driver, s.Distribution, s.Loops = c.driver, c.distribution, c.loops
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	if c.where != offLoop {
		s.Handler = server.Inlined(s.Handler, s.Logger, c.where == recycled && !breaksPromise[t.Name()])
	}
	begin := start
	if c.secure {
		begin = startTLS
	}
	r := begin(t, s)
	if c.where == robbed {
		t.Cleanup(func() { victims.set(nil) })
		victims.set(s)
	}
	return r
}

// breaksPromise are the tests whose handlers keep what web.Route.Recycle forbids
// them to keep.
var breaksPromise = map[string]bool{
	"TestHandlerAbuse/loops,_recycled": true,
	"TestKeptBytes/loops,_recycled":    true,
}

// robber takes the baton from one server's handlers again and again. It lives as
// long as the process, so that no test counts its goroutine.
type robber struct {
	mu     sync.Mutex
	change sync.Cond
	victim *server.Server
}

var victims = func() *robber {
	r := new(robber)
	r.change.L = &r.mu
	go r.rob()
	return r
}()

// set names the victim; nil gives peace.
func (r *robber) set(s *server.Server) {
	r.mu.Lock()
	r.victim = s
	r.mu.Unlock()
	r.change.Signal()
}

func (r *robber) rob() {
	for {
		r.mu.Lock()
		for r.victim == nil {
			r.change.Wait()
		}
		r.victim.Rob()
		r.mu.Unlock()
		runtime.Gosched()
	}
}

// rig is a running server and what a test asks of it.
type rig struct {
	t    *testing.T
	srv  *server.Server
	addr string
	url  string
	// secure is what clients speak TLS with, nil in the clear.
	secure *tls.Config
}

func start(t *testing.T, s *server.Server) *rig {
	t.Helper()
	r := prepare(t, s)
	if err := s.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	r.addr = s.Addrs()[0].String()
	r.url = "http://" + r.addr
	return r
}

// prepare makes the rig of a server that does not listen yet.
func prepare(t *testing.T, s *server.Server) *rig {
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &rig{t: t, srv: s}
}

func handle(f func(w http.ResponseWriter, r *http.Request)) http.Handler { return http.HandlerFunc(f) }

func handleWeb(f func(w *web.Response, r *web.Request)) http.Handler {
	return server.Raw(web.HandlerFunc(f))
}

// dial opens a connection that the test closes.
func (r *rig) dial() *wire {
	r.t.Helper()
	conn, err := r.connect()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return newWire(r.t, conn)
}

func newWire(t *testing.T, conn net.Conn) *wire {
	return &wire{t: t, Conn: conn, in: bufio.NewReader(conn)}
}

// wire is a client that sends what it likes.
type wire struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func (w *wire) send(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w.Conn, text); err != nil {
		w.t.Fatalf("send: %v", err)
	}
}

// answer reads one response to a request of this method.
func (w *wire) answer(method string) (*http.Response, string) {
	w.t.Helper()
	resp, err := http.ReadResponse(w.in, &http.Request{Method: method})
	if err != nil {
		w.t.Fatalf("answer: %v", err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatalf("answer's body: %v", err)
	}
	_ = resp.Body.Close()
	return resp, string(body)
}

// ended fails unless the server closes without another byte.
func (w *wire) ended() {
	w.t.Helper()
	rest, err := io.ReadAll(w.in)
	if len(rest) > 0 || err != nil && !errors.Is(err, net.ErrClosed) && !isReset(err) {
		w.t.Fatalf("wanted the end, got %q, %v", rest, err)
	}
}

func isReset(err error) bool { return strings.Contains(err.Error(), "reset") }

// get asks with a client of its own and returns status and body.
func (r *rig) get(path string) (int, string) {
	r.t.Helper()
	client := &http.Client{Transport: r.transport(), Timeout: patience}
	defer client.CloseIdleConnections()
	resp, err := client.Get(r.url + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// transport is that of a client of net/http which trusts the server.
func (r *rig) transport() *http.Transport { return &http.Transport{TLSClientConfig: r.secure} }

// wait takes one value from c.
func wait[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("waited too long for %s", what)
		panic("unreachable")
	}
}

// quiet returns when no handler runs.
func (r *rig) quiet() {
	r.until("handlers to return", func() bool { return r.srv.Stats().Active == 0 })
}

// until returns when is is true, which something that goes on makes it.
func (r *rig) until(what string, is func() bool) {
	r.t.Helper()
	for end := time.Now().Add(patience); !is(); runtime.Gosched() {
		if time.Now().After(end) {
			r.t.Fatalf("waited too long for %s: %+v", what, r.srv.Stats())
		}
	}
}

// shutdown ends the server gently and fails when it does not.
func (r *rig) shutdown() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.srv.Shutdown(ctx); err != nil {
		r.t.Fatalf("Shutdown: %v", err)
	}
}
