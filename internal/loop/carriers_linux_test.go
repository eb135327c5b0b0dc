package loop

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

func carriers() map[string]carrier {
	return map[string]carrier{
		"epoll/tcp":  {epollOver("tcp"), true, true},
		"epoll/unix": {epollOver("unix"), true, false},
	}
}

// runEpoll is a loop that the test's end stops.
func runEpoll(t testing.TB) *Epoll {
	t.Helper()
	l, err := NewEpoll()
	if err != nil {
		t.Fatal(err)
	}
	l.Start()
	t.Cleanup(l.Stop)
	return l
}

// accepting is a Listener that takes everything.
func accepting(open Opener) *Listener {
	return &Listener{
		Open:    func(*Epoll) Opener { return open },
		Admit:   func(bool) bool { return true },
		Release: func() {},
		Fault:   func(error, time.Duration) {},
	}
}

func listenOn(t testing.TB, l *Epoll, network string, accepted *Listener) net.Addr {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	ln, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	if !IsRaw(ln) {
		t.Fatalf("%T is not raw", ln)
	}
	if err := l.Accept(ln, accepted); err != nil {
		t.Fatal(err)
	}
	return ln.Addr()
}

func dialTo(t testing.TB, addr net.Addr) net.Conn {
	t.Helper()
	c, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

func epollOver(network string) func(*testing.T, Opener) net.Conn {
	return func(t *testing.T, open Opener) net.Conn {
		l := runEpoll(t)
		opened := make(chan struct{})
		addr := listenOn(t, l, network, accepting(func(s Socket) Session { defer close(opened); return open(s) }))
		c := dialTo(t, addr)
		wait(t, opened, "the session")
		return c
	}
}
