//go:build linux

package loop

import "time"

// The wheel has slots of wheelTick; what is due beyond its turn waits in the
// farthest slot and is sorted in again from there.
const (
	wheelTick  = 64 * time.Millisecond
	wheelSlots = 2048
)

// wheel keeps the deadlines of a loop so that moving one away costs a store. An
// alarm stands in the slot of a time no later than its deadline; when the slot
// is reached and the deadline has moved, the alarm moves on. A busy connection,
// whose deadline moves with each request, is thus touched once per idle timeout
// rather than once per request.
type wheel struct {
	slots [wheelSlots]*alarm
	past  int64 // ticks that have been served
	count int
	// soonest is a tick no later than the first slot that is taken, 0 when none
	// is: it lets a round ask for nothing but this number.
	soonest int64
}

// alarm is one deadline, linked into a slot while due is set. Times are
// nanoseconds since the loop's birth; zero is never.
type alarm struct {
	next, prev *alarm
	owner      *socket
	due        int64 // the deadline that holds
	slot       int64 // the tick it stands in, 0 when it stands nowhere
}

// set changes the deadline; 0 is never.
func (w *wheel) set(a *alarm, due int64) {
	a.due = due
	if due == 0 {
		return
	}
	tick := w.tickOf(due)
	if a.slot != 0 && a.slot <= tick {
		return
	}
	w.unlink(a)
	w.link(a, tick)
}

// tickOf is the first tick at which due has passed, within one turn.
func (w *wheel) tickOf(due int64) int64 {
	tick := due/int64(wheelTick) + 1
	return min(max(tick, w.past+1), w.past+wheelSlots-1)
}

func (w *wheel) link(a *alarm, tick int64) {
	head := &w.slots[tick%wheelSlots]
	a.slot, a.prev, a.next = tick, nil, *head
	if *head != nil {
		(*head).prev = a
	}
	*head = a
	w.count++
	if w.soonest == 0 || tick < w.soonest {
		w.soonest = tick
	}
}

func (w *wheel) unlink(a *alarm) {
	if a.slot == 0 {
		return
	}
	if a.prev != nil {
		a.prev.next = a.next
	} else {
		w.slots[a.slot%wheelSlots] = a.next
	}
	if a.next != nil {
		a.next.prev = a.prev
	}
	a.next, a.prev, a.slot = nil, nil, 0
	w.count--
}

// advance calls expired for every alarm whose deadline has passed by now.
// expired may set and unlink any alarm.
func (w *wheel) advance(now int64, expired func(*alarm)) {
	last := now / int64(wheelTick)
	if w.soonest == 0 || w.soonest > last {
		w.past = last // every slot up to here is empty
		return
	}
	// After a long sleep one turn looks into every slot there is.
	w.past = max(w.past, last-wheelSlots)
	for w.past < last {
		w.past++
		for slot := &w.slots[w.past%wheelSlots]; *slot != nil; {
			a := *slot
			w.unlink(a)
			switch {
			case a.due == 0:
			case a.due <= now:
				a.due = 0
				expired(a)
			default:
				w.link(a, w.tickOf(a.due))
			}
		}
	}
	w.search()
}

// next is the time at which advance may have something to look at, 0 for never.
func (w *wheel) next() int64 { return w.soonest * int64(wheelTick) }

// search finds the first slot that is taken.
func (w *wheel) search() {
	w.soonest = 0
	if w.count == 0 {
		return
	}
	for tick := w.past + 1; tick < w.past+wheelSlots; tick++ {
		if w.slots[tick%wheelSlots] != nil {
			w.soonest = tick
			return
		}
	}
}
