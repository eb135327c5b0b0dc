package server

// send writes until the socket takes no more; false means the connection broke.
func (c *conn) send() bool {
	if c.waits != nil {
		c.waits.departures.mark(c.waits.sent + int64(c.out.len()))
	}
	for c.out.len() > 0 {
		before := c.out.len()
		n, err := c.sock.Write(c.out.rest())
		c.lane.counters.bytesOut.Add(uint64(n))
		c.out.off += n
		c.spoke = true
		if err != nil {
			c.fail(err)
			return false
		}
		if c.waits != nil {
			c.waits.sent += int64(n)
			c.waits.write.progress(c.now(), n)
			c.waits.departures.leave(c.waits.sent - int64(c.sock.Unsent()))
		}
		if n < before {
			c.waiting().write.start(c.now())
			c.compact()
			c.goOn()
			return c.state != closed
		}
		c.out.b, c.out.off = c.out.b[:0], 0
		if c.runs.first == nil {
			break
		}
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

// waiting gives the bounds of a connection that meets one.
func (c *conn) waiting() *waits {
	if c.waits == nil {
		c.waits = new(waits)
	}
	return c.waits
}

// watchUnsent bounds what left the connection and not the process: a carrier over
// package net takes bytes before the peer does.
func (c *conn) watchUnsent() {
	unsent := c.sock.Unsent()
	if unsent == 0 {
		if w := c.waits; w != nil { // the peer took all there was
			w.unsent, w.write, w.departures = 0, meter{}, departures{}
		}
		return
	}
	w, now := c.waiting(), c.now()
	w.write.progress(now, max(w.unsent-unsent, 0))
	w.unsent = unsent
	w.write.start(now)
}

// compact keeps output from growing behind what was sent already.
func (c *conn) compact() {
	if c.out.off > outLimit {
		c.out.b = c.out.b[:copy(c.out.b, c.out.rest())]
		c.out.off = 0
	}
}
