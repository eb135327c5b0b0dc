package http2

import "time"

// Deadline is when to call Expire.
func (c *Conn) Deadline() time.Time {
	at := c.deadline()
	if at == 0 {
		return time.Time{}
	}
	return c.date.TimeOf(at)
}

func (c *Conn) deadline() int64 {
	if c.recv.state == closed {
		return 0
	}
	k := &c.clock
	at := soonest(soonest(c.headDue(), k.grace), c.drainDue())
	if !c.own.acked {
		at = soonest(at, k.begun+int64(c.config.SettingsTimeout))
	}
	if k.shutdown == notShutdown {
		at = soonest(at, k.retire)
	}
	if c.streams.count > 0 {
		return soonest(at, c.pingDue())
	}
	if c.work != nil {
		at = soonest(at, k.idle+int64(memoryQuiet))
	}
	return soonest(at, c.idleDue())
}

// idleDue is when a connection without requests has waited for long enough.
func (c *Conn) idleDue() int64 {
	if c.config.IdleTimeout <= 0 || c.streams.count > 0 {
		return 0
	}
	return c.clock.idle + int64(c.config.IdleTimeout)
}

// headDue bounds what has begun and is not whole: the preface, a frame, a block.
func (c *Conn) headDue() int64 {
	r := &c.recv
	if !r.settings || len(r.partial) > 0 || r.block.open() {
		return r.since + int64(c.config.HeaderTimeout)
	}
	return 0
}

// pingDue is when a silent peer is asked for a sign of life, or given up.
func (c *Conn) pingDue() int64 {
	switch {
	case c.config.PingInterval <= 0:
		return 0
	case c.clock.pinged != 0:
		return c.clock.pinged + int64(c.config.PingTimeout)
	}
	return c.clock.heard + int64(c.config.PingInterval)
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
	case passed(c.headDue()):
		c.expireHead()
	case !c.own.acked && passed(k.begun+int64(c.config.SettingsTimeout)):
		c.fail(errSettingsTimeout)
	case passed(k.grace):
		c.refuse()
	case passed(c.drainDue()):
		c.stopDraining(c.draining[0])
	case k.shutdown == notShutdown && passed(k.retire):
		c.warn()
	case passed(c.idleDue()):
		c.control = appendGoAway(c.frames(), c.peer.last, nil)
		c.close(nil)
	case c.streams.count == 0:
		c.forget()
	case k.pinged != 0:
		c.fail(errPingTimeout)
	default:
		k.pinged = k.now
		c.control = appendPing(c.frames(), 0, []byte(pingAlive))
	}
}

// expireHead ends a connection whose peer stopped in the middle. One that said
// nothing at all is told nothing.
func (c *Conn) expireHead() {
	if c.recv.silent() {
		c.control = nil
		c.close(errHeaderTimeout)
		return
	}
	c.fail(errHeaderTimeout)
}

// Shutdown lets requests finish and ends the connection then, in two steps: "A
// server that is attempting to gracefully shut down a connection SHOULD send an
// initial GOAWAY frame with the last stream identifier set to 2^31-1 [...] After
// allowing time for any in-flight stream creation (at least one round-trip time),
// the server MAY send another GOAWAY frame with an updated last stream identifier"
// (RFC 9113, section 6.8). A PING measures the round trip.
func (c *Conn) Shutdown(now time.Time) {
	c.clock.set(c.date.At(now))
	c.warn()
}

func (c *Conn) warn() {
	if c.clock.shutdown != notShutdown || c.recv.state == closed {
		return
	}
	c.clock.shutdown = warned
	c.clock.grace = c.clock.now + int64(c.config.ShutdownGrace)
	c.control = appendGoAway(c.frames(), maxStream, nil)
	c.control = appendPing(c.control, 0, []byte(pingShutdown))
}

// refuse is the second step.
func (c *Conn) refuse() {
	if c.clock.shutdown != warned {
		return
	}
	c.clock.shutdown, c.clock.grace = refusing, 0
	c.own.refused = c.peer.last
	c.control = appendGoAway(c.frames(), c.peer.last, nil)
	for len(c.draining) > 0 {
		c.stopDraining(c.draining[0])
	}
	c.finishIfDone()
}
