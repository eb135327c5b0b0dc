package server

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// What a route has to show to run in place, and how long it stays away after it
// has failed there.
const (
	// quickEnough is how long a quick handler takes: below it the way to another
	// goroutine and back would be a good part of the whole. It is less than the
	// answer of a database on the same machine takes. A loop that waited for such
	// answers would have them one at a time, each too soon for the watchdog.
	quickEnough = 25 * time.Microsecond
	// tooSlow is the mean from which on a route leaves the loop.
	tooSlow = 2 * quickEnough
	// proof is how many quick runs in a row prove a route.
	proof = 16
	// sampling is of how many runs in place one is timed.
	sampling = 16
	// outlier is what a longer run counts as: one that the system has interrupted
	// says nothing of its route.
	outlier = 4 * tooSlow
	// lossCost is how many visits a lost one costs: about as many as gain a
	// millisecond. A route that has them to its credit, mostCredit at most, stays:
	// the system may interrupt the quickest handler.
	lossCost   = 512
	mostCredit = 4 * lossCost
	// sparse is of how many long runs one is measured for its processor time.
	sparse = 256
	// firstRest is how long a route stays away after its first failure. Each one
	// more doubles that, up to longestRest, unless the route did well in between
	// for ten times as long.
	firstRest   = 250 * time.Millisecond
	longestRest = time.Minute
)

// habit is what the engine has learned of a route. All loops share it; what they
// write to it in a steady state is rare.
type habit struct {
	route     *web.Route // nil when the handler has no routes
	mode      web.Mode
	standing  atomic.Uint32
	mean      atomic.Int64  // of handlers, without known waits, in nanoseconds
	cpu       atomic.Int64  // mean processor time, in nanoseconds
	asked     atomic.Uint32 // runs whose processor time could have been measured
	credit    atomic.Int64  // visits since the last loss, as far as they count
	losses    atomic.Uint64 // visits that the watchdog ended
	handovers atomic.Uint64 // visits that ended before a known wait

	mu     sync.Mutex
	streak int           // quick runs in a row
	since  time.Time     // when the standing began
	rest   time.Duration // how long the last failure costs
	failed failure
}

// failure is why a route had to leave the loop.
type failure string

const (
	tooLong failure = "took too long in place"
	robbed  failure = "stayed in place and lost the loop"
)

// standing is what a learned route is good for at present.
//
//	proving --proof quick runs--> quick --slow, or robbed--> resting
//	   ^                                                        |
//	   +---------------------- rest is over --------------------+
type standing uint32

const (
	proving standing = iota // off the loop, and timed
	quick                   // in place
	resting                 // off the loop
)

func (h *habit) is() standing { return standing(h.standing.Load()) }

// mayVisit reports whether the next run may be in place.
func (h *habit) mayVisit(now time.Time) bool {
	switch h.is() {
	case quick:
		return true
	case resting:
		h.mu.Lock()
		if h.is() == resting && now.Sub(h.since) >= h.rest {
			h.become(proving, now)
		}
		h.mu.Unlock()
	}
	return false
}

// become changes the standing; h.mu is held.
func (h *habit) become(s standing, now time.Time) {
	h.streak, h.since = 0, now
	h.standing.Store(uint32(s))
}

// took is told how long a handler ran, and where. What ran elsewhere before the
// route became quick does not count any more.
func (h *habit) took(d time.Duration, where Place, now time.Time) {
	is := h.is()
	if is == quick && where == OffLoop {
		return
	}
	mean := time.Duration(h.mean.Load())
	if is == quick {
		d = min(d, outlier)
		h.credit.Store(min(h.credit.Load()+sampling, mostCredit))
	}
	if mean == 0 {
		mean = d
	}
	mean += (d - mean) / 8
	h.mean.Store(int64(max(mean, 1)))
	switch is {
	case proving:
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.streak++; d > quickEnough {
			h.streak = 0
		}
		if h.is() == proving && h.streak >= proof {
			h.mean.Store(int64(max(d, 1))) // what came before does not count against it
			h.credit.Store(0)
			h.become(quick, now)
		}
	case quick:
		if mean > tooSlow {
			h.fail(now, tooLong)
		}
	}
}

// asksCPU reports whether the next run off the loop is to be measured for its
// processor time, which takes a thread of its own: all of the first, and then one
// of many; more of a route that is said to compute, which may have changed.
func (h *habit) asksCPU() bool {
	computing := h.isComputing()
	if h.mean.Load() < int64(computes) && !computing {
		return false
	}
	n := h.asked.Add(1)
	return n <= 4 || n%sparse == 0 || computing && n%sampling == 0
}

// computed is told how much processor time a handler used.
func (h *habit) computed(d time.Duration) {
	mean := time.Duration(h.cpu.Load())
	if mean == 0 {
		mean = d
	}
	h.cpu.Store(int64(max(mean+(d-mean)/4, 1)))
}

// isComputing reports whether handlers of the route compute for long.
func (h *habit) isComputing() bool { return h.cpu.Load() >= int64(computes) }

// lost is told that the watchdog has ended a visit.
func (h *habit) lost(now time.Time) {
	h.losses.Add(1)
	if h.credit.Add(-lossCost) < 0 {
		h.fail(now, robbed)
	}
}

// handedOver is told that a visit has ended before a known wait. That is no
// failure, but a route that does nothing else gains nothing in place.
func (h *habit) handedOver(now time.Time) {
	h.handovers.Add(1)
	if h.is() == quick {
		h.took(2*tooSlow, InPlace, now)
	}
}

// fail has the route rest.
func (h *habit) fail(now time.Time, why failure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.is() != quick {
		return
	}
	if h.rest == 0 || now.Sub(h.since) > 10*h.rest {
		h.rest = firstRest
	} else {
		h.rest = min(2*h.rest, longestRest)
	}
	h.failed = why
	h.become(resting, now)
}

// why says in a few words how the route runs.
func (h *habit) why(now time.Time, onLoops bool) (where Place, why string) {
	switch {
	case h.mode == web.Inline && h.losses.Load() > 0:
		return InPlace, fmt.Sprintf("marked inline, though it lost the loop %d times", h.losses.Load())
	case h.mode == web.Inline:
		return InPlace, "marked inline"
	case h.mode == web.Blocking:
		return OffLoop, "marked blocking"
	case !onLoops:
		return OffLoop, "learned on loops only"
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	mean := time.Duration(h.mean.Load())
	switch h.is() {
	case quick:
		return InPlace, fmt.Sprintf("quick: %v on average", mean)
	case resting:
		if left := (h.rest - now.Sub(h.since)).Round(time.Millisecond); left > 0 {
			return OffLoop, fmt.Sprintf("%s; tried again in %v", h.failed, left)
		}
		return OffLoop, string(h.failed) + "; tried again with the next requests"
	}
	return OffLoop, fmt.Sprintf("proving: %d of %d quick runs in a row, %v on average", h.streak, proof, mean)
}
