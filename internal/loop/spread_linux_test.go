package loop

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// spreader is a Listener without a socket, that spreads over targets; opened
// tells on which loop each connection was opened, in order.
type spreader struct {
	*Listener
	mu     sync.Mutex
	opened []*Epoll
	probes []*probe
}

func newSpreader(from *Epoll, targets ...*Epoll) *spreader {
	s := &spreader{Listener: accepting(nil)}
	s.Open = func(on *Epoll) Opener {
		return func(sock Socket) Session {
			s.mu.Lock()
			defer s.mu.Unlock()
			p := newProbe()
			s.opened, s.probes = append(s.opened, on), append(s.probes, p)
			return p.open(sock)
		}
	}
	s.Spread = targets
	from.outlets(s.Listener)
	return s
}

// handOne hands a connection over and returns its other end.
func (s *spreader) handOne(t *testing.T, from *Epoll) (far int) {
	near, far := socketPair(t, 0)
	t.Cleanup(func() { _ = syscall.Close(far) })
	from.hand(handover{near, netip.AddrPort{}, s.Listener})
	return far
}

func (s *spreader) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.opened)
}

// A loop that does not keep up misses its turn; the one that accepts steps in
// when no other has room.
func TestFullRingsPassTheTurn(t *testing.T) {
	own, slow, quick := steppedLoop(t), steppedLoop(t), steppedLoop(t)
	s := newSpreader(own, slow, quick)
	slow.turn()
	quick.turn() // now they know their rings
	toSlow, toQuick := own.arrivals.to[slow], own.arrivals.to[quick]
	for range ringSize {
		toSlow.put(handover{})
	}
	s.handOne(t, own)
	quick.turn()
	if s.count() != 1 || s.opened[0] != quick {
		t.Fatalf("opened on %v, want the loop with room", s.opened)
	}
	for range ringSize {
		toQuick.put(handover{})
	}
	s.handOne(t, own)
	if s.count() != 2 || s.opened[1] != own {
		t.Fatalf("opened on %v, want the loop that accepts", s.opened)
	}
	for _, r := range []*ring[handover]{toSlow, toQuick} {
		for !r.empty() {
			r.take()
		}
	}
	s.handOne(t, own)
	slow.turn()
	if s.count() != 3 || s.opened[2] != slow {
		t.Fatalf("opened on %v, want the first again", s.opened)
	}
}

// What is on its way to a loop when it ends is opened and has ended, and so is
// what comes later.
func TestEndTakesWhatRingsHold(t *testing.T) {
	own := steppedLoop(t)
	target, err := NewEpoll()
	if err != nil {
		t.Fatal(err)
	}
	s := newSpreader(own, target)
	check := func(far int) {
		t.Helper()
		var b [1]byte
		if n, err := syscall.Read(far, b[:]); n != 0 || err != nil {
			t.Errorf("the peer reads %d, %v; want the end", n, err)
		}
		p := s.probes[len(s.probes)-1]
		if err := wait(t, p.ended, "Ended"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Ended(%v)", err)
		}
	}
	early := []int{s.handOne(t, own), s.handOne(t, own)}
	if s.count() != 0 {
		t.Fatal("opened before the target's round")
	}
	target.end()
	if s.count() != len(early) {
		t.Fatalf("%d opened of %d", s.count(), len(early))
	}
	check(early[1])
	late := s.handOne(t, own)
	if s.count() != len(early)+1 {
		t.Fatal("a connection for a loop that has ended is lost")
	}
	check(late)
}

// However handing over and stopping fall together, each connection is opened
// and ended once.
func TestStopWhileHandingOver(t *testing.T) {
	own := steppedLoop(t)
	for range 200 {
		target, err := NewEpoll()
		if err != nil {
			t.Fatal(err)
		}
		target.Start()
		s := newSpreader(own, target)
		const n = 16
		stopped := make(chan struct{})
		for i := range n {
			if i == n/2 {
				go func() { target.Stop(); close(stopped) }()
			}
			near, far := socketPair(t, 0)
			_ = syscall.Close(far)
			own.hand(handover{near, netip.AddrPort{}, s.Listener})
		}
		wait(t, stopped, "the end of Stop")
		// Another goroutine may be at what was posted last.
		done := make(chan struct{})
		target.Do(func() { close(done) })
		wait(t, done, "a job after the end")
		if s.count() != n {
			t.Fatalf("%d opened of %d", s.count(), n)
		}
		for _, p := range s.probes {
			wait(t, p.ended, "Ended")
		}
		delete(own.arrivals.to, target)
	}
}

// A loop that sleeps is woken for what is handed over, one that is awake is not
// rung for.
func TestHandingOverWakesSleepers(t *testing.T) {
	own, target := steppedLoop(t), steppedLoop(t)
	s := newSpreader(own, target)
	target.turn()
	rung(t, &target.inbox)
	if !target.sleep() {
		t.Fatal("no sleep without anything to do")
	}
	s.handOne(t, own)
	s.handOne(t, own)
	if n := rung(t, &target.inbox); n != 1 {
		t.Errorf("rung %d times", n)
	}
	target.inbox.take()
	if target.sleep() {
		t.Error("slept with connections in its ring")
	}
	s.handOne(t, own)
	if n := rung(t, &target.inbox); n != 0 {
		t.Errorf("rung %d times for a loop that is awake", n)
	}
	target.turn()
	if s.count() != 3 {
		t.Errorf("%d opened", s.count())
	}
}

// One loop accepts for two; each connection is dialled, asked once and reset.
func BenchmarkAcceptSpread(b *testing.B) {
	first, second := runEpoll(b), runEpoll(b)
	ln := accepting(nil)
	ln.Open = func(*Epoll) Opener { return newProbe().open }
	ln.Spread = []*Epoll{first, second}
	addr := listenOn(b, first, "tcp", ln)
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			one := []byte{1}
			for left.Add(-1) >= 0 {
				c, err := net.Dial("tcp", addr.String())
				if err != nil {
					b.Error(err)
					return
				}
				_ = c.(*net.TCPConn).SetLinger(0)
				if _, err := c.Write(one); err != nil {
					b.Error(err)
				}
				if _, err := io.ReadFull(c, one); err != nil {
					b.Error(err)
				}
				_ = c.Close()
			}
		})
	}
	clients.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "conns/s")
}
