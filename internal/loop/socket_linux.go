package loop

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/invariants"
)

// socket is one connection of an Epoll. It is registered once, edge-triggered,
// for everything; after that no request costs a call to epoll_ctl.
type socket struct {
	loop    *Epoll
	session Session
	alarm   alarm
	number  int32 // of the descriptor
	birth   int32 // what its events carry
	state   socketState
}

// socketState is what the poller and the session have said so far.
type socketState struct {
	readable bool // the poller told of bytes, and no read has come up short since
	paused   bool
	hungUp   bool // the poller told of the end of the peer's bytes
	ended    bool
	queued   bool // stands in round.unread
	touched  bool // stands in round.touched
	closed   bool
	blocked  bool // a write was short: Writable is owed
}

// adopt makes a connection of an accepted descriptor. Its owner has been told of
// it already, so that one which cannot be carried is opened all the same, and
// has ended.
func (l *Epoll) adopt(fd int, remote netip.AddrPort, open Opener) {
	s := &socket{loop: l, number: int32(fd)}
	s.alarm.owner = s
	for fd >= len(l.sockets) {
		l.sockets = append(l.sockets, make([]*socket, max(64, len(l.sockets)))...)
	}
	l.sockets[fd] = s
	l.arrivals.remote = remote
	s.session = open(s)
	s.touch()
	if s.state.closed {
		return
	}
	if l.ended {
		s.end(net.ErrClosed)
		s.Close()
		return
	}
	var err error
	if s.birth, err = l.register(fd, syscall.EPOLLIN|syscall.EPOLLOUT|syscall.EPOLLRDHUP|epollET); err != nil {
		s.end(os.NewSyscallError("epoll_ctl", err))
	}
}

func (s *socket) fd() int { return int(s.number) }

func (s *socket) report(events uint32) {
	if events&(syscall.EPOLLIN|syscall.EPOLLRDHUP|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		s.state.readable = true
	}
	if events&(syscall.EPOLLRDHUP|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		s.hangUp()
	}
	// Whoever is paused would not read the error. An end without one waits behind
	// the bytes that wait.
	if events&syscall.EPOLLERR != 0 && s.state.paused && !s.state.closed {
		if errno, err := syscall.GetsockoptInt(s.fd(), syscall.SOL_SOCKET, syscall.SO_ERROR); err == nil && errno != 0 {
			s.end(os.NewSyscallError("read", syscall.Errno(errno)))
		}
	}
	if events&syscall.EPOLLOUT != 0 && s.state.blocked && !s.state.closed {
		s.state.blocked = false
		s.session.Writable()
		s.touch()
	}
	s.read()
}

func (s *socket) hangUp() {
	if !s.state.hungUp && !s.state.closed {
		s.state.hungUp = true
		s.session.HungUp()
		s.touch()
	}
}

// read takes one buffer's worth. A short read says that there is no more for
// now, which saves the read that would say so.
func (s *socket) read() {
	for s.state.readable && !s.state.paused && !s.state.closed && !s.state.ended {
		n, errno := recv(s.fd(), s.loop.in)
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			s.state.readable = false
		case errno != 0:
			s.end(os.NewSyscallError("read", errno))
		case n == 0:
			s.end(nil)
		default:
			full := n == len(s.loop.in)
			// After a hang-up the read that meets the end has to be made.
			s.state.readable = full || s.state.hungUp
			s.session.Received(s.loop.in[:n])
			invariants.Scribble(s.loop.in[:n])
			s.touch()
			if full {
				s.queue()
				return
			}
		}
	}
}

func (s *socket) queue() {
	if !s.state.queued && !s.state.closed {
		s.state.queued = true
		s.loop.round.unread = append(s.loop.round.unread, s)
	}
}

func (s *socket) end(err error) {
	s.hangUp()
	if s.state.ended || s.state.closed {
		return
	}
	s.state.ended = true
	s.session.Ended(err)
	s.touch()
}

func (s *socket) touch() {
	if !s.state.touched && !s.state.closed {
		s.state.touched = true
		s.loop.round.touched = append(s.loop.round.touched, s)
	}
}

func (s *socket) expired() {
	if !s.state.closed {
		s.session.Expired()
		s.touch()
	}
}

func (s *socket) Now() time.Time { return s.loop.clock.now }

func (s *socket) Write(p []byte) (int, error) {
	if s.state.closed {
		return 0, io.ErrClosedPipe
	}
	sent := 0
	for sent < len(p) {
		n, errno := send(s.fd(), p[sent:])
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			s.state.blocked = true
			return sent, nil
		case errno != 0:
			return sent, os.NewSyscallError("send", errno)
		default:
			sent += n
		}
	}
	return sent, nil
}

// Unsent is 0: what Write takes, the kernel has.
func (s *socket) Unsent() int { return 0 }

func (s *socket) Pause() { s.state.paused = true }

func (s *socket) Resume() {
	if !s.state.paused {
		return
	}
	s.state.paused = false
	if s.state.readable {
		s.queue()
	}
}

func (s *socket) SetDeadline(t time.Time) {
	if s.state.closed {
		return
	}
	due := int64(0)
	if !t.IsZero() {
		due = max(s.loop.since(t), 1)
	}
	s.loop.wheel.set(&s.alarm, due)
}

func (s *socket) CloseWrite() {
	if !s.state.closed {
		_ = syscall.Shutdown(s.fd(), syscall.SHUT_WR)
	}
}

func (s *socket) Close() {
	if s.release() {
		_ = syscall.Close(s.fd())
	}
}

func (s *socket) Abort() {
	if !s.state.closed {
		_ = syscall.SetsockoptLinger(s.fd(), syscall.SOL_SOCKET, soLinger, &syscall.Linger{Onoff: 1})
	}
	s.Close()
}

// release takes the connection out of the loop; the descriptor stays open.
func (s *socket) release() bool {
	if s.state.closed {
		return false
	}
	s.state.closed = true
	s.loop.wheel.unlink(&s.alarm)
	s.loop.sockets[s.fd()] = nil
	return true
}

func (s *socket) Detach(done func(net.Conn, error)) {
	if s.state.closed {
		done(nil, net.ErrClosed)
		return
	}
	s.loop.unregister(s.fd())
	s.release()
	file := os.NewFile(uintptr(s.fd()), "socket")
	conn, err := net.FileConn(file)
	_ = file.Close() // FileConn works on a duplicate
	done(conn, err)
}

func (s *socket) Local() netip.AddrPort {
	if s.state.closed {
		return netip.AddrPort{} // the descriptor may be another connection's by now
	}
	return localAddr(s.fd())
}

// Remote is known without asking while the session is opened, when everybody asks.
func (s *socket) Remote() netip.AddrPort {
	switch {
	case s.session == nil:
		return s.loop.arrivals.remote
	case s.state.closed:
		return netip.AddrPort{}
	}
	return peerAddr(s.fd())
}

func (s *socket) Post(j Job) { s.loop.post(letter{s, j}) }

func (s *socket) Go(j Job) {
	s.loop.round.started.Store(true)
	s.loop.workers.run(j)
}
