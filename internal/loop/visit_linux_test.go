package loop

import (
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
)

// twoOn opens two connections on one loop.
func twoOn(t *testing.T, first, second Opener) (l *Epoll, a, b net.Conn) {
	t.Helper()
	l = runEpoll(t)
	open := make(chan Opener, 2)
	opened := make(chan struct{}, 2)
	addr := listenOn(t, l, "tcp", accepting(func(s Socket) Session {
		defer func() { opened <- struct{}{} }()
		return (<-open)(s)
	}))
	open <- first
	a = dialTo(t, addr)
	wait(t, opened, "the first session")
	open <- second
	b = dialTo(t, addr)
	wait(t, opened, "the second session")
	return l, a, b
}

// The other connections of the loop are served while a guest blocks, and those
// that come anew.
func TestOthersAreServedBesideAGuestThatBlocks(t *testing.T) {
	inside, release := make(chan struct{}), make(chan struct{})
	blocked, kept := guestOf(func(*lodge, Visit) { close(inside); <-release })
	other := newLodge(func(l *lodge, p []byte) { l.out = append(l.out, p...) })
	_, a, b := twoOn(t, blocked.open, other.open)
	mustWrite(t, a, []byte("x"))
	wait(t, inside, "the guest")
	for range 20 {
		goesOn(t, other, b)
	}
	goesOn(t, blocked, a)
	close(release)
	if wait(t, kept, "the guest's end") {
		t.Error("the guest kept the baton that others had")
	}
	goesOn(t, other, b)
}

// A guest that touches keeps the loop for itself, whoever tries to rob it.
func TestNobodyElseRunsWhileAGuestTouches(t *testing.T) {
	inside, release := make(chan struct{}), make(chan struct{})
	touching := true // the baton's
	var early atomic.Int64
	l, kept := guestOf(func(l *lodge, v Visit) {
		if !v.Touch() {
			t.Error("robbed before the test began")
			close(inside)
			return
		}
		close(inside)
		<-release
		touching = false
		v.Lift()
	})
	other := newLodge(func(*lodge, []byte) {})
	loop, a, _ := twoOn(t, l.open, other.open)
	mustWrite(t, a, []byte("x"))
	wait(t, inside, "the guest")
	done := make(chan struct{})
	other.sock.Post(testJob(func() {
		if touching {
			early.Add(1)
		}
		close(done)
	}))
	for range 1000 {
		if loop.Steal() {
			t.Error("stolen from a guest that touches")
		}
		loop.watchdog.look()
	}
	if len(kept) > 0 {
		t.Error("the guest has left")
	}
	close(release)
	wait(t, done, "the job")
	if early.Load() != 0 {
		t.Error("a job ran while a guest touched")
	}
	wait(t, kept, "the guest's end")
}

// A loop that waits has let its watchdog sleep: no timer rings for nothing.
func TestLoopAtRestHasNoTimer(t *testing.T) {
	l, err := NewEpoll()
	if err != nil {
		t.Fatal(err)
	}
	guests, kept := guestOf(func(*lodge, Visit) {})
	near, far := socketPair(t, 0)
	defer func() { _ = syscall.Close(far) }()
	l.Start()
	t.Cleanup(l.Stop)
	l.Do(func() { l.adopt(near, netip.AddrPort{}, guests.open) })
	if _, err := syscall.Write(far, []byte("x")); err != nil {
		t.Fatal(err)
	}
	wait(t, kept, "the guest's end")
	until(t, "the loop to park", func() bool {
		l.inbox.mu.Lock()
		defer l.inbox.mu.Unlock()
		return l.inbox.asleep
	})
	until(t, "the watchdog to sleep", func() bool { return !l.watchdog.awake.Load() })
	if l.watchdog.timer.Stop() {
		t.Error("a look is due although the loop waits")
	}
}

// What a round has left to do is the loop's: whoever takes over in the middle
// goes on with the next event, the rest of those that were touched and the jobs,
// and nothing is done twice.
func TestRoundGoesOnInOtherHands(t *testing.T) {
	const sockets = 8
	for robbed := range sockets {
		l := steppedLoop(t)
		passed := 0
		l.place.pass = func() { passed++ }
		var probes [sockets]*lodge
		for i := range probes {
			probes[i], _ = guestOf(func(_ *lodge, v Visit) {
				if i == robbed {
					l.Steal()
				}
			})
			near, far := socketPair(t, 0)
			t.Cleanup(func() { _ = syscall.Close(far) })
			l.adopt(near, netip.AddrPort{}, probes[i].open)
		}
		l.turn()
		for _, p := range probes {
			p.settled.Store(0)
			p.Received([]byte("x"))
			p.sock.(*socket).touch()
		}
		jobs := 0
		l.Do(func() { jobs++ })
		if l.carry() {
			t.Fatal("the round ended although its baton was stolen")
		}
		if passed != 1 || jobs != 0 {
			t.Fatalf("passed %d times, %d jobs", passed, jobs)
		}
		if !l.carry() {
			t.Fatal("the next holder lost the baton")
		}
		if jobs != 0 {
			t.Error("a job ran in a round that was over")
		}
		l.turn()
		if jobs != 1 {
			t.Errorf("the job ran %d times", jobs)
		}
		for i, p := range probes {
			if len(p.guests) != 0 || p.settled.Load() != 1 {
				t.Errorf("robbed at %d: socket %d has %d guests and was settled %d times", robbed, i, len(p.guests), p.settled.Load())
			}
		}
	}
}

// Each round that begins tells the watchdog that the one before went well.
func TestRoundPutsTheWatchdogOff(t *testing.T) {
	l := steppedLoop(t)
	l.watchdog.wake()
	l.watchdog.fed = -int64(watchPeriod)
	l.turn()
	if l.watchdog.fed != l.since(l.clock.now) {
		t.Errorf("fed at %d in the round of %d", l.watchdog.fed, l.since(l.clock.now))
	}
}

// A loop that is about to wait lets its watchdog sleep, whose next look would
// only find that nobody is there.
func TestWatchdogRestsBeforeTheLoopWaits(t *testing.T) {
	l := steppedLoop(t)
	l.turn()
	l.place.enter().Leave()
	l.watchdog.wake()
	if l.poll.parks(0) {
		t.Fatal("the loop has something to do")
	}
	if l.watchdog.awake.Load() {
		t.Error("the loop waits and its watchdog is awake")
	}
	l.inbox.awake()
}
