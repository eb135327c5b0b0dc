package http2

import (
	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// lent is what commands for one stream have asked for since the last Append. It is
// serialised when Append comes, or before the next frame of anything else.
type lent struct {
	id       uint32
	parts    parts
	status   int
	length   int64 // to be told, -1 not to be
	undated  bool
	cut      bool // a window left no room for the rest of body
	fields   web.Fields
	body     []byte
	trailers web.Fields
}

type parts uint8

const (
	partHead parts = 1 << iota
	partBody
	partTrailers
	partEnd // the last of the others ends the stream
)

// lends reports whether something that was lent waits for Append.
func (c *Conn) lends() bool { return c.work != nil && c.work.lent.parts != 0 }

// lend begins to gather parts for a stream.
func (c *Conn) lend(s *stream) *lent {
	if c.work.lent.parts != 0 && c.work.lent.id != s.id {
		c.control = c.frames()
	}
	c.work.lent.id = s.id
	return &c.work.lent
}

// Inform sends a 1xx response. 100 (Continue) goes out once, and only while the
// peer waits for it; 101 is not for HTTP/2 (RFC 9113, section 8.6).
func (c *Conn) Inform(id exchange.ID, head web.Head) error {
	s := c.find(id)
	switch {
	case s == nil:
		return errExchangeOver
	case s.send != awaitingRespond:
		return errHeadSent
	case head.Status < 100 || head.Status > 199 || head.Status == 101:
		return errStatus
	}
	if head.Status == 100 {
		if !s.expects {
			return nil
		}
		s.expects = false
	}
	c.control = c.frames()
	l := c.lend(s)
	l.status, l.length, l.undated, l.fields = head.Status, -1, true, head.Fields
	l.parts = partHead
	c.control = c.frames()
	return nil
}

// Respond sends the head of the final response.
func (c *Conn) Respond(id exchange.ID, head web.Head, fin bool) error {
	s := c.find(id)
	switch {
	case s == nil:
		return errExchangeOver
	case s.send != awaitingRespond:
		return errHeadSent
	case head.Status < 200 || head.Status > 999:
		return errStatus
	}
	s.send = awaitingWrite
	s.bodiless = s.heads || head.Status == 204 || head.Status == 304
	s.owed = head.Length
	if fin && head.Length < 0 && !s.bodiless {
		head.Length, s.owed = 0, 0
	}
	l := c.lend(s)
	l.status, l.undated, l.fields, l.parts = head.Status, head.Undated, head.Fields, partHead
	l.length = toldLength(s, &head)
	if fin {
		c.finish(s)
	}
	return nil
}

// toldLength is the Content-Length that the response has, or -1. A response to HEAD,
// and a 304, may tell that of the 200 to a GET; a 304 of length 0 means a handler
// that wrote nothing (RFC 9110, section 8.6). A tunnel has none (section 9.3.6).
func toldLength(s *stream, head *web.Head) int64 {
	switch {
	case head.Status == 204, head.Status == 304 && head.Length == 0, s.connects && head.Status <= 299:
		return -1
	}
	return head.Length
}

// Stall says whether there is no room for body bytes.
func (c *Conn) Stall(stalled bool) { c.stalled = stalled }

// Write sends body bytes, as far as the windows of the stream and of the connection
// allow (RFC 9113, section 5.2), at most 64 KiB at once. It accepts none while those
// of an earlier call wait for Append. Bytes beyond a declared length, and those of a
// response without a body, are taken and go nowhere.
func (c *Conn) Write(id exchange.ID, p []byte, fin bool) (n int) {
	s := c.find(id)
	switch {
	case s == nil:
		return len(p)
	case s.send == awaitingRespond:
		return 0
	case s.bodiless || s.owed == 0:
		if fin {
			c.finish(s)
		}
		return len(p)
	case len(p) == 0:
		if fin {
			c.finish(s)
		}
		return 0
	}
	n = c.allowed(s, len(p))
	if n > 0 {
		l := c.lend(s)
		l.body, l.cut = p[:n], n < len(p) && n < maxFrame
		l.parts |= partBody
		s.window -= int32(n)
		c.peer.window -= int32(n)
		if s.owed > 0 {
			s.owed -= int64(n)
		}
		if s.owed == 0 {
			n = len(p) // what is beyond the declared length goes nowhere
		}
	}
	if n < len(p) {
		c.wait(s)
		return n
	}
	if s.waits {
		c.unwait(s)
	}
	if fin {
		c.finish(s)
	}
	return n
}

// allowed is how much of a body of n bytes may leave now.
func (c *Conn) allowed(s *stream, n int) int {
	if c.stalled || c.work.lent.parts&partBody != 0 && c.work.lent.id == s.id {
		return 0
	}
	if s.owed >= 0 {
		n = int(min(int64(n), s.owed))
	}
	n = min(n, maxWrite, int(s.window), int(c.peer.window))
	others := len(c.waiting)
	if s.waits {
		others--
	}
	if s.rank.incremental && others > 0 {
		n = min(n, maxFrame) // they have their turns too
	}
	return max(n, 0)
}

// Starved reports whether the window of the stream is used up, which may make it
// negative (RFC 9113, section 6.9.2). That of the connection is everybody's.
func (c *Conn) Starved(id exchange.ID) bool {
	s := c.find(id)
	return s != nil && s.window <= 0
}

// Finish ends the body, with trailers if there are any and the response has one: what
// has none "terminates at the end of the header section" (RFC 9110, section 9.3.2).
func (c *Conn) Finish(id exchange.ID, trailers web.Fields) {
	s := c.find(id)
	if s == nil || s.send == awaitingRespond {
		return
	}
	if len(trailers) > 0 && !s.bodiless {
		l := c.lend(s)
		l.trailers = trailers
		l.parts |= partTrailers
	}
	c.finish(s)
}

// finish is the last of the commands for a response.
func (c *Conn) finish(s *stream) {
	if s.owed > 0 && !s.bodiless {
		// The peer must not take a part for the whole.
		c.lend(s).parts &^= partTrailers
		c.abort(s, internalError)
		c.noteReset(s.id, errShort)
		c.end(s)
		return
	}
	c.lend(s).parts |= partEnd
	c.note(exchange.Event{Kind: exchange.KindDrained, ID: exchange.ID(s.id), Detail: exchange.NoDetail})
	if s.body == awaitingBody {
		c.drain(s)
		return
	}
	c.end(s)
}

// abort sends RST_STREAM, behind what was sent before. What the peer may have sent
// meanwhile is none of its faults.
func (c *Conn) abort(s *stream, why code) {
	c.control = appendReset(c.frames(), s.id, why)
	if s.body == awaitingBody {
		c.own.quiet.add(s.id)
	}
}

// Accept is refused: HTTP/2 has no connection to take over.
func (c *Conn) Accept(exchange.ID) error { return exchange.ErrNotSupported }

// Reset breaks the exchange off.
func (c *Conn) Reset(id exchange.ID, cause error) {
	s := c.find(id)
	if s == nil {
		return
	}
	why := internalError
	if cause == exchange.ErrRefused {
		why = refusedStream
	} else if cause == nil {
		cause = errReset
	}
	c.abort(s, why)
	c.noteReset(s.id, cause)
	c.end(s)
}

// status is what a request with this fault is answered with, 0 if it is reset.
func (f *streamFault) status() int {
	switch f {
	case faultTargetTooLong:
		return 414
	case faultExpectation:
		return 417
	case faultHeadTooLarge, faultTooManyFields, faultFieldTooLarge, faultCrumbsRepeated:
		return 431
	case faultConnect:
		return 501
	}
	return 0
}

// answer refuses a request with a status instead of a reset: its sender can do
// something about it.
func (c *Conn) answer(id uint32, status int, ends bool, fault *streamFault) error {
	c.control = c.frames()
	c.work.lent = lent{id: id, parts: partHead | partEnd, status: status, length: 0}
	c.control = c.frames()
	if !ends {
		c.control = appendReset(c.control, id, noError)
		c.own.quiet.add(id)
	}
	c.noteReset(id, fault.of(id))
	return nil
}
