package server

import "time"

// meter watches the pace of a peer that somebody waits for: how long since it
// last moved, and how much it has moved per second of waiting. It runs only
// while somebody waits, so that a stream which has nothing to say, and a handler
// that takes its time, meet no bound.
type meter struct {
	since  time.Time     // waiting since, or since the last progress; zero: nobody waits
	waited time.Duration // in all, before since
	moved  int64
}

// pace is the bound that a meter is held to.
type pace struct {
	idle  time.Duration // negative: none
	rate  int           // bytes per second; negative: none
	grace time.Duration
}

func (m *meter) start(now time.Time) {
	if m.since.IsZero() {
		m.since = now
	}
}

// stop ends the waiting; what was moved and waited counts on.
func (m *meter) stop(now time.Time) {
	if !m.since.IsZero() {
		m.waited += now.Sub(m.since)
		m.since = time.Time{}
	}
}

func (m *meter) progress(now time.Time, n int) {
	m.moved += int64(n)
	if !m.since.IsZero() && n > 0 {
		m.waited += now.Sub(m.since)
		m.since = now
	}
}

// deadline is when the peer will have been too slow if it moves no more; zero is
// never.
func (m *meter) deadline(p pace) time.Time {
	if m.since.IsZero() {
		return time.Time{}
	}
	var due time.Time
	if p.idle > 0 {
		due = m.since.Add(p.idle)
	}
	if p.rate > 0 {
		allowed := max(p.grace, time.Duration(m.moved)*time.Second/time.Duration(p.rate))
		due = sooner(due, m.since.Add(max(allowed-m.waited, 0)))
	}
	return due
}

func (m *meter) late(p pace, now time.Time) bool {
	due := m.deadline(p)
	return !due.IsZero() && !now.Before(due)
}

// sooner is the earlier of two deadlines, of which zero is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
