package loop

import "time"

// portableTimer is the deadline. The timer itself may stand earlier.
type portableTimer struct {
	timer *time.Timer
	due   time.Time
	rings time.Time
}

func (t *portableTimer) stop() {
	if t.timer != nil {
		t.timer.Stop()
	}
}

func (s *portable) SetDeadline(t time.Time) {
	if s.state != carried {
		return
	}
	s.timer.due = t
	if t.IsZero() || !s.timer.rings.IsZero() && !s.timer.rings.After(t) {
		return
	}
	s.ring(t)
}

func (s *portable) ring(t time.Time) {
	s.timer.rings = t
	wait := time.Until(t)
	if s.timer.timer == nil {
		s.timer.timer = time.AfterFunc(wait, func() { s.turn(s.rung) })
		return
	}
	s.timer.timer.Reset(wait)
}

func (s *portable) rung() {
	s.timer.rings = time.Time{}
	due := s.timer.due
	switch {
	case s.state != carried || due.IsZero():
	case time.Now().Before(due):
		s.ring(due)
	default:
		s.timer.due = time.Time{}
		s.session.Expired()
	}
}
