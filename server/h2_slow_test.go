package server

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// paths is a handler of several paths.
type paths map[string]web.HandlerFunc

func (p paths) serve(w *web.Response, r *web.Request) {
	if h := p[r.RawPath]; h != nil {
		h(w, r)
		return
	}
	_ = w.Text(200, "ok")
}

// downloads writes 100,000 bytes and tells how that ended.
func downloads(errs chan<- error) web.HandlerFunc {
	return func(w *web.Response, r *web.Request) {
		_, err := w.WriteString(strings.Repeat("x", 100_000))
		errs <- err
	}
}

// alive fails unless the connection answers another request.
func (k *h2link) alive(id uint32) {
	k.lab.t.Helper()
	k.send(frames(nil).Get(id, "/alive"))
	k.send(k.peer.Grant(id, 100))
	if a := k.over(id); a.Status() != "200" {
		k.lab.t.Errorf("beside it: %v", a)
	}
}

// awaitWriterOf performs jobs until the handler of a stream waits for a window, or
// for room, unless its exchange is over.
func (k *h2link) awaitWriterOf(id uint32) {
	k.lab.t.Helper()
	k.until("a writer", func() bool {
		r := k.conn.runs.find(exchange.ID(id))
		return r == nil || r.outbound.command == write
	})
}

// writes is a handler that writes n bytes at once.
func writes(n int) web.HandlerFunc {
	return func(w *web.Response, r *web.Request) {
		_ = w.SetWriteDeadline(time.Time{})
		_, _ = w.Write(make([]byte, n))
	}
}

// A stream whose window stays shut, or lets bytes drip, ends alone (RELIABILITY
// SL-05).
func TestStreamThatStops(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		each   int // bytes granted a second
		want   time.Duration
	}{
		{"shut", Limits{}, 0, 20 * time.Second},
		{"idle", Limits{WriteIdle: 7 * time.Second}, 0, 7 * time.Second},
		{"idle alone", Limits{MinRate: -1}, 0, 30 * time.Second},
		{"drips", Limits{}, 1, 21 * time.Second},
		{"just too slow", Limits{}, 499, 21 * time.Second},
		{"fast enough", Limits{}, 501, 0},
		{"all off", Limits{MinRate: -1, WriteIdle: -1, PingInterval: -1}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := make(chan error, 1)
			l := h2handed(t, &Server{Limits: c.limits}, paths{"/down": downloads(errs)}.serve)
			k := l.openH2(-1, 0)
			k.send(append(k.peer.Grant(0, 1<<20), frames(nil).Get(1, "/down")...))
			k.awaitWriterOf(1)
			passed := time.Duration(0)
			for ; passed < 3*time.Minute && !k.peer.Of(1).Reset; passed += time.Second {
				if c.each > 0 {
					k.send(k.peer.Grant(1, c.each))
					k.awaitWriterOf(1)
				}
				k.pass(time.Second)
			}
			if c.want == 0 {
				if passed != 3*time.Minute {
					t.Errorf("ended after %v", passed)
				}
				k.Break(errEnough)
				k.rest()
				return
			}
			if passed < c.want-time.Second || passed > c.want+time.Second {
				t.Errorf("ended after %v, want %v", passed, c.want)
			}
			k.alive(3)
			k.rest()
			if err := <-errs; !errors.Is(err, errWriteTimeout) {
				t.Errorf("the handler wrote: %v", err)
			}
			l.rejected("write_timeout=1")
			if n := k.conn.runs.count; n != 0 {
				t.Errorf("%d runs are left", n)
			}
			k.honest()
		})
	}
}

// A window of the connection that stays shut ends all that wait for it.
func TestConnectionWindowThatStaysShut(t *testing.T) {
	errs := make(chan error, 2)
	l := h2handed(t, &Server{}, paths{"/down": downloads(errs)}.serve)
	k := l.openH2(-1, 1<<20)
	k.send(frames(nil).Get(1, "/down").Get(3, "/down"))
	k.awaitWriterOf(1)
	k.awaitWriterOf(3)
	k.pass(20*time.Second - time.Millisecond)
	if len(errs) > 0 || k.Closed() {
		t.Fatal("ended before its time")
	}
	k.pass(time.Second)
	k.rest()
	for range 2 {
		if err := <-errs; !errors.Is(err, errWriteTimeout) {
			t.Errorf("a handler wrote: %v", err)
		}
	}
	l.rejected("write_timeout=2")
	k.send(k.peer.Grant(0, 1000))
	k.alive(5)
	k.honest()
}

// A stream that others go before waits for them, not for its peer.
func TestStreamBehindOthers(t *testing.T) {
	errs := make(chan error, 1)
	l := h2handed(t, &Server{}, paths{"/last": downloads(errs), "/first": writes(1 << 20)}.serve)
	k := l.openH2(-1, 1<<30)
	urgency := func(u string) wiretest.H2Field { return wiretest.H2Field{Name: "priority", Value: u} }
	k.send(frames(nil).Headers(1, h2end, wiretest.H2Request("GET", "/first", urgency("u=0"))...))
	k.awaitWriterOf(1)
	k.send(frames(nil).Headers(3, h2end, wiretest.H2Request("GET", "/last", urgency("u=7"))...))
	k.awaitWriterOf(3)
	for range 120 {
		k.send(k.peer.Grant(0, 4000))
		k.pass(time.Second)
	}
	if len(k.peer.Of(3).Body) > 0 {
		t.Error("the one that goes last did not go last")
	}
	if k.Closed() || k.peer.Of(3).Reset {
		t.Errorf("closed %v, %v", k.Closed(), k.peer.Of(3).Reset)
	}
	l.rejected()
	k.send(frames(nil).RSTStream(1, 8))
	k.send(k.peer.Grant(0, 1<<20))
	if a := k.over(3); len(a.Body) != 100_000 || !a.Ended {
		t.Errorf("%d bytes, ended %v", len(a.Body), a.Ended)
	}
	k.honest()
}

// WriteTimeout and a handler's own deadline end the response that is overdue alone.
func TestOverdueResponse(t *testing.T) {
	for _, own := range []bool{false, true} {
		s := &Server{WriteTimeout: 10 * time.Second}
		errs := make(chan error, 1)
		if own {
			s.WriteTimeout = 0
		}
		l := h2handed(t, s, paths{"/down": func(w *web.Response, r *web.Request) {
			if own {
				_ = w.SetWriteDeadline(epoch.Add(10 * time.Second))
			}
			downloads(errs)(w, r)
		}}.serve)
		k := l.openH2(-1, 1000)
		k.send(frames(nil).Get(1, "/down"))
		k.awaitWriterOf(1)
		k.pass(10*time.Second - time.Millisecond)
		if k.peer.Of(1).Reset || k.Closed() {
			t.Fatal("ended before its time")
		}
		k.pass(time.Millisecond)
		if a := k.over(1); !a.Reset || len(a.Body) != 1000 {
			t.Errorf("reset %v after %d bytes", a.Reset, len(a.Body))
		}
		if err := <-errs; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the handler wrote: %v", err)
		}
		k.alive(3)
		k.rest()
		if n := k.conn.runs.count; n != 0 || k.Closed() {
			t.Errorf("%d runs are left, closed %v", n, k.Closed())
		}
		l.rejected("write_deadline=1")
		k.honest()
	}
}

// An answer that was sent in time is not overdue because there is always more to
// send.
func TestAnswersBesideADownload(t *testing.T) {
	s := &Server{WriteTimeout: 10 * time.Second}
	l := h2handed(t, s, paths{"/down": writes(64 << 20)}.serve)
	k := l.openH2(0, 1<<30)
	k.Grant(1000)
	k.send(k.peer.Grant(0, 1<<30))
	k.send(frames(nil).Get(1, "/down"))
	k.awaitWriterOf(1)
	id := uint32(3)
	for range 60 {
		k.send(frames(nil).Get(id, "/"))
		k.awaitWriterOf(id)
		k.Grant(200_000) // never all there is
		k.look()
		if k.conn.out.len() == 0 {
			t.Fatal("the connection has nothing to send")
		}
		k.pass(time.Second)
		id += 2
	}
	if k.Closed() {
		t.Error("closed")
	}
	if n := len(k.peer.Streams); n < 50 {
		t.Errorf("%d streams were answered", n)
	}
	l.rejected()
	// One that stays unsent is overdue.
	k.send(frames(nil).Get(id, "/"))
	k.awaitWriterOf(id)
	k.pass(11 * time.Second)
	k.rest()
	k.gone()
	l.rejected("write_deadline=1")
}

// ReadTimeout, a handler's own deadline and a body that stops end a request body
// and nothing beside it.
func TestOverdueBody(t *testing.T) {
	for _, c := range []struct {
		name  string
		set   func(s *Server)
		own   bool
		after time.Duration
		want  error
		class []string
	}{
		{"ReadTimeout", func(s *Server) { s.ReadTimeout = 10 * time.Second }, false, 10 * time.Second, os.ErrDeadlineExceeded, nil},
		{"own", func(*Server) {}, true, 10 * time.Second, os.ErrDeadlineExceeded, nil},
		{"ReadIdle", func(s *Server) { s.Limits.ReadIdle = 7 * time.Second }, false, 7 * time.Second, errBodyTimeout, []string{"body_timeout=1"}},
		{"MinRate", func(*Server) {}, false, 20 * time.Second, errBodyTimeout, []string{"body_timeout=1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := make(chan error, 1)
			s := &Server{}
			c.set(s)
			l := h2handed(t, s, paths{"/up": func(w *web.Response, r *web.Request) {
				if c.own {
					_ = w.SetReadDeadline(epoch.Add(10 * time.Second))
				}
				_, err := io.Copy(io.Discard, r.Body())
				errs <- err
				_ = w.Text(408, "too slow")
			}}.serve)
			k := l.openH2(-1, h2Window)
			k.send(frames(nil).Post(1, "/up").Data(1, 0, "x"))
			k.awaitReader()
			k.pass(c.after - time.Millisecond)
			if len(errs) > 0 {
				t.Fatal("ended before its time")
			}
			k.pass(time.Millisecond)
			if a := k.over(1); a.Status() != "408" {
				t.Errorf("%v", a)
			}
			if err := <-errs; !errors.Is(err, c.want) {
				t.Errorf("the handler read: %v", err)
			}
			k.alive(3)
			k.pass(5 * time.Second)
			if a := k.peer.Of(1); !a.Reset || wiretest.H2CodeName(a.Code) != "NO_ERROR" {
				t.Errorf("its client is not asked to stop: %v", a)
			}
			k.alive(5)
			if len(k.peer.GoAways) > 0 || k.Closed() {
				t.Errorf("%v, closed %v", k.peer.GoAways, k.Closed())
			}
			l.rejected(c.class...)
			k.honest()
		})
	}
}

// Once the answer has begun, request and answer are a conversation: silence is no
// fault for as long as the peer answers PINGs, and a deadline of the handler's holds.
func TestConversation(t *testing.T) {
	for _, c := range []struct {
		name string
		own  bool
		mute bool
		lost string
	}{
		{"quiet", false, false, ""},
		{"deadline", true, false, "deadline"},
		{"gone", false, true, "gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := make(chan error, 1)
			l := h2handed(t, &Server{}, paths{"/talk": func(w *web.Response, r *web.Request) {
				_ = w.Flush()
				if c.own {
					_ = w.SetReadDeadline(epoch.Add(5 * time.Minute))
				}
				_, err := io.Copy(w, r.Body())
				errs <- err
			}}.serve)
			k := l.openH2(-1, h2Window)
			k.send(frames(nil).Post(1, "/talk").Data(1, 0, "one, "))
			k.awaitReader()
			k.peer.Mute = c.mute
			for range 60 { // so that PINGs are answered in time
				k.pass(10 * time.Second)
			}
			if c.lost == "" {
				k.send(frames(nil).Data(1, h2end, "two"))
				if a := k.over(1); string(a.Body) != "one, two" || !a.Ended || a.Reset {
					t.Errorf("%q, ended %v, reset %v", a.Body, a.Ended, a.Reset)
				}
				if err := <-errs; err != nil {
					t.Error(err)
				}
				l.rejected()
				k.honest()
				return
			}
			k.rest()
			if err := <-errs; err == nil || errors.Is(err, os.ErrDeadlineExceeded) != (c.lost == "deadline") {
				t.Errorf("the handler read: %v", err)
			}
			if k.Closed() != c.mute {
				t.Errorf("closed %v", k.Closed())
			}
		})
	}
}

// What begins and does not go on meets the header deadline, on a port that awaits
// HTTP/2 alone and on one where the first bytes decide (RELIABILITY SL-07, SL-08).
func TestHalfABeginning(t *testing.T) {
	opening := NewH2Peer(h2Window).Opening()
	block := wiretest.AppendLiterals(nil, wiretest.H2Request("GET", "/")...)
	for name, said := range map[string]frames{
		"nothing":            nil,
		"one byte":           opening[:1],
		"half a preface":     opening[:20],
		"no settings":        opening[:24],
		"half of settings":   opening[:30],
		"half a frame":       append(opening[:len(opening):len(opening)], 0, 0, 4),
		"half a block":       opening[:len(opening):len(opening)].Frame(wiretest.H2Frame{Type: wiretest.H2Headers, Flags: wiretest.H2EndStream, Stream: 1, Payload: block}),
		"half of some other": opening[:len(opening):len(opening)].Ping(0, "01234567")[:len(opening)+12],
	} {
		for _, both := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, beside HTTP/1 %v", name, both), func(t *testing.T) {
				l := newH2Lab(t, &Server{Handler: ok(), ReadHeaderTimeout: 3 * time.Second})
				l.from.speech.protocols.SetHTTP1(both)
				k := &h2link{link: l.open(-1), peer: NewH2Peer(h2Window)}
				k.peer.Mute = true
				k.send(said)
				k.pass(3*time.Second - time.Millisecond)
				if k.Closed() || k.FinSent() {
					t.Fatal("ended before its time")
				}
				k.pass(time.Millisecond)
				if !k.Closed() && !k.FinSent() {
					t.Error("not ended in time")
				}
				k.pass(5 * time.Second)
				k.gone()
				l.rejected("header_timeout=1")
			})
		}
	}
}

// Control frames keep no connection open that has no request (RELIABILITY SL-09).
func TestPingsKeepNothing(t *testing.T) {
	for name, said := range map[string]frames{
		"PING":     frames(nil).Ping(0, "01234567"),
		"SETTINGS": frames(nil).Settings(uint32(H2InitialWindow), h2Window),
		"WINDOW":   frames(nil).WindowUpdate(0, 1),
	} {
		for _, asked := range []bool{false, true} {
			l := newH2Lab(t, &Server{Handler: ok(), IdleTimeout: 20 * time.Second})
			k := l.openH2(-1, h2Window)
			if asked {
				k.alive(1)
				k.rest()
			}
			passed := time.Duration(0)
			for ; passed < time.Minute && !k.FinSent() && !k.Closed(); passed += time.Second {
				k.send(said)
				k.pass(time.Second)
			}
			if passed != 20*time.Second {
				t.Errorf("%s, asked %v: the end came after %v, want 20 s", name, asked, passed)
			}
			if len(k.peer.GoAways) != 1 || k.peer.GoAways[0].Code != 0 {
				t.Errorf("%s: %v", name, k.peer.GoAways)
			}
			k.pass(5 * time.Second)
			k.gone()
			k.honest()
			l.rejected()
		}
	}
}

// A connection that has lived long enough says so, takes what is on its way, and
// ends when its last stream does.
func TestOldConnectionOfHTTP2(t *testing.T) {
	leave := make(chan bool)
	s := &Server{}
	s.Limits.ConnAge = 100 * time.Second
	s.Limits.PingInterval = -1
	l := h2handed(t, s, paths{"/wait": func(w *web.Response, r *web.Request) {
		<-leave
		_ = w.Text(200, "at last")
	}}.serve)
	k := l.openH2(-1, h2Window)
	k.send(frames(nil).Get(1, "/wait"))
	k.peer.Mute = true // no answer to the PING that measures the round trip
	k.pass(89 * time.Second)
	if len(k.peer.GoAways) > 0 {
		t.Fatal("too soon")
	}
	for range 22 {
		if len(k.peer.GoAways) == 0 {
			k.pass(time.Second)
		}
	}
	if len(k.peer.GoAways) != 1 || k.peer.GoAways[0].Last != 1<<31-1 {
		t.Fatalf("%v", k.peer.GoAways)
	}
	k.send(frames(nil).Get(3, "/")) // which was on its way
	k.over(3)
	k.pass(time.Second)
	if len(k.peer.GoAways) != 2 || k.peer.GoAways[1].Last != 3 {
		t.Fatalf("%v", k.peer.GoAways)
	}
	k.send(frames(nil).Get(5, "/"))
	close(leave)
	if a := k.over(1); string(a.Body) != "at last" {
		t.Errorf("%v", a)
	}
	k.rest()
	if k.peer.Streams[5] != nil {
		t.Error("a request is answered that came after the last GOAWAY")
	}
	if !k.FinSent() {
		t.Error("the connection goes on")
	}
	k.Finish()
	k.gone()
	l.rejected()
	k.honest()
}

// A peer that says no more opens no window: what waits for one ends with it, and what
// needs none is still answered.
func TestHalfCloseOfHTTP2(t *testing.T) {
	errs, leave := make(chan error, 1), make(chan bool)
	l := h2handed(t, &Server{}, paths{"/down": downloads(errs), "/late": func(w *web.Response, r *web.Request) {
		<-leave
		_ = w.Text(200, "late")
	}}.serve)
	k := l.openH2(-1, 1000)
	k.send(frames(nil).Get(1, "/down").Get(3, "/late"))
	k.awaitWriterOf(1)
	k.Finish()
	l.until("the end of what waits", func() bool { return k.conn.runs.find(1) == nil })
	if err := <-errs; !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the handler wrote: %v", err)
	}
	close(leave)
	if a := k.over(3); string(a.Body) != "late" {
		t.Errorf("%v", a)
	}
	k.rest()
	k.gone()
	l.rejected()
	k.honest()
}
