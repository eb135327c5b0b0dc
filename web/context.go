package web

import (
	"context"
	"sync"
	"time"
)

// lifetime is the end of a request, as handler and engine share it: the handler
// makes the context when it first asks for one, the engine ends it when the peer
// goes away or the handler returns, and either may come first.
type lifetime struct {
	mu    sync.Mutex
	ctx   *requestContext
	ended bool
}

// context gives the one context of this request, made on first use.
func (l *lifetime) context(parent context.Context) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx == nil {
		l.ctx = newRequestContext(parent)
		if l.ended {
			l.ctx.cancel(context.Canceled)
		}
	}
	return l.ctx
}

func (l *lifetime) end() {
	l.mu.Lock()
	ctx := l.ctx
	l.ended = true
	l.mu.Unlock()
	if ctx != nil {
		ctx.cancel(context.Canceled)
	}
}

// reset ends a context that nobody ended, since it would hang on its parent for
// ever, and forgets it.
func (l *lifetime) reset() {
	l.mu.Lock()
	ctx := l.ctx
	l.ctx, l.ended = nil, false
	l.mu.Unlock()
	if ctx != nil {
		ctx.cancel(context.Canceled)
	}
}

// requestContext is never reused: what was derived from it may live on for as
// long as its owner likes.
type requestContext struct {
	parent context.Context

	mu    sync.Mutex
	done  chan struct{}
	err   error
	after map[*func()]struct{}
	stop  func() bool // unhooks it from the parent
}

func newRequestContext(parent context.Context) *requestContext {
	if parent == nil {
		parent = context.Background()
	}
	c := &requestContext{parent: parent}
	// What the parent's end would do from a goroutine must hold at once when it
	// came before: Err is not nil on return.
	if c.err = parent.Err(); c.err == nil && parent.Done() != nil {
		stop := context.AfterFunc(parent, func() { c.cancel(parent.Err()) })
		c.mu.Lock()
		c.stop = stop
		c.mu.Unlock()
	}
	return c
}

func (c *requestContext) Deadline() (time.Time, bool) { return c.parent.Deadline() }

func (c *requestContext) Value(key any) any { return c.parent.Value(key) }

func (c *requestContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		}
	}
	return c.done
}

func (c *requestContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// AfterFunc lets package context derive from this one without a goroutine: it
// asks its parent for a method of this name and shape.
func (c *requestContext) AfterFunc(f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := &f
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	if c.after == nil {
		c.after = make(map[*func()]struct{})
	}
	c.after[key] = struct{}{}
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, waiting := c.after[key]
		delete(c.after, key)
		return waiting
	}
}

// cancel runs whatever waits on goroutines of its own: a loop may be the caller
// and must not wait for user code.
func (c *requestContext) cancel(err error) {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return
	}
	c.err = err
	if c.done != nil {
		close(c.done)
	}
	after, stop := c.after, c.stop
	c.after = nil
	c.mu.Unlock()
	if stop != nil {
		stop()
	}
	for f := range after {
		go (*f)()
	}
}
