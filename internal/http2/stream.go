package http2

import "github.com/fasterapi-go/fasterapi/internal/exchange"

// stream is one exchange: a small value that is used again.
type stream struct {
	id   uint32
	body bodyState
	send sendState
	marks
	rank   rank
	served uint32 // when it had its last turn
	credit inflow // for the peer's DATA
	lent   int32  // bytes of DATA delivered and not Consumed
	window int32  // for our DATA; a setting can make it negative
	left   int64  // bytes of the request's body to come, -1 unknown
	owed   int64  // bytes of the response's body to go, -1 unknown
	spilt  int    // bytes of the request that were drained
	since  int64  // when draining began
}

// marks are what is either so or not.
type marks struct {
	pushed   bool
	bodiless bool // the response has no body, whatever it is given
	heads    bool // the request was HEAD
	connects bool // the request was an extended CONNECT
	expects  bool // the peer waits for 100 (Continue)
	waits    bool // a Write was refused: it stands in Conn.waiting
}

// find returns the stream of an exchange that runs, or nil.
func (c *Conn) find(id exchange.ID) *stream {
	if c.recv.state == closed || id > maxStream {
		return nil
	}
	s := c.streams.find(uint32(id))
	if s != nil && s.send == responded {
		return nil
	}
	return s
}

// open makes a stream known.
func (c *Conn) open(id uint32) *stream {
	s := c.config.spare.takeStream()
	s.id = id
	s.window = c.peer.initial
	s.credit = inflow{window: streamWindow, size: streamWindow, to: streamWindowTo}
	s.left, s.owed = -1, -1
	s.rank = defaultRank
	s.served = c.turn
	c.streams.add(s, c.config.spare)
	return s
}

// end forgets a stream: from here on it is closed. Credit that nobody will ask for
// any more goes back to the connection.
func (c *Conn) end(s *stream) {
	if s.waits {
		c.unwait(s)
	}
	if s.send == responded {
		c.drained(s)
	}
	c.streams.remove(s)
	if s.pushed {
		c.own.pushes--
	} else {
		c.peer.open--
	}
	lent := s.lent
	c.config.spare.giveStream(s)
	if lent > 0 {
		c.restore(lent)
	}
	if c.streams.count == 0 {
		c.rest()
	}
	c.finishIfDone()
}

// rest follows the end of the last request that ran.
func (c *Conn) rest() {
	c.tick()
	c.clock.idle, c.clock.pinged = c.clock.now, 0
	c.streams.release(c.config.spare)
	c.decoder.Idle()
}
