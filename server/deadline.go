package server

import "time"

// setDeadline tells the socket of the soonest of all bounds.
func (c *conn) setDeadline() {
	var due time.Time
	switch c.state {
	case introducing:
		due = c.waits.introduction
	case securing:
		due = c.handshakeDue()
	case serving:
		due = c.core.Deadline()
		for r := c.runs.first; r != nil; r = r.next {
			due = sooner(due, sooner(r.readDue(), r.writeDue()))
			due = sooner(due, c.starvedDue(r))
		}
		due = sooner(due, c.sendDue())
	case closing, detaching:
		due = c.sendDue()
	case lingering:
		due = c.waiting().linger
	}
	if due != c.due {
		c.due = due
		c.sock.SetDeadline(due)
	}
}

// sendDue is when output that waits for the peer is overdue.
func (c *conn) sendDue() time.Time {
	if c.waits == nil {
		return time.Time{}
	}
	return sooner(c.waits.departures.oldest.due, c.waits.write.deadline(c.lane.engine.writePace()))
}

// Expired is part of loop.Session.
func (c *conn) Expired() {
	now := c.now()
	c.due = time.Time{}
	w := c.waits
	if w == nil {
		w = new(waits)
	}
	passed := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	if w.write.late(c.lane.engine.writePace(), now) {
		c.lane.engine.reject("write_timeout", errWriteTimeout, now)
		c.sock.Abort()
		c.fail(errWriteTimeout)
		return
	}
	if passed(w.departures.oldest.due) {
		c.breakOverdue(now)
		return
	}
	switch c.state {
	case introducing:
		c.introductionLate(now)
	case securing:
		c.handshakeLate(now)
	case lingering:
		if passed(w.linger) {
			c.shut()
		}
	case serving:
		if passed(c.core.Deadline()) {
			c.core.Expire(now)
			c.collect()
		}
		for r := c.runs.first; r != nil && c.state == serving; {
			c.expireRead(r, now)
			if c.expireWrite(r, now) || c.expireStarved(r, now) {
				// The end of one is the turn of others, which may leave the list too.
				r = c.runs.first
				continue
			}
			r = r.next
		}
		if c.state == serving {
			c.feed(nil)
		}
	}
}
