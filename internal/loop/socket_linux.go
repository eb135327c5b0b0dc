package loop

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// socket is one connection of an Epoll. It is registered once, edge-triggered,
// for everything; after that no request costs a call to epoll_ctl.
type socket struct {
	loop    *Epoll
	session Session
	alarm   alarm
	fd      int
	remote  netip.AddrPort

	readable bool // the poller told of bytes, and no read has come up short since
	paused   bool
	hungUp   bool // the poller told of the end of the peer's bytes
	ended    bool
	queued   bool // stands in round.unread
	touched  bool // stands in round.touched
	closed   bool
	blocked  bool // a write was short: Writable is owed
}

// adopt makes a connection of an accepted descriptor.
func (l *Epoll) adopt(fd int, remote netip.AddrPort, open Opener) {
	s := &socket{loop: l, fd: fd, remote: remote}
	s.alarm.owner = s
	for fd >= len(l.sockets) {
		l.sockets = append(l.sockets, make([]*socket, max(64, len(l.sockets)))...)
	}
	l.sockets[fd] = s
	s.session = open(s)
	s.touch()
	if s.closed {
		return
	}
	if err := l.register(fd, syscall.EPOLLIN|syscall.EPOLLOUT|syscall.EPOLLRDHUP|epollET); err != nil {
		s.end(os.NewSyscallError("epoll_ctl", err))
	}
}

func (s *socket) report(events uint32) {
	if events&(syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		s.hangUp()
		s.readable = true
		if s.paused {
			s.end(syscall.ECONNRESET)
			return
		}
	}
	if events&syscall.EPOLLOUT != 0 && s.blocked {
		s.blocked = false
		s.session.Writable()
		s.touch()
	}
	if events&syscall.EPOLLIN != 0 {
		s.readable = true
	}
	if events&syscall.EPOLLRDHUP != 0 {
		s.readable = true
		s.hangUp()
	}
	s.read()
}

func (s *socket) hangUp() {
	if !s.hungUp && !s.closed {
		s.hungUp = true
		s.session.HungUp()
		s.touch()
	}
}

// read takes one buffer's worth. A short read says that there is no more for
// now, which saves the read that would say so.
func (s *socket) read() {
	for s.readable && !s.paused && !s.closed && !s.ended {
		n, errno := recv(s.fd, s.loop.in)
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			s.readable = false
		case errno != 0:
			s.end(os.NewSyscallError("read", errno))
		case n == 0:
			s.end(nil)
		default:
			full := n == len(s.loop.in)
			// After a hang-up the read that meets the end has to be made.
			s.readable = full || s.hungUp
			s.session.Received(s.loop.in[:n])
			s.touch()
			if full {
				s.queue()
				return
			}
		}
	}
}

func (s *socket) queue() {
	if !s.queued && !s.closed {
		s.queued = true
		s.loop.round.unread = append(s.loop.round.unread, s)
	}
}

func (s *socket) end(err error) {
	if s.ended || s.closed {
		return
	}
	s.ended = true
	s.session.Ended(err)
	s.touch()
}

func (s *socket) touch() {
	if !s.touched {
		s.touched = true
		s.loop.round.touched = append(s.loop.round.touched, s)
	}
}

func (s *socket) expired() {
	if !s.closed {
		s.session.Expired()
		s.touch()
	}
}

func (s *socket) Now() time.Time { return s.loop.now }

func (s *socket) Write(p []byte) (int, error) {
	if s.closed {
		return 0, io.ErrClosedPipe
	}
	sent := 0
	for sent < len(p) {
		n, errno := send(s.fd, p[sent:])
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			s.blocked = true
			return sent, nil
		case errno != 0:
			return sent, os.NewSyscallError("send", errno)
		default:
			sent += n
		}
	}
	return sent, nil
}

func (s *socket) Pause() { s.paused = true }

func (s *socket) Resume() {
	if !s.paused {
		return
	}
	s.paused = false
	if s.readable {
		s.queue()
	}
}

func (s *socket) SetDeadline(t time.Time) {
	due := int64(0)
	if !t.IsZero() {
		due = max(s.loop.since(t), 1)
	}
	s.loop.wheel.set(&s.alarm, due)
}

func (s *socket) CloseWrite() { _ = syscall.Shutdown(s.fd, syscall.SHUT_WR) }

func (s *socket) Close() {
	if s.release() {
		_ = syscall.Close(s.fd)
	}
}

func (s *socket) Abort() {
	if !s.closed {
		_ = syscall.SetsockoptLinger(s.fd, syscall.SOL_SOCKET, soLinger, &syscall.Linger{Onoff: 1})
	}
	s.Close()
}

// release takes the connection out of the loop; the descriptor stays open.
func (s *socket) release() bool {
	if s.closed {
		return false
	}
	s.closed = true
	s.loop.wheel.unlink(&s.alarm)
	s.loop.sockets[s.fd] = nil
	return true
}

func (s *socket) Detach(done func(net.Conn, error)) {
	if s.closed {
		done(nil, net.ErrClosed)
		return
	}
	_ = syscall.EpollCtl(s.loop.poll.fd, syscall.EPOLL_CTL_DEL, s.fd, &syscall.EpollEvent{})
	s.release()
	file := os.NewFile(uintptr(s.fd), "socket")
	conn, err := net.FileConn(file)
	_ = file.Close() // FileConn works on a duplicate
	done(conn, err)
}

func (s *socket) Local() netip.AddrPort  { return localAddr(s.fd) }
func (s *socket) Remote() netip.AddrPort { return s.remote }

func (s *socket) Post(j Job) { s.loop.post(letter{s, j}) }

func (s *socket) Go(j Job) {
	s.loop.round.started++
	go j.Perform()
}
