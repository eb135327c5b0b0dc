package server

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
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
	info  *web.Conn
	state connState

	runs  *run   // exchanges whose handler runs
	fresh []*run // those of them that were not started yet
	taker *run   // the one that hijacks

	held   *buffer // input that the core does not take yet
	out    *buffer // output that the socket did not take yet
	peer   peer
	timers timers
	hurry  bool // the next response is the last
	busy   bool // feed is under way
	active bool // counted as such
	spoke  bool // something was sent
	broken bool // the end must not look orderly
}

// peer is what is known of the other end's half.
type peer struct {
	hungUp bool // its FIN was seen, though bytes may be unread
	ended  bool // its last byte was received
	told   bool // the core knows that
}

// timers are the bounds that the driver keeps itself.
type timers struct {
	set    time.Time // what the socket was told last
	linger time.Time
	answer time.Time // when what is left of complete answers must have been sent
	drain  int       // bytes thrown away while lingering
	unsent int       // bytes that the socket took and the network had not
	write  meter     // of bytes that wait for the peer
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
		c.timers.drain += len(in)
		if c.timers.drain > c.lane.engine.server.Limits.DrainBytes {
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
	defer func() { c.busy = false }()
	if c.held.len() > 0 {
		if len(in) > 0 {
			c.hold(in)
		}
		held := c.held
		c.held = nil
		rest := c.offer(held.rest())
		c.held = held
		held.off = len(held.b) - len(rest)
		if len(rest) == 0 {
			held.release()
			c.held = nil
		}
	} else {
		c.hold(c.offer(in))
	}
	switch {
	case c.state != serving:
	case c.held.len() < heldLimit:
		c.sock.Resume()
	default:
		c.sock.Pause()
	}
	if c.peer.ended && !c.peer.told && c.held.len() == 0 && c.state == serving {
		c.peer.told = true
		c.core.ReceiveEnd(c.now())
		c.collect()
	}
}

// offer returns what the core does not take.
func (c *conn) offer(in []byte) (rest []byte) {
	c.collect()
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
	if c.runs == nil {
		return c.out.len() >= outLimit
	}
	for r := c.runs; r != nil; r = r.next {
		if r.over {
			return true
		}
	}
	return false
}

func (c *conn) hold(rest []byte) {
	if len(rest) == 0 {
		return
	}
	if c.held == nil {
		c.held = borrowBuffer()
	}
	c.held.b = append(c.held.b, rest...)
}

// collect takes the core's outputs: events first, then bytes, and again, since
// sending the last byte of a response may end the exchange.
func (c *conn) collect() {
	for quiet := false; !quiet; {
		quiet = true
		for ev, ok := c.core.Next(); ok; ev, ok = c.core.Next() {
			c.handle(&ev)
			quiet = false
		}
		if c.out == nil {
			c.out = borrowBuffer()
		}
		before := len(c.out.b)
		c.out.b = c.core.Append(c.out.b)
		quiet = quiet && len(c.out.b) == before
	}
}

// now is the time of this round; the date that responses carry keeps up with it.
func (c *conn) now() time.Time {
	now := c.sock.Now()
	c.lane.tick(now)
	return now
}

func (c *conn) handle(ev *exchange.Event) {
	now := c.now()
	switch ev.Kind {
	case exchange.KindRequest:
		c.begin(ev)
	case exchange.KindClosed:
		c.close(ev.Err)
	default:
		r := c.find(ev.ID)
		if r == nil {
			return
		}
		switch ev.Kind {
		case exchange.KindData:
			r.inbound.push(ev.Data, now)
		case exchange.KindEnd:
			r.inbound.end(ev.Trailers, now)
			if c.peer.hungUp {
				r.request.End()
			}
		case exchange.KindWritable:
			if r.outbound.command == write {
				c.writeOn(r)
			}
		case exchange.KindReset:
			c.reject(ev.Err)
			c.breaksOff(r)
			c.end(r, ev.Err)
		case exchange.KindDrained:
			c.end(r, nil)
		}
	}
}

// HungUp is part of loop.Session. A request whose body is complete has nothing
// more to hear from its peer but this.
func (c *conn) HungUp() {
	c.peer.hungUp = true
	for r := c.runs; r != nil; r = r.next {
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
func (c *conn) Settle() {
	if c.state == closed {
		return
	}
	// Sending makes room, in which the next request may be taken.
	for again := true; again; again = c.readOn() {
		for i, r := range c.fresh {
			c.fresh[i] = nil
			c.sock.Go(r)
		}
		c.fresh = c.fresh[:0]
		if !c.send() {
			return
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
}

// readOn feeds what had to wait for room in the output, and reports whether that
// brought anything.
func (c *conn) readOn() bool {
	if held := c.held.len(); held > 0 && c.state == serving && !c.crowded() {
		c.feed(nil)
		return c.held.len() < held || c.state != serving
	}
	return len(c.fresh) > 0
}

// send writes until the socket takes no more; false means the connection broke.
func (c *conn) send() bool {
	for c.out.len() > 0 {
		before := c.out.len()
		n, err := c.sock.Write(c.out.rest())
		now := c.now()
		c.lane.counters.bytesOut.Add(uint64(n))
		c.out.off += n
		c.spoke = true
		if err != nil {
			c.fail(err)
			return false
		}
		c.timers.write.progress(now, n)
		if n < before {
			c.timers.write.start(now)
			c.compact()
			c.goOn()
			return c.state != closed
		}
		c.out.b, c.out.off = c.out.b[:0], 0
		c.watchUnsent()
		c.goOn() // what waited for room may fill it again
	}
	c.watchUnsent()
	c.goOn()
	if c.out != nil && c.out.len() == 0 {
		c.out.release()
		c.out = nil
	}
	return c.state != closed
}

// watchUnsent bounds what left the connection and not the process: a carrier over
// package net takes bytes before the peer does.
func (c *conn) watchUnsent() {
	before := c.timers.unsent
	c.timers.unsent = c.sock.Unsent()
	if c.timers.unsent == 0 {
		c.timers.write, c.timers.answer = meter{}, time.Time{} // the peer took all there was
		return
	}
	now := c.now()
	c.timers.write.progress(now, max(before-c.timers.unsent, 0))
	c.timers.write.start(now)
}

// compact keeps output from growing behind what was sent already.
func (c *conn) compact() {
	if c.out.off > outLimit {
		c.out.b = c.out.b[:copy(c.out.b, c.out.rest())]
		c.out.off = 0
	}
}

// setDeadline tells the socket of the soonest of all bounds.
func (c *conn) setDeadline() {
	var due time.Time
	switch c.state {
	case serving:
		due = c.core.Deadline()
		e := c.lane.engine
		for r := c.runs; r != nil; r = r.next {
			due = sooner(due, sooner(r.readDue(e.readPace()), r.writeDue()))
		}
		due = sooner(due, c.sendDue())
	case closing, detaching:
		due = c.sendDue()
	case lingering:
		due = c.timers.linger
	}
	if due != c.timers.set {
		c.timers.set = due
		c.sock.SetDeadline(due)
	}
}

// sendDue is when output that waits for the peer is overdue.
func (c *conn) sendDue() time.Time {
	return sooner(c.timers.answer, c.timers.write.deadline(c.lane.engine.writePace()))
}

// Expired is part of loop.Session.
func (c *conn) Expired() {
	now := c.now()
	c.timers.set = time.Time{}
	passed := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	if c.timers.write.late(c.lane.engine.writePace(), now) {
		c.lane.engine.reject("write_timeout", errWriteTimeout, now)
		c.sock.Abort()
		c.fail(errWriteTimeout)
		return
	}
	if passed(c.timers.answer) {
		c.breakOverdue(now)
		return
	}
	switch c.state {
	case lingering:
		if passed(c.timers.linger) {
			c.shut()
		}
	case serving:
		if passed(c.core.Deadline()) {
			c.core.Expire(now)
		}
		for r := c.runs; r != nil && c.state == serving; r = r.next {
			c.expireRead(r, now)
			c.expireWrite(r, now)
		}
		if c.state == serving {
			c.feed(nil)
		}
	}
}

// shutdown lets the connection end after what it is doing.
func (c *conn) shutdown() {
	if c.state == serving {
		c.core.Shutdown(c.now())
		c.feed(nil)
	}
}

// close is the orderly end: what was said last is still sent.
func (c *conn) close(err error) {
	c.reject(err)
	if c.state == serving {
		c.state = closing
		c.sock.Pause() // what still comes can wait until the last answer has left
		for r := c.runs; r != nil; {
			next := r.next
			if err != nil {
				c.breaksOff(r)
			}
			c.end(r, io.ErrUnexpectedEOF)
			r = next
		}
	}
}

// breaksOff notes that a response ends before its time. Only the end of the
// connection ends one to HTTP/1.0: an orderly one would pass a part of it for
// the whole.
func (c *conn) breaksOff(r *run) {
	c.broken = c.broken || !r.over && r.outbound.begun && r.old
}

// linger sends the FIN and reads on for a while: closing with unread input would
// reset the connection, and the peer might lose the last answer (RFC 9112,
// section 9.6).
func (c *conn) linger() {
	if c.out.len() > 0 {
		return
	}
	if c.broken {
		c.sock.Abort()
	}
	if c.broken || c.peer.ended || !c.spoke {
		c.shut()
		return
	}
	c.state = lingering
	c.dropHeld()
	c.sock.CloseWrite()
	c.sock.Resume()
	c.timers.linger = c.now().Add(c.lane.engine.server.Limits.DrainTimeout)
}

// fail is the disorderly end.
func (c *conn) fail(err error) {
	if c.state == closed {
		return
	}
	if !errors.Is(err, errLingered) {
		err = &connLost{err}
	}
	c.state = closing // nothing is fed any more
	for r := c.runs; r != nil; {
		next := r.next
		c.end(r, err)
		r = next
	}
	c.shut()
}

// connLost is what a handler hears when its connection breaks; a body that was
// cut short is io.ErrUnexpectedEOF whatever cut it.
type connLost struct{ cause error }

func (e *connLost) Error() string { return "server: connection lost: " + e.cause.Error() }

func (e *connLost) Is(target error) bool { return target == io.ErrUnexpectedEOF }

func (e *connLost) Unwrap() error { return e.cause }

func (c *conn) shut() {
	if c.state == closed {
		return
	}
	c.state = closed
	c.sock.Close()
	c.gone(false)
}

// gone gives back what the connection held.
func (c *conn) gone(hijacked bool) {
	c.dropHeld()
	if c.out != nil {
		c.out.release()
		c.out = nil
	}
	if c.active {
		c.active = false
		c.lane.counters.active.Add(-1)
	}
	c.lane.counters.open.Add(-1)
	if hijacked {
		c.tellState(http.StateHijacked)
	} else {
		c.tellState(http.StateClosed)
	}
	c.lane.engine.release()
}

func (c *conn) dropHeld() {
	if c.held != nil {
		c.held.release()
		c.held = nil
	}
}

func (c *conn) setActive(active bool) {
	if c.active == active || c.state == closed {
		return
	}
	c.active = active
	if active {
		c.lane.counters.active.Add(1)
		c.tellState(http.StateActive)
		return
	}
	c.lane.counters.active.Add(-1)
	if c.state == serving {
		c.tellState(http.StateIdle)
	}
}

func (c *conn) tellState(state http.ConnState) {
	if tell := c.lane.engine.server.ConnState; tell != nil {
		tell(c.info, state)
	}
}

func (c *conn) scheme() string {
	if c.info.TLS != nil {
		return "https"
	}
	return "http"
}

// reject counts an error that the peer is to blame for.
func (c *conn) reject(err error) {
	var fault *exchange.ConnError
	var stream *exchange.StreamError
	switch {
	case errors.As(err, &fault):
		c.lane.engine.reject(fault.Class, err, c.now())
	case errors.As(err, &stream):
		c.lane.engine.reject(stream.Class, err, c.now())
	}
}
