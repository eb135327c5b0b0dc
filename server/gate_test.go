package server

import (
	"log/slog"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/web"
)

// newComputing makes a lab whose only route is known to compute.
func newComputing(t *testing.T, handler web.HandlerFunc) *lab {
	t.Helper()
	lab := newLab(t, &Server{Handler: Raw(handler), Logger: slog.New(slog.DiscardHandler)})
	lab.lane.learn()
	lab.lane.habitOf(nil).cpu.Store(int64(5 * time.Millisecond))
	return lab
}

// ask sends a request on each of n new connections.
func (l *lab) ask(n int) {
	for range n {
		l.open(-1).Deliver([]byte(get))
	}
}

// Handlers that take all the time there is come no more than there are
// processors, whatever the number of connections, and all come in the end.
func TestGateHoldsBackWhatComputes(t *testing.T) {
	const n = 20
	var inside, most, all atomic.Int64
	var release atomic.Bool
	lab := newComputing(t, func(w *web.Response, r *web.Request) {
		now := inside.Add(1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		for !release.Load() && all.Load() < n/2 {
			all.Add(1)
			for until := time.Now().Add(3 * gatePeriod); time.Now().Before(until); {
			}
		}
		inside.Add(-1)
		_ = w.Text(200, "")
	})
	g := &lab.lane.engine.gate
	g.busy = func() int { return g.inside } // as the scheduler says when none of them waits
	lab.ask(n)
	lab.until("some computing", func() bool { return all.Load() >= n/2 })
	release.Store(true)
	lab.sim.Quiet()
	if most := most.Load(); most > int64(runtime.GOMAXPROCS(0)) {
		t.Errorf("%d handlers computed at once on %d processors", most, runtime.GOMAXPROCS(0))
	}
	if g.mu.Lock(); g.inside != 0 || len(g.waiting) != 0 {
		t.Errorf("%d inside and %d waiting after all is done", g.inside, len(g.waiting))
	}
	g.mu.Unlock()
}

// Handlers that wait though their route is said to compute leave their processor
// to the next: none is kept out for ever.
func TestGateLetsInBesideWhatWaits(t *testing.T) {
	const n = 20
	entered, leave := make(chan bool, n), make(chan bool)
	lab := newComputing(t, func(w *web.Response, r *web.Request) {
		entered <- true
		<-leave
		_ = w.Text(200, "")
	})
	lab.ask(n)
	for i := range n {
		select {
		case <-entered:
		case <-time.After(30 * time.Second):
			t.Fatalf("%d of %d handlers came in", i, n)
		}
	}
	close(leave)
	lab.sim.Quiet()
}

// A route is known to compute by the processor time of its handlers, not by how
// long they take.
func TestProcessorTime(t *testing.T) {
	if _, ok := loop.ThreadTime(); !ok {
		t.Skip("this system does not tell the processor time of a thread")
	}
	spin := func() {
		began, _ := loop.ThreadTime()
		for now := began; now-began < 2*computes; now, _ = loop.ThreadTime() {
		}
	}
	for name, c := range map[string]struct {
		job       func()
		computing bool
	}{
		"computes": {spin, true},
		"waits":    {func() { <-time.After(2 * computes) }, false},
	} {
		h := &habit{mode: web.Blocking}
		for range 6 {
			s := &stay{habit: h, timed: true}
			s.start()
			c.job()
			s.end(false)
		}
		if h.isComputing() != c.computing {
			t.Errorf("%s: %v of processor time, %v on average", name, time.Duration(h.cpu.Load()), time.Duration(h.mean.Load()))
		}
		if c.computing && h.asked.Load() < 4 {
			t.Errorf("%s: asked %d times", name, h.asked.Load())
		}
	}
}

func TestFewAreAskedForProcessorTime(t *testing.T) {
	h := &habit{}
	if h.asksCPU() {
		t.Error("a quick handler is asked")
	}
	h.mean.Store(int64(computes))
	asked := 0
	for range 10 * sparse {
		if h.asksCPU() {
			asked++
		}
	}
	if asked != 14 {
		t.Errorf("%d of %d were asked", asked, 10*sparse)
	}
}

// What a route has cost long ago does not count for ever.
func TestComputingHeals(t *testing.T) {
	h := &habit{}
	for range 4 {
		h.took(5*computes, OffLoop, epoch)
		h.computed(5 * computes)
	}
	if !h.isComputing() {
		t.Fatal("not computing")
	}
	for n := 0; h.isComputing(); n++ {
		h.took(computes/2, OffLoop, epoch)
		if h.asksCPU() {
			h.computed(computes / 50)
		}
		if n == 100*sampling {
			t.Fatalf("computing for ever: %v", time.Duration(h.cpu.Load()))
		}
	}
}

// Handlers whose peers went away while they waited are not run, and nobody waits
// behind them.
func TestGateForgetsWhomNobodyWaitsFor(t *testing.T) {
	const n = 20
	var ran atomic.Int64
	entered, leave := make(chan bool, n), make(chan bool)
	lab := newComputing(t, func(w *web.Response, r *web.Request) {
		ran.Add(1)
		entered <- true
		<-leave
		_ = w.Text(200, "")
	})
	g := &lab.lane.engine.gate
	var free atomic.Bool
	g.busy = func() int {
		if free.Load() {
			return 0
		}
		return runtime.GOMAXPROCS(0)
	}
	lab.ask(1)
	<-entered
	waiting := func() (n int) {
		g.mu.Lock()
		defer g.mu.Unlock()
		return len(g.waiting)
	}
	for range n {
		k := lab.open(-1)
		k.Deliver([]byte(get))
		k.Break(net.ErrClosed)
	}
	if kept := waiting(); kept > 4 {
		t.Errorf("%d wait of %d whose peers have gone", kept, n)
	}
	free.Store(true)
	close(leave)
	lab.sim.Quiet()
	if n := waiting(); n != 0 || g.inside != 0 {
		t.Errorf("%d wait and %d are inside", n, g.inside)
	}
	if n := ran.Load(); n > int64(runtime.GOMAXPROCS(0)) { // the first, and who found a place before its peer went
		t.Errorf("%d handlers ran, of which one had a peer", n)
	}
	if s := lab.server.Stats(); s.Active != 0 {
		t.Errorf("%d active connections", s.Active)
	}
}
