package middleware

import (
	"errors"
	"fmt"
	"time"
)

// RatePolicy is a quota: so many requests in so much time.
type RatePolicy struct {
	// Name tells policies apart, in RateLimit fields and in the store; "default" when empty. Printable ASCII without '"' and '\'.
	Name string
	// Limit is how many requests a window has room for.
	Limit int
	// Window is a whole number of seconds.
	Window time.Duration
	// Burst is how many requests may come at once under GCRA; Limit when 0. A sliding window knows no burst.
	Burst int
	// Algorithm is GCRA unless said otherwise.
	Algorithm RateAlgorithm
}

// RateAlgorithm says how requests are spread over the window.
type RateAlgorithm uint8

const (
	// GCRA, the generic cell rate algorithm (ITU-T I.371), is a bucket that refills evenly: after a burst, a request is allowed each
	// Window/Limit. It holds one number a key.
	GCRA RateAlgorithm = iota
	// SlidingWindow allows Limit requests in any window, as far as two counters can tell: those of the window before count by the
	// part of it that still overlaps, as if they had come evenly.
	SlidingWindow
)

var (
	errPolicyLimit     = errors.New("Policy.Limit is less than 1; say how many requests a window has room for")
	errPolicyWindow    = errors.New("Policy.Window is no whole number of seconds; say one second or more")
	errPolicyBurst     = errors.New("Policy.Burst is negative; leave it 0 for as many as Limit")
	errPolicySliding   = errors.New("Policy.Burst has no meaning for a SlidingWindow; leave it 0, or take GCRA")
	errPolicyTooFine   = errors.New("Policy.Limit allows more than a request a microsecond; make it smaller")
	errPolicyTooLarge  = errors.New("Policy.Limit and Window count further than a store can; make one of them or Burst smaller")
	errPolicyAlgorithm = errors.New("Policy.Algorithm is unknown; take GCRA or SlidingWindow")
)

// mostCounted bounds products of counts and times, so that a store which reckons in floating point, as Redis's scripts do, is as
// exact as one that reckons in integers.
const mostCounted = 1 << 51

// Check says what is wrong with the policy, and what to do about it.
func (p RatePolicy) Check() error {
	for i := range len(p.Name) {
		if c := p.Name[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			return fmt.Errorf("Policy.Name %q has an octet %#02x; use printable ASCII without quotes", p.Name, c)
		}
	}
	switch {
	case p.Limit < 1:
		return errPolicyLimit
	case p.Window < time.Second || p.Window%time.Second != 0:
		return errPolicyWindow
	case p.Burst < 0:
		return errPolicyBurst
	case p.Algorithm == SlidingWindow && p.Burst != 0:
		return errPolicySliding
	case p.Algorithm > SlidingWindow:
		return errPolicyAlgorithm
	case p.Algorithm == SlidingWindow && int64(p.Limit) > mostCounted/p.Window.Milliseconds():
		return errPolicyTooLarge
	case p.Algorithm == GCRA && int64(p.Limit) > p.Window.Microseconds():
		return errPolicyTooFine
	case p.Algorithm == GCRA && int64(p.burst()) > mostCounted/p.interval():
		return errPolicyTooLarge
	}
	return nil
}

func (p RatePolicy) label() string {
	if p.Name == "" {
		return "default"
	}
	return p.Name
}

func (p RatePolicy) burst() int {
	if p.Burst == 0 {
		return p.Limit
	}
	return p.Burst
}

// interval is the time between two requests of an even flow, in microseconds; rounded up, so that Limit is never passed.
func (p RatePolicy) interval() int64 {
	window, limit := p.Window.Microseconds(), int64(p.Limit)
	return (window + limit - 1) / limit
}

// rateState is what is remembered of a key. The zero rateState has taken nothing.
type rateState struct {
	tat       int64 // GCRA: when the bucket will be full again ("theoretical arrival time"), microseconds
	start     int64 // SlidingWindow: when the current window began, milliseconds
	past, now int64 // and the requests of the window before and of the current one
}

// take counts one request at now, in microseconds, and says when the state will be as good as the zero one. A store elsewhere does
// the same in its own language; middleware/redis is tested against this.
func (p RatePolicy) take(s *rateState, now int64) (v RateVerdict, stale int64) {
	if p.Algorithm == SlidingWindow {
		return p.takeSliding(s, now/1000)
	}
	step, room := p.interval(), p.interval()*int64(p.burst())
	// No honest state is further ahead than a whole bucket; after the clock was set back this one is.
	next := max(min(s.tat, now+room), now) + step
	if early := next - room - now; early > 0 {
		return RateVerdict{RetryAfter: micros(early), Reset: micros(next - step - now)}, next - step
	}
	s.tat = next
	return RateVerdict{Allowed: true, Remaining: int((now + room - next) / step), Reset: micros(next - now)}, next
}

// takeSliding is take for a SlidingWindow, in milliseconds. Amounts are multiplied by the window's length, so that nothing is divided.
func (p RatePolicy) takeSliding(s *rateState, now int64) (v RateVerdict, stale int64) {
	window, limit := p.Window.Milliseconds(), int64(p.Limit)
	if s.start-window <= now && now < s.start { // the clock went back a little
		now = s.start
	}
	switch start := now - now%window; {
	case start == s.start+window:
		s.start, s.past, s.now = start, s.now, 0
	case start != s.start: // long ago, or the clock was set back far
		s.start, s.past, s.now = start, 0, 0
	}
	left := s.start + window - now // of the current window, and of what the one before weighs
	if s.past*left+(s.now+1)*window <= limit*window {
		s.now++
		v.Allowed = true
		v.Remaining = int((limit*window - s.past*left - s.now*window) / window)
	} else {
		v.RetryAfter = millis(slidingWait(s, window, limit, left))
	}
	reset := left
	if s.now > 0 {
		reset += window
	}
	v.Reset = millis(reset)
	return v, (now + reset) * 1000
}

// slidingWait is how long it takes until there is room for one more, in milliseconds.
func slidingWait(s *rateState, window, limit, left int64) int64 {
	if s.now < limit { // what the window before weighs must shrink
		return left - (limit-s.now-1)*window/s.past
	}
	// The current window is full: it must become the one before, and shrink.
	return left + window - (limit-1)*window/s.now
}

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
