//go:build !race

package exchange

import (
	"testing"
	"time"
)

// The string of a second may be kept for ever, so each second makes its own.
func TestAllocDate(t *testing.T) {
	var d Date
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	n := testing.AllocsPerRun(100, func() {
		now = now.Add(time.Second)
		d.Set(now)
	})
	if n > 1 {
		t.Errorf("%v allocations", n)
	}
}
