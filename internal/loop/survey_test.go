package loop

import (
	"net"
	"sync/atomic"
	"testing"
)

// A survey finds the connections that nobody is at, passes by those that are
// held, and leaves what is posted meanwhile to be performed.
func TestPortableSurvey(t *testing.T) {
	g := NewPortable()
	defer g.Stop()
	var probes [3]*probe
	for i := range probes {
		near, far := net.Pipe()
		t.Cleanup(func() { _ = far.Close() })
		probes[i] = newProbe()
		go g.Serve(near, probes[i].open)
		mustWrite(t, far, []byte("x"))
		mustRead(t, far, []byte("x"))
	}
	idle := func() (n int) {
		g.Survey(func(Session) { n++ })
		return n
	}
	for idle() != len(probes) { // the readers lay their batons down after the echo
	}
	entered, leave, left := make(chan struct{}), make(chan struct{}), make(chan struct{})
	held := probes[0]
	go func() {
		held.sock.Post(testJob(func() { close(entered); <-leave }))
		close(left)
	}()
	wait(t, entered, "the job")
	if n := idle(); n != len(probes)-1 {
		t.Errorf("%d of %d, one of which is held", n, len(probes))
	}
	close(leave)
	wait(t, left, "the end of the job")
	performed := make(chan struct{}, len(probes))
	g.Survey(func(s Session) {
		var now atomic.Bool
		s.(*probe).sock.Post(testJob(func() { now.Store(true); performed <- struct{}{} }))
		if now.Load() {
			t.Error("performed while the survey looks")
		}
	})
	g.Stop()
	if len(performed) != len(probes) {
		t.Errorf("%d performed of %d posted", len(performed), len(probes))
	}
}
