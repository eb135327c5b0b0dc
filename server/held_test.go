package server

import (
	"io"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// TestHeldMemory: what a connection holds does not grow with the body, though its peer is always ahead of its handler, so that there is
// no moment at which nothing is held.
func TestHeldMemory(t *testing.T) {
	const piece = 4 << 10
	step := make(chan int)
	l := handed(t, &Server{}, func(_ *web.Response, r *web.Request) {
		for n := range step {
			if _, err := io.ReadFull(r.Body(), make([]byte, n)); err != nil {
				t.Error(err)
			}
			step <- 0
		}
	})
	k := l.open(-1)
	k.Deliver([]byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n"))
	for sent := 0; k.conn.held.len() == 0; sent += piece {
		if sent > 1<<20 {
			t.Fatal("a body that nobody reads is taken without bound")
		}
		k.Deliver(make([]byte, piece))
	}
	k.Deliver(make([]byte, 4*piece))
	for range 500 {
		step <- 4 * piece // as much as makes the reader tell the loop
		<-step
		l.sim.Perform(func() bool { return true })
		if k.conn.held.len() == 0 {
			t.Fatal("the handler has overtaken the peer")
		}
		k.Deliver(make([]byte, 4*piece))
		if got := cap(k.conn.held.b); got > 128<<10 {
			t.Fatalf("a connection holds a buffer of %d bytes for %d of input", got, k.conn.held.len())
		}
	}
	close(step)
	k.rest()
}
