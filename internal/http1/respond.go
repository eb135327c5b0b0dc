package http1

import (
	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// sending is the handler's half.
type sending struct {
	state   sendState
	framing framing
	option  option
	parts   parts
	stalled bool // there is no room for body bytes
	owed    bool // a Write was refused for that
}

// leaving is the response. head and body are lent by commands and forgotten by
// Append.
type leaving struct {
	head web.Head
	body []byte
	left int64 // bytes that a declared length still has room for
}

// lend takes a head over word by word: as a whole it would be read back from the
// stack in wider pieces than it was just written there, which stalls. Close is
// settled by then.
func (l *leaving) lend(head *web.Head) {
	l.head.Status, l.head.Length = head.Status, head.Length
	l.head.Fields = head.Fields
	l.head.Undated = head.Undated
}

// framing is how the body of a response ends (RFC 9112, section 6).
type framing uint8

const (
	framedByLength framing = iota
	framedByChunks
	framedByClose
	framedEmpty // there is no body, whatever the length says
)

// option is what the Connection field of a response says.
type option uint8

const (
	optionNone option = iota
	sayClose
	sayKeepAlive
	sayUpgrade
)

// parts are what commands left for Append to send, in this order.
type parts uint8

const (
	partHead parts = 1 << iota
	partBody
	partEnd
)

// running reports whether commands for id have an effect.
func (c *Conn) running(id exchange.ID) bool {
	return id == c.id && c.recv.state != closed && c.send.state != awaitingRequest
}

// Inform sends a 1xx response, except to a client of HTTP/1.0, which knows none
// (RFC 9110, section 15.2). 100 (Continue) goes out once, and only while the
// peer waits for it.
func (c *Conn) Inform(id exchange.ID, head web.Head) error {
	switch {
	case !c.running(id):
		return errExchangeOver
	case c.send.state != awaitingRespond:
		return errHeadSent
	case head.Status < 100 || head.Status > 199 || head.Status == 101:
		return errStatus
	case c.work.memory.version < version11:
		return nil
	}
	if head.Status == 100 {
		if !c.recv.expecting {
			return nil
		}
		c.recv.expecting = false
	}
	c.settle()
	r := c.seldom()
	r.out = appendStatus(r.out, head.Status)
	r.out, _ = appendFields(r.out, head.Fields)
	r.out = append(r.out, "\r\n"...)
	return nil
}

// Respond sends the head of the final response. A status of 101 accepts the
// upgrade that the request offered: the exchange is a tunnel then.
func (c *Conn) Respond(id exchange.ID, head web.Head, fin bool) error {
	switch {
	case !c.running(id):
		return errExchangeOver
	case c.send.state != awaitingRespond:
		return errHeadSent
	case head.Status == 101:
		return c.respondUpgrade(head, fin)
	case head.Status < 200 || head.Status > 999:
		return errStatus
	}
	if c.send.parts != 0 {
		c.settle()
	}
	c.tick()
	s := &c.send
	c.work.send.lend(&head)
	s.parts = partHead
	s.state = awaitingWrite
	c.frame(fin)
	c.persist = c.work.memory.persist && s.framing != framedByClose && !head.Close && !c.mustEnd(fin)
	switch {
	case !c.persist:
		s.option = sayClose
	case c.work.memory.version < version11:
		s.option = sayKeepAlive
	default:
		s.option = optionNone
	}
	if fin {
		c.finish()
	}
	return nil
}

func (c *Conn) respondUpgrade(head web.Head, fin bool) error {
	if c.work.memory.request.Upgrade == "" {
		return errNoUpgrade
	}
	c.settle()
	s := &c.send
	c.work.send.lend(&head)
	s.parts = partHead
	s.framing, s.option = framedEmpty, sayUpgrade
	c.tunnel()
	if fin {
		c.finish()
	}
	return nil
}

// frame decides how the body ends.
func (c *Conn) frame(fin bool) {
	s, l := &c.send, &c.work.send
	s.framing, l.left = framedByLength, l.head.Length
	switch {
	// "Any response to a HEAD request and any response with a 1xx, 204, or 304
	// status code is always terminated by the first empty line after the header
	// fields" (RFC 9112, section 6.3).
	case c.work.memory.request.Method == "HEAD" || l.head.Status == 204 || l.head.Status == 304:
		s.framing = framedEmpty
	case l.head.Length >= 0:
	case fin:
		l.head.Length, l.left = 0, 0
	case c.work.memory.version < version11:
		s.framing = framedByClose
	default:
		s.framing = framedByChunks
	}
}

// mustEnd reports whether the connection ends after this response for a reason
// of its own: the server's, or a body that the peer may still send or not.
func (c *Conn) mustEnd(fin bool) bool {
	switch {
	case c.shutdown || c.recv.ended || c.clock.retire != 0 && c.clock.now >= c.clock.retire:
		return true
	// A final status instead of 100 leaves open whether the body will follow
	// (RFC 9110, section 10.1.1), so what follows cannot be told from a request.
	case c.recv.expecting:
		return true
	}
	return fin && c.recv.state == awaitingBody && c.work.recv.left > int64(c.config.Limits.MaxDrain)
}

// Write sends body bytes, at most 64 KiB at once. It accepts none while those of
// an earlier call wait for Append. Bytes beyond a declared length, and those of a
// response without a body, are taken and go nowhere.
func (c *Conn) Write(id exchange.ID, p []byte, fin bool) (n int) {
	s := &c.send
	switch {
	case !c.running(id):
		return len(p)
	case s.state == awaitingRespond || s.parts&partBody != 0 && len(p) > 0:
		return 0
	case s.stalled && len(p) > 0:
		s.owed = true
		return 0
	}
	n = min(len(p), maxWrite)
	body := p[:n]
	if s.state == awaitingWrite {
		switch s.framing {
		case framedEmpty:
			body = nil
		case framedByLength:
			body = body[:min(int64(n), c.work.send.left)]
			c.work.send.left -= int64(len(body))
		}
	}
	if len(body) > 0 {
		c.work.send.body = body
		s.parts |= partBody
	}
	if fin && n == len(p) {
		c.finish()
	}
	return n
}

// Stall says whether there is no room for body bytes.
func (c *Conn) Stall(stalled bool) {
	s := &c.send
	s.stalled = stalled
	if s.owed && !stalled {
		s.owed = false
		if s.state == awaitingWrite || s.state == sendingRaw {
			c.pending |= pendingWritable
		}
	}
}

// Starved is never so: HTTP/1 has no windows.
func (c *Conn) Starved(exchange.ID) bool { return false }

// Push is unknown to HTTP/1.
func (c *Conn) Push(exchange.ID, *exchange.Request) (exchange.ID, error) {
	return 0, exchange.ErrNotSupported
}

// Finish ends the body. Trailers are sent where the body is chunked; they are
// lost elsewhere, since nothing could carry them.
func (c *Conn) Finish(id exchange.ID, trailers web.Fields) {
	if !c.running(id) || c.send.state == awaitingRespond {
		return
	}
	if len(trailers) > 0 && c.send.framing == framedByChunks {
		c.seldom().sendTrailers = trailers
	}
	c.finish()
}

// finish is the last of the commands for a response.
func (c *Conn) finish() {
	s := &c.send
	switch {
	case s.state == sendingRaw:
		c.pending |= pendingDrained
		c.close(nil)
	case s.framing == framedByLength && c.work.send.left > 0:
		// The peer can tell that something is missing only by the end.
		c.pending |= pendingDrained
		c.close(errResponseShort)
	default:
		if s.framing == framedByChunks {
			s.parts |= partEnd
		}
		c.endResponse()
	}
	s.state = awaitingRequest
}

// Accept turns the exchange into a tunnel: after Respond(101) it is one already,
// before Respond it takes the connection over without an answer.
func (c *Conn) Accept(id exchange.ID) error {
	switch {
	case !c.running(id):
		return errExchangeOver
	case c.send.state == awaitingWrite:
		return errHeadSent
	case c.send.state == awaitingRespond:
		c.tunnel()
	}
	return nil
}

// tunnel leaves HTTP. An end of the request that was not told yet would be taken
// for the end of the tunnel.
func (c *Conn) tunnel() {
	c.pending &^= pendingEnd
	c.send.state = sendingRaw
	ended := c.recv.ended
	c.recv = receiving{state: tunnelling, ended: ended}
	c.work.section = section{}
	if ended {
		c.pending |= pendingEnd
	}
}

// Reset breaks the exchange off: what was accepted is sent, but not the end of
// the body, so that the peer misses it. KindClosed carries the cause.
func (c *Conn) Reset(id exchange.ID, cause error) {
	if !c.running(id) {
		return
	}
	if cause == nil {
		cause = errReset
	}
	c.send.state = awaitingRequest
	c.pending &^= pendingEnd | pendingWritable
	c.close(cause)
}
