package server

import (
	"errors"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http2"
	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/web"
)

// conn is the driver: the one place where a socket, a protocol core and handlers
// meet. It belongs to the holder of its loop's baton.
//
//tidy:fields the driver holds one of each thing that meets in it
type conn struct {
	lane  *lane
	sock  loop.Socket
	core  exchange.Core
	info  *web.Conn // nil until it is known whose the connection is
	state connState

	runs  runs
	taker *run // the one that hijacks

	held    *buffer   // input that the core does not take yet
	out     *buffer   // output that the socket did not take yet
	due     time.Time // what the socket was told last
	waits   *waits    // nil as long as nothing was waited for
	peer    peer
	hurry   bool // the next response is the last
	busy    bool // feed is under way
	full    bool // what is held has paused the reading
	stalled bool // there is no room for more of a body
	active  bool // counted as such
	spoke   bool // something was sent
	broken  bool // the end must not look orderly
	secured bool // by TLS that ends at the proxy
}

// peer is what is known of the other end's half.
type peer struct {
	hungUp bool // its FIN was seen, though bytes may be unread
	ended  bool // its last byte was received
	told   bool // the core knows that
}

// waits are the bounds that the driver keeps itself, of a connection that has met
// one of them.
type waits struct {
	introduction time.Time
	linger       time.Time
	departures   departures // of complete answers
	drain        int        // bytes thrown away while lingering
	unsent       int        // bytes that the socket took and the network had not
	sent         int64      // bytes that the socket took, since these bounds are kept
	bodies       int64      // bytes of bodies that the core took, since then
	write        meter      // of bytes that wait for the peer
}

var (
	errBodyTimeout  = errors.New("server: the request body came too slowly")
	errWriteTimeout = errors.New("server: the peer takes the response too slowly")
	errLingered     = errors.New("server: the connection was closing")
)

// Received is part of loop.Session.
func (c *conn) Received(in []byte) {
	c.lane.counters.bytesIn.Add(uint64(len(in)))
	switch c.state {
	case serving:
		c.feed(in)
	case detaching:
		c.hold(in)
		if c.held.len() >= heldLimit {
			c.sock.Pause()
		}
	case lingering, closing:
		w := c.waiting()
		if w.drain += len(in); w.drain > c.lane.engine.server.Limits.DrainBytes {
			c.fail(errLingered)
		}
	}
}

// feed offers the core what is held and then in, until it takes no more, and
// keeps the rest.
func (c *conn) feed(in []byte) {
	if c.busy {
		return // whoever feeds goes on when this event is handled
	}
	c.busy = true
	switch {
	case c.held.len() > 0:
		c.hold(in)
		c.feedHeld()
	case len(in) > 0:
		c.hold(c.offer(in))
	}
	c.busy = false
	if c.state != serving {
		return
	}
	if full := c.held.len() >= heldLimit; full != c.full {
		c.full = full
		if full {
			c.sock.Pause()
		} else {
			c.sock.Resume()
		}
	}
	if c.peer.ended && !c.peer.told && c.held.len() == 0 {
		c.peer.told = true
		c.core.ReceiveEnd(c.now())
		c.collect()
	}
}

func (c *conn) feedHeld() {
	held := c.held
	c.held = nil // closing would release it
	rest := c.offer(held.rest())
	held.off = len(held.b) - len(rest)
	if len(rest) == 0 {
		held.release()
		return
	}
	c.held = held
}

// offer returns what the core does not take.
func (c *conn) offer(in []byte) (rest []byte) {
	for len(in) > 0 && c.state == serving && !c.crowded() {
		n, err := c.core.Receive(c.now(), in)
		in = in[n:]
		c.collect()
		if err != nil {
			return nil // not one further byte is parsed
		}
		if n == 0 {
			break
		}
	}
	if c.state != serving && c.state != detaching {
		return nil
	}
	return in
}

// crowded reports whether the next request has to wait: for handlers that still
// run though their answers are complete, so that a connection cannot pile up
// work by asking faster than they return, or for room in the output, so that it
// cannot pile up answers that it does not read.
func (c *conn) crowded() bool {
	if c.runs.crowded() {
		return true
	}
	return c.out.len() >= outLimit && (c.runs.first == nil || c.out.len() >= outMost)
}

func (c *conn) hold(rest []byte) {
	if len(rest) == 0 {
		return
	}
	if c.held == nil {
		c.held = borrowBuffer()
	}
	if c.held.off > 0 && len(c.held.b)+len(rest) > cap(c.held.b) {
		// A peer that is always ahead never lets it run empty, which would clear it.
		c.held.b = c.held.b[:copy(c.held.b, c.held.rest())]
		c.held.off = 0
	}
	c.held.b = append(c.held.b, rest...)
}

// collect takes the core's outputs after an input or a command: events first,
// then bytes, and again, since sending the last byte of a response may end the
// exchange.
func (c *conn) collect() {
	for c.takeEvents(); c.takeBytes() && c.takeEvents(); {
	}
}

func (c *conn) takeEvents() (some bool) {
	for {
		ev, ok := c.core.Next()
		if !ok {
			return some
		}
		some = true
		c.handle(ev)
	}
}

func (c *conn) takeBytes() (some bool) {
	if c.out == nil {
		c.out = borrowBuffer()
	}
	before := len(c.out.b)
	c.out.b = c.core.Append(c.out.b)
	if !c.stalled && c.out.len() >= outLimit {
		c.stalled = true
		c.core.Stall(true)
	}
	return len(c.out.b) > before
}

// now is the time of this round; the date that responses carry keeps up with it.
func (c *conn) now() time.Time {
	now := c.sock.Now()
	c.lane.tick(now)
	return now
}

func (c *conn) handle(ev exchange.Event) {
	switch ev.Kind {
	case exchange.KindRequest:
		c.begin(ev.ID, ev.Request)
		return
	case exchange.KindReset:
		c.reject(ev.Err)
	case exchange.KindUpgrade:
		c.speakHTTP2(http2.AfterPreface)
		return
	case exchange.KindClosed:
		c.close(ev.Err)
		return
	}
	r := c.runs.find(ev.ID)
	if r == nil {
		return
	}
	switch ev.Kind {
	case exchange.KindData:
		r.inbound.push(ev.Data, c.now())
	case exchange.KindEnd:
		c.endBody(r, ev.Trailers)
	case exchange.KindWritable:
		if r.outbound.command == write {
			c.writeOn(r)
		}
	case exchange.KindReset:
		c.breaksOff(r)
		c.endEarly(r, ev.Err)
	case exchange.KindDrained:
		c.end(r, nil)
	}
}

// endBody follows the last byte of a request.
func (c *conn) endBody(r *run, trailers web.Fields) {
	r.inbound.end(trailers)
	if r.inbound.pace.moved > 0 && c.runs.mayWait() {
		// Its reader will tell of no less, which must not be missing to others for as long
		// as the handler goes on.
		c.core.Consumed(r.id, creditStep)
	}
	if !r.inbound.pace.since.IsZero() {
		r.inbound.pace.stop(c.now())
	}
	if c.peer.hungUp {
		r.request.End()
	}
}

// HungUp is part of loop.Session. A request whose body is complete has nothing
// more to hear from its peer but this.
func (c *conn) HungUp() {
	c.peer.hungUp = true
	for r := c.runs.first; r != nil; r = r.next {
		if r.inbound.complete() {
			r.request.End()
		}
	}
}

// Ended is part of loop.Session.
func (c *conn) Ended(err error) {
	c.peer.hungUp, c.peer.ended = true, true
	switch {
	case c.state == closed:
	case err != nil:
		c.fail(err)
	case c.state == serving:
		c.feed(nil)
	case c.state == lingering:
		c.shut()
	}
}

// Writable is part of loop.Session.
func (c *conn) Writable() {}

// Settle is part of loop.Session: what the round brought is started and sent.
func (c *conn) Settle() loop.Guest {
	if c.state == closed {
		return nil
	}
	// Sending makes room, in which the next request may be taken.
	for again := true; again; again = c.readOn() {
		if r := c.start(); r != nil {
			return r
		}
		if !c.send() {
			return nil
		}
	}
	switch c.state {
	case closing:
		c.linger()
	case detaching:
		c.detach()
	}
	if c.state != closed {
		c.setDeadline()
	}
	return nil
}

// start starts what came, up to the first that is to run in place: all answers
// that can be had at once leave in one write.
func (c *conn) start() loop.Guest {
	for r := c.runs.start(); r != nil; r = c.runs.start() {
		if c.lane.inPlace(r) {
			return r
		}
		if r.stay.habit.isComputing() {
			c.lane.engine.gate.enter(r)
			continue
		}
		c.sock.Go(r)
	}
	return nil
}

// readOn feeds what had to wait for room in the output, and reports whether that
// brought anything.
func (c *conn) readOn() bool {
	if held := c.held.len(); held > 0 && c.state == serving && !c.crowded() {
		c.feed(nil)
		return c.held.len() < held || c.state != serving
	}
	return c.runs.startable()
}

func (c *conn) scheme() string {
	if c.info.TLS != nil || c.secured {
		return "https"
	}
	return "http"
}
