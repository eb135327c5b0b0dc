package loop

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// acceptBatch bounds how many connections one round takes from a listener, so
// that a storm of them does not keep those that are open waiting.
const acceptBatch = 64

// queueMost bounds what is taken from a listener that retires: more than any
// queue holds, but not for as long as peers keep connecting.
const queueMost = 1 << 16

// After an accept that failed for want of descriptors or memory the loop leaves
// the listener alone for a while instead of spinning.
const (
	minAcceptPause = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// Listener is a listening socket on an Epoll, and what its connections become.
type Listener struct {
	// Open makes the session of each connection, on the loop that will carry it.
	Open func(l *Epoll) Opener
	// Admit is asked for a place before each accept; false leaves connections in
	// the listener's queue until Resume. A listener that retires asks with last
	// set, and takes what has queued whatever the answer.
	Admit func(last bool) bool
	// Release gives back a place that no connection came for.
	Release func()
	// Full is told when Admit has said no and a connection waits; nil is nobody.
	Full func()
	// Refuse may have a connection closed at once, unheard; nil refuses none. remote
	// is invalid on a unix socket.
	Refuse func(remote netip.AddrPort) bool
	// Spread are the loops that take the connections in turn, which is handed over
	// without a lock; none means the loop that accepts. Loops that do not keep up
	// miss their turn. The loop that accepts steps in when none does, even if it is
	// not one of them.
	Spread []*Epoll
	// Fault is told of accepts that failed, and of how long accepting pauses.
	Fault func(err error, pause time.Duration)

	fd      int
	birth   int32 // what its events carry
	turn    int
	outlets []*ring[handover] // into the loops of Spread
	pause   time.Duration
	parked  bool // out of the poller
}

// ListenReusePort opens n sockets on one address, so that the kernel spreads
// connections over n loops. With port 0 the kernel picks one port for all. An
// address on which anyone listens already is refused, as net.Listen refuses it.
func ListenReusePort(network, address string, n int) ([]net.Listener, error) {
	// The option alone would let another process of the same user, such as a server
	// forgotten in the background, go on to take its share of the connections.
	probe, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	if err := probe.Close(); err != nil {
		return nil, err
	}
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(fd uintptr) {
			failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, soReusePort, 1)
		})
		if err != nil {
			return err
		}
		return failed
	}}
	listeners := make([]net.Listener, 0, n)
	for range n {
		ln, err := config.Listen(context.Background(), network, address)
		if err != nil {
			for _, open := range listeners {
				_ = open.Close()
			}
			return nil, err
		}
		listeners = append(listeners, ln)
		address = ln.Addr().String()
	}
	return listeners, nil
}

// IsRaw reports whether ln is a socket that an Epoll can accept from.
func IsRaw(ln net.Listener) bool {
	switch ln.(type) {
	case *net.TCPListener, *net.UnixListener:
		return true
	}
	return false
}

// Accept has the loop accept from a duplicate of ln's descriptor; ln itself can
// be closed. It may be called by any goroutine.
func (l *Epoll) Accept(ln net.Listener, accepted *Listener) error {
	raw, ok := ln.(syscall.Conn)
	if !ok {
		return fmt.Errorf("loop: %T is no socket", ln)
	}
	control, err := raw.SyscallConn()
	if err != nil {
		return err
	}
	fd, dupErr := -1, error(nil)
	if err := control.Control(func(own uintptr) { fd, dupErr = duplicate(int(own)) }); err != nil {
		return err
	}
	if dupErr != nil {
		return fmt.Errorf("loop: duplicating a listener: %w", dupErr)
	}
	accepted.fd = fd
	done := make(chan error, 1)
	l.Do(func() {
		if l.ended {
			_ = syscall.Close(fd)
			done <- net.ErrClosed
			return
		}
		l.arrivals.accepts[fd] = accepted
		l.outlets(accepted)
		err := l.watch(accepted)
		if err != nil {
			l.forget(accepted)
		}
		done <- err
	})
	return <-done
}

func (l *Epoll) watch(ln *Listener) (err error) {
	ln.birth, err = l.register(ln.fd, syscall.EPOLLIN)
	return err
}

func duplicate(fd int) (int, error) {
	n, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}

// Retire takes what still waits in the listener's queue and closes it, so that
// no connection that the kernel has accepted is lost. done runs afterwards.
func (l *Epoll) Retire(ln *Listener, done func()) {
	l.Do(func() {
		if l.arrivals.accepts[ln.fd] == ln {
			for range queueMost {
				ln.Admit(true)
				if !l.acceptOne(ln) {
					break
				}
			}
			l.forget(ln)
		}
		done()
	})
}

func (l *Epoll) forget(ln *Listener) {
	delete(l.arrivals.accepts, ln.fd)
	l.unregister(ln.fd)
	_ = syscall.Close(ln.fd)
}

// Resume asks Admit again, after it has said no.
func (l *Epoll) Resume(ln *Listener) { l.Do(func() { l.unpark(ln) }) }

func (l *Epoll) unpark(ln *Listener) {
	if ln.parked && l.arrivals.accepts[ln.fd] == ln {
		ln.parked = false
		if err := l.watch(ln); err != nil {
			l.backOff(ln, err)
		}
	}
}

func (l *Epoll) park(ln *Listener) {
	if !ln.parked {
		ln.parked = true
		l.unregister(ln.fd)
	}
}

func (l *Epoll) accept(ln *Listener) {
	for taken := range acceptBatch {
		if !ln.Admit(false) {
			// Only the first is known to wait. If there is another the poller will say
			// so again.
			if taken == 0 {
				l.park(ln)
				if ln.Full != nil {
					ln.Full()
				}
			}
			return
		}
		if again := l.acceptOne(ln); !again {
			return
		}
	}
}

// acceptOne accepts for a place that was admitted, and reports whether it is
// worth trying again at once.
func (l *Epoll) acceptOne(ln *Listener) (again bool) {
	fd, remote, errno := accept(ln.fd)
	if errno != 0 {
		ln.Release()
	}
	switch errno {
	case 0:
		ln.pause = 0
	case syscall.EAGAIN:
		return false
	case syscall.EINTR, syscall.ECONNABORTED:
		return true // that connection was gone before it was taken
	default:
		l.backOff(ln, errno)
		return false
	}
	if ln.Refuse != nil && ln.Refuse(remote) {
		_ = syscall.Close(fd)
		ln.Release()
		return true
	}
	_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	l.hand(handover{fd, remote, ln})
	return true
}

func (l *Epoll) backOff(ln *Listener, err error) {
	ln.pause = min(max(2*ln.pause, minAcceptPause), maxAcceptPause)
	l.park(ln)
	time.AfterFunc(ln.pause, func() { l.Resume(ln) })
	ln.Fault(err, ln.pause)
}
