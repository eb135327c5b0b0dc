package middleware

import (
	"cmp"
	"context"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// TimeoutOptions say how long a handler may take to begin its answer.
type TimeoutOptions struct {
	// After ends the request's context; 30 seconds when 0.
	After time.Duration
	// Grace is what a handler has from then on to answer by itself, 1 second when 0.
	Grace time.Duration
}

// Timeout ends the context of a request whose handler has not begun its answer in time: it fails with context.DeadlineExceeded, and the
// contexts derived from it with context.Canceled; context.Cause of all is a *[web.Problem] of 503. A handler that then returns without an answer, or
// fails with the context's error, is answered for with that problem, by [web.Fail].
//
// A handler that does neither is answered for when Grace is over too, while it still runs: problem details with the fields that were set when
// the request came by here, and without those that middleware adds by BeforeHead. What the handler writes from then on fails with a
// *[web.AnsweredError]. It keeps its goroutine, and its HTTP/1 connection, until it returns, since no program can end it. Inside of a net/http middleware that put
// a writer of its own around the answer, nobody else may answer while the handler runs: the client then waits for its return.
//
// Once an answer has begun it may take as long as it likes: the deadline is lifted, so that streams and connections that were taken over
// live on. How long writing may take is for the server's WriteTimeout to say.
//
// No goroutine is started for a request that is answered in time. Negative times panic.
func Timeout(o TimeoutOptions) web.Middleware {
	if o.After < 0 || o.Grace < 0 {
		panic(misused("Timeout: After or Grace is negative. Fix: leave it 0 for the default, or the middleware out where handlers may take for ever"))
	}
	if o.After == 0 {
		o.After = 30 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = time.Second
	}
	problem := web.NewProblem(503, "the request was not answered within %v", o.After)
	body := problem.Append(nil)
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			g := &answerGate{problem: problem, body: body, grace: o.Grace}
			if w.Interpose(g.before(w, r)) != nil {
				next.ServeWeb(w, r) // it is answered already
				return
			}
			parent := r.Context()
			ctx, cancel := context.WithCancelCause(parent)
			r.SetContext(&timedContext{Context: ctx, parent: parent, due: time.Now().Add(o.After), gate: g})
			g.start(o.After, cancel)
			defer func() {
				if g.end() && !w.Sent() && w.Discard() {
					problem.ServeWeb(w, r) // it has left: this is for those who ask w for what was answered
				}
			}()
			next.ServeWeb(w, r)
			if g.isLate() && !w.Sent() && w.Err() == nil && w.Written() == 0 && w.Status() == 200 {
				web.Fail(w, r, problem)
			}
		})
	}
}

// timedContext is a context whose end at the deadline is one that callers know, and whose deadline can be lifted.
type timedContext struct {
	context.Context
	parent context.Context
	due    time.Time
	gate   *answerGate
}

func (c *timedContext) Deadline() (time.Time, bool) {
	parent, ok := c.parent.Deadline()
	if ok && parent.Before(c.due) || c.gate.isBegun() {
		return parent, ok
	}
	return c.due, true
}

func (c *timedContext) Err() error {
	err := c.Context.Err()
	if err == nil {
		return nil
	}
	if context.Cause(c.Context) == error(c.gate.problem) {
		return context.DeadlineExceeded
	}
	return cmp.Or(c.parent.Err(), err) // that of a limit further out
}
