package http2

import "github.com/fasterapi-go/fasterapi/internal/exchange"

// preface is what a client starts with (RFC 9113, section 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

func (c *Conn) recvPreface(in []byte) (n int, err error) {
	rest := preface[c.recv.preface:]
	n = min(len(in), len(rest))
	if string(in[:n]) != rest[:n] {
		return 0, errPreface
	}
	c.recv.preface += uint8(n)
	if n == len(rest) {
		c.recv.state = awaitingFrame
	}
	return n, nil
}

// recvFrame takes a frame, or as much of one as there is.
func (c *Conn) recvFrame(in []byte) (n int, err error) {
	if len(c.recv.partial) > 0 {
		return c.gather(in)
	}
	if len(in) >= frameHeadSize {
		f := parseFrame(in)
		if err := c.check(f); err != nil {
			return 0, err
		}
		if size := f.gathered(); len(in) >= size {
			return size, c.take(f, in[frameHeadSize:size])
		}
	}
	return c.gather(in)
}

// gathered is how much of the frame has to be there before it is read: nothing of
// DATA but the length of its padding.
func (f frame) gathered() int {
	switch f.kind {
	case frameData:
		if f.has(flagPadded) {
			return frameHeadSize + 1
		}
		return frameHeadSize
	case frameHeaders, framePriority, frameResetStream, frameSettings, framePing, frameGoAway, frameWindowUpdate,
		frameContinuation, framePriorityUpdate:
		return frameHeadSize + f.length
	}
	return frameHeadSize // and the rest is read past
}

// gather takes bytes of a frame that comes in pieces.
func (c *Conn) gather(in []byte) (n int, err error) {
	r := &c.recv
	if r.partial == nil {
		r.partial = c.config.spare.takeBuffer()
		if !r.block.open() {
			r.since = c.clock.now
		}
	}
	if missing := frameHeadSize - len(r.partial); missing > 0 {
		n = min(missing, len(in))
		r.partial = append(r.partial, in[:n]...)
		if n < missing {
			return n, nil
		}
	}
	f := parseFrame(r.partial)
	if err := c.check(f); err != nil {
		return n, err
	}
	missing := f.gathered() - len(r.partial)
	more := min(missing, len(in)-n)
	r.partial = append(r.partial, in[n:n+more]...)
	n += more
	if more < missing {
		return n, nil
	}
	whole := r.partial
	r.partial = nil
	err = c.take(f, whole[frameHeadSize:])
	c.config.spare.giveBuffer(whole)
	return n, err
}

func (c *Conn) releasePartial() {
	if c.recv.partial != nil {
		c.config.spare.giveBuffer(c.recv.partial)
		c.recv.partial = nil
	}
	c.recv.block = block{}
}

// check judges the head of a frame by itself and by what may stand here.
func (c *Conn) check(f frame) error {
	switch {
	case f.length > maxFrame:
		return errFrameSize
	case !c.recv.settings && (f.kind != frameSettings || f.has(flagAck)):
		return errFirstFrame
	case c.recv.block.open() && (f.kind != frameContinuation || f.stream != c.recv.block.frame.stream):
		return errInterleaved
	}
	switch f.kind {
	case frameData, frameHeaders, framePriority, frameResetStream, frameContinuation:
		if f.stream == 0 {
			return errFrameOnConnection
		}
	case frameSettings, framePing, frameGoAway, framePriorityUpdate:
		if f.stream != 0 {
			return errFrameOnStream
		}
	case framePushPromise:
		return errPromise
	}
	return c.checkLength(f)
}

// checkLength judges the length where the type decides it.
func (c *Conn) checkLength(f frame) error {
	ok := true
	switch f.kind {
	case frameData:
		ok = !f.has(flagPadded) || f.length >= 1
	case frameResetStream, frameWindowUpdate:
		ok = f.length == 4
	case framePing:
		ok = f.length == 8
	case frameGoAway:
		ok = f.length >= 8
	case framePriorityUpdate:
		ok = f.length >= 4
	case frameSettings:
		ok = f.length%settingSize == 0 && (!f.has(flagAck) || f.length == 0)
	case frameContinuation:
		if !c.recv.block.open() {
			return errContinuation
		}
	}
	if !ok {
		return errFrameLength
	}
	return nil
}

// take reads a frame that check let pass. payload is what gathered asks for.
func (c *Conn) take(f frame, payload []byte) error {
	switch f.kind {
	case frameData:
		return c.beginData(f, payload)
	case frameHeaders:
		return c.recvHeaders(f, payload)
	case frameContinuation:
		return c.recvContinuation(f, payload)
	}
	if c.abuse.Bytes(c.clock.now, frameHeadSize+f.length, 0) {
		return errOverhead
	}
	if c.abuse.Control(c.clock.now, costControl) {
		return errControlFlood
	}
	switch f.kind {
	case framePriority:
		return c.recvPriority(f, payload)
	case frameResetStream:
		return c.recvReset(f)
	case frameSettings:
		return c.recvSettings(f, payload)
	case framePing:
		c.recvPing(f, payload)
		return nil
	case frameGoAway:
		c.recvGoAway()
		return nil
	case frameWindowUpdate:
		return c.recvWindowUpdate(f, payload)
	case framePriorityUpdate:
		return c.recvPriorityUpdate(payload)
	}
	// "Implementations MUST ignore and discard frames of unknown types" (RFC 9113,
	// section 5.5), and those that only a server sends.
	c.skip(f.length)
	return nil
}

// skip reads past n bytes, unless what was before them has ended the connection.
func (c *Conn) skip(n int) {
	if n > 0 && c.recv.state != closed {
		c.recv.state, c.recv.left = awaitingPadding, n
	}
}

func (c *Conn) recvPadding(in []byte) (n int) {
	n = min(len(in), c.recv.left)
	if c.recv.left -= n; c.recv.left == 0 {
		c.recv.state = awaitingFrame
	}
	return n
}

// isIdle reports whether a stream was never opened. What is ignored may have been.
func (c *Conn) isIdle(id uint32) bool {
	if id%2 == 0 {
		return id > c.own.lastPushed
	}
	return id > c.peer.last && !c.ignored(id)
}

// failStream ends a stream for a fault of the peer. The resets that a peer provokes
// count as its own: it spares itself nothing but the frame.
func (c *Conn) failStream(id uint32, fault *exchange.StreamError) {
	s := c.streams.find(id)
	complete := s != nil && s.body == bodyComplete
	c.noteReset(id, fault)
	c.control = appendReset(c.frames(), id, code(fault.Code))
	if !complete {
		c.own.quiet.add(id)
	}
	if s != nil {
		c.end(s)
	}
	if c.abuse.Reset(c.clock.now) {
		c.fail(errResetFlood)
	}
}
