package loop

import (
	"sync/atomic"
	"time"
)

// watchPeriod is how often a watchdog looks. A guest that is in place at two
// looks loses the baton: after half to one and a half of a millisecond, most of
// the time after one.
//
// It is a variable for tests that must not be robbed by a slow machine.
var watchPeriod = 500 * time.Microsecond

// watchdog takes the baton from a guest that stays too long. It sleeps while no
// guest is in place, and a loop whose guests are quick keeps putting it off, so
// that it costs no wake-up until somebody waits.
type watchdog struct {
	place *place
	timer *time.Timer
	awake atomic.Bool
	seen  atomic.Uint64 // the word at the last look
	rang  atomic.Int64  // when that was, in nanoseconds since birth
	fed   int64         // when it was put off last; the holder's
}

func (w *watchdog) init(p *place) {
	w.place = p
	w.timer = time.AfterFunc(time.Hour, w.ring)
	w.timer.Stop()
}

// ring follows the timer, on a goroutine of its own. The holder may set that anew
// while a look is under way: two looks that come too close are one.
func (w *watchdog) ring() {
	now := int64(time.Since(watchBirth))
	if last := w.rang.Swap(now); now-last < int64(watchPeriod/2) {
		w.rearm()
		return
	}
	w.look()
}

var watchBirth = time.Now()

// rearm has the timer ring again, unless the holder has let the watchdog rest.
func (w *watchdog) rearm() {
	if w.awake.Load() {
		w.timer.Reset(watchPeriod)
	}
}

// wake follows each enter.
func (w *watchdog) wake() {
	if !w.awake.Load() {
		w.awake.Store(true)
		w.timer.Reset(watchPeriod)
	}
}

// feed puts the next look off, since a round has gone well. now is in
// nanoseconds from any point.
func (w *watchdog) feed(now int64) {
	if now-w.fed > int64(watchPeriod/2) && w.awake.Load() {
		w.fed = now
		w.timer.Reset(watchPeriod)
	}
}

// rest lets it sleep: the holder is about to wait.
func (w *watchdog) rest() {
	if w.awake.Load() {
		w.timer.Stop()
		w.awake.Store(false)
	}
}

func (w *watchdog) look() {
	word := w.place.word.Load()
	visited := word&visitStates == inPlace || word&visitStates == touching
	switch {
	case visited && word&^visitStates == w.seen.Load()&^visitStates:
		if w.place.steal(word) {
			w.doze()
			return
		}
	case !visited && word == w.seen.Load():
		w.doze()
		return
	}
	w.seen.Store(word)
	w.rearm()
}

// doze falls asleep with one eye open: a guest that entered just before has found
// the watchdog awake and relies on it.
func (w *watchdog) doze() {
	w.awake.Store(false)
	state := w.place.word.Load() & visitStates
	if (state == inPlace || state == touching) && w.awake.CompareAndSwap(false, true) {
		w.timer.Reset(watchPeriod)
	}
}
