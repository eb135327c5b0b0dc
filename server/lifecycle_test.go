package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

func hello() http.Handler {
	return handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") })
}

func TestShutdownLosesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		var clients sync.WaitGroup
		var answered atomic.Int64
		enough := make(chan bool)
		for range 8 {
			clients.Go(func() {
				conn, err := r.connect()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(patience))
				c := &wire{t: t, Conn: conn}
				for {
					if err := c.roundTrip(); err == io.EOF {
						return // said with Connection: close, and kept
					} else if err != nil {
						t.Errorf("after %d answers: %v", answered.Load(), err)
						return
					}
					if answered.Add(1) == 400 {
						close(enough)
					}
				}
			})
		}
		<-enough
		r.shutdown()
		clients.Wait()
		if err := r.srv.Wait(); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Wait returned %v", err)
		}
		if conn, err := r.connect(); err == nil {
			conn.Close()
			t.Error("a closed server accepts connections")
		}
		if s := r.srv.Stats(); s.Active+s.Idle != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// roundTrip returns io.EOF after an answer that says it is the last.
func (w *wire) roundTrip() error {
	if _, err := io.WriteString(w.Conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	var head [4096]byte
	n := 0
	for !strings.HasSuffix(string(head[:n]), "\r\n\r\nhello") {
		m, err := w.Conn.Read(head[n:])
		if err != nil {
			return fmt.Errorf("request without an answer: %w", err)
		}
		n += m
	}
	if strings.Contains(string(head[:n]), "Connection: close") {
		return io.EOF
	}
	return nil
}

func TestShutdownWaitsForHandlers(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, leave := make(chan bool), make(chan bool)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			entered <- true
			<-leave
			_ = w.Text(200, "done")
		})})
		c := r.dial()
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		<-entered
		short, cancel := context.WithCancel(context.Background())
		cancel()
		if err := r.srv.Shutdown(short); !errors.Is(err, context.Canceled) {
			t.Fatalf("Shutdown returned %v while a handler runs", err)
		}
		close(leave)
		resp, body := c.answer("GET")
		if body != "done" || !resp.Close {
			t.Errorf("%q, close %v", body, resp.Close)
		}
		c.ended()
		_ = c.Close()
		r.shutdown()
	})
}

func TestCloseBreaksOff(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, left := make(chan bool, 1), make(chan error, 1)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			entered <- true
			<-r.Context().Done()
			_, err := io.WriteString(w, strings.Repeat("x", 1<<20))
			left <- err
		})})
		c := r.dial()
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		wait(t, "the handler", entered)
		if err := r.srv.Close(); err != nil {
			t.Fatal(err)
		}
		if err := wait(t, "the write", left); err == nil {
			t.Error("a write after Close succeeded")
		}
		c.ended()
	})
}

func TestConnState(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		states := make(chan string, 100)
		r := up(&server.Server{Handler: hello(), ConnState: func(c *web.Conn, s http.ConnState) {
			states <- fmt.Sprintf("%d %v", c.ID, s)
		}})
		c := r.dial()
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		c.answer("GET")
		for _, want := range []string{"1 new", "1 active", "1 idle"} {
			if got := wait(t, want, states); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
		}
		c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		c.answer("GET")
		_ = c.Close()
		for _, want := range []string{"1 active", "1 closed"} {
			got := wait(t, want, states)
			if got == "1 idle" {
				got = wait(t, want, states)
			}
			if got != want {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	})
}

func TestContexts(t *testing.T) {
	type key string
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{
			Handler: handle(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, r.Context().Value(key("base")), r.Context().Value(key("conn")))
			}),
			BaseContext: func(ln net.Listener) context.Context {
				return context.WithValue(context.Background(), key("base"), ln.Addr().Network())
			},
			ConnContext: func(ctx context.Context, c *web.Conn) context.Context {
				return context.WithValue(ctx, key("conn"), c.Remote.Addr().String())
			},
		})
		if _, body := r.get("/"); body != "tcp127.0.0.1" && body != "tcp 127.0.0.1" {
			t.Errorf("%q", body)
		}
	})
}

func TestConnectionCap(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		s := &server.Server{Handler: hello()}
		s.Limits.Conns = 1
		r := up(s)
		first := r.dial()
		first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		first.answer("GET") // or the second might be accepted before it, on another loop
		first.send("GET ")  // or it would be idle, and make room for the second
		second := r.dial()
		second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if got := r.srv.Stats().Accepted; got != 1 {
			t.Errorf("%d connections accepted under a cap of 1", got)
		}
		_ = first.Close()
		if _, body := second.answer("GET"); body != "hello" {
			t.Errorf("%q", body)
		}
	})
}

func TestStats(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, leave := make(chan bool), make(chan bool)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/wait" {
				entered <- true
				<-leave
			}
			_ = w.Text(200, "hello")
		})})
		idle, busy, bad := r.dial(), r.dial(), r.dial()
		request := "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
		idle.send(request)
		idle.answer("GET")
		busy.send("GET /wait HTTP/1.0\r\n\r\n")
		<-entered
		bad.send("GET / HTTP/1.1\r\n\r\n")
		bad.answer("GET")
		bad.ended()
		// A connection is active until its handler has returned, which may be after
		// its answer was read.
		r.until("one active connection", func() bool { return r.srv.Stats().Active == 1 })
		s := r.srv.Stats()
		if s.Requests[web.HTTP11] != 1 || s.Requests[web.HTTP10] != 1 || s.Active != 1 || s.Accepted != 3 {
			t.Errorf("%+v", s)
		}
		if s.BytesIn != uint64(2*len(request)-len("Host: a\r\n")+len("GET /wait HTTP/1.0\r\n\r\n")) || s.BytesOut < 200 {
			t.Errorf("%+v", s)
		}
		if len(s.Rejected) != 1 {
			t.Errorf("rejections %v, want one", s.Rejected)
		}
		close(leave)
		busy.answer("GET")
	})
}

func TestListeners(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		path := filepath.Join(t.TempDir(), "s")
		unix, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- r.srv.Serve(unix) }()
		if err := r.srv.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if err := r.srv.Listen("tcp", "256.0.0.1:http"); err == nil {
			t.Error("an address that there is none was listened on")
		}
		<-r.srv.Ready()
		for {
			if len(r.srv.Addrs()) == 3 {
				break
			}
			runtime.Gosched()
		}
		for _, addr := range r.srv.Addrs() {
			conn, err := net.Dial(addr.Network(), addr.String())
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetDeadline(time.Now().Add(patience))
			if err := (&wire{t: t, Conn: conn}).roundTrip(); err != nil {
				t.Errorf("%v: %v", addr, err)
			}
			conn.Close()
		}
		r.shutdown()
		if err := wait(t, "Serve", served); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
		if err := r.srv.Listen("tcp", "127.0.0.1:0"); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Listen after Shutdown: %v", err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("the unix socket's file is left")
		}
	})
}

func TestUnsafeSettings(t *testing.T) {
	for name, s := range map[string]*server.Server{
		"ReadHeaderTimeout":       {ReadHeaderTimeout: -1},
		"MaxHeaderBytes":          {MaxHeaderBytes: -1},
		"Limits.Fields":           {Limits: server.Limits{Fields: -1}},
		"Limits.HandshakeTimeout": {Limits: server.Limits{HandshakeTimeout: -1}},
		"Limits.FieldBytes":       {Limits: server.Limits{FieldBytes: -1}},
	} {
		err := s.Listen("tcp", "127.0.0.1:0")
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s = -1: %v", name, err)
		}
		_ = s.Close()
	}
}

func TestAddressInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		if err := r.srv.Listen("tcp", taken.Addr().String()); err == nil || !strings.Contains(err.Error(), "in use") {
			t.Errorf("%v", err)
		}
		if status, _ := r.get("/"); status != 200 {
			t.Errorf("status %d after a listener that failed", status)
		}
	})
}
