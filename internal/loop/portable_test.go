package loop

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// served is a Portable with one connection over a net.Pipe.
func served(p *probe) (g *Portable, far net.Conn) {
	g = NewPortable()
	near, far := net.Pipe()
	opened := make(chan struct{})
	go g.Serve(near, func(s Socket) Session { defer close(opened); return p.open(s) })
	<-opened
	return g, far
}

// Deadlines run on the bubble's clock: to the nanosecond, and for hours.
func TestPortableDeadlinesAreVirtual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProbe()
		g, far := served(p)
		defer g.Stop()
		defer far.Close()
		start := time.Now()
		perform(t, p.sock, func() { p.sock.SetDeadline(start.Add(time.Hour)) })
		perform(t, p.sock, func() { p.sock.SetDeadline(start.Add(3 * time.Hour)) })
		if at := <-p.expired; at.Sub(start) != 3*time.Hour {
			t.Errorf("expired after %v", at.Sub(start))
		}
		perform(t, p.sock, func() { p.sock.SetDeadline(start.Add(9 * time.Hour)) })
		perform(t, p.sock, func() { p.sock.SetDeadline(start.Add(4 * time.Hour)) })
		if at := <-p.expired; at.Sub(start) != 4*time.Hour {
			t.Errorf("expired after %v", at.Sub(start))
		}
		perform(t, p.sock, func() {
			p.sock.SetDeadline(start.Add(5 * time.Hour))
			p.sock.Close()
			p.sock.SetDeadline(start.Add(6 * time.Hour))
		})
		time.Sleep(24 * time.Hour) // of the bubble
		if len(p.expired) != 0 {
			t.Error("expired after Close")
		}
	})
}

// A connection whose peer does not read holds up neither Broadcast nor a Post,
// and what it was sent is given up some time after Close.
func TestPortableStuckPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProbe()
		g, far := served(p)
		defer far.Close()
		g.Broadcast(func(s Session) { s.(*probe).out = append(s.(*probe).out, "never read"...) })
		synctest.Wait() // a goroutine writes
		perform(t, p.sock, func() {})
		g.Broadcast(func(s Session) { s.(*probe).out = append(s.(*probe).out, "nor this"...) })
		start := time.Now()
		g.Stop()
		if waited := time.Since(start); waited != portableFarewell {
			t.Errorf("Stop took %v", waited)
		}
		if err := <-p.ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Ended(%v)", err)
		}
	})
}

// Abort cuts a write off that is under way, and also one that Close left behind.
func TestPortableAbortDuringWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProbe()
		g, far := served(p)
		start := time.Now()
		go p.sock.Post(testJob(func() { p.out = append(p.out, "never read"...) }))
		synctest.Wait()
		perform(t, p.sock, func() { p.sock.Close() })
		synctest.Wait()
		perform(t, p.sock, func() { p.sock.Abort() })
		g.Stop()
		if _, err := far.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the peer reads %v", err)
		}
		if time.Since(start) != 0 || len(p.ended)+len(p.hungUp) != 0 {
			t.Error("Abort waited, or the session heard of it")
		}
	})
}

// Detach waits for the write that is under way; Close before that says so.
func TestPortableDetachDuringWrite(t *testing.T) {
	for _, closes := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := newProbe()
			g, far := served(p)
			defer far.Close()
			go p.sock.Post(testJob(func() { p.out = append(p.out, "before"...) }))
			synctest.Wait()
			got := make(chan net.Conn, 1)
			failed := make(chan error, 1)
			perform(t, p.sock, func() {
				p.sock.Detach(func(c net.Conn, err error) { got <- c; failed <- err })
			})
			synctest.Wait()
			if len(got) != 0 {
				t.Error("given away during a write")
			}
			if closes {
				perform(t, p.sock, func() { p.sock.Close() })
			}
			mustRead(t, far, []byte("before"))
			conn, err := <-got, <-failed
			if closes != (conn == nil) || closes != errors.Is(err, net.ErrClosed) {
				t.Errorf("closed %v: %v, %v", closes, conn, err)
			}
			if conn != nil {
				go far.Write([]byte("after"))
				mustRead(t, conn, []byte("after"))
				_ = conn.Close()
			}
			g.Stop()
		})
	}
}

// failing is a connection on which every write fails.
type failing struct{ net.Conn }

var errCut = errors.New("cut")

func (failing) Write([]byte) (int, error) { return 0, errCut }

func TestPortableWriteError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProbe()
		p.onData = func(p *probe, in []byte) { p.out = append(p.out, in...) }
		near, far := net.Pipe()
		g := NewPortable()
		go g.Serve(failing{near}, p.open)
		mustWrite(t, far, []byte("x"))
		if err := <-p.ended; !errors.Is(err, errCut) {
			t.Errorf("Ended(%v)", err)
		}
		g.Stop()
		if len(p.hungUp) != 1 || len(p.ended) != 0 {
			t.Error("not told once")
		}
	})
}

// Pause holds for a reader that waits in Read already.
func TestPortablePauseDuringRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProbe()
		p.manual = true
		p.onData = func(*probe, []byte) {}
		g, far := served(p)
		synctest.Wait() // the reader reads
		perform(t, p.sock, func() { p.sock.Pause() })
		mustWrite(t, far, []byte("x"))
		synctest.Wait()
		if p.received.Load() != 0 {
			t.Error("Received while paused")
		}
		_ = far.Close()
		perform(t, p.sock, func() { p.sock.Resume() })
		if err := <-p.ended; err != nil || p.received.Load() != 1 {
			t.Errorf("%d bytes, Ended(%v)", p.received.Load(), err)
		}
		perform(t, p.sock, func() { p.sock.Close() })
		g.Stop()
	})
}

// A connection that comes after Stop is opened and ended, so that whoever counts
// them counts right.
func TestPortableServeAfterStop(t *testing.T) {
	g := NewPortable()
	g.Stop()
	near, far := net.Pipe()
	p := newProbe()
	g.Serve(near, p.open)
	if err := wait(t, p.ended, "Ended"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Ended(%v)", err)
	}
	if _, err := far.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the peer reads %v", err)
	}
}
