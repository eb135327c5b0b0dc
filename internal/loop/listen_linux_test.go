package loop

import (
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// echoing opens an echo for each connection, and tells of the loop it is on.
func echoing(on chan *Epoll) *Listener {
	ln := accepting(nil)
	ln.Open = func(l *Epoll) Opener {
		on <- l
		return newProbe().open
	}
	return ln
}

func checkEcho(t *testing.T, c net.Conn) {
	t.Helper()
	mustWrite(t, c, []byte("hello"))
	mustRead(t, c, []byte("hello"))
}

func TestAcceptSpreads(t *testing.T) {
	first, second := runEpoll(t), runEpoll(t)
	on := make(chan *Epoll, 8)
	ln := echoing(on)
	ln.Spread = []*Epoll{first, second}
	addr := listenOn(t, first, "tcp", ln)
	count := map[*Epoll]int{}
	for range 6 {
		checkEcho(t, dialTo(t, addr))
		count[wait(t, on, "a session")]++
	}
	if count[first] != 3 || count[second] != 3 {
		t.Errorf("%d and %d connections", count[first], count[second])
	}
}

func TestAdmitParksAndResumeResumes(t *testing.T) {
	l := runEpoll(t)
	on := make(chan *Epoll, 8)
	asked := make(chan struct{}, 64)
	var room atomic.Bool
	ln := echoing(on)
	ln.Admit = func(bool) bool { asked <- struct{}{}; return room.Load() }
	addr := listenOn(t, l, "tcp", ln)
	c := dialTo(t, addr)
	wait(t, asked, "the question")
	rounds(t, l, 3)
	if len(asked) != 0 || len(on) != 0 {
		t.Error("asked or opened while parked")
	}
	l.Resume(ln)
	wait(t, asked, "the question after Resume")
	room.Store(true)
	l.Resume(ln)
	wait(t, on, "the session")
	checkEcho(t, c)
}

// rounds has l go through n of them.
func rounds(t *testing.T, l *Epoll, n int) {
	t.Helper()
	for range n {
		done := make(chan struct{})
		l.Do(func() { close(done) })
		wait(t, done, "a round")
	}
}

func TestRetireTakesTheQueue(t *testing.T) {
	l := runEpoll(t)
	on := make(chan *Epoll, 256)
	ln := echoing(on)
	ln.Admit = func(bool) bool { return false } // so that all stay in the queue
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := l.Accept(socket, ln); err != nil {
		t.Fatal(err)
	}
	var peers []net.Conn
	for range acceptBatch + 10 {
		peers = append(peers, dialTo(t, socket.Addr()))
	}
	done := make(chan int, 1)
	l.Retire(ln, func() { done <- len(on) })
	if n := wait(t, done, "done"); n != len(peers) {
		t.Errorf("%d of %d connections", n, len(peers))
	}
	for _, c := range peers {
		checkEcho(t, c)
	}
	again := make(chan struct{})
	l.Retire(ln, func() { close(again) })
	wait(t, again, "done of a second Retire")
}

// The listening socket itself may stay open: what it has to tell then must not
// keep the loop awake.
func TestRetiredListenerIsSilent(t *testing.T) {
	l := runEpoll(t)
	ln := echoing(make(chan *Epoll, 8))
	addr := listenOn(t, l, "tcp", ln)
	checkEcho(t, dialTo(t, addr))
	done := make(chan struct{})
	l.Retire(ln, func() { close(done) })
	wait(t, done, "done")
	dialTo(t, addr)
	seen := make(chan bool, 1)
	l.Do(func() {
		l.look()
		heard := false
		for _, ev := range l.poll.events[:l.poll.ready] {
			heard = heard || ev.Pad == ln.birth
		}
		seen <- heard
		l.poll.ready = 0
	})
	if wait(t, seen, "the look") {
		t.Error("a listener that has retired is heard")
	}
}

func TestAcceptBacksOffWithoutDescriptors(t *testing.T) {
	l := runEpoll(t)
	on := make(chan *Epoll, 8)
	faults := make(chan error, 64)
	pauses := make(chan time.Duration, 64)
	var room atomic.Bool
	ln := echoing(on)
	ln.Admit = func(bool) bool { return room.Load() }
	ln.Fault = func(err error, pause time.Duration) { faults <- err; pauses <- pause }
	c := dialTo(t, listenOn(t, l, "tcp", ln))
	rounds(t, l, 2)

	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	restore := func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Error(err)
		}
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 0, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	defer restore()
	room.Store(true)
	l.Resume(ln)
	for _, want := range []time.Duration{minAcceptPause, 2 * minAcceptPause, 4 * minAcceptPause} {
		if err := wait(t, faults, "Fault"); !errors.Is(err, syscall.EMFILE) {
			t.Errorf("Fault(%v)", err)
		}
		if pause := wait(t, pauses, "a pause"); pause != want {
			t.Errorf("pause of %v, want %v", pause, want)
		}
	}
	restore()
	wait(t, on, "the session")
	checkEcho(t, c)
}

func TestListenReusePort(t *testing.T) {
	const n = 4
	listeners, err := ListenReusePort("tcp", "127.0.0.1:0", n)
	if err != nil {
		t.Fatal(err)
	}
	if len(listeners) != n {
		t.Fatalf("%d listeners", len(listeners))
	}
	on := make(chan *Epoll, 64)
	for _, ln := range listeners {
		if ln.Addr().String() != listeners[0].Addr().String() {
			t.Errorf("%v beside %v", ln.Addr(), listeners[0].Addr())
		}
		if err := runEpoll(t).Accept(ln, echoing(on)); err != nil {
			t.Fatal(err)
		}
		_ = ln.Close() // the loop has its own
	}
	for range 16 {
		checkEcho(t, dialTo(t, listeners[0].Addr()))
	}
	if len(on) != 16 {
		t.Errorf("%d sessions", len(on))
	}
	if _, err := ListenReusePort("tcp", listeners[0].Addr().String(), n); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("an address that is taken: %v", err)
	}
	if _, err := ListenReusePort("tcp", "256.0.0.1:0", 2); err == nil {
		t.Error("an address that is none is listened on")
	}
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "[::]:0"} {
		socket, err := net.Listen("tcp", address)
		if err != nil {
			t.Skipf("%s: %v", address, err)
		}
		l := runEpoll(t)
		socks := make(chan Socket, 1)
		err = l.Accept(socket, accepting(func(s Socket) Session { socks <- s; return newProbe().open(s) }))
		if err != nil {
			t.Fatal(err)
		}
		_ = socket.Close()
		target := socket.Addr().(*net.TCPAddr)
		if target.IP.IsUnspecified() {
			target = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: target.Port} // IPv4 on an IPv6 socket
		}
		c := dialTo(t, target)
		s := wait(t, socks, "the session")
		perform(t, s, func() {
			if s.Local().String() != c.RemoteAddr().String() || s.Remote().String() != c.LocalAddr().String() {
				t.Errorf("%v and %v, want %v and %v", s.Local(), s.Remote(), c.RemoteAddr(), c.LocalAddr())
			}
			s.Close()
			if s.Local().IsValid() {
				t.Error("a closed connection knows an address of its descriptor")
			}
		})
	}
}

// Full is told only of a connection that waits, not of a place that is missing
// for nobody.
func TestFullIsToldOfWhoWaits(t *testing.T) {
	l := runEpoll(t)
	on := make(chan *Epoll, 8)
	full := make(chan struct{}, 8)
	var places atomic.Int64
	places.Store(1)
	ln := echoing(on)
	ln.Admit = func(bool) bool {
		if places.Add(-1) < 0 {
			places.Add(1)
			return false
		}
		return true
	}
	ln.Full = func() { full <- struct{}{} }
	addr := listenOn(t, l, "tcp", ln)
	checkEcho(t, dialTo(t, addr))
	rounds(t, l, 2)
	if len(full) != 0 {
		t.Error("told although nobody waits")
	}
	second := dialTo(t, addr)
	wait(t, full, "Full")
	rounds(t, l, 2)
	if len(full) != 0 {
		t.Error("told twice of one connection")
	}
	places.Store(1)
	l.Resume(ln)
	checkEcho(t, second)
}

func TestRefuseClosesAtOnce(t *testing.T) {
	l := runEpoll(t)
	on := make(chan *Epoll, 8)
	var refuses atomic.Bool
	refuses.Store(true)
	asked, released := make(chan netip.AddrPort, 1), make(chan struct{}, 64)
	ln := echoing(on)
	ln.Refuse = func(remote netip.AddrPort) bool {
		if refuses.Load() {
			asked <- remote
			return true
		}
		return false
	}
	ln.Release = func() { released <- struct{}{} }
	addr := listenOn(t, l, "tcp", ln)
	c := dialTo(t, addr)
	mustEnd(t, c)
	if remote := wait(t, asked, "the question"); remote.String() != c.LocalAddr().String() {
		t.Errorf("asked about %v, want %v", remote, c.LocalAddr())
	}
	wait(t, released, "the place")
	refuses.Store(false)
	checkEcho(t, dialTo(t, addr))
	if len(on) != 1 {
		t.Errorf("%d sessions", len(on))
	}
}
