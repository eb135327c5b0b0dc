//go:build linux

package loop

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A wheel under random use against a map of deadlines: nothing early, nothing
// missed, nothing later than the tick that follows its deadline.
func TestWheelKeepsDeadlines(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		var w wheel
		alarms := make([]*alarm, 40)
		for i := range alarms {
			alarms[i] = &alarm{}
		}
		deadlines := map[*alarm]int64{}
		now := int64(1)
		set := func(a *alarm, due int64) {
			w.set(a, due)
			delete(deadlines, a)
			if due != 0 {
				deadlines[a] = max(due, now) // one set in the past is late from now on
			}
		}
		for range 400 {
			a := alarms[r.IntN(len(alarms))]
			switch r.IntN(6) {
			case 0:
				set(a, 0)
			case 1:
				w.unlink(a)
				a.due = 0
				delete(deadlines, a)
			case 2, 3:
				set(a, max(1, now+randomSpan(r)-int64(time.Second)))
			default:
				now += randomSpan(r)
				w.advance(now, func(a *alarm) {
					if due := deadlines[a]; due == 0 || due > now {
						t.Fatalf("seed %d: %d expired at %d", seed, due, now)
					}
					delete(deadlines, a)
					if r.IntN(4) == 0 {
						set(a, now+1+randomSpan(r))
					}
				})
				for _, due := range deadlines {
					if due+int64(wheelTick) <= now {
						t.Fatalf("seed %d: %v late at %d", seed, time.Duration(now-due), now)
					}
				}
			}
			checkNext(t, &w, deadlines)
		}
	}
}

// randomSpan is anything from a nanosecond to far beyond the wheel's turn.
func randomSpan(r *rand.Rand) int64 {
	switch r.IntN(4) {
	case 0:
		return r.Int64N(int64(wheelTick))
	case 1:
		return r.Int64N(int64(5 * time.Second))
	case 2:
		return r.Int64N(2 * wheelSlots * int64(wheelTick))
	}
	return r.Int64N(int64(time.Hour))
}

// checkNext holds the wheel to its word that a loop which sleeps until next
// misses nothing.
func checkNext(t *testing.T, w *wheel, deadlines map[*alarm]int64) {
	t.Helper()
	for _, due := range deadlines {
		if w.next() == 0 || w.next() > max(due, w.past*int64(wheelTick))+int64(wheelTick) {
			t.Fatalf("next is %d with a deadline at %d", w.next(), due)
		}
	}
}

// A loop that only wakes when the wheel asks for it is late by a tick at most.
func TestWheelWakesInTime(t *testing.T) {
	var w wheel
	var a alarm
	for _, due := range []time.Duration{1, wheelTick - 1, wheelTick, wheelTick + 1, time.Second, 131 * time.Second, 132 * time.Second, 10 * time.Minute, time.Hour} {
		w = wheel{}
		w.set(&a, int64(due))
		for rang := false; !rang; {
			now := w.next()
			if now == 0 {
				t.Fatalf("%v: the wheel asks for nothing", due)
			}
			w.advance(now, func(*alarm) {
				rang = true
				if late := time.Duration(now) - due; late < 0 || late > wheelTick {
					t.Errorf("%v: late by %v", due, late)
				}
			})
		}
		if w.next() != 0 || w.count != 0 {
			t.Errorf("%v: something is left", due)
		}
	}
}

// Moving a deadline away touches no list, and a wheel that is looked at long
// after does not walk all the ticks in between.
func TestWheelMovesAwayForNothing(t *testing.T) {
	var w wheel
	var a, b alarm
	w.set(&a, int64(time.Second))
	w.set(&b, int64(time.Second))
	before, slot := w, a.slot
	for i := range 1000 {
		w.set(&a, int64(time.Second)+int64(i)*int64(time.Second))
	}
	if w != before || a.slot != slot || a.next != nil || a.prev != &b {
		t.Error("a deadline that moved away was linked anew")
	}
	year := int64(365 * 24 * time.Hour)
	rang := 0
	w.advance(year, func(*alarm) { rang++ })
	if rang != 2 || w.count != 0 {
		t.Errorf("%d rang, %d left", rang, w.count)
	}
}
