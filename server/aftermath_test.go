package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// A reader that waits for body bytes is woken when the answer is complete: what
// still comes of the body is thrown away.
func TestReaderAfterAnswer(t *testing.T) {
	answer, errs := make(chan bool), make(chan error, 1)
	l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		read := make(chan error)
		go func() {
			_, err := io.ReadAll(r.Body())
			read <- err
		}()
		<-answer
		_ = w.Text(200, "early")
		errs <- <-read
	})
	k := l.open(-1)
	k.Deliver([]byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123"))
	k.awaitReader()
	close(answer)
	l.until("the reader", func() bool { return len(errs) == 1 })
	if err := <-errs; !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the reader heard %v", err)
	}
	if status := k.status(); status != "200" {
		t.Errorf("status %q", status)
	}
	k.Deliver([]byte("4567890"))
	k.rest()
	k.Finish()
	k.rest()
	k.gone()
}

// WriteTimeout bounds the response, not what its handler does afterwards.
func TestWriteTimeoutEndsWithAnswer(t *testing.T) {
	const limit = 4 * time.Second
	goOn := make(chan bool)
	l := handed(t, &Server{WriteTimeout: limit}, func(w *web.Response, r *web.Request) {
		_ = w.Text(200, "done")
		<-goOn
	})
	k := l.open(-1)
	k.Deliver([]byte(get))
	l.until("the answer", func() bool { return k.conn.runs.first != nil && k.conn.runs.first.over })
	l.sim.Advance(2 * limit)
	if k.Closed() {
		t.Error("the connection broke though its answer was complete")
	}
	l.rejected()
	close(goOn)
	k.rest()
	k.ask(get)
	if status := k.status(); status != "200" {
		t.Errorf("status %q", status)
	}
}

// A handler that has returned leaves what the peer did not take yet under its
// WriteTimeout.
func TestWriteTimeoutOutlivesHandler(t *testing.T) {
	const limit = 4 * time.Second
	for _, last := range []bool{false, true} {
		l := handed(t, &Server{WriteTimeout: limit}, func(w *web.Response, r *web.Request) {
			if last {
				w.Set("Connection", "close")
			}
			_ = w.Text(200, string(make([]byte, 3<<10)))
		})
		k := l.open(100)
		k.ask(get)
		if k.conn.runs.first != nil {
			t.Fatal("the handler did not return")
		}
		l.sim.Advance(limit - time.Millisecond)
		if k.Closed() {
			t.Fatalf("closed before %v", limit)
		}
		l.sim.Advance(time.Millisecond)
		if !k.Aborted() {
			t.Errorf("last %v: not reset after %v", last, limit)
		}
		k.gone()
		l.rejected("write_deadline=1")
	}
}

// The context of a handler that goes on after its answer ends with the server.
func TestContextAfterAnswer(t *testing.T) {
	errs := make(chan error, 1)
	l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		ctx := r.Context()
		_ = w.Text(200, "done")
		<-ctx.Done()
		errs <- context.Cause(ctx)
	})
	k := l.open(-1)
	k.Deliver([]byte(get))
	l.until("the answer", func() bool { return k.conn.runs.first != nil && k.conn.runs.first.over })
	k.conn.fail(http.ErrServerClosed)
	k.rest()
	if err := <-errs; !errors.Is(err, context.Canceled) {
		t.Errorf("the context ended with %v", err)
	}
	k.gone()
}

// A connection that is accepted while Close runs breaks at once.
func TestOpenedDuringClose(t *testing.T) {
	l := newLab(t, &Server{Handler: ok()})
	e := l.lane.engine
	e.mu.Lock()
	e.phase = breaking
	e.mu.Unlock()
	k := l.open(-1)
	if !k.Aborted() {
		t.Error("not reset")
	}
	k.gone()
}

// Informational responses wait for room like a body: a peer that does not read
// must not have them pile up.
func TestInformWaitsForRoom(t *testing.T) {
	errs := make(chan error, 1)
	l := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		hint := web.Fields{{Name: "Link", Value: strings.Repeat("x", 1<<10)}}
		for {
			if err := w.Inform(103, hint); err != nil {
				errs <- err
				return
			}
		}
	})
	k := l.open(100)
	k.Deliver([]byte(get))
	l.until("a handler that waits", func() bool {
		return k.conn.runs.first != nil && k.conn.runs.first.outbound.command == inform
	})
	if n := k.conn.out.len(); n < outLimit || n > outLimit+4<<10 {
		t.Errorf("%d bytes of output wait", n)
	}
	k.Break(io.ErrClosedPipe)
	k.rest()
	if err := <-errs; err == nil {
		t.Error("the handler heard nothing")
	}
	k.gone()
}
