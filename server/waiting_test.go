package server

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

func TestSilentPeer(t *testing.T) {
	for _, limit := range []time.Duration{0, 3 * time.Second} {
		l := newLab(t, &Server{Handler: ok(), ReadHeaderTimeout: limit})
		if limit == 0 {
			limit = 10 * time.Second
		}
		k := l.open(-1)
		l.sim.Advance(limit - time.Millisecond)
		if k.Closed() {
			t.Fatalf("closed before %v", limit)
		}
		l.sim.Advance(time.Millisecond)
		k.gone()
		if sent := k.Sent(); len(sent) > 0 {
			t.Errorf("a peer that said nothing was told %q", sent)
		}
		l.rejected("header_timeout=1")
	}
}

// The header timeout is absolute: bytes that come in do not put it off.
func TestSlowHead(t *testing.T) {
	for _, second := range []bool{false, true} {
		l := newLab(t, &Server{Handler: ok()})
		k := l.open(-1)
		if second {
			k.ask(get)
			k.Sent()
			l.sim.Advance(60 * time.Second) // an idle wait is not the head's time
		}
		head := "GET /" + strings.Repeat("x", 100)
		for i := range 5 {
			k.Deliver([]byte(head[i : i+1]))
			l.sim.Advance(2*time.Second - time.Millisecond)
		}
		if k.FinSent() || k.Closed() {
			t.Fatal("ended before 10 s")
		}
		l.sim.Advance(5 * time.Millisecond)
		answer := string(k.Sent())
		if !strings.HasPrefix(answer, "HTTP/1.1 408 ") || !strings.Contains(answer, "Connection: close\r\n") {
			t.Errorf("%q", answer)
		}
		if !k.FinSent() || k.Closed() {
			t.Error("the answer is not followed by a FIN and a wait for the peer's")
		}
		k.Deliver([]byte("\r\nHost: a\r\n\r\n")) // not parsed any more
		k.Finish()
		k.rest()
		k.gone()
		if sent := k.Sent(); len(sent) > 0 {
			t.Errorf("after the 408: %q", sent)
		}
		l.rejected("header_timeout=1")
	}
}

func TestIdlePeer(t *testing.T) {
	for _, c := range []struct{ set, want time.Duration }{{0, 75 * time.Second}, {7 * time.Second, 7 * time.Second}, {-1, 0}} {
		l := newLab(t, &Server{Handler: ok(), IdleTimeout: c.set})
		k := l.open(-1)
		k.ask(get)
		if c.want == 0 {
			l.sim.Advance(1000 * time.Hour)
			if k.Closed() || k.FinSent() {
				t.Error("closed without an idle timeout")
			}
			continue
		}
		l.sim.Advance(c.want - time.Millisecond)
		k.ask(get) // starts the wait anew
		l.sim.Advance(c.want - time.Millisecond)
		if k.FinSent() {
			t.Errorf("ended before %v", c.want)
		}
		l.sim.Advance(time.Millisecond)
		if !k.FinSent() {
			t.Errorf("not ended after %v", c.want)
		}
		k.Finish()
		k.gone()
		l.rejected()
	}
}

func TestOldConnection(t *testing.T) {
	for _, c := range []struct {
		set         time.Duration
		young, aged time.Duration
	}{{0, 53 * time.Minute, 67 * time.Minute}, {time.Minute, 53 * time.Second, 67 * time.Second}, {-1, 1000 * time.Hour, 0}} {
		s := &Server{Handler: ok(), IdleTimeout: -1}
		s.Limits.ConnAge = c.set
		l := newLab(t, s)
		k := l.open(-1)
		l.sim.Advance(time.Second)
		k.ask(get)
		l.sim.Advance(c.young - time.Second)
		k.Sent()
		k.ask(get)
		if sent := string(k.Sent()); !strings.Contains(sent, " 200 ") || strings.Contains(sent, "close") {
			t.Errorf("age %v after %v: %q", c.set, c.young, sent)
		}
		if c.aged == 0 {
			continue
		}
		l.sim.Advance(c.aged - c.young)
		k.ask(get)
		if sent := string(k.Sent()); !strings.Contains(sent, "Connection: close\r\n") || !k.FinSent() {
			t.Errorf("age %v after %v: %q, FIN %v", c.set, c.aged, sent, k.FinSent())
		}
	}
}

func TestShutdownGrace(t *testing.T) {
	l := newLab(t, &Server{Handler: ok()})
	quiet, late, silent := l.open(-1), l.open(-1), l.open(-1)
	quiet.ask(get)
	late.ask(get)
	quiet.Sent()
	late.Sent()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.server.Shutdown(over); err == nil {
		t.Error("Shutdown returned nil with connections open")
	}
	for _, k := range []*link{quiet, late, silent} { // what a loop's Broadcast does
		k.conn.shutdown()
		k.conn.Settle()
	}
	l.sim.Advance(900 * time.Millisecond)
	if quiet.FinSent() || late.FinSent() {
		t.Fatal("idle connections ended within the grace")
	}
	late.ask(get)
	if sent := string(late.Sent()); !strings.Contains(sent, " 200 ") || !strings.Contains(sent, "Connection: close") {
		t.Errorf("a request within the grace: %q", sent)
	}
	if !late.FinSent() {
		t.Error("no FIN after the last answer")
	}
	l.sim.Advance(100 * time.Millisecond)
	if !quiet.FinSent() || !silent.Closed() {
		t.Errorf("after the grace: FIN %v, silent one closed %v", quiet.FinSent(), silent.Closed())
	}
	quiet.Finish()
	late.Finish()
	quiet.gone()
	select {
	case <-l.lane.engine.drained:
	default:
		t.Error("the engine does not know that all are gone")
	}
	l.rejected()
}

// A connection that came between two others' ends is told at once.
func TestConnectionDuringShutdown(t *testing.T) {
	l := newLab(t, &Server{Handler: ok()})
	first := l.open(-1)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_ = l.server.Shutdown(over)
	k := l.open(-1)
	k.ask(get)
	if sent := string(k.Sent()); !strings.Contains(sent, "Connection: close") || !k.FinSent() {
		t.Errorf("%q, FIN %v", sent, k.FinSent())
	}
	k.Finish()
	first.Finish()
	first.gone()
}

func TestLingering(t *testing.T) {
	const bad = "GET / HTTP/1.1\r\n\r\n"
	for _, c := range []struct {
		name  string
		limit Limits
		bytes int
		wait  time.Duration
	}{
		{"default", Limits{}, 256 << 10, 5 * time.Second},
		{"set", Limits{DrainBytes: 1000, DrainTimeout: 2 * time.Second}, 1000, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t, &Server{Handler: ok(), Limits: c.limit})
			slow, loud := l.open(-1), l.open(-1)
			slow.ask(bad)
			loud.ask(bad)
			if status := slow.status(); status != "400" || !slow.FinSent() || slow.Closed() {
				t.Fatalf("status %q, FIN %v, closed %v", status, slow.FinSent(), slow.Closed())
			}
			loud.Deliver(make([]byte, c.bytes))
			if loud.Closed() {
				t.Errorf("closed after %d bytes", c.bytes)
			}
			loud.Deliver(make([]byte, 1))
			if !loud.Closed() {
				t.Errorf("open after %d bytes", c.bytes+1)
			}
			l.sim.Advance(c.wait - time.Millisecond)
			if slow.Closed() {
				t.Errorf("closed before %v", c.wait)
			}
			l.sim.Advance(time.Millisecond)
			slow.gone()
			l.rejected("host=2")
		})
	}
}

// A farewell that is still on its way is not lost to bytes that come in.
func TestFarewellBeforeLingering(t *testing.T) {
	s := &Server{Handler: Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		w.Set("Connection", "close")
		_ = w.Text(200, strings.Repeat("x", 60<<10))
	}))}
	s.Limits.DrainBytes = 1000
	l := newLab(t, s)
	k := l.open(1000)
	k.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
	k.Deliver(make([]byte, 100_000))
	if k.Closed() {
		t.Fatal("closed before the answer was sent")
	}
	sent := len(k.Sent())
	k.Grant(1 << 20)
	if sent += len(k.Sent()); sent < 60<<10 {
		t.Errorf("only %d bytes of the answer were sent", sent)
	}
}

func TestUnreadBody(t *testing.T) {
	for _, c := range []struct {
		name   string
		length int
		stays  bool
	}{{"below", 256 << 10, true}, {"above", 256<<10 + 1, false}} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t, &Server{Handler: ok()})
			k := l.open(-1)
			k.ask(strings.Replace("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: N\r\n\r\n", "N", itoa(c.length), 1))
			sent := string(k.Sent())
			if strings.Contains(sent, "Connection: close") == c.stays || k.FinSent() == c.stays {
				t.Errorf("%q, FIN %v", sent, k.FinSent())
			}
			if !c.stays {
				return
			}
			k.Deliver(make([]byte, c.length))
			k.ask(get)
			if status := k.status(); status != "200" {
				t.Errorf("the request after a discarded body: %q", status)
			}
		})
	}
	// A body that never comes is not waited for.
	l := newLab(t, &Server{Handler: ok()})
	k := l.open(-1)
	k.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc")
	l.sim.Advance(5*time.Second - time.Millisecond)
	if k.FinSent() {
		t.Error("ended before 5 s")
	}
	l.sim.Advance(time.Millisecond)
	if !k.FinSent() {
		t.Error("an unread body is waited for")
	}
	// Nor is one that never ends.
	k = l.open(-1)
	k.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
	for range 300 {
		k.Deliver([]byte("400\r\n" + strings.Repeat("x", 1024) + "\r\n"))
	}
	if !k.FinSent() {
		t.Error("an endless unread body is read for ever")
	}
}
