package loop

import (
	"errors"
	"testing"
	"time"
)

func simulated(p *probe, window int) (*Sim, *SimConn) {
	s := NewSim(time.Unix(1000, 0))
	return s, s.Open(p.open, window)
}

func TestSimEchoWithinTheWindow(t *testing.T) {
	p := newProbe()
	p.backlog = 3
	_, c := simulated(p, 4)
	c.Deliver([]byte("abcdefgh"))
	if got := string(c.Sent()); got != "abcd" || !c.Paused() {
		t.Errorf("sent %q, paused %v", got, c.Paused())
	}
	c.Deliver([]byte("ij"))
	c.Finish()
	if p.received.Load() != 8 || len(p.hungUp) != 1 || len(p.ended) != 0 {
		t.Error("a paused session received or ended")
	}
	c.Grant(2)
	if got := string(c.Sent()); got != "ef" || p.writable.Load() != 1 {
		t.Errorf("sent %q, Writable %d times", got, p.writable.Load())
	}
	c.Grant(100)
	if got := string(c.Sent()); got != "ghij" || !c.FinSent() || len(p.ended) != 1 {
		t.Errorf("sent %q, FIN %v, Ended %d times", got, c.FinSent(), len(p.ended))
	}
	c.Finish()
	c.Break(errCut)
	if len(p.ended) != 1 || len(p.hungUp) != 1 {
		t.Error("told twice")
	}
	if _, err := c.Write([]byte("x")); !errors.Is(err, errCut) {
		t.Errorf("Write on a broken connection: %v", err)
	}
}

func TestSimBreak(t *testing.T) {
	p := newProbe()
	_, c := simulated(p, -1)
	c.Break(errCut)
	if err := <-p.ended; !errors.Is(err, errCut) || !c.Closed() || len(p.hungUp) != 1 {
		t.Errorf("Ended(%v), closed %v", err, c.Closed())
	}
	calls := p.calls.Load()
	c.Deliver([]byte("x"))
	c.Grant(1)
	c.Finish()
	c.Abort()
	if p.calls.Load() != calls || c.Aborted() {
		t.Error("calls after Close")
	}
}

func TestSimClosesInReceived(t *testing.T) {
	p := newProbe()
	p.manual = true
	s, c := simulated(p, -1)
	p.onData = func(p *probe, in []byte) { p.sock.Abort() }
	p.sock.Pause()
	c.Deliver([]byte("x"))
	settled := p.settled.Load()
	ran := false
	p.sock.Post(testJob(func() { p.sock.Resume() }))
	p.sock.Post(testJob(func() { ran = true }))
	s.Quiet()
	if !c.Aborted() || !ran || p.settled.Load() != settled+1 {
		t.Errorf("aborted %v, later job %v, settled %d times", c.Aborted(), ran, p.settled.Load()-settled)
	}
}

// Deadlines expire in the order of time, each at its own.
func TestSimClock(t *testing.T) {
	s := NewSim(time.Unix(1000, 0))
	var probes [3]*probe
	for i := range probes {
		probes[i] = newProbe()
		c := s.Open(probes[i].open, -1)
		c.SetDeadline(s.now.Add(time.Duration(3-i) * time.Second))
	}
	s.Advance(2 * time.Second)
	if len(probes[0].expired) != 0 || s.now.Unix() != 1002 {
		t.Errorf("%d expired early, at %v", len(probes[0].expired), s.now.Unix())
	}
	s.Advance(time.Minute)
	for i, p := range probes {
		if at := <-p.expired; at.Unix() != int64(1003-i) {
			t.Errorf("%d expired at %v", i, at.Unix())
		}
	}
}

func TestSimGo(t *testing.T) {
	p := newProbe()
	s, c := simulated(p, -1)
	p.onData = func(p *probe, in []byte) {
		p.sock.Go(testJob(func() { p.sock.Post(testJob(func() { p.out = append(p.out, "done"...) })) }))
	}
	for range 50 {
		c.Deliver([]byte("x"))
		s.Quiet()
		if got := string(c.Sent()); got != "done" {
			t.Fatalf("sent %q", got)
		}
	}
}
