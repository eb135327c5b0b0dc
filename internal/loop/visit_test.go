package loop

import (
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// lodge is a probe that gives guests a place: what stands in guests is what
// Settle returns before the probe's own.
type lodge struct {
	*probe
	guests []Guest
}

func newLodge(onData func(l *lodge, in []byte)) *lodge {
	l := &lodge{probe: newProbe()}
	l.onData = func(_ *probe, in []byte) { onData(l, in) }
	return l
}

func (l *lodge) open(s Socket) Session {
	l.probe.open(s)
	return l
}

func (l *lodge) Settle() Guest {
	if len(l.guests) > 0 {
		g := l.guests[0]
		l.guests = l.guests[1:]
		return g
	}
	return l.probe.Settle()
}

// answer appends p to what the session sends, in place or by a job.
func (l *lodge) answer(v Visit, p ...byte) {
	if v.Touch() {
		l.out = append(l.out, p...)
		v.Lift()
		return
	}
	l.sock.Post(testJob(func() { l.out = append(l.out, p...) }))
}

// stay is a guest that leaves however it ends, and tells how that went.
type stay struct {
	in   func(v Visit)
	kept chan bool // nil where nobody asks
}

func (g stay) Perform() { g.InPlace(Visit{}) }

func (g stay) InPlace(v Visit) (kept bool) {
	defer func() {
		kept = v.Leave()
		if g.kept != nil {
			g.kept <- kept
		}
	}()
	g.in(v)
	return kept
}

// guestOf is a lodge whose first byte brings a guest that runs in; all later
// bytes are echoed.
func guestOf(in func(l *lodge, v Visit)) (l *lodge, kept chan bool) {
	kept = make(chan bool, 1)
	came := false
	return newLodge(func(l *lodge, p []byte) {
		if !came {
			came = true
			l.guests = append(l.guests, stay{func(v Visit) { in(l, v) }, kept})
			p = p[1:]
		}
		l.out = append(l.out, p...)
	}), kept
}

// goesOn fails unless the carrier does all that it owes: jobs, bytes, deadlines.
func goesOn(t *testing.T, l *lodge, peer net.Conn) {
	t.Helper()
	perform(t, l.sock, func() {})
	mustWrite(t, peer, []byte("on"))
	mustRead(t, peer, []byte("on"))
	perform(t, l.sock, func() { l.sock.SetDeadline(l.sock.Now().Add(time.Millisecond)) })
	wait(t, l.expired, "Expired")
}

// A guest that waits without a word loses the baton to the watchdog: its own
// connection is carried on and hears that the peer hangs up.
func TestGuestThatBlocksLosesTheBaton(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		inside, release := make(chan Visit, 1), make(chan struct{})
		touched := true
		l, kept := guestOf(func(l *lodge, v Visit) {
			inside <- v
			<-release
			touched = v.Touch()
			l.answer(v, '!')
		})
		peer := c.connect(t, l.open)
		mustWrite(t, peer, []byte("x"))
		v := wait(t, inside, "the guest")
		if v == (Visit{}) {
			t.Fatal("the guest is not in place")
		}
		goesOn(t, l, peer)
		if len(kept) > 0 {
			t.Fatal("the guest has left already")
		}
		if c.half {
			halfClose(t, peer)
			wait(t, l.hungUp, "HungUp")
		}
		close(release)
		if !c.half {
			mustRead(t, peer, []byte("!"))
		}
		if wait(t, kept, "the guest's end") || touched {
			t.Error("a guest that was robbed is told that it has the baton")
		}
	})
}

// What is given away is gone at once, whatever a watchdog would do.
func TestHandOver(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		release := make(chan struct{})
		l, kept := guestOf(func(l *lodge, v Visit) {
			if !v.Touch() {
				t.Error("a guest that has only begun cannot touch")
				return
			}
			l.out = append(l.out, "given"...)
			v.HandOver()
			if v.Touch() {
				t.Error("a guest touches after it gave the baton away")
			}
			<-release
		})
		peer := c.connect(t, l.open)
		mustWrite(t, peer, []byte("x"))
		mustRead(t, peer, []byte("given"))
		goesOn(t, l, peer)
		close(release)
		if wait(t, kept, "the guest's end") {
			t.Error("a guest keeps what it gave away")
		}
	})
}

// The loop goes on when a guest takes its goroutine with it.
func TestGoexitInPlace(t *testing.T) {
	for _, robbed := range []bool{false, true} {
		onEachCarrier(t, func(t *testing.T, c carrier) {
			l, kept := guestOf(func(l *lodge, v Visit) {
				if robbed {
					for v.Touch() { // until the watchdog comes
						v.Lift()
						runtime.Gosched()
					}
				}
				runtime.Goexit()
			})
			peer := c.connect(t, l.open)
			mustWrite(t, peer, []byte("x"))
			goesOn(t, l, peer)
			if wait(t, kept, "the guest's end") && robbed {
				t.Error("a guest that was robbed left with the baton")
			}
		})
	}
}

// A guest that never returns does not keep its carrier from ending. The carrier
// ends in a cleanup, before that of this test.
func TestGuestForEverDoesNotKeepStop(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		never := make(chan struct{})
		var kept chan bool
		t.Cleanup(func() {
			if len(kept) > 0 {
				t.Error("the guest has returned")
			}
			close(never)
			if wait(t, kept, "the guest's end") {
				t.Error("a guest has the baton of a carrier that has ended")
			}
		})
		inside := make(chan struct{})
		l, told := guestOf(func(*lodge, Visit) { close(inside); <-never })
		kept = told
		peer := c.connect(t, l.open)
		mustWrite(t, peer, []byte("x"))
		wait(t, inside, "the guest")
	})
}

// Several goroutines of one guest touch, and thieves try: what the baton guards
// is never in two hands.
func TestTouchersExcludeEachOther(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		const touchers, tries = 4, 2000
		guarded, touched := 0, atomic.Int64{}
		l, kept := guestOf(func(l *lodge, v Visit) {
			var all sync.WaitGroup
			for range touchers {
				all.Go(func() {
					for range tries {
						if v.Touch() {
							guarded++
							touched.Add(1)
							v.Lift()
						}
					}
				})
			}
			all.Wait()
			l.answer(v, '!')
		})
		peer := c.connect(t, l.open)
		mustWrite(t, peer, []byte("x"))
		mustRead(t, peer, []byte("!"))
		wait(t, kept, "the guest's end")
		if touched.Load() == 0 {
			t.Error("nobody ever touched")
		}
		perform(t, l.sock, func() {
			if guarded != int(touched.Load()) {
				t.Errorf("%d touches left %d marks", touched.Load(), guarded)
			}
		})
	})
}

// place alone: every transition, by hand.
func newPlace() (p *place, passed *int) {
	passed = new(int)
	return &place{pass: func() { *passed++ }}, passed
}

func (p *place) robNow() bool { return p.steal(p.word.Load()) }

func TestVisitByHand(t *testing.T) {
	p, passed := newPlace()
	if p.robNow() {
		t.Error("an empty place is robbed")
	}
	v := p.enter()
	if !v.Touch() {
		t.Fatal("Touch in place")
	}
	if v.Touch() {
		t.Error("two touch at once")
	}
	if p.robNow() || *passed != 0 {
		t.Error("a guest that touches is robbed")
	}
	v.Lift()
	if !v.Leave() || *passed != 0 {
		t.Error("a guest that nobody robbed leaves without the baton")
	}
	if v.Leave() || v.Touch() {
		t.Error("a guest that has left acts again")
	}
	v = p.enter()
	if !p.robNow() || *passed != 1 {
		t.Error("a guest in place cannot be robbed")
	}
	if p.robNow() || *passed != 1 {
		t.Error("a guest is robbed twice")
	}
	if v.Touch() || v.Leave() || *passed != 1 {
		t.Error("a guest that was robbed acts as the holder")
	}
	v = p.enter()
	if !v.Touch() {
		t.Error("the next guest finds the loss of the one before")
	}
	v.HandOver()
	if v.Touch() || v.Leave() || *passed != 2 {
		t.Error("a guest that gave the baton away acts as the holder")
	}
	v = p.enter()
	if !v.Touch() || v.Leave() || *passed != 2 {
		t.Error("a guest leaves with the baton that its other goroutine has")
	}
	if p.robNow() || v.Touch() || v.Leave() {
		t.Error("a visit that its guest has left goes on")
	}
	v.Lift()
	if *passed != 3 || v.Touch() || v.Leave() {
		t.Error("the baton of a deserted visit does not go on")
	}
	if (Visit{}).Touch() || (Visit{}).Leave() {
		t.Error("who is not in place has a baton")
	}
}

// However a visit ends, its number does not come again: a guest that was robbed
// cannot take the next one's place for its own.
func TestVisitNumbersNeverRepeat(t *testing.T) {
	p, _ := newPlace()
	var old []Visit
	seen := make(map[uint64]bool)
	for i := range 300 {
		v := p.enter()
		if seen[v.number] || v.number&visitStates != 0 {
			t.Fatalf("visit %d has the number %#x", i, v.number)
		}
		seen[v.number] = true
		for _, o := range old {
			if o.Touch() || o.Leave() {
				t.Fatalf("visit %#x is taken for %#x", o.number, v.number)
			}
		}
		old = append(old, v)
		switch i % 3 {
		case 0:
			v.Leave()
		case 1:
			p.robNow()
		case 2:
			v.Touch()
			v.HandOver()
		}
		for _, o := range old {
			if o.Touch() || o.Leave() {
				t.Fatalf("visit %#x acts while nobody is in place", o.number)
			}
		}
	}
}

// A goroutine that a guest leaves behind touches as long as it likes, and the
// loop goes on when it lifts.
func TestGuestLeavesWhileAnotherGoroutineTouches(t *testing.T) {
	onEachCarrier(t, func(t *testing.T, c carrier) {
		touched, release := make(chan struct{}), make(chan struct{})
		l, kept := guestOf(func(l *lodge, v Visit) {
			go func() {
				mine := v.Touch()
				close(touched)
				<-release
				if mine {
					l.out = append(l.out, '1')
					v.Lift()
				}
			}()
			<-touched
		})
		peer := c.connect(t, l.open)
		mustWrite(t, peer, []byte("x"))
		if wait(t, kept, "the guest's end") {
			t.Error("left with a baton that another goroutine has")
		}
		done := make(chan struct{})
		l.sock.Post(testJob(func() {
			l.out = append(l.out, '2')
			close(done)
		}))
		close(release)
		mustRead(t, peer, []byte("12"))
		wait(t, done, "the job")
		goesOn(t, l, peer)
	})
}

// Who robs a guest and who leaves, at the same instant: one of both has the baton.
func TestLeaveAgainstSteal(t *testing.T) {
	var passed atomic.Int64
	p := &place{pass: func() { passed.Add(1) }}
	for range 2000 {
		passed.Store(0)
		v := p.enter()
		var thieves sync.WaitGroup
		for range 2 {
			thieves.Go(func() { p.robNow() })
		}
		kept := v.Leave()
		thieves.Wait()
		if holders := passed.Load(); kept != (holders == 0) || holders > 1 {
			t.Fatalf("kept %v, and passed %d times", kept, holders)
		}
	}
}
