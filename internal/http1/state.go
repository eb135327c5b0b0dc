package http1

import (
	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// recvState is what the connection awaits from the peer.
//
//	                +--------------- response complete ----------------+
//	                v                                                  |
//	        awaitingHead --head--> awaitingBody | awaitingChunks --> awaitingResponse
//	             ^                        |                            ^ |
//	             +-- body discarded ------+      (no body) ------------+ | Accept, or 101
//	                                                                     v
//	awaitingHead --preface of HTTP/2--> closed
//	any --error, end, Reset--> closed <--------------------------- tunnelling
//
// A response may complete while the body is awaited: then the rest is discarded,
// within limits, and the exchange is over already.
type recvState uint8

const (
	awaitingHead     recvState = iota // or its end, when a section has begun
	awaitingBody                      // recv.left bytes of known length
	awaitingChunks                    // the chunked coding, see chunkState
	awaitingResponse                  // nothing: the request is complete, the answer is not
	tunnelling                        // bytes of another protocol
	closed                            // nothing ever
)

// sendState is what the connection awaits from the handler.
type sendState uint8

const (
	awaitingRequest sendState = iota // no exchange runs
	awaitingRespond                  // nothing but 1xx was sent
	awaitingWrite                    // the head was sent, the body goes on
	sendingRaw                       // the tunnel
)

// receiving is the peer's half.
type receiving struct {
	state   recvState
	blank   blank
	preface uint8 // how much of HTTP/2's preface came, see recvPreface
	first   bool  // no request came yet
	began   bool  // some byte of the head came
	ended   bool  // the peer sends no more
	discard bool  // the response is complete, the body is not
	fresh   bool  // the wait began with a command, which carries no time
	// expecting: the peer waits for 100 (Continue) and has sent no body byte.
	expecting bool
}

// blank is what came of the empty line that may stand before a request line.
type blank uint8

const (
	blankNone blank = iota
	blankCR
	blankLine
)

// arriving counts the body of a request.
type arriving struct {
	left    int64 // bytes of the body, or of the chunk, that did not come yet
	lent    int64 // body bytes delivered and not Consumed
	drained int64 // bytes discarded since the response was complete
	chunk   chunks
}

// work is what a connection needs only while a request arrives or is answered,
// and for as long as its last request is remembered. An idle one has none.
type work struct {
	memory  memory
	section section
	recv    arriving
	send    leaving
	detail  exchange.Detail // of the events that come with each request
}

// clock is the time as inputs told it, in nanoseconds from the origin of Date.
type clock struct {
	now    int64
	since  int64 // when the present wait began
	retire int64 // from when on responses carry "Connection: close"; 0 never
	grace  int64 // when Shutdown ends an idle connection; 0 never
}

// set never goes back, nor before the origin.
func (k *clock) set(now int64) { k.now = max(k.now, now) }

// events are what Next has yet to yield, each kind at most once; the order of
// the bits is the order of the events.
type events uint16

const (
	pendingRequest events = 1 << iota
	pendingData
	pendingEnd
	pendingWritable
	pendingReset
	pendingDrained
	pendingUpgrade
	pendingClosed
)

// rare is what most connections never need.
type rare struct {
	out          []byte // serialised already, to be sent before anything else
	recvTrailers web.Fields
	sendTrailers web.Fields // lent by Finish, forgotten by Append
	reset        error      // of KindReset
	closed       error      // of KindClosed
}

func (c *Conn) seldom() *rare {
	if c.rare == nil {
		c.rare = new(rare)
	}
	return c.rare
}

// beginExchange follows a head.
func (c *Conn) beginExchange() {
	w := c.work
	r := &w.memory.request
	c.id++
	w.recv = arriving{}
	c.recv = receiving{ended: c.recv.ended, expecting: r.Expect, preface: notPreface}
	c.pending |= pendingRequest
	c.send.state = awaitingRespond
	switch {
	case r.ContentLength == 0:
		c.endRequest()
	case r.ContentLength == chunkedLength:
		c.recv.state = awaitingChunks
	default:
		c.recv.state, w.recv.left = awaitingBody, r.ContentLength
	}
}

// endRequest follows the last byte of a request.
func (c *Conn) endRequest() {
	c.recv.expecting = false
	if c.recv.discard {
		c.awaitHead()
		return
	}
	c.recv.state = awaitingResponse
	c.pending |= pendingEnd
}

// endResponse follows the last byte of a response. What the peer still sends of
// its body is nobody's: "A server MUST read the entire request message body or
// close the connection after sending its response" (RFC 9112, section 9.3).
func (c *Conn) endResponse() {
	c.pending = c.pending&^pendingWritable | pendingDrained
	c.send.state = awaitingRequest
	c.tick()
	limit := int64(c.config.Limits.MaxDrain)
	switch {
	case !c.persist || c.recv.ended:
		c.close(nil)
	case c.recv.state == awaitingResponse:
		c.awaitHead()
	case limit < 0 || c.work.recv.left > limit:
		c.close(nil)
	default:
		c.recv.discard, c.recv.fresh = true, true
		c.clock.since = c.clock.now
	}
}

func (c *Conn) awaitHead() {
	c.recv = receiving{fresh: true, preface: notPreface}
	c.forgetFirst()
	c.clock.since = c.clock.now
	if c.shutdown {
		c.close(nil)
	}
}

// forgetFirst: one request is no habit yet. A peer that opens many connections
// and asks once on each must not make the server remember them all.
func (c *Conn) forgetFirst() {
	if c.id == 1 {
		c.forget()
	}
}

// forget gives back what an idle connection does not need, unless outputs that
// were not taken refer to it.
func (c *Conn) forget() {
	idle := c.recv.state == awaitingHead && !c.recv.began
	if idle && c.work != nil && c.send.parts == 0 && c.pending&(pendingRequest|pendingData) == 0 {
		c.config.spare.give(c.work)
		c.work = nil
	}
}

// close ends the connection; err is nil after an orderly end.
func (c *Conn) close(err error) {
	if c.recv.state == closed {
		return
	}
	c.recv.state = closed
	if c.work != nil {
		c.work.section = section{}
	}
	c.pending |= pendingClosed
	if err != nil {
		c.seldom().closed = err
	}
}

// fail ends the connection for a fault of the peer: the exchange that runs is
// reset with cause, and the peer is told why unless a response is under way.
func (c *Conn) fail(fault *exchange.ConnError, cause error) {
	if c.recv.state == closed {
		return
	}
	idle := c.send.state == awaitingRequest && !c.recv.discard
	if c.send.state != awaitingRequest {
		c.seldom().reset = cause
		c.pending = c.pending&^(pendingEnd|pendingWritable) | pendingReset
	}
	if idle || c.send.state == awaitingRespond {
		c.settle()
		c.appendFarewell(fault)
	}
	c.send.state = awaitingRequest
	c.close(fault)
}

// tick brings the time up to what the Date knows: commands carry none.
func (c *Conn) tick() {
	c.clock.set(c.date.Now())
}
