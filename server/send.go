package server

import "time"

// send writes until the socket takes no more; false means the connection broke.
func (c *conn) send() bool {
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
		c.timers.write.progress(c.now(), n)
		if n < before {
			c.timers.write.start(c.now())
			c.compact()
			c.goOn()
			return c.state != closed
		}
		c.out.b, c.out.off = c.out.b[:0], 0
		if c.runs == nil {
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
