package http1

import "time"

// Deadline is when to call Expire: the end of a head's time, of an idle wait, of
// the discarding of a body, or of what an idle connection remembers.
func (c *Conn) Deadline() time.Time {
	at := c.deadline()
	if at == 0 {
		return time.Time{}
	}
	return c.date.TimeOf(at)
}

func (c *Conn) deadline() int64 {
	k := &c.clock
	switch {
	case c.recv.state == closed:
		return 0
	case c.recv.discard:
		return k.since + int64(c.config.DrainTimeout)
	case c.recv.state != awaitingHead:
		return 0
	case c.recv.began || c.recv.first:
		return soonest(k.since+int64(c.config.HeaderTimeout), c.graceEnd())
	}
	at := c.graceEnd()
	if c.config.IdleTimeout > 0 {
		at = soonest(at, k.since+int64(c.config.IdleTimeout))
	}
	if c.work != nil {
		at = soonest(at, k.since+int64(memoryQuiet))
	}
	return at
}

// graceEnd bounds an idle connection after Shutdown; a head that began is let be.
func (c *Conn) graceEnd() int64 {
	if c.recv.began {
		return 0
	}
	return c.clock.grace
}

// soonest is the earlier of two times of which 0 means never.
func soonest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// Expire says that Deadline has passed; before it, it does nothing.
func (c *Conn) Expire(now time.Time) {
	k := &c.clock
	k.set(c.date.At(now))
	passed := func(at int64) bool { return at != 0 && k.now >= at }
	switch {
	case !passed(c.deadline()):
	case c.recv.discard || passed(c.graceEnd()):
		c.close(nil)
	case c.recv.began:
		c.fail(errHeaderTimeout, errHeaderTimeout)
	case c.recv.first:
		// A peer that said nothing is told nothing.
		c.close(errHeaderTimeout)
	case c.config.IdleTimeout > 0 && k.now >= k.since+int64(c.config.IdleTimeout):
		c.close(nil)
	default:
		c.forget()
	}
}

// Shutdown lets the exchange that runs finish and ends the connection then. An
// idle one still takes a request for a short grace, since one may be on its way.
func (c *Conn) Shutdown(now time.Time) {
	c.clock.set(c.date.At(now))
	if c.shutdown || c.recv.state == closed {
		return
	}
	c.shutdown = true
	switch {
	case c.recv.discard:
		c.close(nil)
	case c.recv.state != awaitingHead || c.recv.began:
	case c.config.ShutdownGrace < 0:
		c.close(nil)
	default:
		c.clock.grace = c.clock.now + int64(c.config.ShutdownGrace)
	}
}
