package loop

import "sync/atomic"

// Guest is a job that may run in place: on the goroutine that holds the baton.
type Guest interface {
	// Job runs it off the loop, as [Socket.Go] does.
	Job
	// InPlace runs it under the baton, which can be taken from it at any
	// instruction, and reports whether it was not: the result of [Visit.Leave].
	InPlace(v Visit) (kept bool)
}

// Visit is a guest's stay in place. The zero Visit is of a guest that runs
// elsewhere. Its methods are the guest's, but those of a guest that works on
// several goroutines may call Touch too.
type Visit struct {
	place  *place
	number uint64 // of the visit, shifted as in place.word
}

// as is the word while the visit is in this state.
func (v Visit) as(state uint64) uint64 { return v.number | state }

// Touch asks for what belongs to the baton. When it reports true the caller holds
// the baton, and nobody takes it, until Lift or HandOver. False says that the
// baton has been taken (or that another goroutine of the guest touches at this
// moment): what is to be done has to be posted.
func (v Visit) Touch() bool {
	if v.place == nil {
		return false
	}
	if rob := v.place.rob; rob != nil {
		rob()
	}
	return v.place.word.CompareAndSwap(v.as(inPlace), v.as(touching))
}

// Lift ends what Touch began.
func (v Visit) Lift() {
	if !v.place.word.CompareAndSwap(v.as(touching), v.as(inPlace)) {
		v.HandOver() // the guest has left meanwhile
	}
}

// HandOver gives the baton away, between Touch and Lift, whose place it takes:
// the guest is about to wait. It goes on as one that was robbed.
func (v Visit) HandOver() {
	v.place.word.Store(v.as(stolen))
	v.place.pass()
}

// Leave ends the visit. When it reports true the caller holds the baton as if it
// had never been lent; otherwise it must not touch the loop again. Should another
// goroutine of the guest touch at this moment, it is false too, and the baton
// goes on when that one lifts.
func (v Visit) Leave() bool {
	if v.place == nil {
		return false
	}
	if rob := v.place.rob; rob != nil {
		rob()
	}
	for {
		switch seen := v.place.word.Load(); seen {
		case v.as(inPlace):
			if v.place.word.CompareAndSwap(seen, v.as(vacant)) {
				return true
			}
		case v.as(touching):
			if v.place.word.CompareAndSwap(seen, v.as(deserted)) {
				return false
			}
		default:
			return false
		}
	}
}

// place is where the guests of one baton run, one at a time. Its word says which
// visit this is and what is allowed at this instant:
//
//	vacant --enter--> inPlace <--Touch, Lift--> touching
//	   ^                 |                         |
//	   +----- Leave -----+-------- steal --------> stolen <-- HandOver
//	   ^                                            |
//	   +--------- enter, by the next holder --------+
//
// A guest that leaves while another goroutine of it is touching makes that
// deserted, and Lift a HandOver.
//
// The number of the visit is part of the word, so that a guest which was robbed
// finds that out however late it asks. Every change of hands goes through the
// word: what the one before has written, the next one sees.
type place struct {
	word   atomic.Uint64
	robbed atomic.Uint64 // counts what steal took
	pass   func()        // has another goroutine hold the baton
	rob    func()        // tests steal here, before each Touch and Leave
}

const (
	vacant uint64 = iota
	inPlace
	touching
	stolen
	deserted

	visitStates = 1<<3 - 1
	nextVisit   = 1 << 3
)

// enter begins a visit; the caller holds the baton.
func (p *place) enter() Visit {
	number := p.word.Load()&^visitStates + nextVisit
	p.word.Store(number | inPlace)
	return Visit{p, number}
}

// steal takes the baton from the guest in place. When it reports true somebody
// else holds it already.
func (p *place) steal(seen uint64) bool {
	if seen&visitStates != inPlace || !p.word.CompareAndSwap(seen, seen&^visitStates|stolen) {
		return false
	}
	p.robbed.Add(1)
	p.pass()
	return true
}

// host runs g in place and reports whether the caller still holds the baton. A
// guest that ends its goroutine takes the caller with it, and the baton is passed
// on.
func (p *place) host(g Guest, v Visit) (kept bool) {
	returned := false
	defer func() {
		if !returned && p.word.Load() == v.as(vacant) {
			p.pass()
		}
	}()
	kept = g.InPlace(v)
	returned = true
	return kept
}
