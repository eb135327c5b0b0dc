package server

import (
	"io"
	"sync/atomic"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/invariants"
	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/web"
)

// run is one exchange while its handler runs. The handler owns request and
// response; the two halves below them are where it meets the holder of the
// baton. A run is used again only where its route allows it: elsewhere a handler
// that keeps its Response for too long finds a dead one rather than somebody
// else's.
type run struct {
	conn *conn
	id   exchange.ID
	next *run // in conn.runs

	request  web.Request
	response web.Response
	handler  web.Handler
	stay     stay

	inbound  inbound
	outbound outbound
	flushed  int64         // waits.sent when what is to be flushed has left; baton only
	ends     atomic.Uint32 // of ended*
	old      bool          // HTTP/1.0
	over     bool          // the core has forgotten the exchange; baton only
	waits    bool          // it was not started yet; baton only
}

// An exchange is over when the core has no more to say of it and the handler has
// returned, in either order; whoever is second sees the other's bit.
const (
	endedByCore uint32 = 1 << iota
	endedByHandler
)

// Perform runs the handler off the loop, on a goroutine of its own.
func (r *run) Perform() {
	defer r.depart() // deferred, since runtime.Goexit runs nothing else
	r.stay.start()
	r.serve()
}

// InPlace runs the handler under the baton.
func (r *run) InPlace(v loop.Visit) (kept bool) {
	defer func() { kept = r.depart() }()
	r.stay.visit = v
	r.stay.start()
	r.serve()
	return kept
}

// depart follows the handler, however it ended, and reports whether the baton is
// the caller's.
func (r *run) depart() (kept bool) {
	r.request.End()
	kept = r.stay.visit.Leave()
	r.stay.end(kept)
	if r.stay.gated {
		r.conn.lane.engine.gate.leave()
	}
	switch {
	case kept && r.over:
		r.conn.forget(r)
	case r.ends.Or(endedByHandler)&endedByCore != 0:
		r.conn.sock.Post((*returned)(r))
	}
	return kept
}

// post has the holder of the baton perform j, which belongs to the run.
func (r *run) post(j loop.Job) {
	r.stay.shared.Store(true)
	r.conn.sock.Post(j)
}

// returned is the job that tells the loop of a handler which returned after its
// exchange was over.
type returned run

func (j *returned) Perform() { j.conn.forget((*run)(j)) }

// begin makes the run of a request head.
func (c *conn) begin(id exchange.ID, head *exchange.Request) {
	if c.runs.full() {
		c.core.Reset(id, exchange.ErrRefused)
		return
	}
	r := c.lane.newRun()
	r.conn, r.id = c, id
	q := &r.request
	q.Method, q.Target, q.RawPath, q.RawQuery = head.Method, head.Target, head.Path, head.Query
	q.Scheme, q.Host, q.Protocol = c.scheme(), head.Authority, head.Protocol
	q.Fields, q.ContentLength, q.Conn, q.Upgrade = head.Fields, head.ContentLength, c.info, head.Upgrade
	q.Bind(r)
	r.response.Bind(r, q)
	r.inbound.init(head)
	r.old = head.Protocol == web.HTTP10
	c.lane.engine.route(r)
	r.stay.habit = c.lane.habitOf(r.request.Route)
	c.limit(r)
	c.setActive(true)
	c.runs.add(r)
	c.lane.counters.requests[head.Protocol].Add(1)
}

// limit applies the bounds that server and route set on a request body.
func (c *conn) limit(r *run) {
	s := c.lane.engine.server
	limit := s.Limits.BodyBytes
	if route := r.request.Route; route != nil && route.BodyLimit != 0 {
		limit = route.BodyLimit
	}
	if limit > 0 {
		r.request.Body().SetLimit(limit)
		if r.request.ContentLength > limit {
			r.inbound.fail(&web.BodyTooLargeError{Limit: limit})
		}
	}
	if s.ReadTimeout > 0 {
		r.inbound.deadline = c.now().Add(s.ReadTimeout)
	}
	if s.WriteTimeout > 0 {
		r.outbound.deadline = c.now().Add(s.WriteTimeout)
	}
}

// end says that the core has forgotten the exchange. cause is nil when its
// response is complete.
func (c *conn) end(r *run, cause error) {
	if cause != nil {
		r.request.End() // a handler that goes on after its answer hears of it too
	}
	if r.over {
		return
	}
	r.over = true
	c.runs.lingering++
	if cause != nil {
		r.inbound.fail(cause)
		r.outbound.fail(cause)
	} else {
		// What is left of the body is thrown away: whoever waits for it would wait
		// for ever.
		r.inbound.fail(io.ErrUnexpectedEOF)
		if due := r.outbound.deadline; !due.IsZero() {
			c.waiting().departures.add(due)
		}
	}
	if r.ends.Or(endedByCore)&endedByHandler != 0 {
		c.forget(r)
	}
}

// endEarly ends an exchange whose answer nobody waits for any more: a handler that has
// not found a place so far is not started for it.
func (c *conn) endEarly(r *run, cause error) {
	unstarted := r.waits && c.runs.mayWait() // asked before the run may be another's
	c.end(r, cause)
	if unstarted {
		c.forget(r)
	}
}

// forget takes the run off the connection: the handler has returned and the
// exchange is over.
func (c *conn) forget(r *run) {
	c.runs.remove(r)
	if c.runs.first == nil {
		c.setActive(false)
	}
	c.lane.keep(r)
	if c.state == serving {
		c.feed(nil)
	}
}

// lay gives up what the run has lent. Until it is used again, whoever uses it
// against the promise finds an exchange that is over.
func (r *run) lay() {
	r.inbound.lay()
	invariants.Scribble(r.outbound.own[:])
}

// clear makes r as good as new. What only runs have that lane.keep turns away (those
// off the loop, robbed or shared) is as it was.
func (r *run) clear() {
	r.request.Reset()
	r.response.Reset()
	r.inbound.clear()
	r.outbound.clear()
	r.conn, r.handler = nil, nil
	r.stay.visit, r.stay.habit = loop.Visit{}, nil
	r.stay.timed, r.stay.handed, r.stay.kept = false, false, false
	r.stay.waited.Store(0)
	r.ends.Store(0)
	r.old, r.over, r.waits = false, false, false
}
