package server

import (
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// learner is a habit at a time that the test sets.
type learner struct {
	*testing.T
	habit
	now time.Time
}

func newLearner(t *testing.T) *learner { return &learner{T: t, now: epoch} }

// prove runs off the loop until the route is quick.
func (l *learner) prove() {
	l.Helper()
	for range proof {
		if l.mayVisit(l.now) {
			l.Fatal("in place without a proof")
		}
		l.took(quickEnough/2, OffLoop, l.now)
	}
	if !l.mayVisit(l.now) {
		l.Fatalf("off the loop although it is quick: %s", l.reason())
	}
}

func (l *learner) reason() string {
	_, why := l.why(l.now, true)
	return why
}

// restsFor fails unless the route stays off the loop for exactly d, and then may
// prove itself.
func (l *learner) restsFor(d time.Duration) {
	l.Helper()
	if l.is() != resting || l.rest != d {
		l.Fatalf("rests for %v, want %v: %s", l.rest, d, l.reason())
	}
	l.now = l.now.Add(d - 1)
	if l.mayVisit(l.now) || l.is() != resting {
		l.Fatalf("tried again before %v", d)
	}
	l.now = l.now.Add(1)
	if l.mayVisit(l.now) {
		l.Fatal("in place again without a proof")
	}
	if l.is() != proving {
		l.Fatalf("not tried again after %v", d)
	}
}

func TestRouteProvesQuick(t *testing.T) {
	l := newLearner(t)
	l.prove()
	if why := l.reason(); why != "quick: 12.5µs on average" {
		t.Error(why)
	}
}

// One slow run among the quick ones, and the proof begins anew.
func TestProofIsInARow(t *testing.T) {
	l := newLearner(t)
	for range 3 {
		for range proof - 1 {
			l.took(quickEnough, OffLoop, l.now)
		}
		if why := l.reason(); !strings.HasPrefix(why, "proving: 15 of 16") {
			t.Error(why)
		}
		l.took(quickEnough+1, OffLoop, l.now)
		if l.mayVisit(l.now) {
			t.Fatal("a slow run proved the route")
		}
	}
	l.took(time.Minute, OffLoop, l.now) // of long ago: it does not count once the route is quick
	l.prove()
	l.took(quickEnough, InPlace, l.now)
	l.took(time.Minute, OffLoop, l.now) // begun before
	if !l.mayVisit(l.now) {
		t.Error("what was slow before the proof has ended it")
	}
}

// A route leaves the loop for its mean, not for one run.
func TestSlowOnAverageLeaves(t *testing.T) {
	l := newLearner(t)
	l.prove()
	l.took(tooSlow+quickEnough, InPlace, l.now)
	if !l.mayVisit(l.now) {
		t.Fatal("left after one run")
	}
	for range 20 {
		l.took(tooSlow+quickEnough, InPlace, l.now)
	}
	l.restsFor(firstRest)
	if l.losses.Load() != 0 {
		t.Error("slow is not robbed")
	}
}

// Each failure doubles the rest up to the longest; what fails while it rests
// already, since several were in place, counts once; and a route that did well
// for long enough begins anew.
func TestRestDoublesAndShrinks(t *testing.T) {
	l := newLearner(t)
	want := firstRest
	for range 12 {
		l.prove()
		l.lost(l.now)
		l.lost(l.now)
		l.restsFor(want)
		want = min(2*want, longestRest)
	}
	if want != longestRest || l.losses.Load() != 24 {
		t.Errorf("rests for %v after %d losses", want, l.losses.Load())
	}
	l.prove()
	l.now = l.now.Add(10 * longestRest)
	l.lost(l.now)
	l.restsFor(longestRest)
	l.prove()
	l.now = l.now.Add(10*longestRest + 1)
	l.lost(l.now)
	l.restsFor(firstRest)
}

// A route that loses the baton once in very many visits stays: the system may
// have interrupted it.
func TestRareLossIsForgiven(t *testing.T) {
	l := newLearner(t)
	l.prove()
	visits := func(n int) {
		for range n / sampling {
			l.took(quickEnough/2, InPlace, l.now)
		}
	}
	for range 10 {
		visits(lossCost)
		l.lost(l.now)
		if !l.mayVisit(l.now) {
			t.Fatalf("left for one loss in %d: %s", lossCost, l.reason())
		}
	}
	visits(100 * lossCost)
	for range mostCredit / lossCost {
		l.lost(l.now)
	}
	if !l.mayVisit(l.now) {
		t.Fatal("left although it had credit")
	}
	visits(lossCost - sampling)
	l.lost(l.now)
	l.restsFor(firstRest)
	if why := l.reason(); !strings.HasPrefix(why, "proving") {
		t.Error(why)
	}
}

// Giving the baton away is no failure, unless a route does nothing else.
func TestHandingOverAllTheTimeLeaves(t *testing.T) {
	l := newLearner(t)
	l.handedOver(l.now)
	if l.mean.Load() != 0 {
		t.Error("learned from a visit that nobody made")
	}
	l.prove()
	for range 100 {
		for range 10 {
			l.took(quickEnough/2, InPlace, l.now)
		}
		l.handedOver(l.now)
	}
	if !l.mayVisit(l.now) {
		t.Fatalf("left for one in ten: %s", l.reason())
	}
	for range 10 {
		l.handedOver(l.now)
	}
	l.restsFor(firstRest)
	if l.handovers.Load() != 111 || l.losses.Load() != 0 {
		t.Errorf("%d handed over, %d lost", l.handovers.Load(), l.losses.Load())
	}
}

func TestWhySaysWhere(t *testing.T) {
	l := newLearner(t)
	l.prove()
	l.lost(l.now)
	for _, c := range []struct {
		habit   *habit
		onLoops bool
		place   Place
		why     string
	}{
		{&habit{mode: web.Inline}, true, InPlace, "marked inline"},
		{&habit{mode: web.Blocking}, true, OffLoop, "marked blocking"},
		{&habit{}, false, OffLoop, "learned on loops only"},
		{&habit{}, true, OffLoop, "proving: 0 of 16 quick runs in a row, 0s on average"},
		{&l.habit, true, OffLoop, "stayed in place and lost the loop; tried again in 250ms"},
	} {
		if place, why := c.habit.why(l.now, c.onLoops); place != c.place || why != c.why {
			t.Errorf("%v, %q, want %v, %q", place, why, c.place, c.why)
		}
	}
}
