package server

import (
	"runtime"
	"runtime/metrics"
	"slices"
	"sync"
	"time"
)

// computes is the mean processor time from which on a handler counts as one that
// computes.
const computes = time.Millisecond

// gatePeriod is how often a gate that keeps handlers waiting looks for room.
const gatePeriod = time.Millisecond

// gate keeps handlers that compute from taking all processors. Go's scheduler
// serves goroutines in turn: beside as many computing ones as there are
// connections, a loop would wait for all of them each time it has waited for its
// peers. So one processor is left to the loops as long as they have something to
// do; on a single one, handlers that compute come one at a time.
//
// Handlers that wait are not computing, however long they take. A handler that does
// both takes no more room than it uses, since the gate looks for processors that
// have nothing to run.
type gate struct {
	mu      sync.Mutex
	inside  int
	waiting []*run
	timer   *time.Timer // looks while there are waiting
	passed  uint64      // in all
	served  uint64      // requests at the last look that did not pass here
	calm    int         // looks since others were served
	busy    func() int  // processors that have something to run, beside whoever asks
	engine  *engine
}

func (g *gate) init(e *engine) {
	g.engine, g.busy = e, schedulerBusy()
}

// schedulerBusy counts goroutines that run or could, but for the one that asks: a
// loop, or a handler about to end. The count is the scheduler's, taken without
// stopping it: one that changes hands meanwhile may be missed, so the gate lets in
// one too many now and then.
func schedulerBusy() func() int {
	samples := []metrics.Sample{{Name: "/sched/goroutines/running:goroutines"}, {Name: "/sched/goroutines/runnable:goroutines"}}
	return func() int {
		metrics.Read(samples)
		busy := -1
		for i := range samples {
			if v := &samples[i].Value; v.Kind() == metrics.KindUint64 {
				busy += int(v.Uint64())
			}
		}
		return busy
	}
}

// enter starts r, at once or when there is room.
func (g *gate) enter(r *run) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r.stay.gated = true
	g.passed++
	if len(g.waiting) == 0 && g.roomy(g.places()) {
		g.admit(r)
		return
	}
	if len(g.waiting) == cap(g.waiting) {
		g.dismiss()
	}
	g.waiting = append(g.waiting, r)
	if len(g.waiting) == 1 {
		g.rearm()
	}
}

// leave follows the return of a handler that has entered.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.inside < g.places() {
		g.next()
	}
}

// next lets the first of the waiting in whose peer is still there.
func (g *gate) next() {
	for len(g.waiting) > 0 {
		r := g.waiting[0]
		g.waiting[0] = nil
		if g.waiting = g.waiting[1:]; len(g.waiting) == 0 {
			g.waiting = nil
		}
		if !g.dismissed(r) {
			g.admit(r)
			return
		}
	}
}

// dismiss lets go of all who wait though their peers do not, so that no more wait
// than there are connections, about.
func (g *gate) dismiss() {
	g.waiting = slices.DeleteFunc(g.waiting, g.dismissed)
}

// dismissed ends r if its peer has gone. Its handler is not run: nobody waits for
// it, and it would be in the way of those for whom somebody does.
func (g *gate) dismissed(r *run) bool {
	if r.ends.Load()&endedByCore == 0 {
		return false
	}
	r.stay.gated, r.stay.timed = false, false
	r.depart()
	return true
}

// look runs while handlers wait.
func (g *gate) look() {
	g.mu.Lock()
	defer g.mu.Unlock()
	served := g.engine.requests() - g.passed
	if g.calm++; served != g.served {
		g.served, g.calm = served, 0
	}
	places := g.places()
	if g.calm > 1 {
		places = runtime.GOMAXPROCS(0) // nobody needs the one that is kept free
	}
	if g.roomy(places) {
		g.next()
	}
	if len(g.waiting) > 0 {
		g.rearm()
	}
}

func (g *gate) rearm() {
	if g.timer == nil {
		g.timer = time.AfterFunc(gatePeriod, g.look)
		return
	}
	g.timer.Reset(gatePeriod)
}

// places is how many handlers may compute at once.
func (g *gate) places() int { return max(runtime.GOMAXPROCS(0)-1, 1) }

// roomy reports whether one more may compute: when there are not as many inside
// as places, or when some of those wait for something else.
func (g *gate) roomy(places int) bool {
	return g.inside < places || g.busy() < places
}

func (g *gate) admit(r *run) {
	g.inside++
	r.conn.sock.Go(r)
}
