package server_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
)

// wrapped is a listener whose socket nobody can see.
type wrapped struct{ net.Listener }

// piped is a listener without any socket: its connections are pairs of pipes.
type piped struct {
	conns chan net.Conn
	done  chan struct{}
	close sync.Once
}

func (p *piped) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *piped) Close() error {
	p.close.Do(func() { close(p.done) })
	return nil
}

func (p *piped) Addr() net.Addr { return pipeAddr{} }

func (p *piped) dial(t *testing.T) net.Conn {
	t.Helper()
	near, far := net.Pipe()
	select {
	case p.conns <- near:
	case <-time.After(patience):
		t.Fatal("a pipe was not accepted")
	}
	return far
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

// handed is a listener that somebody else opened, and how to reach it.
type handed struct {
	name string
	ln   net.Listener
	dial func(t *testing.T) net.Conn
	path string // of the unix socket
	kept bool   // whose file outlives the server
}

// inherit makes of a listener the one that a process gets which inherits the
// descriptor, as systemd hands them out.
func inherit(t *testing.T, ln interface{ File() (*os.File, error) }) net.Listener {
	t.Helper()
	file, err := ln.File()
	if err != nil {
		t.Fatal(err)
	}
	inherited, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	return inherited
}

func handedIn(t *testing.T) []handed {
	t.Helper()
	listen := func(network, address string) net.Listener {
		ln, err := net.Listen(network, address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = ln.Close() })
		return ln
	}
	dialling := func(addr net.Addr) func(t *testing.T) net.Conn {
		return func(t *testing.T) net.Conn {
			t.Helper()
			c, err := net.Dial(addr.Network(), addr.String())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	dir := t.TempDir()
	tcp, behind := listen("tcp", "127.0.0.1:0"), listen("tcp", "127.0.0.1:0")
	first := listen("tcp", "127.0.0.1:0")
	unixPath, keptPath := filepath.Join(dir, "unix"), filepath.Join(dir, "inherited")
	unix, kept := listen("unix", unixPath), listen("unix", keptPath)
	pipes := &piped{conns: make(chan net.Conn), done: make(chan struct{})}
	list := []handed{
		{name: "tcp", ln: tcp, dial: dialling(tcp.Addr())},
		{name: "unix", ln: unix, dial: dialling(unix.Addr()), path: unixPath},
		{name: "inherited tcp", ln: inherit(t, first.(*net.TCPListener)), dial: dialling(first.Addr())},
		{name: "inherited unix", ln: inherit(t, kept.(*net.UnixListener)), dial: dialling(kept.Addr()), path: keptPath, kept: true},
		{name: "wrapped", ln: wrapped{behind}, dial: dialling(behind.Addr())},
		{name: "pipes", ln: pipes, dial: pipes.dial},
	}
	// Whoever hands a descriptor down closes its own, and a path is then the
	// business of whoever made it.
	kept.(*net.UnixListener).SetUnlinkOnClose(false)
	_, _ = first.Close(), kept.Close()
	return list
}

// One server serves listeners of every kind at once, each connection for many
// requests, and ends them all.
func TestHandedInListeners(t *testing.T) {
	for _, gentle := range []bool{true, false} {
		onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
			r := up(&server.Server{Handler: hello()})
			all := handedIn(t)
			served := make(chan error, len(all))
			for _, h := range all {
				go func() { served <- r.srv.Serve(h.ln) }()
			}
			r.until("all listeners", func() bool { return len(r.srv.Addrs()) == len(all)+1 })
			var conns []*wire
			for _, h := range all {
				for range 3 {
					c := h.dial(t)
					t.Cleanup(func() { _ = c.Close() })
					_ = c.SetDeadline(time.Now().Add(patience))
					conns = append(conns, &wire{t: t, Conn: c, in: bufio.NewReader(c)})
				}
			}
			for range 5 {
				for i, c := range conns {
					if err := c.roundTrip(); err != nil {
						t.Fatalf("%s: %v", all[i/3].name, err)
					}
				}
			}
			if gentle {
				for _, c := range conns {
					_ = c.Close()
				}
				r.shutdown()
			} else {
				if err := r.srv.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
				for i, c := range conns {
					if _, err := io.Copy(io.Discard, c.in); err != nil && !isReset(err) {
						t.Errorf("%s after Close: %v", all[i/3].name, err)
					}
				}
			}
			for range all {
				if err := wait(t, "Serve", served); !errors.Is(err, http.ErrServerClosed) {
					t.Errorf("Serve returned %v", err)
				}
			}
			for _, h := range all {
				checkEnded(t, h)
			}
		})
	}
}

// checkEnded wants what package net does when a listener closes.
func checkEnded(t *testing.T, h handed) {
	t.Helper()
	if h.path != "" {
		if _, err := os.Stat(h.path); (err == nil) != h.kept {
			t.Errorf("%s: the socket's file is there: %v", h.name, err == nil)
		}
	}
	if h.name == "pipes" {
		return
	}
	addr := h.ln.Addr()
	if c, err := net.Dial(addr.Network(), addr.String()); err == nil {
		_ = c.Close()
		t.Errorf("%s: somebody still listens", h.name)
	}
}

// The server's own unix listener goes with its file.
func TestListenUnix(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		path := filepath.Join(t.TempDir(), "s")
		if err := r.srv.Listen("unix", path); err != nil {
			t.Fatal(err)
		}
		if err := r.srv.Listen("unix", path); err == nil {
			t.Error("a path that is taken was listened on")
		}
		for range 2 {
			c, err := net.Dial("unix", path)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(patience))
			w := &wire{t: t, Conn: c, in: bufio.NewReader(c)}
			for range 3 {
				if err := w.roundTrip(); err != nil {
					t.Fatal(err)
				}
			}
			_ = c.Close()
		}
		r.shutdown()
		if _, err := os.Stat(path); err == nil {
			t.Error("the unix socket's file is left")
		}
	})
}
