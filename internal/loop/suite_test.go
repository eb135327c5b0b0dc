package loop

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// carrier opens connections whose near end a session has and whose far end the
// test has.
type carrier struct {
	connect func(t *testing.T, open Opener) net.Conn
	half    bool // the far end can close its writing half
	tcp     bool // resets can be sent
}

func portableOver(connect func(t *testing.T) (near, far net.Conn)) func(*testing.T, Opener) net.Conn {
	return func(t *testing.T, open Opener) net.Conn {
		g := NewPortable()
		near, far := connect(t)
		opened := make(chan struct{})
		go g.Serve(near, func(s Socket) Session { defer close(opened); return open(s) })
		wait(t, opened, "the session")
		t.Cleanup(func() { _ = far.Close(); g.Stop() })
		return withPatience(t, far)
	}
}

func tcpPair(t *testing.T) (near, far net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	far, err = net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	near, err = ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return near, far
}

func withPatience(t *testing.T, c net.Conn) net.Conn {
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

func onEachCarrier(t *testing.T, test func(t *testing.T, c carrier)) {
	all := carriers()
	all["portable/tcp"] = carrier{portableOver(tcpPair), true, true}
	all["portable/pipe"] = carrier{portableOver(func(*testing.T) (net.Conn, net.Conn) { return net.Pipe() }), false, false}
	for name, c := range all {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

func TestEcho(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		peer := c.connect(t, p.open)
		for range 50 {
			mustWrite(t, peer, []byte("hello"))
			mustRead(t, peer, []byte("hello"))
		}
	})
}

func TestOneByteAtATime(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		peer := c.connect(t, p.open)
		for i := range 300 {
			mustWrite(t, peer, []byte{byte(i)})
			mustRead(t, peer, []byte{byte(i)})
		}
		if n := p.received.Load(); n != 300 {
			t.Errorf("%d bytes received", n)
		}
	})
}

func TestMegabyteBothWays(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		peer := c.connect(t, p.open)
		data := pattern(1 << 20)
		go func() { _, _ = peer.Write(data) }()
		mustRead(t, peer, data)
		if n := p.received.Load(); n != 1<<20 {
			t.Errorf("%d bytes received", n)
		}
	})
}

// The peer does not read until the session has met a short write.
func TestShortWriteThenWritable(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		const size = 16 << 20
		p := newProbe()
		p.backlog = size
		short := make(chan struct{})
		p.onData = func(p *probe, in []byte) { p.out = append(p.out, pattern(size)...) }
		peer := c.connect(t, p.open)
		mustWrite(t, peer, []byte("x"))
		go perform(t, p.sock, func() { close(short) })
		wait(t, short, "the baton while the peer does not read")
		mustRead(t, peer, pattern(size))
		if p.writable.Load() == 0 {
			t.Error("no Writable after a short write")
		}
	})
}

func TestPauseHoldsDataAndEnd(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		p.manual = true
		peer := c.connect(t, p.open)
		mustWrite(t, peer, []byte("a"))
		mustRead(t, peer, []byte("a"))
		perform(t, p.sock, func() { p.sock.Pause() })
		written := make(chan struct{})
		go func() {
			defer close(written)
			_, _ = peer.Write([]byte("bcd"))
			if c.half {
				_ = peer.(interface{ CloseWrite() error }).CloseWrite()
			}
		}()
		if c.half {
			wait(t, written, "the peer's write")
		}
		perform(t, p.sock, func() {})
		if n := p.received.Load(); n != 1 {
			t.Errorf("%d bytes received while paused", n)
		}
		if len(p.ended) != 0 {
			t.Error("Ended while bytes wait")
		}
		perform(t, p.sock, func() { p.sock.Resume() })
		mustRead(t, peer, []byte("bcd"))
		wait(t, written, "the peer's write")
		if !c.half {
			return
		}
		wait(t, p.hungUp, "HungUp")
		if err := wait(t, p.ended, "Ended"); err != nil {
			t.Errorf("Ended(%v)", err)
		}
		mustEnd(t, peer)
	})
}

func TestHalfCloseEndsAfterLastByte(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		if !c.half {
			t.Skip("no half-close")
		}
		p := newProbe()
		peer := c.connect(t, p.open)
		data := pattern(300 << 10)
		go func() {
			_, _ = peer.Write(data)
			_ = peer.(interface{ CloseWrite() error }).CloseWrite()
		}()
		mustRead(t, peer, data)
		mustEnd(t, peer) // the probe sends its FIN after Ended
		if err := wait(t, p.ended, "Ended"); err != nil {
			t.Errorf("Ended(%v)", err)
		}
		perform(t, p.sock, func() {})
		if len(p.hungUp) != 1 || len(p.ended) != 0 {
			t.Errorf("HungUp %d times, Ended %d more", len(p.hungUp), len(p.ended))
		}
	})
}

func TestResetEndsOnce(t *testing.T) {
	for _, paused := range []bool{false, true} {
		onEachCarrier(t, func(t *testing.T, c carrier) {
			if !c.tcp {
				t.Skip("no resets")
			}
			p := newProbe()
			p.manual = true
			peer := c.connect(t, p.open)
			mustWrite(t, peer, []byte("a"))
			mustRead(t, peer, []byte("a"))
			if _, portable := p.sock.(*portable); paused && !portable {
				perform(t, p.sock, func() { p.sock.Pause() })
			}
			reset(t, peer)
			if err := wait(t, p.ended, "Ended"); err == nil {
				t.Error("Ended(nil) after a reset")
			}
			calls := p.calls.Load()
			perform(t, p.sock, func() {})
			perform(t, p.sock, func() {})
			if len(p.ended) != 0 || p.calls.Load() != calls {
				t.Error("calls after the session closed the connection")
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		c.connect(t, p.open)
		var due time.Time
		perform(t, p.sock, func() {
			due = p.sock.Now().Add(time.Millisecond)
			p.sock.SetDeadline(due)
		})
		if at := wait(t, p.expired, "Expired"); at.Before(due) {
			t.Errorf("Expired %v early", due.Sub(at))
		}
		perform(t, p.sock, func() { // moved away, then nearer, then off and on
			p.sock.SetDeadline(p.sock.Now().Add(time.Hour))
			p.sock.SetDeadline(time.Time{})
			due = p.sock.Now().Add(2 * time.Millisecond)
			p.sock.SetDeadline(due)
		})
		if at := wait(t, p.expired, "Expired again"); at.Before(due) {
			t.Errorf("Expired %v early", due.Sub(at))
		}
		perform(t, p.sock, func() { p.sock.SetDeadline(p.sock.Now().Add(-time.Hour)) })
		wait(t, p.expired, "Expired for a time that has passed")
	})
}

func TestPostFromMany(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		c.connect(t, p.open)
		const posters, each = 8, 500
		next := make([]int, posters) // guarded by the baton
		var all sync.WaitGroup
		all.Add(posters * each)
		for i := range posters {
			go func() {
				for n := range each {
					p.sock.Post(testJob(func() {
						if next[i] != n {
							t.Errorf("poster %d: job %d at the turn of %d", i, n, next[i])
						}
						next[i]++
						all.Done()
					}))
				}
			}()
		}
		done := make(chan struct{})
		go func() { all.Wait(); close(done) }()
		wait(t, done, "the last job")
	})
}

// The holder of the baton may post too, and the job runs after the one at hand.
func TestPostByTheHolder(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		ran := make(chan struct{})
		p.onData = func(p *probe, in []byte) {
			busy := true
			p.sock.Post(testJob(func() {
				if busy {
					t.Error("the job ran inside Received")
				}
				p.sock.Post(testJob(func() { close(ran) }))
			}))
			busy = false
		}
		peer := c.connect(t, p.open)
		mustWrite(t, peer, []byte("x"))
		wait(t, ran, "the posted job")
	})
}

func TestGoAnswersByPost(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		p.onData = func(p *probe, in []byte) {
			answer := bytes.ToUpper(in)
			p.sock.Go(testJob(func() {
				p.sock.Post(testJob(func() { p.out = append(p.out, answer...) }))
			}))
		}
		peer := c.connect(t, p.open)
		for range 100 {
			mustWrite(t, peer, []byte("ping"))
			mustRead(t, peer, []byte("PING"))
		}
	})
}

func TestCloseRacesWithPosts(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		peer := c.connect(t, p.open)
		const posters = 8
		var all sync.WaitGroup
		ran := make([]int, posters)
		for i := range posters {
			all.Go(func() {
				for n := range 200 {
					done := make(chan struct{})
					p.sock.Post(testJob(func() {
						ran[i]++
						p.sock.SetDeadline(p.sock.Now().Add(time.Hour))
						if i == 0 && n == 100 {
							p.sock.Close()
							p.sock.Close()
							p.sock.CloseWrite()
						}
						close(done)
					}))
					<-done
				}
			})
		}
		all.Wait()
		for i, n := range ran {
			if n != 200 {
				t.Errorf("poster %d: %d jobs ran", i, n)
			}
		}
		mustEnd(t, peer)
		if len(p.ended)+len(p.hungUp) != 0 {
			t.Error("told of an end after Close")
		}
		perform(t, p.sock, func() {
			if _, err := p.sock.Write([]byte("x")); err == nil {
				t.Error("Write after Close succeeds")
			}
		})
	})
}

// What Write took is sent although Close follows at once.
func TestCloseSendsWhatWasWritten(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		p.onData = func(p *probe, in []byte) {
			if n, err := p.sock.Write(pattern(8000)); n != 8000 || err != nil {
				t.Errorf("Write took %d, %v", n, err)
			}
			p.sock.Close()
		}
		peer := c.connect(t, p.open)
		mustWrite(t, peer, []byte("x"))
		mustRead(t, peer, pattern(8000))
		mustEnd(t, peer)
		if len(p.ended)+len(p.hungUp) != 0 {
			t.Error("told of an end after Close")
		}
	})
}

func TestAbortResets(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		peer := c.connect(t, p.open)
		perform(t, p.sock, func() { p.sock.Abort() })
		var one [1]byte
		_, err := peer.Read(one[:])
		if c.tcp && (err == nil || errors.Is(err, io.EOF)) {
			t.Errorf("read %v, want a reset", err)
		}
	})
}

func TestCloseWrite(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		p.onData = func(p *probe, in []byte) {
			p.out = append(p.out, in...)
			p.fin = true
		}
		peer := c.connect(t, p.open)
		mustWrite(t, peer, []byte("last"))
		mustRead(t, peer, []byte("last"))
		mustEnd(t, peer)
		if c.half { // the other direction is open still
			perform(t, p.sock, func() { p.onData = func(*probe, []byte) {} })
			mustWrite(t, peer, []byte("more"))
			halfClose(t, peer)
		}
		if err := wait(t, p.ended, "Ended"); err != nil {
			t.Errorf("Ended(%v)", err)
		}
		if c.half && p.received.Load() != 8 {
			t.Errorf("%d bytes received", p.received.Load())
		}
	})
}

func TestDetach(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		p := newProbe()
		peer := c.connect(t, p.open)
		mustWrite(t, peer, []byte("a"))
		mustRead(t, peer, []byte("a"))
		type detached struct {
			conn net.Conn
			err  error
		}
		got := make(chan detached, 1)
		perform(t, p.sock, func() {
			p.sock.SetDeadline(p.sock.Now().Add(time.Millisecond))
			p.sock.Detach(func(conn net.Conn, err error) { got <- detached{conn, err} })
		})
		d := wait(t, got, "the connection")
		if d.err != nil {
			t.Fatal(d.err)
		}
		defer d.conn.Close()
		calls := p.calls.Load()
		go func() { _, _ = peer.Write([]byte("b")) }()
		mustRead(t, d.conn, []byte("b"))
		if err := d.conn.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		var one [1]byte
		if _, err := d.conn.Read(one[:]); !isTimeout(err) {
			t.Errorf("a read past its deadline: %v", err)
		}
		go func() { _, _ = d.conn.Write([]byte("c")) }()
		mustRead(t, peer, []byte("c"))
		perform(t, p.sock, func() {})
		if p.calls.Load() != calls || len(p.expired) != 0 {
			t.Error("the session was called after it was detached")
		}
		again := make(chan error, 1)
		perform(t, p.sock, func() { p.sock.Detach(func(_ net.Conn, err error) { again <- err }) })
		if err := wait(t, again, "the second answer"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("detaching twice: %v", err)
		}
	})
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}
