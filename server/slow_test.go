package server

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"

// handed is what one handler does, as a server's Handler.
func handed(t *testing.T, s *Server, f func(w *web.Response, r *web.Request)) *lab {
	t.Helper()
	s.Handler = Raw(web.HandlerFunc(f))
	return newLab(t, s)
}

func TestBodyThatStops(t *testing.T) {
	for _, c := range []struct{ set, want time.Duration }{{0, 20 * time.Second}, {7 * time.Second, 7 * time.Second}} {
		errs := make(chan error, 1)
		s := &Server{Handler: reads(errs)}
		s.Limits.ReadIdle = c.set
		l := newLab(t, s)
		k := l.open(-1)
		k.Deliver([]byte(post + "x"))
		k.awaitReader()
		l.sim.Advance(c.want - time.Millisecond)
		if len(errs) > 0 || k.Closed() {
			t.Fatalf("ended before %v", c.want)
		}
		l.sim.Advance(time.Millisecond)
		k.rest()
		if err := <-errs; err != errBodyTimeout {
			t.Errorf("the handler read %v", err)
		}
		if sent := string(k.Sent()); !strings.Contains(sent, "Connection: close") || !k.FinSent() {
			t.Errorf("%q, FIN %v", sent, k.FinSent())
		}
		l.sim.Advance(5 * time.Second)
		k.gone()
		l.rejected("body_timeout=1")
	}
}

// The idle bound bites where the rate is high enough or not asked for.
func TestBodyThatPauses(t *testing.T) {
	for _, rate := range []int{0, -1} {
		errs := make(chan error, 1)
		s := &Server{Handler: reads(errs)}
		s.Limits.MinRate = rate
		l := newLab(t, s)
		k := l.open(-1)
		k.Deliver([]byte(post + strings.Repeat("x", 60_000))) // two minutes' worth
		k.awaitReader()
		for range 3 {
			l.sim.Advance(30*time.Second - time.Millisecond)
			k.Deliver([]byte(strings.Repeat("x", 30)))
			k.awaitReader()
		}
		if len(errs) > 0 {
			t.Fatal("ended before 30 s without a byte")
		}
		l.sim.Advance(30 * time.Second)
		k.rest()
		l.rejected("body_timeout=1")
		if err := <-errs; err != errBodyTimeout {
			t.Error(err)
		}
	}
}

// Bytes that drip in meet the minimum rate although each comes in time.
func TestBodyThatDrips(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		each   int // bytes a second
		want   time.Duration
	}{
		{"default", Limits{}, 1, 21 * time.Second},
		{"just too slow", Limits{}, 499, 21 * time.Second},
		{"fast enough", Limits{}, 501, 0},
		{"rate", Limits{MinRate: 100}, 99, 21 * time.Second},
		{"rate kept", Limits{MinRate: 100}, 101, 0},
		{"grace", Limits{MinRateGrace: 40 * time.Second}, 1, 41 * time.Second},
		{"off", Limits{MinRate: -1}, 1, 0},
		{"all off", Limits{MinRate: -1, ReadIdle: -1}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := make(chan error, 1)
			l := newLab(t, &Server{Handler: reads(errs), Limits: c.limits})
			k := l.open(-1)
			k.Deliver([]byte(post))
			k.awaitReader()
			passed := time.Duration(0)
			for ; passed < 3*time.Minute && len(l.server.Stats().Rejected) == 0; passed += time.Second {
				if c.each > 0 {
					k.Deliver([]byte(strings.Repeat("x", c.each)))
				}
				k.awaitReader()
				l.sim.Advance(time.Second)
			}
			if c.want == 0 {
				if passed != 3*time.Minute {
					t.Errorf("ended after %v", passed)
				}
				k.Break(errors.New("enough"))
				k.rest()
				return
			}
			if passed < c.want-time.Second || passed > c.want+time.Second {
				t.Errorf("ended after %v, want %v", passed, c.want)
			}
			k.rest()
			l.rejected("body_timeout=1")
		})
	}
}

// Nobody waits for the peer while the handler thinks, so no bound runs.
func TestThinkingHandler(t *testing.T) {
	leave := make(chan bool)
	l := handed(t, &Server{IdleTimeout: time.Second}, func(w *web.Response, r *web.Request) {
		<-leave
		n, err := io.Copy(io.Discard, r.Body())
		if n != 3 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		_ = w.Text(200, "at last")
	})
	k := l.open(-1)
	k.Deliver([]byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"))
	l.sim.Advance(1000 * time.Hour)
	if k.Closed() {
		t.Fatal("closed while its handler thinks")
	}
	close(leave)
	k.awaitReader()
	k.ask("abc")
	if status := k.status(); status != "200" {
		t.Errorf("%q", status)
	}
	l.rejected()
}

// A stream that has something to say once an hour meets no bound either.
func TestRareStream(t *testing.T) {
	say := make(chan bool, 1)
	l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		for range say {
			_, _ = w.WriteString("tick\n")
			_ = w.Flush()
		}
	})
	k := l.open(-1)
	k.Deliver([]byte(get))
	for i := range 20 {
		say <- true
		l.until("a tick", func() bool { return strings.Count(string(k.peek()), "tick") == i+1 })
		l.sim.Advance(time.Hour)
	}
	close(say)
	k.rest()
	if sent := string(k.Sent()); !strings.HasSuffix(sent, "0\r\n\r\n") {
		t.Errorf("%q", sent)
	}
	l.rejected()
}

// peek is what was sent, which stays.
func (k *link) peek() []byte {
	sent := k.Sent()
	k.seen = append(k.seen, sent...)
	return k.seen
}

func TestReaderThatStops(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		each   int // bytes taken a second
		want   time.Duration
	}{
		{"stops", Limits{}, 0, 20 * time.Second},
		{"idle", Limits{WriteIdle: 7 * time.Second}, 0, 7 * time.Second},
		{"idle alone", Limits{MinRate: -1}, 0, 30 * time.Second},
		{"drips", Limits{}, 1, 21 * time.Second},
		{"just too slow", Limits{}, 499, 21 * time.Second},
		{"fast enough", Limits{}, 501, 0},
		{"rate", Limits{MinRate: 100}, 99, 21 * time.Second},
		{"grace", Limits{MinRateGrace: 40 * time.Second}, 1, 41 * time.Second},
		{"all off", Limits{MinRate: -1, WriteIdle: -1}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := make(chan error, 1)
			l := handed(t, &Server{Limits: c.limits}, func(w *web.Response, r *web.Request) {
				_, err := w.Write(make([]byte, 10<<20))
				errs <- err
			})
			k := l.open(0)
			k.Deliver([]byte(get))
			k.awaitWriter()
			passed := time.Duration(0)
			for ; passed < 3*time.Minute && !k.Closed(); passed += time.Second {
				if c.each > 0 {
					k.Grant(c.each)
				}
				if kept := cap(k.conn.out.b); kept > 3*outLimit {
					t.Fatalf("%d bytes are held for a peer that does not read", kept)
				}
				l.sim.Advance(time.Second)
			}
			if c.want == 0 {
				if passed != 3*time.Minute {
					t.Errorf("ended after %v", passed)
				}
				k.Break(errors.New("enough"))
				k.rest()
				return
			}
			if passed < c.want-time.Second || passed > c.want+time.Second {
				t.Errorf("ended after %v, want %v", passed, c.want)
			}
			k.rest()
			if err := <-errs; !errors.Is(err, errWriteTimeout) {
				t.Errorf("the handler wrote %v", err)
			}
			if !k.Aborted() {
				t.Error("a part of an answer ended without a reset")
			}
			k.gone()
			l.rejected("write_timeout=1")
		})
	}
}

// A peer that reads on after a pause gets all of it.
func TestReaderThatGoesOn(t *testing.T) {
	const size = 3<<20 + 17
	l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		w.Set("Content-Length", itoa(size))
		for left := size; left > 0; {
			n := min(left, 100_000)
			if _, err := w.Write([]byte(strings.Repeat("x", n))); err != nil {
				t.Error(err)
				return
			}
			left -= n
		}
	})
	k := l.open(0)
	k.Deliver([]byte(get))
	total := 0
	for total < size {
		k.awaitProgress()
		l.sim.Advance(time.Second)
		k.Grant(123_456)
		total += len(k.Sent())
	}
	k.Grant(1 << 20)
	k.rest()
	if k.Closed() {
		t.Error("closed after a complete answer")
	}
	l.rejected()
}

// awaitProgress performs jobs until the handler waits or has returned.
func (k *link) awaitProgress() {
	k.lab.until("a writer", func() bool {
		return k.conn.runs.first == nil || k.conn.runs.first.outbound.command == write
	})
}

// Answers to a peer that asks on and on without reading are bounded: requests
// wait until there is room.
func TestAnswersThatNobodyReads(t *testing.T) {
	for _, body := range []string{"", "small", strings.Repeat("x", 5000)} {
		l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
			if body == "" {
				_ = w.NoContent(204)
				return
			}
			_ = w.Text(200, body)
		})
		k := l.open(0)
		const n = 5000
		taken := 0
		for range n {
			k.Deliver([]byte(get))
			for r := k.conn.runs.first; r != nil && !k.Paused(); r = k.conn.runs.first {
				k.rest()
				if r == k.conn.runs.first {
					break // it waits for room
				}
			}
			if kept := k.conn.out.len(); kept > 2*outLimit {
				t.Fatalf("%d bytes of answers are held", kept)
			}
			if taken++; k.Paused() {
				break
			}
		}
		if !k.Paused() {
			t.Fatal("a peer that does not read is read on and on")
		}
		k.Grant(10 << 20)
		k.rest()
		for k.conn.runs.first != nil || k.conn.held.len() > 0 {
			k.rest()
		}
		if got := strings.Count(string(k.Sent()), "HTTP/1.1 20"); got != taken {
			t.Errorf("%d answers to %d requests", got, taken)
		}
		l.rejected()
	}
}

// What a reader has taken is let go, though it never catches up.
func TestBodyMemory(t *testing.T) {
	step := make(chan int)
	l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		for n := range step {
			if _, err := io.ReadFull(r.Body(), make([]byte, n)); err != nil {
				t.Error(err)
			}
			step <- 0
		}
	})
	k := l.open(-1)
	k.Deliver([]byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n" + strings.Repeat("x", 40_000)))
	for range 500 {
		step <- 16 << 10
		<-step
		l.sim.Perform(func() bool { return true })
		k.Deliver(make([]byte, 16<<10))
		b := &k.conn.runs.first.inbound
		if cap(b.bytes) > 200_000 || k.conn.held.len() > heldLimit {
			t.Fatalf("a body that is read in step holds %d bytes, %d before", cap(b.bytes), k.conn.held.len())
		}
	}
	close(step)
	k.rest()
}

func TestDeadlines(t *testing.T) {
	second := time.Second
	for _, c := range []struct {
		name   string
		server *Server
		set    func(w *web.Response) error
		want   time.Duration
		class  string
	}{
		{"ReadTimeout", &Server{ReadTimeout: 3 * second}, nil, 3 * second, ""},
		{"WriteTimeout", &Server{WriteTimeout: 4 * second}, nil, 4 * second, "write_deadline=1"},
		{"SetReadDeadline", &Server{}, func(w *web.Response) error { return w.SetReadDeadline(epoch.Add(2 * second)) }, 2 * second, ""},
		{"SetReadDeadline over ReadTimeout", &Server{ReadTimeout: second},
			func(w *web.Response) error { return w.SetReadDeadline(epoch.Add(6 * second)) }, 6 * second, ""},
		{"SetWriteDeadline over WriteTimeout", &Server{WriteTimeout: second},
			func(w *web.Response) error { return w.SetWriteDeadline(epoch.Add(6 * second)) }, 6 * second, "write_deadline=1"},
		{"SetReadDeadline past", &Server{}, func(w *web.Response) error { return w.SetReadDeadline(time.Unix(1, 0)) }, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs, ready := make(chan error, 1), make(chan bool, 1)
			l := handed(t, c.server, func(w *web.Response, r *web.Request) {
				if c.set != nil {
					if err := c.set(w); err != nil {
						t.Error(err)
					}
				}
				ready <- true
				_, err := io.ReadAll(r.Body())
				errs <- err
				_ = w.Text(200, "done")
			})
			k := l.open(-1)
			k.Deliver([]byte(post))
			l.until("the handler", func() bool { return len(ready) == 1 })
			k.awaitProgressOfReader()
			if c.want > 0 {
				l.sim.Advance(c.want - time.Millisecond)
				if len(errs) > 0 || k.Closed() {
					t.Fatalf("ended before %v", c.want)
				}
			}
			l.sim.Advance(time.Millisecond)
			k.rest()
			err := <-errs
			if c.class != "" {
				if !k.Aborted() {
					t.Error("not reset")
				}
				l.rejected(c.class)
				return
			}
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("the handler read %v", err)
			}
			if status := k.status(); status != "200" {
				t.Errorf("status %q", status)
			}
			l.rejected()
		})
	}
}

// awaitProgressOfReader performs jobs until the handler waits for bytes or its
// body has failed.
func (k *link) awaitProgressOfReader() {
	k.lab.until("a reader", func() bool {
		r := k.conn.runs.first
		return r == nil || !r.inbound.pace.since.IsZero() || r.failed()
	})
}

func (r *run) failed() bool {
	r.inbound.mu.Lock()
	defer r.inbound.mu.Unlock()
	return r.inbound.err != nil
}

// While a connection that is to be taken over still sends earlier answers, what
// comes in is held within bounds.
func TestHijackWhileSending(t *testing.T) {
	l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		if r.RawPath == "/hijack" {
			if _, _, err := w.Hijack(); err == nil {
				t.Error("there is nothing to hand over")
			}
			return
		}
		_ = w.Text(200, strings.Repeat("x", 5000))
	})
	k := l.open(0)
	k.Deliver([]byte(get + "GET /hijack HTTP/1.1\r\nHost: a\r\n\r\n"))
	l.until("the hijack", func() bool { return k.conn.state == detaching })
	for range 100 {
		k.Deliver(make([]byte, 16<<10))
	}
	if kept := k.conn.held.len(); kept > heldLimit+16<<10 {
		t.Errorf("%d bytes are held before the hand-over", kept)
	}
	k.Grant(1 << 20)
	k.rest()
	if got := len(k.Sent()); got < 5000 {
		t.Errorf("%d bytes of the earlier answer were sent", got)
	}
}

// A slow peer of HTTP/1.0 cannot take the part that it got for the whole.
func TestOldReaderThatStops(t *testing.T) {
	l := handed(t, &Server{WriteTimeout: 5 * time.Second}, func(w *web.Response, r *web.Request) {
		_, _ = w.Write(make([]byte, 1<<20))
	})
	k := l.open(1000)
	k.Deliver([]byte("GET / HTTP/1.0\r\n\r\n"))
	k.awaitWriter()
	l.sim.Advance(5 * time.Second)
	k.rest()
	if !k.Aborted() {
		t.Error("the cut response did not end in a reset")
	}
	k.gone()
	l.rejected("write_deadline=1")
}
