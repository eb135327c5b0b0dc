package web

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

type contextKey struct{}

// nobody is no context at all, which an engine may give and a handler may set.
var nobody context.Context

func requestUnder(parent context.Context) *Request {
	r := new(Request)
	if parent != nil {
		r.Conn = &Conn{Context: parent}
	}
	return r
}

func TestContextIsMadeOnceAndEnds(t *testing.T) {
	r := requestUnder(nobody)
	if r.bound.lifetime.ctx.Load() != nil {
		t.Error("made before anybody asked")
	}
	ctx := r.Context()
	if ctx != r.Context() || ctx.Err() != nil || ctx.Value(contextKey{}) != nil {
		t.Error("not one live context")
	}
	if _, ok := ctx.Deadline(); ok {
		t.Error("a deadline from nowhere")
	}
	select {
	case <-ctx.Done():
		t.Error("done at once")
	default:
	}
	r.End()
	r.End()
	<-ctx.Done()
	wantErr(t, "Err", ctx.Err(), context.Canceled)
	wantErr(t, "Cause", context.Cause(ctx), context.Canceled)

	r = requestUnder(nobody)
	r.End() // before anybody asked
	ctx = r.Context()
	wantErr(t, "made late", ctx.Err(), context.Canceled)
	<-ctx.Done()
}

func TestContextHasTheParentsValuesAndEnd(t *testing.T) {
	cause := errors.New("server closed")
	deadline := time.Now().Add(time.Hour)
	parent, cancel := context.WithCancelCause(context.WithValue(context.Background(), contextKey{}, "value"))
	parent, stop := context.WithDeadline(parent, deadline)
	defer stop()
	r := requestUnder(parent)
	ctx := r.Context()
	if ctx.Value(contextKey{}) != "value" {
		t.Error("the parent's value is lost")
	}
	if at, ok := ctx.Deadline(); !ok || !at.Equal(deadline) {
		t.Errorf("deadline %v, %t", at, ok)
	}
	cancel(cause)
	<-ctx.Done()
	wantErr(t, "Err", ctx.Err(), context.Canceled)
	wantErr(t, "Cause", context.Cause(ctx), cause)
	r.End()

	// A parent that has ended counts at once, not when some goroutine has run.
	r = requestUnder(parent)
	wantErr(t, "under an ended parent", r.Context().Err(), context.Canceled)
	<-r.Context().Done()
	r.End()
	wantErr(t, "ended too", r.Context().Err(), context.Canceled)
	expired, stop2 := context.WithDeadline(context.Background(), time.Unix(1, 0))
	defer stop2()
	r = requestUnder(expired)
	for range 2 { // the first reason stays, whatever comes after it
		wantErr(t, "under an expired parent", r.Context().Err(), context.DeadlineExceeded)
		r.End()
		<-r.Context().Done()
	}
}

// The parent lives as long as the server: an ended request must leave nothing
// with it.
func TestContextLetsGoOfTheParent(t *testing.T) {
	for what, end := range map[string]func(r *Request){"End": (*Request).End, "Reset": (*Request).Reset} {
		parent := &countingContext{Context: context.Background(), done: make(chan struct{})}
		r := requestUnder(parent)
		ctx := r.Context()
		if parent.hooks.Load() != 0 || ctx.Err() != nil {
			t.Errorf("%s: the parent is asked before anybody waits", what)
		}
		_, cancel := context.WithCancel(ctx)
		defer cancel()
		if parent.hooks.Load() != 1 {
			t.Fatalf("%s: %d hooks on the parent", what, parent.hooks.Load())
		}
		end(r)
		if parent.hooks.Load() != 0 || ctx.Err() == nil {
			t.Errorf("%s: %d hooks on the parent, error %v", what, parent.hooks.Load(), ctx.Err())
		}
	}
}

// countingContext counts who waits for it.
type countingContext struct {
	context.Context
	done  chan struct{}
	hooks atomic.Int32
}

func (c *countingContext) Done() <-chan struct{} { return c.done }

func (c *countingContext) AfterFunc(func()) func() bool {
	c.hooks.Add(1)
	return func() bool { c.hooks.Add(-1); return true }
}

func TestContextIsNeverReused(t *testing.T) {
	r := requestUnder(nobody)
	first := r.Context()
	r.End()
	r.Reset()
	second := r.Context()
	if first == second || first.Err() == nil || second.Err() != nil {
		t.Error("the context of one request serves another")
	}
	r.End()
}

func TestSetContext(t *testing.T) {
	r := requestUnder(nobody)
	own := r.Context()
	r.SetContext(context.WithValue(own, contextKey{}, 1))
	if r.Context().Value(contextKey{}) != 1 {
		t.Error("the new context is not used")
	}
	r.End()
	if r.Context().Err() == nil {
		t.Error("what was derived from the old does not end")
	}
	r.SetContext(nobody)
	if r.Context() != own {
		t.Error("nil does not give the request's own back")
	}
	r.Reset()
	if r.Context().Value(contextKey{}) != nil || r.Context() == own {
		t.Error("Reset kept a context")
	}
}

func TestDerivingStartsNoGoroutine(t *testing.T) {
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	r := requestUnder(parent)
	ctx := r.Context()
	before := runtime.NumGoroutine()
	derived := make([]context.Context, 100)
	for i := range derived {
		var cancel context.CancelFunc
		derived[i], cancel = context.WithCancel(context.WithValue(ctx, contextKey{}, i))
		if i%2 == 0 {
			derived[i], cancel = context.WithTimeout(ctx, time.Hour)
		}
		defer cancel()
		context.AfterFunc(ctx, func() {})
	}
	// Those of other tests may end meanwhile, but none may begin.
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	r.End()
	for _, d := range derived {
		<-d.Done()
		wantErr(t, "derived", d.Err(), context.Canceled)
	}
}

func TestContextAfterFunc(t *testing.T) {
	r := requestUnder(nobody)
	ctx := r.Context()
	ran := make(chan string, 4)
	context.AfterFunc(ctx, func() { ran <- "first" })
	stop := context.AfterFunc(ctx, func() { ran <- "stopped" })
	if !stop() || stop() {
		t.Error("stop: want true once")
	}
	// End must not wait for them: it is the loop that calls it.
	block := make(chan struct{})
	late := context.AfterFunc(ctx, func() { <-block; ran <- "late" })
	r.End()
	if late() {
		t.Error("what has begun cannot be stopped")
	}
	close(block)
	got := map[string]bool{<-ran: true, <-ran: true}
	if !got["first"] || !got["late"] {
		t.Errorf("ran: %v", got)
	}
	done := make(chan struct{})
	if context.AfterFunc(ctx, func() { close(done) })() {
		t.Error("what began at once cannot be stopped")
	}
	<-done
	if len(ran) != 0 {
		t.Errorf("%s ran too", <-ran)
	}
}

// The handler asks for its context while the loop ends it, and others derive
// from it: the race detector reads along.
func TestContextAgainstEnd(t *testing.T) {
	parent, cancelParent := context.WithCancel(context.Background())
	defer cancelParent()
	r := requestUnder(parent)
	for range 300 {
		var wg sync.WaitGroup
		conn, cancelConn := context.WithCancel(parent)
		r.Conn = &Conn{Context: conn}
		wg.Go(r.End)
		wg.Go(cancelConn)
		wg.Go(r.End)
		wg.Go(func() {
			ctx := r.Context()
			child, cancel := context.WithCancel(ctx)
			defer cancel()
			stop := context.AfterFunc(ctx, func() {})
			<-child.Done()
			<-ctx.Done()
			stop()
			wantErr(t, "child", child.Err(), context.Canceled)
			wantErr(t, "request", ctx.Err(), context.Canceled)
		})
		wg.Wait()
		r.Reset()
	}
}
