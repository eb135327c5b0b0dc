package server

import "time"

// starved watches a body that waits for the peer's windows while nothing else is in
// its way: the socket has taken all that was ahead of it, so that the bounds of the
// connection see nobody wait. Its pace is that of its own bytes while its stream has
// no window left, and that of all bodies while it is only not its turn. One belongs to
// each run that has met that, and to the holder of the baton.
type starved struct {
	pace   meter
	behind int64 // waits.sent when all that was ahead has left; negative: not known
	seen   int64 // of waits.bodies
}

// moved counts n bytes of a body that the core took.
func (c *conn) moved(r *run, n int) {
	if c.waits != nil {
		c.waits.bodies += int64(n)
	}
	if s := r.outbound.starved; s != nil && n > 0 {
		s.pace.progress(c.now(), n)
		s.seen += int64(n)
		s.behind = -1
	}
}

// starvedDue is when the peer has kept a body waiting for its windows for too long. It
// is asked at the end of a round, when a write that is under way is one that waits.
func (c *conn) starvedDue(r *run) time.Time {
	o := &r.outbound
	if o.command != write {
		if o.starved != nil {
			o.starved.pace.stop(c.now())
			o.starved.behind = -1
		}
		return time.Time{}
	}
	w, now := c.waiting(), c.now()
	s := o.starved
	if s == nil {
		s = &starved{behind: -1, seen: w.bodies}
		o.starved = s
	}
	if s.behind < 0 {
		s.behind = w.sent + int64(c.out.len())
	}
	if !c.core.Starved(r.id) {
		s.pace.progress(now, int(w.bodies-s.seen))
	}
	s.seen = w.bodies
	if w.sent-int64(c.sock.Unsent()) < s.behind {
		s.pace.stop(now)
		return time.Time{}
	}
	s.pace.start(now)
	return s.pace.deadline(c.lane.engine.writePace())
}

// expireStarved breaks off the one response that the peer does not let go on, and
// reports whether it did.
func (c *conn) expireStarved(r *run, now time.Time) bool {
	s := r.outbound.starved
	if s == nil || r.outbound.command != write || !s.pace.late(c.lane.engine.writePace(), now) {
		return false
	}
	c.lane.engine.reject("write_timeout", errWriteTimeout, now)
	c.core.Reset(r.id, errWriteTimeout)
	c.collect()
	return true
}
