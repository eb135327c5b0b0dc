package http2

import (
	"encoding/binary"
	"errors"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/hpack"
	"github.com/fasterapi-go/fasterapi/web"
)

// recvHeaders reads a HEADERS frame (RFC 9113, section 6.2).
func (c *Conn) recvHeaders(f frame, payload []byte) error {
	fragment, depends, err := parseHeaders(f, payload)
	if err != nil {
		return err
	}
	if f.stream%2 == 0 && c.isIdle(f.stream) {
		return errStreamEven
	}
	if err := c.meterBlock(frameHeadSize+f.length, len(fragment)); err != nil {
		return err
	}
	if f.has(flagEndHeaders) {
		return c.recvBlock(block{frame: f, depends: depends, fragments: fragment})
	}
	b := &c.recv.block
	b.frame, b.depends, b.frames = f, depends, 0
	b.fragments = append(c.config.spare.takeBuffer(), fragment...)
	c.recv.since = c.clock.now
	return nil
}

// parseHeaders finds the fragment between the optional fields and the padding. The
// dependency of RFC 7540 is read past, but a stream must not depend on itself.
func parseHeaders(f frame, payload []byte) (fragment []byte, depends bool, err error) {
	padding := 0
	if f.has(flagPadded) {
		if len(payload) == 0 {
			return nil, false, errFrameLength
		}
		padding, payload = int(payload[0]), payload[1:]
	}
	if f.has(flagPriority) {
		if len(payload) < prioritySize {
			return nil, false, errFrameLength
		}
		depends = binary.BigEndian.Uint32(payload)&maxStream == f.stream
		payload = payload[prioritySize:]
	}
	if padding > len(payload) {
		return nil, false, errPadding
	}
	return payload[:len(payload)-padding], depends, nil
}

// recvContinuation reads a CONTINUATION frame (RFC 9113, section 6.10). What a
// block may cost is bounded before any of it is decoded.
func (c *Conn) recvContinuation(f frame, payload []byte) error {
	b := &c.recv.block
	if b.frames++; b.frames > maxContinuations || len(b.fragments)+len(payload) > maxBlock*c.config.Limits.MaxHead {
		return errContinuationFlood
	}
	if err := c.meterBlock(frameHeadSize+f.length, len(payload)); err != nil {
		return err
	}
	b.fragments = append(b.fragments, payload...)
	if !f.has(flagEndHeaders) {
		return nil
	}
	whole := *b
	c.recv.block = block{}
	err := c.recvBlock(whole)
	c.config.spare.giveBuffer(whole.fragments)
	return err
}

func (c *Conn) meterBlock(total, payload int) error {
	if c.abuse.Bytes(c.clock.now, total, payload) {
		return errOverhead
	}
	if payload == 0 && c.abuse.Control(c.clock.now, costEmpty) {
		return errControlFlood
	}
	return nil
}

// recvBlock reads a whole header block: a request, or trailers. It is decoded
// whatever becomes of it, since the next one builds on its table.
func (c *Conn) recvBlock(b block) error {
	id := b.frame.stream
	opens := id%2 == 1 && id > c.peer.last
	if opens && c.working().memory.repeats(b.fragments, c.decoder.Generation()) {
		return c.openRequest(b, nil)
	}
	limits := &c.config.head
	if !opens {
		limits = &c.config.trailer
	}
	before := c.decoder.Generation()
	fields, err := c.decoder.Decode(c.config.spare.fields[:0], b.fragments, limits)
	var tooLarge *streamFault
	switch {
	case err == nil:
	case err == hpack.ErrBytes:
		tooLarge = faultHeadTooLarge
	case err == hpack.ErrFields || err == hpack.ErrCookies:
		tooLarge = faultTooManyFields
	default:
		var why *hpack.DecodingError
		errors.As(err, &why)
		return errHpack
	}
	defer c.config.spare.giveFields(fields)
	if !opens {
		return c.recvTrailers(b, fields, tooLarge)
	}
	fault := tooLarge
	if fault == nil {
		c.work.memory.forget()
		fault = c.work.memory.learn(fields, len(b.fragments), &c.config.Limits)
	}
	if fault == nil && c.decoder.Generation() == before {
		c.work.memory.remember(b.fragments, before)
	}
	return c.openRequest(b, fault)
}

// openRequest begins the exchange of the request in c.work.memory, unless fault or
// something else is in its way.
func (c *Conn) openRequest(b block, fault *streamFault) error {
	id := b.frame.stream
	if c.ignored(id) {
		return nil
	}
	c.peer.last = id
	c.abuse.Earn(earnedRequest)
	ends := b.frame.has(flagEndStream)
	q := &c.work.memory.request
	if fault == nil {
		switch {
		case b.depends:
			fault = faultSelfDependency
		case c.peer.open >= c.config.Limits.MaxStreams:
			fault = faultTooManyStreams
		case ends && c.work.memory.length > 0:
			fault = faultLengthLess
		case c.work.memory.connect != "" && !c.config.Connect:
			fault = faultConnectProtocol
		}
	}
	if fault != nil {
		if status := fault.status(); status != 0 {
			return c.answer(id, status, ends, fault)
		}
		return fault.of(id)
	}
	if c.config.AltSvc != "" && !c.own.advertised {
		c.own.advertised = true
		c.control = c.config.appendAltSvc(c.frames(), id)
	}
	s := c.open(id)
	c.peer.open++
	s.rank = c.rankOf(id)
	s.heads, s.connects = q.Method == "HEAD", c.work.memory.connect != ""
	c.work.detail.Request = q
	c.note(exchange.Event{Kind: exchange.KindRequest, ID: exchange.ID(id), Detail: &c.work.detail})
	if ends {
		q.ContentLength, q.Expect = 0, false
		c.endRequest(s)
		return nil
	}
	q.ContentLength, q.Expect = c.work.memory.length, c.work.memory.expect
	s.left, s.expects = q.ContentLength, q.Expect
	return nil
}

// ignored reports whether a stream came too late: the last GOAWAY said that nothing
// is done for it.
func (c *Conn) ignored(id uint32) bool {
	return id%2 == 1 && id > c.own.refused
}

// recvTrailers reads a header block of a stream that was opened before.
func (c *Conn) recvTrailers(b block, fields web.Fields, tooLarge *streamFault) error {
	id := b.frame.stream
	s := c.streams.find(id)
	var fault *streamFault
	switch {
	case s == nil && c.own.quiet.has(id):
		return nil
	case s == nil:
		return errStreamGone
	case s.body == bodyComplete:
		fault = faultStreamClosed
	case b.depends:
		fault = faultSelfDependency
	case !b.frame.has(flagEndStream):
		fault = faultTrailersOpen
	case tooLarge != nil:
		fault = faultTrailersSize
	case s.left > 0:
		fault = faultLengthLess
	default:
		fault = checkTrailers(fields)
	}
	if fault != nil {
		return fault.of(id)
	}
	if s.send == responded {
		c.end(s)
		return nil
	}
	s.body, s.expects = bodyComplete, false
	detail := exchange.NoDetail
	if kept := exchange.AllowedTrailers(fields); len(kept) > 0 {
		detail = &exchange.Detail{Trailers: kept}
	}
	c.note(exchange.Event{Kind: exchange.KindEnd, ID: exchange.ID(id), Detail: detail})
	return nil
}
