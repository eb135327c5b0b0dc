package web

import (
	"context"
	"sync/atomic"
	"time"
)

// lifetime is the end of a request, as handler and engine share it: the handler
// makes the context when it first asks for one, the engine ends it when the peer
// goes away or the handler returns, and either may come first.
type lifetime struct {
	ctx   atomic.Pointer[requestContext] // never: ended before one was made
	used  bool                           // the Request was Reset: its memory is used again
	stock []requestContext               // not yet made, of a Request that is used again
}

// never stands for a context that nobody asked for in time.
var never = new(requestContext)

// contextStock is how many contexts are allocated at once. Whoever keeps one
// keeps them all, which are 3 KiB.
const contextStock = 128

// context gives the one context of this request, made on first use.
func (l *lifetime) context(parent context.Context) context.Context {
	for {
		known := l.ctx.Load()
		if known != nil && known != never {
			return known
		}
		if parent == nil {
			parent = context.Background()
		}
		ctx := l.fresh()
		ctx.parent = parent
		if known == never {
			ctx.end()
		}
		if l.ctx.CompareAndSwap(known, ctx) {
			return ctx
		}
	}
}

// fresh gives memory that never was a context. It is the handler's to call.
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
	if !l.ctx.CompareAndSwap(nil, never) {
		if ctx := l.ctx.Load(); ctx != never {
			ctx.end()
		}
	}
}

// reset ends a context that nobody ended, since it would hang on its parent for
// ever, and forgets it. Nobody else uses the request.
func (l *lifetime) reset() {
	l.used = true
	ctx := l.ctx.Load()
	if ctx == nil {
		return
	}
	if ctx != never {
		ctx.end()
	}
	l.ctx.Store(nil)
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
	// link is nil while the request goes on and nobody needed more than its
	// parent, cancelled when it has ended so.
	link atomic.Pointer[contextLink]
}

// contextLink is a child of the request's parent.
type contextLink struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// cancelled is the link of every request that ended before anybody waited for it.
var cancelled = func() *contextLink {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return &contextLink{ctx, cancel}
}()

func (c *requestContext) Deadline() (time.Time, bool) { return c.parent.Deadline() }

func (c *requestContext) Done() <-chan struct{} { return c.linked().ctx.Done() }

func (c *requestContext) Err() error {
	if link := c.link.Load(); link != nil {
		return link.ctx.Err()
	}
	return c.parent.Err()
}

// Value finds package context's own keys in the link and all others in the
// parent.
func (c *requestContext) Value(key any) any {
	link := c.linked()
	if link == cancelled {
		if own := link.ctx.Value(key); own != nil {
			return own
		}
		return c.parent.Value(key)
	}
	return link.ctx.Value(key)
}

func (c *requestContext) linked() *contextLink {
	link := c.link.Load()
	if link != nil {
		return link
	}
	made := new(contextLink)
	made.ctx, made.cancel = context.WithCancel(c.parent)
	if c.link.CompareAndSwap(nil, made) {
		return made
	}
	made.cancel()
	return c.link.Load()
}

// end never waits for user code, since a loop may be the caller: what AfterFunc
// was given runs on goroutines of its own.
func (c *requestContext) end() {
	switch c.link.Load() {
	case cancelled:
		return
	case nil:
		// What ended the parent first is the reason, for good.
		if c.parent.Err() == nil && c.link.CompareAndSwap(nil, cancelled) {
			return
		}
	}
	c.linked().cancel()
}
