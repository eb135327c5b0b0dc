package server

import "github.com/fasterapi-go/fasterapi/internal/exchange"

// runs are the exchanges of a connection whose handler runs or is to run, the
// oldest first: handlers are started in that order, so that those which were not
// are the end of the list. How many there may be is the protocol's: HTTP/1 has one
// at a time. A handler counts until it returns, whatever became of its exchange,
// so that a peer which takes back what it has just asked for cannot pile up work.
type runs struct {
	first, last *run
	fresh       *run // the first that was not started yet
	count       int16
	started     int16
	lingering   int16 // handlers that have not returned though their exchange is over
	most        int16 // handlers that may run at once, and where they may wait, as many again
}

// mayWait: a protocol of one exchange at a time has nothing to wait for.
func (s *runs) mayWait() bool { return s.most > 1 }

// bound is how many there may be in all.
func (s *runs) bound() int16 {
	if s.mayWait() {
		return 2 * s.most
	}
	return s.most
}

// full reports whether there is no place for another one.
func (s *runs) full() bool { return s.count >= s.bound() }

// crowded reports whether none but lingering ones have a place.
func (s *runs) crowded() bool { return s.lingering >= s.bound() }

func (s *runs) add(r *run) {
	if s.last == nil {
		s.first = r
	} else {
		s.last.next = r
	}
	s.last = r
	if s.fresh == nil {
		s.fresh = r
	}
	r.waits = true
	s.count++
}

// find returns the run of an exchange, or nil when it is over. Most of what is
// asked for is the newest, or the oldest.
func (s *runs) find(id exchange.ID) *run {
	if r := s.last; r != nil && r.id == id && !r.over {
		return r
	}
	for r := s.first; r != nil; r = r.next {
		if r.id == id && !r.over {
			return r
		}
	}
	return nil
}

// startable reports whether one waits that may be started.
func (s *runs) startable() bool { return s.fresh != nil && s.started < s.most }

// start takes the oldest that may be started, or nil.
func (s *runs) start() *run {
	if !s.startable() {
		return nil
	}
	r := s.fresh
	s.fresh = r.next
	r.waits = false
	s.started++
	return r
}

// remove takes off one whose exchange is over and whose handler has returned, or
// was never started.
func (s *runs) remove(r *run) {
	var before *run
	for at := s.first; at != r; at = at.next {
		before = at
	}
	if before == nil {
		s.first = r.next
	} else {
		before.next = r.next
	}
	if s.last == r {
		s.last = before
	}
	if s.fresh == r {
		s.fresh = r.next
	}
	if !r.waits {
		s.started--
	}
	r.next, r.waits = nil, false
	s.count--
	s.lingering--
}
