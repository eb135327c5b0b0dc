package exchange

import "time"

// Abuse meters what costs a peer next to nothing and a server something: streams
// that are taken back, frames that carry no payload, bytes that are framing only.
// One of them belongs to a connection of any protocol that has such things. What
// honest work brings in earns credit, so that only a peer that does little else
// is ever found out.
type Abuse struct {
	resets, control bucket
	excess          int64 // bytes beyond what payload accounts for
	excessAt        int64 // when it was last worn off
}

// The bounds of Abuse.
const (
	// maxResets is how many streams may be taken back at once, and resetsRate how
	// many a second later on: the peer's resets, and those of the server that its
	// faults provoke.
	maxResets  = 500
	resetsRate = 50
	// maxControl is what frames without payload may cost at once; controlRate is
	// worn off each second.
	maxControl  = 1000
	controlRate = 100
	// maxExcess is how many bytes may come beyond eight for each byte of payload;
	// excessRate is worn off each second.
	maxExcess  = 8 << 20
	excessPart = 8
	excessRate = 64 << 10
	// emptyFrame is about how long a frame without payload is.
	emptyFrame = 16
)

// Reset counts a stream that was taken back at now, in nanoseconds from any origin,
// and reports whether that is one too many.
func (a *Abuse) Reset(now int64) (tooMany bool) {
	return a.resets.spend(now, 1, bound{maxResets, resetsRate})
}

// Control counts a frame without payload, which costs 1 or, where it should never
// be sent by the thousand, more. It reports whether that is too much.
func (a *Abuse) Control(now int64, cost int32) (tooMuch bool) {
	return a.control.spend(now, cost, bound{maxControl, controlRate})
}

// Earn gives credit for frames without payload, after honest work: a request, a
// piece of a response. Their bytes are paid for, too: who downloads for hours sends
// nothing else.
func (a *Abuse) Earn(credit int32) {
	a.control.spent = max(a.control.spent-credit, 0)
	a.excess = max(a.excess-int64(credit)*emptyFrame, 0)
}

// Bytes counts bytes that came, and how many of them were payload. It reports
// whether there is too little of that.
func (a *Abuse) Bytes(now int64, total, payload int) (tooFew bool) {
	a.excess += int64(total) - excessPart*int64(payload)
	if a.excess <= 0 {
		a.excess, a.excessAt = 0, now
		return false
	}
	if elapsed := now - a.excessAt; elapsed >= int64(time.Second) {
		a.excess = max(a.excess-elapsed/int64(time.Second)*excessRate, 0)
		a.excessAt = now
	}
	return a.excess > maxExcess
}

type bound struct{ burst, rate int32 }

// bucket is what was spent and has not worn off.
type bucket struct {
	spent int32
	at    int64 // when it was last worn off
}

func (b *bucket) spend(now int64, cost int32, limit bound) (tooMuch bool) {
	if b.spent == 0 {
		b.at = now
	} else if worn := (now - b.at) * int64(limit.rate) / int64(time.Second); worn > 0 {
		b.spent = int32(max(int64(b.spent)-worn, 0))
		b.at = now
	}
	b.spent += cost
	return b.spent > limit.burst
}
