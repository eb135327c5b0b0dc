package server_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// As many as the cap allows are served at once, the next ones wait in the
// kernel's queue and come in when others go.
func TestCapOfMany(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		const limit, n = 8, 24
		s := &server.Server{Handler: hello()}
		s.Limits.Conns = limit
		r := up(s)
		var conns []*wire
		for range n {
			c := r.dial()
			c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			conns = append(conns, c)
		}
		r.until("connections up to the cap", func() bool { return r.srv.Stats().Accepted >= limit })
		if got := r.srv.Stats(); got.Active+got.Idle > limit {
			t.Errorf("%d connections open under a cap of %d", got.Active+got.Idle, limit)
		}
		answers := make(chan error, n)
		for _, c := range conns {
			go func() {
				_, err := http.ReadResponse(c.in, nil)
				answers <- err
				_ = c.Close() // which lets another in
			}()
		}
		for range n {
			if err := wait(t, "an answer", answers); err != nil {
				t.Error(err)
			}
		}
	})
}

// Shutdown under a full cap does not hang, and loses none of those that wait.
func TestShutdownUnderCap(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, leave := make(chan bool, 1), make(chan bool)
		s := &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/wait" {
				entered <- true
				<-leave
			}
			_ = w.Text(200, "hello")
		})}
		s.Limits.Conns = 1
		r := up(s)
		first := r.dial()
		first.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
		wait(t, "the handler", entered)
		second := r.dial()
		second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.srv.Shutdown(over); !errors.Is(err, context.Canceled) {
			t.Errorf("Shutdown returned %v", err)
		}
		if resp, body := second.answer("GET"); body != "hello" || !resp.Close {
			t.Errorf("the one that waited: %q, close %v", body, resp.Close)
		}
		close(leave)
		first.answer("GET")
		_, _ = first.Close(), second.Close()
		r.shutdown()
	})
}
