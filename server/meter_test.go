package server

import (
	"testing"
	"time"
)

func TestMeter(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	p := pace{idle: 30 * time.Second, rate: 500, grace: 20 * time.Second}

	t.Run("nobody waits", func(t *testing.T) {
		var m meter
		if due := m.deadline(p); !due.IsZero() {
			t.Errorf("deadline %v although nobody waits", due)
		}
		m.start(at(0))
		m.stop(at(10))
		if m.late(p, at(1000)) {
			t.Error("late although the waiting ended")
		}
	})
	t.Run("silence", func(t *testing.T) {
		m := meter{moved: 1 << 20}
		m.start(at(0))
		if m.late(p, at(29.9)) || !m.late(p, at(30)) {
			t.Errorf("deadline %v, want 30 s after the last progress", m.deadline(p).Sub(start))
		}
	})
	t.Run("drip", func(t *testing.T) {
		var m meter
		m.start(at(0))
		for s := 1.0; s < 20; s++ {
			m.progress(at(s), 1)
			if m.late(p, at(s)) {
				t.Fatalf("late after %v s, within the grace", s)
			}
		}
		if !m.late(p, at(20)) {
			t.Errorf("not late at the end of the grace with 1 byte a second; deadline %v", m.deadline(p).Sub(start))
		}
	})
	t.Run("just fast enough", func(t *testing.T) {
		var m meter
		m.start(at(0))
		for s := 1.0; s < 200; s++ {
			m.progress(at(s), 501)
			if m.late(p, at(s)) {
				t.Fatalf("late after %v s at 501 bytes a second", s)
			}
		}
	})
	t.Run("only waiting counts", func(t *testing.T) {
		var m meter
		for s := 0.0; s < 1000; s += 10 {
			m.start(at(s))
			m.progress(at(s+0.1), 60)
			m.stop(at(s + 0.1))
			if m.late(p, at(s+9.9)) {
				t.Fatalf("late after %v s, of which nearly none was waiting", s)
			}
		}
	})
	t.Run("off", func(t *testing.T) {
		var m meter
		m.start(at(0))
		if m.late(pace{idle: -1, rate: -1}, at(1e6)) {
			t.Error("late without a bound")
		}
	})
}
