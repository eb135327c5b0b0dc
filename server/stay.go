package server

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
)

// stay is where a handler runs and how long it takes.
//
//tidy:fields each is a fact of one stay, and they are written by different owners
type stay struct {
	visit  loop.Visit // zero off the loop
	habit  *habit     // of the route
	began  time.Time
	cpu    time.Duration // of the thread at the beginning
	waited atomic.Int64  // nanoseconds of known waits
	lost   atomic.Bool   // the habit knows that the visit has ended early
	shared atomic.Bool   // jobs of the run were posted
	timed  bool
	locked bool // the goroutine is locked to its thread
	gated  bool // the handler has entered the gate
	handed bool // it has given the baton away
	kept   bool // it has returned with the baton, whose this is
}

// start is the beginning of the handler.
func (s *stay) start() {
	if !s.timed {
		return
	}
	if s.visit == (loop.Visit{}) && s.habit.asksCPU() {
		runtime.LockOSThread()
		s.locked = true
		s.cpu, _ = loop.ThreadTime()
	}
	s.began = time.Now()
}

// end is the return of the handler; kept says whether it has the baton still.
func (s *stay) end(kept bool) {
	robbed := !kept && s.visit != loop.Visit{}
	if kept {
		s.kept = true
	}
	if !s.timed && !robbed {
		return
	}
	now := time.Now()
	if s.locked {
		s.locked = false
		if cpu, ok := loop.ThreadTime(); ok {
			s.habit.computed(cpu - s.cpu)
		}
		runtime.UnlockOSThread()
	}
	if robbed {
		s.lose(now)
		return
	}
	where := OffLoop
	if kept {
		where = InPlace
	}
	s.habit.took(now.Sub(s.began)-time.Duration(s.waited.Load()), where, now)
}

// lose tells the habit that the visit has ended early, once: whoever notices
// first does, the handler or the holder after it.
func (s *stay) lose(now time.Time) {
	switch {
	case !s.lost.CompareAndSwap(false, true):
	case s.handed:
		s.habit.handedOver(now)
	default:
		s.habit.lost(now)
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

// perform does j, a job of the run, between Touch and Lift. A panic in it is not
// the handler's, though it comes up there: without a Lift nobody would hold the
// baton again, and what the core was at is lost with the connection.
func (r *run) perform(j loop.Job) {
	returned := false
	defer func() {
		if !returned {
			r.conn.sock.Abort()
			r.conn.fail(errPanicked)
			r.stay.visit.Lift()
		}
	}()
	j.Perform()
	returned = true
}
