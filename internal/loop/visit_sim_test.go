package loop

import (
	"runtime"
	"testing"
	"time"
)

// On Sim a guest has a goroutine of its own, and the call that brought it waits
// until the baton is back.
func TestSimGuestKeepsTheBaton(t *testing.T) {
	l, kept := guestOf(func(l *lodge, v Visit) { l.answer(v, '!') })
	s := NewSim(time.Unix(1000, 0))
	c := s.Open(l.open, -1)
	c.Deliver([]byte("xy"))
	if got := string(c.Sent()); got != "y!" || !<-kept {
		t.Errorf("sent %q", got)
	}
	s.Quiet()
}

// At each point where it matters the baton is lost once: the call goes on while
// the guest is still there, and what it asks for is done by a job.
func TestSimGuestIsRobbedAtEveryPoint(t *testing.T) {
	const points = 4 // two of Touch, one of Leave, and none
	for at := range points {
		release := make(chan struct{})
		l, kept := guestOf(func(l *lodge, v Visit) {
			l.answer(v, '1')
			<-release
			l.answer(v, '2')
		})
		s := NewSim(time.Unix(1000, 0))
		passed := 0
		s.Rob(func() {
			if passed++; passed == at+1 {
				s.Steal()
			}
		})
		if at > 0 {
			close(release)
		}
		c := s.Open(l.open, -1)
		c.Deliver([]byte("x"))
		if at == 0 {
			c.Deliver([]byte("meanwhile"))
			if got := string(c.Sent()); got != "meanwhile" || len(kept) != 0 {
				t.Errorf("sent %q while the guest is elsewhere", got)
			}
			close(release)
		}
		s.Quiet()
		if got := string(c.Sent()); got != "12" {
			t.Errorf("robbed at point %d: sent %q", at, got)
		}
		if <-kept != (at == points-1) {
			t.Errorf("robbed at point %d: kept %v", at, at < points-1)
		}
	}
}

func TestSimGoexitInPlace(t *testing.T) {
	for _, robbed := range []bool{false, true} {
		s := NewSim(time.Unix(1000, 0))
		l, kept := guestOf(func(*lodge, Visit) {
			if robbed {
				s.Steal()
			}
			runtime.Goexit()
		})
		c := s.Open(l.open, -1)
		c.Deliver([]byte("x"))
		c.Deliver([]byte("on"))
		s.Quiet()
		if got := string(c.Sent()); got != "on" || <-kept == robbed {
			t.Errorf("sent %q, robbed %v", got, robbed)
		}
	}
}
