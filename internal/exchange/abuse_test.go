package exchange

import (
	"testing"
	"time"
)

// until calls f, each time later by step, until it reports true.
func until(t *testing.T, step time.Duration, f func(now int64) bool) (calls int) {
	t.Helper()
	for now := int64(0); calls < 1<<22; now += int64(step) {
		if calls++; f(now) {
			return calls
		}
	}
	return -1
}

func TestAbuse(t *testing.T) {
	for _, c := range []struct {
		name string
		step time.Duration
		f    func(a *Abuse, now int64) bool
		want int
	}{
		{"resets at once", 0, func(a *Abuse, now int64) bool { return a.Reset(now) }, maxResets + 1},
		{"resets twice as fast as they wear off", 10 * time.Millisecond, func(a *Abuse, now int64) bool { return a.Reset(now) }, 1000},
		{"resets as fast as they wear off", 20 * time.Millisecond, func(a *Abuse, now int64) bool { return a.Reset(now) }, -1},
		{"control frames at once", 0, func(a *Abuse, now int64) bool { return a.Control(now, 1) }, maxControl + 1},
		{"dear ones", 0, func(a *Abuse, now int64) bool { return a.Control(now, 10) }, maxControl/10 + 1},
		{"as much work", 0, func(a *Abuse, now int64) bool { a.Earn(1); return a.Control(now, 1) }, -1},
		{"framing alone", 0, func(a *Abuse, now int64) bool { return a.Bytes(now, 1024, 0) }, maxExcess/1024 + 1},
		{"framing that work pays for", 0, func(a *Abuse, now int64) bool { a.Earn(2); return a.Bytes(now, 2*emptyFrame, 0) }, -1},
		{"an eighth of payload", 0, func(a *Abuse, now int64) bool { return a.Bytes(now, 1024, 128) }, -1},
		{"framing at leisure", time.Second, func(a *Abuse, now int64) bool { return a.Bytes(now, excessRate, 0) }, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var a Abuse
			got := until(t, c.step, func(now int64) bool { return c.f(&a, now) })
			if got != c.want && (c.want != 1000 || got < 990 || got > 1010) {
				t.Errorf("too much after %d, not %d", got, c.want)
			}
		})
	}
}
