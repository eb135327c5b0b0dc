package http2

import (
	"encoding/binary"
	"strings"
)

// rank is the priority of a response (RFC 9218, section 4).
type rank struct {
	urgency     uint8 // 0 comes first, 7 last
	incremental bool  // worth something in parts
}

// defaultRank is what those parameters are that a priority leaves out.
var defaultRank = rank{urgency: 3}

// unranked is the rank of a request whose client said nothing of priorities: it may
// carry the requests of many users, of whom none is to wait for the end of
// another's download (RFC 9218, section 13.1).
var unranked = rank{urgency: 3, incremental: true}

// announced is the rank of a stream that is not open yet.
type announced struct {
	id   uint32
	rank rank
}

// prioritySize is the length of what RFC 7540 said of a tree, which nobody follows.
const prioritySize = 5

// recvPriority reads past PRIORITY (RFC 9113, section 6.3), which any stream may
// get, in any state. What is wrong with one for an idle stream is an error of the
// connection: "RST_STREAM frames MUST NOT be sent for a stream in the "idle" state"
// (section 6.4).
func (c *Conn) recvPriority(f frame, payload []byte) error {
	switch {
	case c.ignored(f.stream):
	case len(payload) != prioritySize && c.isIdle(f.stream):
		return errPrioritySize
	case len(payload) != prioritySize:
		return faultPrioritySize.of(f.stream)
	case binary.BigEndian.Uint32(payload)&maxStream != f.stream:
	case c.isIdle(f.stream):
		return errSelfDependency
	default:
		return faultSelfDependency.of(f.stream)
	}
	return nil
}

// recvPriorityUpdate reads PRIORITY_UPDATE (RFC 9218, section 7.1). One may come
// before its stream: "servers SHOULD buffer the most recently received
// PRIORITY_UPDATE frame and apply it once the referenced stream is opened".
func (c *Conn) recvPriorityUpdate(payload []byte) error {
	id := binary.BigEndian.Uint32(payload) & maxStream
	if id == 0 || id%2 == 0 && c.isIdle(id) {
		return errPriorityUpdateIdle
	}
	r := parsePriority(string(payload[4:]), defaultRank)
	if s := c.streams.find(id); s != nil {
		s.rank = r
		return nil
	}
	if !c.isIdle(id) {
		return nil
	}
	known := c.peer.priorities
	for i := range known {
		if known[i].id == id {
			known[i].rank = r
			return nil
		}
	}
	if len(known) == maxPriorityUpdates {
		known = known[:copy(known, known[1:])]
	}
	c.peer.priorities = append(known, announced{id, r})
	return nil
}

// rankOf is the rank of a request that has just come. What a PRIORITY_UPDATE said
// goes before the field.
func (c *Conn) rankOf(id uint32) rank {
	known := c.peer.priorities
	for i := range known {
		if known[i].id == id {
			r := known[i].rank
			c.peer.priorities = append(known[:i], known[i+1:]...)
			return r
		}
	}
	return c.work.memory.rank
}

// parsePriority reads a priority field value, a dictionary of structured fields
// (RFC 9218, section 4; RFC 9651, section 3.2). What it does not know, and what is out of
// range, it ignores, as section 4 asks.
func parsePriority(s string, r rank) rank {
	for member := range strings.SplitSeq(s, ",") {
		member, _, _ = strings.Cut(strings.Trim(member, " \t"), ";")
		switch {
		case member == "i" || member == "i=?1":
			r.incremental = true
		case member == "i=?0":
			r.incremental = false
		case len(member) == 3 && member[:2] == "u=" && '0' <= member[2] && member[2] <= '7':
			r.urgency = member[2] - '0'
		}
	}
	return r
}

// wait has a stream wait for its turn, and for a window.
func (c *Conn) wait(s *stream) {
	if !s.waits {
		s.waits = true
		c.waiting = append(c.waiting, s)
	}
}

func (c *Conn) unwait(s *stream) {
	s.waits = false
	for i := range c.waiting {
		if c.waiting[i] == s {
			last := len(c.waiting) - 1
			c.waiting[i] = c.waiting[last]
			c.waiting[last] = nil
			c.waiting = c.waiting[:last]
			return
		}
	}
}

// nextTurn takes the stream whose turn it is, or nil when none may send.
func (c *Conn) nextTurn() *stream {
	if c.peer.window <= 0 {
		return nil
	}
	var best *stream
	for _, s := range c.waiting {
		if s.window > 0 && (best == nil || s.before(best)) {
			best = s
		}
	}
	if best != nil {
		c.unwait(best)
		c.turn++
		best.served = c.turn
	}
	return best
}

// before orders the streams that wait: by urgency, then those that are of use only
// as a whole, one after the other as they were asked for, and those that are of use
// in parts by turns (RFC 9218, section 10). Whole ones and the others alternate.
func (s *stream) before(t *stream) bool {
	switch {
	case s.rank.urgency != t.rank.urgency:
		return s.rank.urgency < t.rank.urgency
	case !s.rank.incremental && !t.rank.incremental:
		return s.id < t.id
	}
	return int32(s.served-t.served) < 0
}
