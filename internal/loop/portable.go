package loop

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/invariants"
)

// portableRead is how much a Portable connection reads at once. Package net
// knows no way to wait for bytes but to offer a buffer, so that here even an idle
// connection holds one.
const portableRead = 16 << 10

var portableBuffers = sync.Pool{New: func() any { b := make([]byte, portableRead); return &b }}

// Portable carries connections of package net, or of anything that looks like
// one. Each has a goroutine that reads and a baton of its own, which whoever has
// something to do takes for the length of a turn.
type Portable struct {
	workers workers
	mu      sync.Mutex
	conns   map[*portable]struct{}
	running sync.WaitGroup
	stopped bool
}

// NewPortable makes an empty set of connections.
func NewPortable() *Portable {
	return &Portable{conns: make(map[*portable]struct{})}
}

// Serve carries conn on the calling goroutine, until its session is over or a
// guest that stays in place too long keeps that goroutine; another one carries on
// then. After Stop the session is opened too, and has ended.
func (g *Portable) Serve(conn net.Conn, open Opener) {
	s := &portable{group: g, conn: conn}
	s.baton.init()
	s.place.pass = func() { g.workers.run((*reader)(s)) }
	g.mu.Lock()
	late := g.stopped
	if !late {
		g.conns[s] = struct{}{}
		g.running.Add(1)
		s.counted = true
	}
	g.mu.Unlock()
	s.session = open(s)
	if late {
		s.stop()
	}
	s.settle()
	s.finish()
	s.readAll()
}

// Steal takes the baton from every guest in place that does not touch its
// connection at this instant, and reports whether there was one.
func (g *Portable) Steal() (any bool) {
	for _, s := range g.all() {
		any = s.place.steal(s.place.word.Load()) || any
	}
	return any
}

// Broadcast calls f with every session, each under its own baton.
func (g *Portable) Broadcast(f func(Session)) {
	for _, s := range g.all() {
		s.turnAside(func() {
			if s.state == carried {
				f(s.session)
			}
		})
	}
}

// Stop tells each session that its connection has ended, with net.ErrClosed,
// closes the connections and waits for the goroutines that read them.
func (g *Portable) Stop() {
	g.mu.Lock()
	g.stopped = true
	g.mu.Unlock()
	for _, s := range g.all() {
		s.turnAside(s.stop)
	}
	g.running.Wait()
	g.workers.close()
}

func (g *Portable) all() []*portable {
	g.mu.Lock()
	defer g.mu.Unlock()
	conns := make([]*portable, 0, len(g.conns))
	for s := range g.conns {
		conns = append(conns, s)
	}
	return conns
}

// portable is one connection. Everything below baton belongs to its holder.
type portable struct {
	group *Portable
	conn  net.Conn

	baton    baton
	place    place
	watchdog watchdog
	session  Session
	state    portableState
	counted  bool // Stop waits for its reader
	in       portableIn
	out      portableOut
	timer    portableTimer
	detach   func(net.Conn, error)
}

// portableState says who still has the connection.
type portableState uint8

const (
	carried portableState = iota
	detaching
	closing // closed for the session; what it wrote is still being sent
	released
)

// portableIn is what the session was told of the peer's half.
type portableIn struct {
	paused bool
	hungUp bool
	ended  bool
	failed bool // a read has, and no other will follow
}

// turn runs f with the baton and settles.
func (s *portable) turn(f func()) {
	s.baton.take()
	f()
	s.settle()
	s.finish()
}

// turnAside is turn for one who has other connections to see to: should there be
// something to write, which may take as long as the peer likes, a goroutine does
// that. While a connection is carried its reader runs, so the count that Stop
// waits for is not zero.
func (s *portable) turnAside(f func()) {
	s.baton.take()
	f()
	s.settle()
	if s.state == released {
		s.finish()
		return
	}
	s.group.running.Go(s.finish)
}

// finish ends a turn: it writes, performs what was posted, and lays the baton
// down.
func (s *portable) finish() {
	s.flush()
	for !s.baton.lay() {
		s.perform()
		s.flush()
	}
}

func (s *portable) perform() {
	for _, j := range s.baton.jobs() {
		j.Perform()
	}
	s.settle()
}

// settle starts what could run in place on goroutines: only the reader's round is
// made to be carried on by somebody else.
func (s *portable) settle() {
	for s.state == carried {
		g := s.session.Settle()
		if g == nil {
			return
		}
		s.group.workers.run(g)
	}
}

// settleInPlace is the reader's settle; false means that the baton is lost, and
// with it the reading.
func (s *portable) settleInPlace() (kept bool) {
	for s.state == carried {
		g := s.session.Settle()
		if g == nil {
			return true
		}
		if s.watchdog.place == nil {
			s.watchdog.init(&s.place)
		}
		v := s.place.enter()
		s.watchdog.wake()
		if !s.place.host(g, v) {
			return false
		}
		s.watchdog.rest()
	}
	return true
}

// reader is the connection as the job of the goroutine that reads it, after one
// that has lost the baton.
type reader portable

func (r *reader) Perform() {
	s := (*portable)(r)
	if s.settleInPlace() {
		s.finish()
		s.readAll()
	}
}

// readAll reads until the connection is over or the baton is lost.
func (s *portable) readAll() {
	for s.readable() {
		s.read()
		if !s.settleInPlace() {
			return
		}
		s.finish()
	}
	s.baton.take()
	s.await(func() bool {
		return s.state == released || s.state == detaching && !s.out.waits()
	})
	if s.state == detaching {
		_ = s.conn.SetDeadline(time.Time{})
		s.release()
		s.tellDetached(s.conn, nil)
	}
	s.finish()
	if s.counted {
		s.group.running.Done()
	}
}

// read gives the session what one read brings, and leaves the caller with the
// baton.
func (s *portable) read() {
	buffer := portableBuffers.Get().(*[]byte)
	n, err := s.conn.Read(*buffer)
	if err != nil {
		s.turn(s.hangUp)
	}
	s.baton.take()
	if n > 0 || orderly(err, s.out.shut) == nil {
		s.await(s.mayRead) // somebody may have paused while Read waited
	}
	s.received((*buffer)[:n], err)
	s.in.failed = err != nil
	invariants.Scribble((*buffer)[:n])
	portableBuffers.Put(buffer)
}

// await lays the baton down until is true of what it guards.
func (s *portable) await(is func() bool) {
	for !is() {
		if !s.baton.sleep() {
			s.perform()
			s.flush()
		}
	}
}

func (s *portable) received(p []byte, err error) {
	if len(p) > 0 && !s.in.ended && (s.state == carried || s.state == detaching) {
		s.session.Received(p)
	}
	if err == nil || s.state != carried {
		return
	}
	s.ended(orderly(err, s.out.shut))
}

// ended tells the session of the end, once.
func (s *portable) ended(err error) {
	s.hangUp()
	if !s.in.ended && s.state == carried {
		s.in.ended = true
		s.session.Ended(err)
	}
}

func (s *portable) hangUp() {
	if !s.in.hungUp && s.state == carried {
		s.in.hungUp = true
		s.session.HungUp()
	}
}

func (s *portable) mayRead() bool { return s.state != carried || !s.in.paused }

// readable waits while the session takes nothing; false ends the reading.
func (s *portable) readable() bool {
	if s.in.failed {
		return false
	}
	s.baton.take()
	s.await(s.mayRead)
	carries := s.state == carried
	s.finish()
	return carries
}

func (s *portable) Now() time.Time { return time.Now() }

func (s *portable) Pause() { s.in.paused = true }

func (s *portable) Resume() {
	if s.in.paused {
		s.in.paused = false
		s.baton.changed.Broadcast()
	}
}

// Close lets what was written go out first, as a kernel does, though not for
// ever.
func (s *portable) Close() {
	if s.state == closing || s.state == released {
		return
	}
	if s.out.waits() {
		s.state = closing
		s.timer.stop()
		_ = s.conn.SetWriteDeadline(time.Now().Add(portableFarewell))
		s.tellDetached(nil, net.ErrClosed)
		return
	}
	s.drop()
}

func (s *portable) Abort() {
	if s.state == released {
		return
	}
	if linger, ok := s.conn.(interface{ SetLinger(int) error }); ok {
		_ = linger.SetLinger(0)
	}
	s.drop()
}

// stop is the end that comes from the server.
func (s *portable) stop() {
	s.ended(net.ErrClosed)
	s.Close()
}

// drop closes the connection and what still waits.
func (s *portable) drop() {
	s.release()
	_ = s.conn.Close()
	s.tellDetached(nil, net.ErrClosed)
}

func (s *portable) release() {
	s.state = released
	s.timer.stop()
	s.baton.changed.Broadcast()
	s.group.mu.Lock()
	delete(s.group.conns, s)
	s.group.mu.Unlock()
}

// Detach interrupts the reader, which may be waiting for bytes, by a deadline in
// the past; what it had read by then is still Received.
func (s *portable) Detach(done func(net.Conn, error)) {
	if s.state != carried {
		done(nil, net.ErrClosed)
		return
	}
	s.state, s.detach = detaching, done
	s.timer.stop()
	_ = s.conn.SetReadDeadline(time.Unix(1, 0))
	s.baton.changed.Broadcast()
}

func (s *portable) tellDetached(conn net.Conn, err error) {
	if done := s.detach; done != nil {
		s.detach = nil
		done(conn, err)
	}
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

// Post performs j at once when nobody holds the baton, and otherwise leaves it
// to the holder.
func (s *portable) Post(j Job) {
	if s.baton.post(j) {
		s.perform()
		s.finish()
	}
}

func (s *portable) Go(j Job) { s.group.workers.run(j) }
