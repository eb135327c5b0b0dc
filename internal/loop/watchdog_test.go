package loop

import (
	"sync"
	"testing"
	"time"
)

// kennel is a watchdog whose looks the test makes: its timer rings a bell and
// does nothing else.
type kennel struct {
	watchdog
	place  place
	passed int
	rings  chan struct{}
}

func newKennel() *kennel {
	k := &kennel{rings: make(chan struct{}, 16)}
	k.place.pass = func() { k.passed++ }
	k.watchdog.init(&k.place)
	k.timer = time.AfterFunc(time.Hour, func() { k.rings <- struct{}{} })
	k.timer.Stop()
	return k
}

// mustRing fails unless a look was due, and takes it back.
func (k *kennel) mustRing(t *testing.T, what string) {
	t.Helper()
	if !k.timer.Stop() {
		wait(t, k.rings, what)
	}
}

// mustSleep fails if a look was due.
func (k *kennel) mustSleep(t *testing.T, why string) {
	t.Helper()
	if k.timer.Stop() || len(k.rings) > 0 {
		t.Fatalf("a look is due %s", why)
	}
}

func (k *kennel) enter() Visit {
	v := k.place.enter()
	k.wake()
	return v
}

// A guest that is in place at two looks loses the baton; one look is not enough,
// however many were in place before.
func TestWatchdogNeedsTwoLooks(t *testing.T) {
	k := newKennel()
	for i := range 50 {
		v := k.enter()
		k.look()
		if k.passed != 0 {
			t.Fatalf("quick guest %d was robbed", i)
		}
		if !v.Leave() {
			t.Fatal("a quick guest left without the baton")
		}
	}
	v := k.enter()
	k.look()
	k.look()
	if k.passed != 1 || v.Leave() {
		t.Errorf("passed %d times", k.passed)
	}
}

func TestWatchdogSparesWhoTouches(t *testing.T) {
	k := newKennel()
	v := k.enter()
	if !v.Touch() {
		t.Fatal("Touch in place")
	}
	for range 10 {
		k.look()
		k.mustRing(t, "a look while somebody touches")
	}
	if k.passed != 0 {
		t.Fatal("a guest that touches was robbed")
	}
	v.Lift()
	k.look()
	if k.passed != 1 {
		t.Error("the guest stays after it touched")
	}
}

// The watchdog falls asleep when nobody is in place, and the next guest wakes it.
func TestWatchdogSleeps(t *testing.T) {
	k := newKennel()
	for range 3 {
		v := k.enter()
		k.mustRing(t, "a look at the guest")
		k.look() // sees a guest
		v.Leave()
		k.look() // somebody was there since
		k.mustRing(t, "another look")
		k.look()
		if k.awake.Load() {
			t.Fatal("the watchdog is awake over an empty place")
		}
		k.mustSleep(t, "at an empty place")
	}
	k.enter().Leave()
	k.rest()
	if k.awake.Load() {
		t.Error("the watchdog is awake although the holder waits")
	}
	k.mustSleep(t, "although the holder waits")
	k.enter()
	k.look()
	k.look() // steals
	if k.awake.Load() || k.passed != 1 {
		t.Error("the watchdog is awake although nobody is left to rob")
	}
	k.enter()
	k.mustRing(t, "a look at the guest after the one that was robbed")
}

// Who comes while the watchdog falls asleep finds it awake, and relies on it.
func TestWatchdogDozes(t *testing.T) {
	k := newKennel()
	k.enter().Leave()
	k.look() // and will sleep at the next
	v := k.enter()
	k.mustRing(t, "a look at the guest")
	k.doze()
	if !k.awake.Load() {
		t.Error("asleep though a guest has come")
	}
	k.mustRing(t, "a look at the guest that came at the last moment")
	v.Leave()
	k.doze()
	if k.awake.Load() {
		t.Error("awake over an empty place")
	}
	k.mustSleep(t, "at an empty place")
	for i := range 20_000 {
		k.enter().Leave()
		k.look()
		var v Visit
		var both sync.WaitGroup
		both.Go(k.look)
		both.Go(func() { v = k.enter() })
		both.Wait()
		if !k.awake.Load() {
			t.Fatalf("round %d: the watchdog sleeps while a guest is in place", i)
		}
		v.Leave()
	}
	if k.passed != 0 {
		t.Errorf("%d were robbed", k.passed)
	}
	k.timer.Stop()
}

// Rounds that go well put the next look off, though not each of them costs a
// call; and nothing is put off that sleeps.
func TestWatchdogIsPutOff(t *testing.T) {
	k := newKennel()
	now := int64(time.Hour)
	k.feed(now)
	k.mustSleep(t, "since it was fed")
	k.enter().Leave()
	k.mustRing(t, "a look at the guest")
	k.feed(now)
	k.mustRing(t, "the look that was put off")
	k.feed(now + int64(watchPeriod/4))
	k.mustSleep(t, "so soon again")
	k.feed(now + int64(watchPeriod))
	k.mustRing(t, "the look that was put off again")
}

// Guests come and go under a watchdog that looks all the time, and whoever stays
// is found: it never sleeps for good while somebody is in place.
func TestWatchdogFindsWhoeverStays(t *testing.T) {
	passed := make(chan struct{}, 1)
	p := place{pass: func() { passed <- struct{}{} }}
	var w watchdog
	w.init(&p)
	enter := func() Visit {
		v := p.enter()
		w.wake()
		return v
	}
	for i := range 40 {
		for range i * 25 {
			if v := enter(); !v.Leave() {
				<-passed
			}
			if i%3 == 0 {
				w.rest()
			}
		}
		enter()
		wait(t, passed, "the watchdog")
	}
	w.rest()
}
