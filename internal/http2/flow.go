package http2

// inflow is one window for the peer's DATA (RFC 9113, section 5.2): a stream's or
// the connection's.
type inflow struct {
	window int32 // what the peer may still send
	size   int32 // the window when all of it is given back
	to     int32 // up to which it grows
	back   int32 // given back, and not announced yet
	moved  int64 // given back since it last grew
}

// take counts n bytes that came; false says that they are too many.
func (f *inflow) take(n int) bool {
	if int64(n) > int64(f.window) {
		return false
	}
	f.window -= int32(n)
	return true
}

// give gives n bytes back and returns by how much to announce that the window has
// grown: nothing before it is worth a frame. A window that was used up twice by a
// reader who keeps up with it doubles.
func (f *inflow) give(n int32) (increment int32) {
	f.back += n
	f.moved += int64(n)
	if f.back < f.size/4 {
		return 0
	}
	if f.size < f.to && f.moved >= 2*int64(f.size) {
		growth := min(f.size, f.to-f.size)
		f.size += growth
		f.back += growth
		f.moved = 0
	}
	increment = f.back
	f.window += increment
	f.back = 0
	return increment
}

// restore gives n bytes back to the connection, whichever stream they came on.
func (c *Conn) restore(n int32) {
	if increment := c.own.window.give(n); increment > 0 && c.recv.state != closed {
		c.control = appendWindowUpdate(c.frames(), 0, increment)
	}
}

// giveBack gives n bytes back to a stream, and to the connection.
func (c *Conn) giveBack(s *stream, n int32) {
	if s.body == awaitingBody {
		if increment := s.credit.give(n); increment > 0 {
			c.control = appendWindowUpdate(c.frames(), s.id, increment)
		}
	}
	c.restore(n)
}

// quiet remembers the streams that we reset while the peer could still send on
// them: "An endpoint that sends a RST_STREAM frame on a stream that is in the
// "open" or "half-closed (local)" state could receive any type of frame" (RFC 9113,
// section 5.1).
type quiet struct {
	ids  []uint32
	next int
}

func (q *quiet) add(id uint32) {
	if len(q.ids) < maxQuiet {
		q.ids = append(q.ids, id)
		return
	}
	q.ids[q.next] = id
	q.next = (q.next + 1) % maxQuiet
}

func (q *quiet) remove(id uint32) {
	for i, known := range q.ids {
		if known == id {
			q.ids[i] = 0
		}
	}
}

func (q *quiet) has(id uint32) bool {
	for _, known := range q.ids {
		if known == id {
			return true
		}
	}
	return false
}
