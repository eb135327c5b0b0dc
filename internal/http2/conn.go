package http2

import (
	"errors"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/hpack"
)

// Conn is one connection; it implements [exchange.Core]. The zero Conn is not
// usable.
//
//tidy:fields one sub-state each
type Conn struct {
	config  *Config
	date    *exchange.Date // of config, or one of its own that no response shows
	recv    receiving
	peer    peerSide
	own     ownSide
	clock   clock
	abuse   exchange.Abuse
	decoder hpack.Decoder
	encoder hpack.Encoder
	work    *work // nil when nothing runs and nothing is remembered

	streams  table
	waiting  []*stream // whose Write was refused
	draining []*stream // whose response is complete, the oldest first
	turn     uint32    // counts turns
	stalled  bool      // the driver has no room for body bytes

	events  queue
	control []byte // frames that are ready to be sent
	closing error  // of KindClosed
}

var _ exchange.Core = (*Conn)(nil)

// New returns the core of a connection that was accepted at start. config is
// shared and should come from [Config.Settled].
func New(config *Config, start time.Time) *Conn {
	if config.spare == nil {
		config = config.Settled()
	}
	c := &Conn{config: config, date: config.Date}
	if c.date == nil {
		c.date = new(exchange.Date)
	}
	c.date.Begin(start)
	c.clock.set(c.date.At(start))
	c.clock.begun, c.clock.heard, c.clock.idle = c.clock.now, c.clock.now, c.clock.now
	c.recv.since = c.clock.now
	c.decoder.Init(headerTableSize)
	c.encoder.Init()
	c.peer.window, c.peer.initial = initialWindow, initialWindow
	c.peer.push, c.peer.pushes = true, maxPushes
	c.own.window = inflow{window: connWindow, size: connWindow, to: connWindowTo}
	c.own.refused = maxStream
	c.control = append(c.control, config.opening...)
	return c
}

// AfterPreface is New for a connection whose preface was received by another core.
func AfterPreface(config *Config, start time.Time) *Conn {
	c := New(config, start)
	c.recv.state = awaitingFrame
	return c
}

// RetireAt sets the time at which the connection begins to end; the driver spreads
// it, so that connections do not all end at once.
func (c *Conn) RetireAt(t time.Time) { c.clock.retire = max(c.date.At(t), 1) }

// RefuseSecurity ends a connection whose TLS is not what HTTP/2 asks for: "A deployment
// of HTTP/2 over TLS 1.2 [...] MAY treat the negotiation of TLS 1.2 with any of the
// prohibited cipher suites as a connection error [...] of type INADEQUATE_SECURITY"
// (RFC 9113, section 9.2.2).
func (c *Conn) RefuseSecurity() { c.fail(errSecurity) }

// Receive takes bytes from the peer; see [exchange.Core]. Nothing of in is kept but
// a Data event until the next call.
func (c *Conn) Receive(now time.Time, in []byte) (n int, err error) {
	c.clock.set(c.date.At(now))
	if !c.events.empty() {
		return 0, nil
	}
	c.clock.heard = c.clock.now
	for n < len(in) && c.recv.state != closed {
		used, fault := c.step(in[n:])
		n += used
		if fault != nil {
			c.settleFault(fault)
		}
		if used == 0 && fault == nil || !c.events.empty() {
			break
		}
	}
	if c.recv.state == closed {
		err = c.closing
	}
	return n, err
}

// settleFault gives a fault the reach that it has.
func (c *Conn) settleFault(fault error) {
	var ofStream *exchange.StreamError
	if errors.As(fault, &ofStream) {
		c.failStream(uint32(ofStream.ID), ofStream)
		return
	}
	var ofConn *exchange.ConnError
	errors.As(fault, &ofConn)
	c.fail(ofConn)
}

// step takes what one state can use.
func (c *Conn) step(in []byte) (n int, err error) {
	switch c.recv.state {
	case awaitingPreface:
		return c.recvPreface(in)
	case awaitingFrame:
		return c.recvFrame(in)
	case awaitingData:
		return c.recvData(in), nil
	case awaitingPadding:
		return c.recvPadding(in), nil
	}
	return 0, nil
}

// ReceiveEnd says that the peer will send no more. Answers that are under way are
// still sent; a request that is not complete never will be.
func (c *Conn) ReceiveEnd(now time.Time) {
	c.clock.set(c.date.At(now))
	if c.recv.ended || c.recv.state == closed {
		return
	}
	c.recv.ended = true
	if c.recv.silent() {
		c.control = nil
		c.close(nil)
		return
	}
	if c.recv.state != awaitingFrame || len(c.recv.partial) > 0 || c.recv.block.open() {
		c.fail(errCut)
		return
	}
	for s := c.awaitsBody(); s != nil; s = c.awaitsBody() {
		c.noteReset(s.id, errPeerGone)
		c.end(s)
	}
	c.finishIfDone()
}

// awaitsBody finds a stream whose request is not complete.
func (c *Conn) awaitsBody() *stream {
	for _, s := range c.streams.slots {
		if s != nil && s.body == awaitingBody {
			return s
		}
	}
	return nil
}

// abandon ends what waits for windows of a peer that will open none any more.
func (c *Conn) abandon() {
	for len(c.waiting) > 0 {
		s := c.waiting[0]
		c.noteReset(s.id, errPeerGone)
		c.end(s)
	}
}

// Next yields what the peer did, in order, and then whose turn it is to write.
func (c *Conn) Next() (ev exchange.Event, ok bool) {
	if ev, ok = c.events.take(); ok {
		return ev, true
	}
	if len(c.waiting) == 0 || c.stalled || c.recv.state == closed {
		return ev, false
	}
	s := c.nextTurn()
	if s == nil {
		if c.recv.ended {
			c.abandon()
		}
		return c.events.take()
	}
	return exchange.Event{Kind: exchange.KindWritable, ID: exchange.ID(s.id), Detail: exchange.NoDetail}, true
}

// Consumed gives back credit for n body bytes.
func (c *Conn) Consumed(id exchange.ID, n int) {
	if s := c.find(id); s != nil && n > 0 {
		given := min(int32(n), s.lent)
		s.lent -= given
		c.giveBack(s, given)
	}
}

// Idle reports since when no request has run. A connection is not idle before its
// first one, nor as long as an output was not taken.
func (c *Conn) Idle() (since time.Time, ok bool) {
	if c.recv.state != awaitingFrame || len(c.recv.partial) > 0 || c.recv.block.open() || c.peer.last == 0 {
		return time.Time{}, false
	}
	if c.streams.count > 0 || len(c.control) > 0 || c.lends() || !c.events.empty() {
		return time.Time{}, false
	}
	return c.date.TimeOf(c.clock.idle), true
}

// Leave ends a connection that is idle at once, in an orderly way.
func (c *Conn) Leave() {
	if c.recv.state != closed {
		c.control = appendGoAway(c.frames(), c.peer.last, nil)
		c.close(nil)
	}
}

// queue is what Next has yet to yield.
type queue struct {
	events []exchange.Event
	taken  int
}

func (q *queue) empty() bool { return q.taken == len(q.events) }

func (q *queue) take() (ev exchange.Event, ok bool) {
	if q.empty() {
		return ev, false
	}
	ev = q.events[q.taken]
	if q.taken++; q.empty() {
		q.events, q.taken = q.events[:0], 0
	}
	return ev, true
}

func (c *Conn) note(ev exchange.Event) { c.events.events = append(c.events.events, ev) }

// noteReset tells the driver that an exchange is over before its time.
func (c *Conn) noteReset(id uint32, err error) {
	c.note(exchange.Event{Kind: exchange.KindReset, ID: exchange.ID(id), Detail: &exchange.Detail{Err: err}})
}
