package loop

import "testing"

// A survey sees all sessions, settles none, and answers after the loop has ended.
func TestEpollSurvey(t *testing.T) {
	l, err := NewEpoll()
	if err != nil {
		t.Fatal(err)
	}
	l.Start()
	opened := make(chan *probe, 4)
	addr := listenOn(t, l, "tcp", accepting(func(s Socket) Session {
		p := newProbe()
		opened <- p
		return p.open(s)
	}))
	const n = 3
	var probes []*probe
	for range n {
		checkEcho(t, dialTo(t, addr))
		probes = append(probes, wait(t, opened, "a session"))
	}
	rounds(t, l, 1)
	before := probes[0].settled.Load()
	survey := func() int {
		seen, done := 0, make(chan struct{})
		l.Survey(func(Session) { seen++ }, func() { close(done) })
		wait(t, done, "the end of the survey")
		return seen
	}
	if seen := survey(); seen != n {
		t.Errorf("%d sessions of %d", seen, n)
	}
	rounds(t, l, 1)
	if after := probes[0].settled.Load(); after != before {
		t.Error("a survey settles")
	}
	l.Stop()
	if seen := survey(); seen != 0 {
		t.Errorf("%d sessions after the end", seen)
	}
}
