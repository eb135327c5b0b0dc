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
	used  bool             // the Request was Reset: its memory is used again
	stock []requestContext // not yet made, of a Request that is used again
}

// contextStock is how many contexts are allocated at once. Whoever keeps one
// keeps them all, which are 2 KiB.
const contextStock = 32

// context gives the one context of this request, made on first use.
func (l *lifetime) context(parent context.Context) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx == nil {
		if parent == nil {
			parent = context.Background()
		}
		l.ctx = l.fresh()
		l.ctx.parent = parent
		if l.ended {
			l.ctx.end()
		}
	}
	return l.ctx
}

// fresh gives memory that never was a context.
func (l *lifetime) fresh() *requestContext {
	if !l.used {
		return new(requestContext)
	}
	if len(l.stock) == 0 {
		l.stock = make([]requestContext, contextStock)
	}
	ctx := &l.stock[0]
	l.stock = l.stock[1:]
	return ctx
}

func (l *lifetime) end() {
	l.mu.Lock()
	ctx := l.ctx
	l.ended = true
	l.mu.Unlock()
	if ctx != nil {
		ctx.end()
	}
}

// reset ends a context that nobody ended, since it would hang on its parent for
// ever, and forgets it.
func (l *lifetime) reset() {
	l.mu.Lock()
	ctx := l.ctx
	l.ctx, l.ended, l.used = nil, false, true
	l.mu.Unlock()
	if ctx != nil {
		ctx.end()
	}
}

// requestContext costs one small allocation until somebody waits for it or
// derives from it; then a context of the standard library stands behind it.
// Package context recognises its own kind by Done and Value, through any
// WithValue between, and links what is derived without a goroutine: an AfterFunc
// method of ours would be hidden by the first WithValue.
//
// It is never reused: what was derived from it may live on for as long as its
// owner likes.
type requestContext struct {
	parent context.Context

	mu     sync.Mutex
	linked context.Context // a child of parent; nil until needed
	cancel context.CancelFunc
	err    error // set by end, for good
}

func (c *requestContext) Deadline() (time.Time, bool) { return c.parent.Deadline() }

func (c *requestContext) Done() <-chan struct{} { return c.link().Done() }

func (c *requestContext) Value(key any) any { return c.link().Value(key) }

func (c *requestContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason()
}

// reason is called with the mutex held.
func (c *requestContext) reason() error {
	switch {
	case c.err != nil:
		return c.err
	case c.linked != nil:
		return c.linked.Err()
	}
	return c.parent.Err()
}

func (c *requestContext) link() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.linked == nil {
		c.linked, c.cancel = context.WithCancel(c.parent)
		if c.err != nil {
			c.cancel()
		}
	}
	return c.linked
}

// end never waits for user code, since a loop may be the caller: what AfterFunc
// was given runs on goroutines of its own.
func (c *requestContext) end() {
	c.mu.Lock()
	cancel := c.cancel
	if c.err = c.reason(); c.err == nil {
		c.err = context.Canceled
	}
	c.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}
