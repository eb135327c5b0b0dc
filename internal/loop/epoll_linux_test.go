package loop

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// steppedLoop is a loop whose rounds the test runs itself.
func steppedLoop(t testing.TB) *Epoll {
	t.Helper()
	l, err := NewEpoll()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.end(); close(l.stopped) })
	return l
}

// turn runs the round for what the poller has to tell now.
func (l *Epoll) turn() { l.look(); l.begin(); l.carry() }

// socketPair returns the end for a loop and the test's own.
func socketPair(t testing.TB, flags int) (near, far int) {
	t.Helper()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.SetNonblock(pair[0], true); err != nil {
		t.Fatal(err)
	}
	if err := syscall.SetNonblock(pair[1], flags&syscall.SOCK_NONBLOCK != 0); err != nil {
		t.Fatal(err)
	}
	return pair[0], pair[1]
}

// A connection is closed in the round in which the poller has an event for it,
// and another gets its descriptor before the loop comes to that event.
func TestStaleEventMissesTheNextOwner(t *testing.T) {
	l := steppedLoop(t)
	var heirs []*probe
	var probes [2]*probe
	var near [2]int
	for i := range probes {
		p := newProbe()
		probes[i] = p
		p.onData = func(*probe, []byte) {
			other := 1 - i
			probes[other].sock.Close()
			fresh, freshPeer := socketPair(t, 0)
			t.Cleanup(func() { _ = syscall.Close(freshPeer) })
			if fresh != near[other] {
				if err := syscall.Dup3(fresh, near[other], syscall.O_CLOEXEC); err != nil {
					t.Fatal(err)
				}
				_ = syscall.Close(fresh)
			}
			heir := newProbe()
			heirs = append(heirs, heir)
			l.adopt(near[other], netip.AddrPort{}, heir.open)
		}
		var far int
		near[i], far = socketPair(t, 0)
		l.adopt(near[i], netip.AddrPort{}, p.open)
		if _, err := syscall.Write(far, []byte("x")); err != nil {
			t.Fatal(err)
		}
		_ = syscall.Close(far)
	}
	l.look()
	if l.poll.ready < 2 {
		t.Fatalf("%d events in the batch", l.poll.ready)
	}
	l.carry()
	if len(heirs) != 1 {
		t.Fatalf("%d heirs", len(heirs))
	}
	l.turn()
	if h := heirs[0]; h.received.Load() != 0 || len(h.hungUp) != 0 || len(h.ended) != 0 {
		t.Error("the next owner of the descriptor heard of its predecessor's end")
	}
}

// A session that ignores the end of its connection is not told again and again,
// and does not keep the loop awake.
func TestEndKeepsNobodyAwake(t *testing.T) {
	l := steppedLoop(t)
	p := newProbe()
	p.manual = true
	near, far := socketPair(t, 0)
	l.adopt(near, netip.AddrPort{}, func(s Socket) Session { p.open(s); return deaf{p} })
	l.turn()
	if _, err := p.sock.Write([]byte("never read")); err != nil {
		t.Fatal(err)
	}
	_ = syscall.Close(far) // with bytes unread: ECONNRESET
	l.turn()
	if err := <-p.ended; !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Ended(%v)", err)
	}
	calls := p.calls.Load()
	p.sock.Pause()
	p.sock.Resume()
	l.turn()
	l.turn()
	if l.poll.ready != 0 || len(l.round.unread) != 0 || p.calls.Load() != calls {
		t.Errorf("%d events, %d to read, %d calls", l.poll.ready, len(l.round.unread), p.calls.Load()-calls)
	}
}

// deaf does not close at the end.
type deaf struct{ *probe }

func (d deaf) Ended(err error) { d.calls.Add(1); d.ended <- err }

// An end without an error waits behind the bytes that a paused session has not
// taken, even when both directions are closed.
func TestPausedSessionKeepsItsBytes(t *testing.T) {
	l := steppedLoop(t)
	p := newProbe()
	p.manual = true
	p.onData = func(*probe, []byte) {}
	near, far := socketPair(t, 0)
	l.adopt(near, netip.AddrPort{}, p.open)
	p.sock.Pause()
	l.turn()
	if _, err := syscall.Write(far, []byte("last")); err != nil {
		t.Fatal(err)
	}
	_ = syscall.Close(far)
	l.turn()
	if len(p.hungUp) != 1 || len(p.ended) != 0 {
		t.Errorf("HungUp %d times, Ended %d times while paused", len(p.hungUp), len(p.ended))
	}
	p.sock.Resume()
	l.turn()
	l.turn()
	if p.received.Load() != 4 || len(p.ended) != 1 || <-p.ended != nil {
		t.Errorf("%d bytes received, ended %v", p.received.Load(), p.over)
	}
}

// A session that closes in HungUp hears nothing of the same event's other news.
func TestCloseInHungUp(t *testing.T) {
	l := steppedLoop(t)
	p := newProbe()
	p.onHup = func(p *probe) { p.sock.Close() }
	near, far := socketPair(t, 0)
	l.adopt(near, netip.AddrPort{}, p.open)
	l.turn()
	p.sock.(*socket).state.blocked = true
	_ = syscall.Close(far)
	l.turn()
	if p.writable.Load() != 0 || len(p.ended) != 0 {
		t.Error("calls after Close")
	}
}

func TestAdoptThatCannotRegister(t *testing.T) {
	l := steppedLoop(t)
	p := newProbe()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file, err := os.CreateTemp(t.TempDir(), "") // a plain file cannot be polled
	if err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Dup(int(file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	l.adopt(fd, netip.AddrPort{}, p.open)
	l.settle()
	if err := <-p.ended; !errors.Is(err, syscall.EPERM) {
		t.Errorf("Ended(%v)", err)
	}
	if l.sockets[fd] != nil {
		t.Error("the connection is still there")
	}
}

func TestBroadcastReachesAll(t *testing.T) {
	l := runEpoll(t)
	opened := make(chan *probe, 8)
	addr := listenOn(t, l, "tcp", accepting(func(s Socket) Session {
		p := newProbe()
		p.open(s)
		opened <- p
		return p
	}))
	seen := map[Session]bool{}
	var peers []net.Conn
	for range 5 {
		peers = append(peers, dialTo(t, addr))
		seen[wait(t, opened, "a session")] = false
	}
	l.Broadcast(func(s Session) {
		seen[s] = true
		s.(*probe).out = append(s.(*probe).out, "bye"...)
	})
	for _, c := range peers {
		mustRead(t, c, []byte("bye")) // settled, too
	}
	rounds(t, l, 1)
	for s, reached := range seen {
		if !reached {
			t.Errorf("%v not reached", s)
		}
	}
}

// Stop with open connections and with goroutines that still post leaves no
// descriptor and no goroutine, and every job runs.
func TestStopLeavesNothing(t *testing.T) {
	runEpoll(t) // the runtime's own poller is open from here on
	goroutines, files := runtime.NumGoroutine(), descriptors(t)
	l, err := NewEpoll()
	if err != nil {
		t.Fatal(err)
	}
	l.Start()
	opened := make(chan *probe, 8)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	err = l.Accept(ln, accepting(func(s Socket) Session {
		p := newProbe()
		p.open(s)
		opened <- p
		return p
	}))
	if err != nil {
		t.Fatal(err)
	}
	var posters sync.WaitGroup
	var ran [4]int
	for i := range ran {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		p := wait(t, opened, "a session")
		posters.Go(func() {
			<-p.hungUp // from Stop
			for range 100 {
				p.sock.Post(testJob(func() {
					ran[i]++
					p.sock.Post(testJob(func() { ran[i]++ })) // from within a job
				}))
			}
			if err := <-p.ended; !errors.Is(err, net.ErrClosed) {
				t.Errorf("Ended(%v)", err)
			}
			_ = c.Close()
		})
	}
	l.Stop()
	l.Stop()
	posters.Wait()
	done := make(chan struct{})
	l.Do(func() { close(done) })
	wait(t, done, "a job after Stop")
	for i, n := range ran {
		if n != 200 {
			t.Errorf("poster %d: %d jobs ran", i, n)
		}
	}
	if err := l.Accept(ln, accepting(nil)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Stop: %v", err)
	}
	fd, far := socketPair(t, 0)
	p := newProbe()
	l.Do(func() { l.adopt(fd, netip.AddrPort{}, p.open) }) // a handover that came late
	if err := wait(t, p.ended, "Ended"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Ended(%v)", err)
	}
	_ = syscall.Close(far)
	_ = ln.Close()
	for end := time.Now().Add(patience); runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), goroutines)
		}
	}
	if n := descriptors(t); n != files {
		t.Errorf("%d descriptors, %d before", n, files)
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// The timer may ring in the middle of a round that began before the deadline, and
// so cannot meet it. It has to ring again.
func TestTimerThatRingsInARoundRingsAgain(t *testing.T) {
	l := steppedLoop(t)
	near, far := socketPair(t, 0)
	defer syscall.Close(far)
	p := newProbe()
	l.adopt(near, netip.AddrPort{}, p.open)
	p.sock.SetDeadline(p.sock.Now().Add(time.Minute))
	l.look()
	l.begin()
	l.carry()
	if l.clock.timer.Stop(); l.clock.armed == 0 {
		t.Fatal("the timer was not armed")
	}
	l.look()
	l.begin()
	l.rung() // as the timer does when the round takes longer than the wait
	l.carry()
	if !l.clock.timer.Stop() {
		t.Error("nobody will ring for a deadline to come")
	}
}
