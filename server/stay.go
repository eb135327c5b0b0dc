package server

import (
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
)

// stay is where a handler runs and how long it takes.
type stay struct {
	visit  loop.Visit // zero off the loop
	habit  *habit     // of the route
	timed  bool
	handed bool // the handler has given the baton away
	kept   bool // it has returned with the baton
	began  time.Time
	waited atomic.Int64 // nanoseconds of known waits
	shared atomic.Bool  // jobs of the run were posted
}

// start is the beginning of the handler.
func (s *stay) start() {
	if s.timed {
		s.began = time.Now()
	}
}

// end is the return of the handler; kept says whether it has the baton still.
func (s *stay) end(kept bool) {
	s.kept = kept
	robbed := !kept && s.visit != loop.Visit{}
	if !s.timed && !robbed {
		return
	}
	now := time.Now()
	switch {
	case robbed && s.handed:
		s.habit.handedOver(now)
	case robbed:
		s.habit.lost(now)
	case s.timed:
		s.habit.took(now.Sub(s.began)-time.Duration(s.waited.Load()), now)
	}
}

// await calls wait, which is a wait for the peer or for the loop, and does not
// count it.
func (s *stay) await(wait func()) {
	if !s.timed {
		wait()
		return
	}
	began := time.Now()
	wait()
	s.waited.Add(int64(time.Since(began)))
}

// handOver gives the baton away before a wait for the peer.
func (r *run) handOver() {
	if r.stay.visit.Touch() {
		r.stay.handed = true
		r.stay.visit.HandOver()
	}
}
