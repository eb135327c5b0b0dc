package server

import (
	"testing"
	"testing/synctest"
	"time"
)

// What a route is blamed for is its own time, not that of its peers.
func TestKnownWaitsAreNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stay{habit: new(habit), timed: true}
		s.start()
		time.Sleep(20 * time.Microsecond) // the bubble's clock
		s.await(func() { time.Sleep(time.Hour) })
		s.await(func() { time.Sleep(time.Hour) })
		time.Sleep(10 * time.Microsecond)
		s.end(true)
		if mean := time.Duration(s.habit.mean.Load()); mean != 30*time.Microsecond {
			t.Errorf("took %v", mean)
		}
	})
}
