package loop

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// portableRead is how much a Portable connection reads at once. The buffer comes
// from a pool and goes back before the goroutine waits for more.
const portableRead = 16 << 10

var portableBuffers = sync.Pool{New: func() any { b := make([]byte, portableRead); return &b }}

// Portable carries connections of package net, or of anything that looks like
// one. Each has a goroutine that reads and a baton of its own, a mutex, which
// whoever has something to do takes for the length of a turn.
type Portable struct {
	mu      sync.Mutex
	conns   map[*portable]struct{}
	running sync.WaitGroup
}

// NewPortable makes an empty set of connections.
func NewPortable() *Portable {
	return &Portable{conns: make(map[*portable]struct{})}
}

// Serve carries conn on the calling goroutine until its session is over.
func (g *Portable) Serve(conn net.Conn, open Opener) {
	s := &portable{group: g, conn: conn}
	s.wakeup.L = &s.baton
	g.mu.Lock()
	g.conns[s] = struct{}{}
	g.running.Add(1)
	g.mu.Unlock()
	defer g.running.Done()
	s.turn(func() { s.session = open(s) })
	s.readAll()
}

// Broadcast calls f with every session, each under its own baton.
func (g *Portable) Broadcast(f func(Session)) {
	g.mu.Lock()
	conns := make([]*portable, 0, len(g.conns))
	for s := range g.conns {
		conns = append(conns, s)
	}
	g.mu.Unlock()
	for _, s := range conns {
		s.turn(func() { f(s.session) })
	}
}

// Stop closes every connection and waits for the goroutines that read them.
func (g *Portable) Stop() {
	g.mu.Lock()
	conns := make([]*portable, 0, len(g.conns))
	for s := range g.conns {
		conns = append(conns, s)
	}
	g.mu.Unlock()
	for _, s := range conns {
		s.turn(s.Close)
	}
	g.running.Wait()
}

// portable is one connection. Everything below baton belongs to its holder.
type portable struct {
	group *Portable
	conn  net.Conn

	baton   sync.Mutex
	wakeup  sync.Cond // the reader waits here while paused
	session Session
	state   portableState
	paused  bool
	detach  func(net.Conn, error)
	out     portableOut
	timer   portableTimer
}

// portableState says who still has the connection.
type portableState uint8

const (
	carried portableState = iota
	detaching
	released
)

// portableOut is what waits to be written. One goroutine at a time writes, with
// the baton laid down; a peer that reads slowly then holds up whoever had
// something to tell it, and nobody else.
type portableOut struct {
	pending []byte
	writing bool
	blocked bool // a Write was short: Writable is owed
	fin     bool // CloseWrite waits for pending
}

// portableTimer is the deadline. The timer itself may stand earlier.
type portableTimer struct {
	timer *time.Timer
	due   time.Time
	rings time.Time
}

// portableBacklog is how many bytes Write takes before it comes up short.
const portableBacklog = 64 << 10

// turn runs f with the baton and settles.
func (s *portable) turn(f func()) {
	s.baton.Lock()
	f()
	s.settle()
	s.flush()
	s.baton.Unlock()
}

func (s *portable) settle() {
	if s.state == carried {
		s.session.Settle()
	}
}

// flush writes what is pending, unless another goroutine does so already.
func (s *portable) flush() {
	for !s.out.writing && len(s.out.pending) > 0 && s.state != released {
		p := s.out.pending
		s.out.pending, s.out.writing = nil, true
		s.baton.Unlock()
		_, err := s.conn.Write(p)
		s.baton.Lock()
		s.out.writing = false
		s.wakeup.Broadcast()
		if s.state != carried {
			continue
		}
		if err != nil {
			s.session.Ended(err)
			s.settle()
		} else if s.out.blocked {
			s.out.blocked = false
			s.session.Writable()
			s.settle()
		}
	}
	if s.out.fin && !s.out.writing && s.state != released {
		s.out.fin = false
		if half, ok := s.conn.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	}
}

// readAll is the goroutine of the connection.
func (s *portable) readAll() {
	for failed := false; !failed && s.readable(); {
		buffer := portableBuffers.Get().(*[]byte)
		n, err := s.conn.Read(*buffer)
		s.turn(func() { s.received((*buffer)[:n], err) })
		portableBuffers.Put(buffer)
		failed = err != nil
	}
	s.baton.Lock()
	defer s.baton.Unlock()
	for s.state == carried || s.state == detaching && s.out.writing {
		s.wakeup.Wait()
	}
	if s.state == detaching {
		_ = s.conn.SetReadDeadline(time.Time{})
		s.release()
		s.detach(s.conn, nil)
	}
}

func (s *portable) received(p []byte, err error) {
	if s.state == released {
		return
	}
	if len(p) > 0 {
		s.session.Received(p)
	}
	if err == nil || s.state != carried || errors.Is(err, os.ErrDeadlineExceeded) {
		return
	}
	s.session.HungUp()
	if err == io.EOF {
		err = nil
	}
	s.session.Ended(err)
}

// readable waits while the session takes nothing; false ends the reading.
func (s *portable) readable() bool {
	s.baton.Lock()
	defer s.baton.Unlock()
	for s.state == carried && s.paused {
		s.wakeup.Wait()
	}
	return s.state == carried
}

func (s *portable) Now() time.Time { return time.Now() }

func (s *portable) Write(p []byte) (int, error) {
	if s.state == released {
		return 0, net.ErrClosed
	}
	n := min(len(p), max(portableBacklog-len(s.out.pending), 0))
	s.out.pending = append(s.out.pending, p[:n]...)
	if n < len(p) {
		s.out.blocked = true
	}
	return n, nil
}

func (s *portable) Pause() { s.paused = true }

func (s *portable) Resume() {
	if s.paused {
		s.paused = false
		s.wakeup.Broadcast()
	}
}

func (s *portable) SetDeadline(t time.Time) {
	s.timer.due = t
	if t.IsZero() || !s.timer.rings.IsZero() && !s.timer.rings.After(t) {
		return
	}
	s.ring(t)
}

func (s *portable) ring(t time.Time) {
	s.timer.rings = t
	wait := time.Until(t)
	if s.timer.timer == nil {
		s.timer.timer = time.AfterFunc(wait, func() { s.turn(s.rung) })
		return
	}
	s.timer.timer.Reset(wait)
}

func (s *portable) rung() {
	s.timer.rings = time.Time{}
	due := s.timer.due
	switch {
	case s.state != carried || due.IsZero():
	case time.Now().Before(due):
		s.ring(due)
	default:
		s.timer.due = time.Time{}
		s.session.Expired()
	}
}

func (s *portable) CloseWrite() { s.out.fin = true }

func (s *portable) Close() {
	if s.state == released {
		return
	}
	s.release()
	_ = s.conn.Close()
}

func (s *portable) release() {
	s.state = released
	if s.timer.timer != nil {
		s.timer.timer.Stop()
	}
	s.wakeup.Broadcast()
	s.group.mu.Lock()
	delete(s.group.conns, s)
	s.group.mu.Unlock()
}

func (s *portable) Abort() {
	if linger, ok := s.conn.(interface{ SetLinger(int) error }); ok {
		_ = linger.SetLinger(0)
	}
	s.Close()
}

// Detach interrupts the reader, which may be waiting for bytes, by a deadline in
// the past; what it had read by then is still Received.
func (s *portable) Detach(done func(net.Conn, error)) {
	if s.state != carried {
		done(nil, net.ErrClosed)
		return
	}
	s.state, s.detach = detaching, done
	_ = s.conn.SetReadDeadline(time.Unix(1, 0))
	s.wakeup.Broadcast()
}

func (s *portable) Local() netip.AddrPort  { return addrPortOf(s.conn.LocalAddr()) }
func (s *portable) Remote() netip.AddrPort { return addrPortOf(s.conn.RemoteAddr()) }

func addrPortOf(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		ap := tcp.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

func (s *portable) Post(j Job) { s.turn(j.Perform) }

func (s *portable) Go(j Job) { go j.Perform() }
