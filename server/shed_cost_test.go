package server

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// However many newcomers find no room, one search follows, and another not before
// a while has passed: a storm at the cap must not look over all connections for
// each of its own.
func TestSearchesAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{Driver: Portable, Logger: slog.New(slog.DiscardHandler)}
		s.Limits.Conns = 10
		e, err := s.start()
		if err != nil {
			t.Fatal(err)
		}
		e.open.Store(10)
		var searches atomic.Int64
		e.listeners = append(e.listeners, &listener{
			resume: func() { searches.Add(1) }, // as each search does in the end
			close:  func() {},
		})
		storm := func() {
			for range 1000 {
				e.makeRoom()
			}
			synctest.Wait()
		}
		storm()
		time.Sleep(shedRest - 1)
		storm()
		if n := searches.Load(); n != 0 {
			t.Fatalf("%d searches ended within the first pause", n)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if n := searches.Load(); n != 1 {
			t.Fatalf("%d searches for one storm", n)
		}
		for range 3 {
			storm()
			time.Sleep(shedRest)
			synctest.Wait()
		}
		if n := searches.Load(); n != 4 {
			t.Errorf("%d searches in four pauses", n)
		}
		// While some that were told to end have not, they are waited for.
		e.shedding.tell([]idleConn{{conn: new(conn)}})
		storm()
		time.Sleep(time.Minute)
		synctest.Wait()
		if searches.Load() != 4 {
			t.Error("a search although room is being made")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// The list keeps the oldest, in order, whatever order they come in.
func TestIdleListKeepsTheOldest(t *testing.T) {
	l := idleList{most: 3}
	start := time.Unix(1_000_000_000, 0)
	for i := range 100 {
		// Each number once, in no order: 37 and 100 have no common factor.
		l.put(idleConn{since: start.Add(time.Duration(i * 37 % 100))})
		if len(l.conns) > 2*l.most {
			t.Fatalf("%d kept", len(l.conns))
		}
	}
	l.cut()
	if len(l.conns) != 3 {
		t.Fatalf("%d kept, want 3", len(l.conns))
	}
	for i, c := range l.conns {
		if got := c.since.Sub(start); got != time.Duration(i) {
			t.Errorf("number %d is %d", i, got)
		}
	}
}
