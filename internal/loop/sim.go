package loop

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Sim carries connections that exist only in a test, which decides each byte,
// each second and each fault. The test's goroutine holds the baton whenever it
// calls a method here.
type Sim struct {
	now   time.Time
	conns []*SimConn

	place place
	back  chan struct{} // tells the test that the baton is its again

	mu      sync.Mutex
	changed sync.Cond
	posted  []simLetter
	running int
}

type simLetter struct {
	conn *SimConn
	job  Job
}

// NewSim makes a Sim whose clock stands at start.
func NewSim(start time.Time) *Sim {
	s := &Sim{now: start}
	s.changed.L = &s.mu
	s.place.pass = func() { s.back <- struct{}{} }
	return s
}

// Rob has f called whenever a guest in place is about to touch the connection or
// to leave: the points at which the loss of the baton makes a difference.
func (s *Sim) Rob(f func()) { s.place.rob = f }

// Steal takes the baton from the guest in place, for the test: the call that
// brought the guest goes on. Any goroutine may call it.
func (s *Sim) Steal() bool { return s.place.steal(s.place.word.Load()) }

// host runs a guest on a goroutine of its own and waits until the baton is back,
// because the guest has left or has lost it.
func (s *Sim) host(g Guest) {
	s.back = make(chan struct{}, 1)
	back, v := s.back, s.place.enter()
	s.run(func() {
		if s.place.host(g, v) {
			back <- struct{}{}
		}
	})
	<-back
}

// run calls f on a goroutine that Quiet waits for.
func (s *Sim) run(f func()) {
	s.mu.Lock()
	s.running++
	s.mu.Unlock()
	go func() {
		defer func() {
			s.mu.Lock()
			s.running--
			s.mu.Unlock()
			s.changed.Broadcast()
		}()
		f()
	}()
}

// Open makes a connection that takes window bytes of output until Grant gives
// more; a negative window takes all.
func (s *Sim) Open(open Opener, window int) *SimConn {
	c := &SimConn{sim: s, window: window}
	s.conns = append(s.conns, c)
	c.session = open(c)
	c.settle()
	return c
}

// Advance moves the clock and expires what is due, in order of time.
func (s *Sim) Advance(d time.Duration) {
	end := s.now.Add(d)
	for {
		var first *SimConn
		for _, c := range s.conns {
			if !c.closed && !c.deadline.IsZero() && !c.deadline.After(end) &&
				(first == nil || c.deadline.Before(first.deadline)) {
				first = c
			}
		}
		if first == nil {
			break
		}
		if first.deadline.After(s.now) {
			s.now = first.deadline
		}
		first.deadline = time.Time{}
		first.session.Expired()
		first.settle()
	}
	s.now = end
}

// Perform runs what was posted, and waits for more until done is true.
func (s *Sim) Perform(done func() bool) {
	for {
		s.mu.Lock()
		for len(s.posted) == 0 && !done() {
			s.changed.Wait()
		}
		posted := s.posted
		s.posted = nil
		s.mu.Unlock()
		if len(posted) == 0 {
			return
		}
		for _, x := range posted {
			x.job.Perform()
			x.conn.settle()
		}
	}
}

// Quiet runs what was posted until every goroutine that Go started has ended.
func (s *Sim) Quiet() { s.Perform(func() bool { return s.running == 0 }) }

// SimConn is both ends of a connection: a Socket for its session, and for the
// test what the peer does and sees.
type SimConn struct {
	sim     *Sim
	session Session

	unread   []byte // delivered while paused
	sent     []byte
	window   int
	deadline time.Time
	paused   bool
	fin      bool // the peer's FIN waits behind unread
	short    bool // a Write was short: Writable is owed
	closed   bool
	did, saw simEnds
}

// simEnds is what one side knows of the end of the connection.
type simEnds struct {
	fin     bool  // FIN sent, or HungUp called
	ended   bool  // Ended called
	aborted bool  // closed with a reset
	broken  error // what every Write fails with
}

// Deliver is the peer sending p.
func (c *SimConn) Deliver(p []byte) {
	if c.closed || c.saw.fin {
		return
	}
	if c.paused || len(c.unread) > 0 {
		c.unread = append(c.unread, p...)
		return
	}
	c.session.Received(p)
	c.settle()
}

// Finish is the peer's FIN.
func (c *SimConn) Finish() {
	if c.closed || c.saw.fin {
		return
	}
	c.hangUp()
	c.fin = true
	c.settle()
}

// Break is the connection failing: what is unread is lost, and each Write fails.
func (c *SimConn) Break(err error) {
	if c.closed || c.saw.broken != nil {
		return
	}
	c.saw.broken = err
	c.unread, c.fin = nil, false
	c.hangUp()
	c.end(err)
	if c.short && !c.closed {
		c.short = false
		c.session.Writable()
	}
	c.settle()
}

func (c *SimConn) hangUp() {
	if !c.saw.fin {
		c.saw.fin = true
		c.session.HungUp()
	}
}

func (c *SimConn) end(err error) {
	if !c.saw.ended && !c.closed {
		c.saw.ended = true
		c.session.Ended(err)
	}
}

// Grant lets n more bytes of output through.
func (c *SimConn) Grant(n int) {
	c.window += n
	if c.short && !c.closed {
		c.short = false
		c.session.Writable()
		c.settle()
	}
}

// Sent takes what was written so far.
func (c *SimConn) Sent() []byte {
	sent := c.sent
	c.sent = nil
	return sent
}

// FinSent reports whether the session sent its FIN.
func (c *SimConn) FinSent() bool { return c.did.fin }

// Closed reports whether the session closed the connection.
func (c *SimConn) Closed() bool { return c.closed }

// Aborted reports whether it did so with a reset.
func (c *SimConn) Aborted() bool { return c.did.aborted }

// Paused reports whether the session takes no bytes.
func (c *SimConn) Paused() bool { return c.paused }

func (c *SimConn) settle() {
	c.serve()
	c.readOn()
}

func (c *SimConn) serve() {
	for !c.closed {
		g := c.session.Settle()
		if g == nil {
			return
		}
		c.sim.host(g)
	}
}

func (c *SimConn) readOn() {
	for !c.paused && !c.closed && len(c.unread) > 0 {
		p := c.unread
		c.unread = nil
		c.session.Received(p)
		c.serve()
	}
	if c.fin && !c.paused && !c.closed {
		c.fin = false
		c.end(nil)
		c.settle()
	}
}

// Now is the virtual time.
func (c *SimConn) Now() time.Time { return c.sim.now }

// Write takes what the window has room for.
func (c *SimConn) Write(p []byte) (int, error) {
	if c.closed {
		return 0, io.ErrClosedPipe
	}
	if c.saw.broken != nil {
		return 0, c.saw.broken
	}
	n := len(p)
	if c.window >= 0 {
		n = min(n, c.window)
		c.window -= n
	}
	if n < len(p) {
		c.short = true
	}
	c.sent = append(c.sent, p[:n]...)
	return n, nil
}

// Pause is part of Socket.
func (c *SimConn) Pause() { c.paused = true }

// Resume is part of Socket; what waits is received when the round ends.
func (c *SimConn) Resume() { c.paused = false }

// Unsent is part of Socket.
func (c *SimConn) Unsent() int { return 0 }

// SetDeadline is part of Socket.
func (c *SimConn) SetDeadline(t time.Time) { c.deadline = t }

// CloseWrite is part of Socket.
func (c *SimConn) CloseWrite() { c.did.fin = true }

// Close is part of Socket.
func (c *SimConn) Close() { c.closed = true }

// Abort is part of Socket.
func (c *SimConn) Abort() {
	if !c.closed {
		c.closed, c.did.aborted = true, true
	}
}

// Detach is part of Socket; there is no connection to hand out.
func (c *SimConn) Detach(done func(net.Conn, error)) { done(nil, net.ErrClosed) }

// Local is part of Socket.
func (c *SimConn) Local() netip.AddrPort { return netip.MustParseAddrPort("192.0.2.1:80") }

// Remote is part of Socket.
func (c *SimConn) Remote() netip.AddrPort { return netip.MustParseAddrPort("192.0.2.2:49152") }

// Post is part of Socket: the test performs j when it likes.
func (c *SimConn) Post(j Job) {
	s := c.sim
	s.mu.Lock()
	s.posted = append(s.posted, simLetter{c, j})
	s.mu.Unlock()
	s.changed.Broadcast()
}

// Go is part of Socket.
func (c *SimConn) Go(j Job) { c.sim.run(j.Perform) }
