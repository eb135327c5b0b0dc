package server

import (
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// Routes without end are not learned without end.
func TestMostHabits(t *testing.T) {
	l := &lane{engine: &engine{}}
	s := &l.engine.habits
	known := new(web.Route)
	first := s.of(known)
	for range mostHabits - 1 {
		if s.of(new(web.Route)) == stranger {
			t.Fatal("a stranger too early")
		}
	}
	if s.of(new(web.Route)) != stranger || s.of(&web.Route{Mode: web.Inline}) != stranger {
		t.Error("learned of more routes than it may")
	}
	if s.of(known) != first || len(s.all()) != mostHabits {
		t.Error("what is known was forgotten")
	}
	l.learn()
	for range 3 {
		r := &run{}
		r.stay.habit = l.habitOf(new(web.Route))
		if l.inPlace(r) || r.stay.timed {
			t.Error("a stranger is in place, or timed")
		}
	}
	if len(l.learned.habits) != 0 {
		t.Error("a lane keeps strangers")
	}
}

// What is marked is never learned, and a lane of its own learns nothing. Blocking
// routes are timed on a loop, since they might compute.
func TestMarkedRoutesAreNotTimed(t *testing.T) {
	for _, onLoop := range []bool{false, true} {
		l := &lane{engine: &engine{}}
		if onLoop {
			l.learn()
		}
		for _, mode := range []web.Mode{web.Inline, web.Blocking} {
			route := &web.Route{Mode: mode}
			for range 3 * sampling {
				r := &run{}
				r.stay.habit = l.habitOf(route)
				if l.inPlace(r) != (mode == web.Inline) || r.stay.timed != (onLoop && mode == web.Blocking) {
					t.Fatalf("%v: in the wrong place, or timed", mode)
				}
				r.stay.kept = onLoop // elsewhere it may be started on a goroutine all the same
			}
			if n := l.habitOf(route).losses.Load(); n != 0 {
				t.Errorf("%v: %d visits were lost", mode, n)
			}
		}
		r := &run{}
		if !onLoop {
			r.stay.habit = l.habitOf(nil)
			if l.inPlace(r) || r.stay.timed {
				t.Error("learned where there is no loop")
			}
		}
	}
}

// A route in place is timed now and then, one off the loop always.
func TestSampling(t *testing.T) {
	k := handed(t, &Server{}, func(*web.Response, *web.Request) {}).open(-1)
	l := k.lab.lane
	l.learn()
	next := func() (visits bool, timed bool) {
		r := &run{conn: k.conn}
		r.stay.habit = l.habitOf(nil)
		visits = l.inPlace(r)
		r.stay.kept = true
		return visits, r.stay.timed
	}
	h := l.habitOf(nil)
	for range proof {
		if visits, timed := next(); visits || !timed {
			t.Fatal("the proof is not timed")
		}
		h.took(quickEnough, OffLoop, epoch)
	}
	count := 0
	for range 10 * sampling {
		visits, timed := next()
		if !visits {
			t.Fatal("not in place")
		}
		if timed {
			count++
		}
	}
	if count != 10 {
		t.Errorf("%d of %d were timed", count, 10*sampling)
	}
}

// The loss of a visit is learned when the next visitor comes, not when the one
// that was robbed returns, which may be never; and it is learned once.
func TestLossIsLearnedAtOnce(t *testing.T) {
	release := make(chan struct{})
	lab := handed(t, &Server{}, func(w *web.Response, r *web.Request) {
		if r.RawPath == "/stuck" {
			<-release
		}
		_ = w.Text(200, "")
	})
	lab.lane.learn()
	h := lab.lane.habitOf(nil)
	for range proof {
		h.took(quickEnough, OffLoop, epoch)
	}
	stuck := lab.open(-1)
	done := make(chan struct{})
	go func() { // takes the baton as soon as the handler is there
		defer close(done)
		for !lab.sim.Steal() {
		}
	}()
	stuck.Deliver([]byte("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n"))
	<-done
	if h.losses.Load() != 0 {
		t.Fatal("learned from nobody")
	}
	lab.bystander()
	if h.losses.Load() != 1 || h.is() != resting {
		t.Errorf("%d losses, standing %d", h.losses.Load(), h.is())
	}
	close(release)
	stuck.rest()
	if h.losses.Load() != 1 {
		t.Errorf("one visit was lost %d times", h.losses.Load())
	}
}
