package server

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/web"
)

// lab is an engine on a simulated loop: the test's goroutine holds the baton, and
// time passes when the test says so.
type lab struct {
	t      *testing.T
	sim    *loop.Sim
	server *Server
	lane   *lane
	from   *listener
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func newLab(t *testing.T, s *Server) *lab {
	t.Helper()
	s.Driver = Portable
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	e, err := s.start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &lab{
		t: t, sim: loop.NewSim(epoch), server: s,
		lane: e.newLane(e.newCounters()),
		from: &listener{addr: &net.TCPAddr{}, base: s.base(nil)},
	}
}

// link is one simulated connection from both of its sides.
type link struct {
	*loop.SimConn
	lab  *lab
	conn *conn
	seen []byte
}

// open takes a connection that has room for window bytes of output, negative for
// any number.
func (l *lab) open(window int) *link {
	k := &link{lab: l}
	e := l.lane.engine
	e.open.Add(1)
	k.SimConn = l.sim.Open(func(sock loop.Socket) loop.Session {
		session := e.newConn(l.lane, sock, l.from)
		k.conn = driverOf(session)
		return session
	}, window)
	return k
}

// until performs jobs until is is true; it fails a test that would wait for ever.
func (l *lab) until(what string, is func() bool) {
	l.t.Helper()
	watchdog := time.AfterFunc(30*time.Second, func() { panic("waited too long for " + what) })
	defer watchdog.Stop()
	l.sim.Perform(is)
}

// ask delivers text and performs jobs until all handlers have returned.
func (k *link) ask(text string) {
	k.Deliver([]byte(text))
	k.rest()
}

func (k *link) rest() {
	watchdog := time.AfterFunc(30*time.Second, func() { panic("a handler does not return") })
	defer watchdog.Stop()
	k.lab.sim.Quiet()
}

// awaitReader performs jobs until the handler waits for body bytes.
func (k *link) awaitReader() {
	k.lab.t.Helper()
	k.lab.until("a reader", func() bool {
		return k.conn.runs.first != nil && !k.conn.runs.first.inbound.pace.since.IsZero()
	})
}

// awaitWriter performs jobs until the handler waits for the peer to take bytes.
func (k *link) awaitWriter() {
	k.lab.t.Helper()
	k.lab.until("a writer", func() bool {
		return k.conn.runs.first != nil && k.conn.runs.first.outbound.command == write
	})
}

// status takes what was sent and returns its first status, or "".
func (k *link) status() string {
	text := string(k.Sent())
	if len(text) < len("HTTP/1.1 200") {
		return ""
	}
	return text[9:12]
}

// rejected fails unless the rejections are exactly these, as "class=count".
func (l *lab) rejected(want ...string) {
	l.t.Helper()
	var got []string
	for class, n := range l.server.Stats().Rejected {
		got = append(got, fmt.Sprintf("%s=%d", class, n))
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		l.t.Errorf("rejections %v, want %v", got, want)
	}
}

// gone fails unless the connection is closed and its counts are given back.
func (k *link) gone() {
	k.lab.t.Helper()
	if !k.Closed() {
		k.lab.t.Error("the connection is still open")
	}
	if s := k.lab.server.Stats(); s.Active+s.Idle != 0 {
		k.lab.t.Errorf("%d active and %d idle connections are counted after the end", s.Active, s.Idle)
	}
}

func ok() http.Handler {
	return Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "ok") }))
}

// reads answers 200 with the length of the body, or tells the error of a read.
func reads(errs chan<- error) http.Handler {
	return Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		n, err := io.Copy(io.Discard, r.Body())
		if err != nil {
			if errs != nil {
				errs <- err
			}
			_ = w.Text(400, err.Error())
			return
		}
		_ = w.Text(200, fmt.Sprint(n))
	}))
}

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

func itoa(n int) string { return fmt.Sprint(n) }
