package http2

import "github.com/fasterapi-go/fasterapi/internal/exchange"

// beginData reads the start of a DATA frame; what it carries is passed on as it
// comes. The whole frame counts against the windows, padding included (RFC 9113,
// section 6.1), and what nobody reads is given back at once.
func (c *Conn) beginData(f frame, start []byte) error {
	padding := 0
	if len(start) > 0 {
		padding = int(start[0])
		if padding >= f.length {
			return errPadding
		}
	}
	size := f.length - len(start) - padding
	if c.isIdle(f.stream) {
		return errStreamIdle
	}
	if err := c.meterData(f, size); err != nil {
		return err
	}
	if !c.own.window.take(f.length) {
		return errConnectionOverrun
	}
	s := c.streams.find(f.stream)
	if fault := c.judgeData(s, f, size); fault != nil || s == nil || s.body == bodyComplete {
		c.restore(int32(f.length))
		c.skip(size + padding)
		if fault != nil {
			return fault.of(f.stream)
		}
		return nil
	}
	if s.left >= 0 {
		s.left -= int64(size)
	}
	if overhead := f.length - size; overhead > 0 {
		c.giveBack(s, int32(overhead))
	}
	c.recv.frame, c.recv.padding, c.recv.left = f, uint8(padding), size
	c.recv.state = awaitingData
	if size == 0 {
		c.endData()
	}
	return nil
}

// judgeData decides about a DATA frame before anything of it is passed on. nil
// without a stream to pass it to is a frame that is nobody's fault.
func (c *Conn) judgeData(s *stream, f frame, size int) *streamFault {
	switch {
	case s == nil && (c.own.quiet.has(f.stream) || c.ignored(f.stream)):
		return nil
	case s == nil || s.body == bodyComplete:
		return faultStreamClosed
	case !s.credit.take(f.length):
		return faultOverrun
	case s.left >= 0 && int64(size) > s.left:
		return faultLengthMore
	case s.left >= 0 && int64(size) < s.left && f.has(flagEndStream):
		return faultLengthLess
	}
	return nil
}

// meterData counts what a frame costs beside its payload.
func (c *Conn) meterData(f frame, size int) error {
	useful := size
	if size < tinyData {
		useful = max(size-frameHeadSize, 0)
	}
	if c.abuse.Bytes(c.clock.now, frameHeadSize+f.length, useful) {
		return errOverhead
	}
	if size == 0 && !f.has(flagEndStream) && c.abuse.Control(c.clock.now, costEmpty) {
		return errControlFlood
	}
	return nil
}

// recvData passes on what there is of a DATA frame.
func (c *Conn) recvData(in []byte) (n int) {
	r := &c.recv
	n = min(len(in), r.left)
	r.left -= n
	switch s := c.streams.find(r.frame.stream); {
	case s == nil:
		c.restore(int32(n)) // it was reset since the frame began
	case s.send == responded:
		c.spill(s, n)
	default:
		s.lent += int32(n)
		s.expects = false
		c.work.detail.Data = in[:n]
		c.note(exchange.Event{Kind: exchange.KindData, ID: exchange.ID(s.id), Detail: &c.work.detail})
	}
	if r.left == 0 && r.state != closed {
		c.endData()
	}
	return n
}

// endData follows the last byte of data in a frame.
func (c *Conn) endData() {
	r := &c.recv
	r.state = awaitingFrame
	if s := c.streams.find(r.frame.stream); s != nil && r.frame.has(flagEndStream) {
		c.endRequest(s)
	}
	c.skip(int(r.padding))
}

// endRequest follows the last byte of a request.
func (c *Conn) endRequest(s *stream) {
	if s.send == responded {
		c.end(s)
		return
	}
	s.body, s.expects = bodyComplete, false
	c.note(exchange.Event{Kind: exchange.KindEnd, ID: exchange.ID(s.id), Detail: exchange.NoDetail})
}
