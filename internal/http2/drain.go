package http2

// drain reads past what is left of a request that was answered already: "A server
// can send a complete response prior to the client sending an entire request" (RFC
// 9113, section 8.1). What is on its way costs nobody a reset; who sends on is asked
// to stop: "After sending the complete response [...] the server MAY request that the
// client abort transmission of a request without error by sending a RST_STREAM with
// an error code of NO_ERROR".
func (c *Conn) drain(s *stream) {
	s.send = responded
	if s.waits {
		c.unwait(s)
	}
	lent := s.lent
	s.lent = 0
	if s.left > int64(c.config.Limits.MaxDrain) || c.clock.shutdown == refusing {
		c.stopDraining(s)
		if lent > 0 {
			c.restore(lent)
		}
		return
	}
	c.tick()
	s.since = c.clock.now
	c.draining = append(c.draining, s)
	if lent > 0 {
		c.giveBack(s, lent)
	}
}

// spill counts n bytes that were drained.
func (c *Conn) spill(s *stream, n int) {
	s.spilt += n
	if s.spilt <= c.config.Limits.MaxDrain {
		c.giveBack(s, int32(n))
		return
	}
	c.stopDraining(s)
	c.restore(int32(n))
}

// stopDraining ends the stream whose request does not end.
func (c *Conn) stopDraining(s *stream) {
	c.abort(s, noError)
	c.end(s)
}

// drainDue is when the oldest of the streams that are drained has taken too long.
func (c *Conn) drainDue() int64 {
	if len(c.draining) == 0 {
		return 0
	}
	return c.draining[0].since + int64(c.config.DrainTimeout)
}

// drained takes a stream off the list.
func (c *Conn) drained(s *stream) {
	for i := range c.draining {
		if c.draining[i] == s {
			last := len(c.draining) - 1
			copy(c.draining[i:], c.draining[i+1:])
			c.draining[last] = nil
			c.draining = c.draining[:last]
			return
		}
	}
}
