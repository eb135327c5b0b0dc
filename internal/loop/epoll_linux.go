package loop

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

// readSize is how much one read takes at most; the buffer belongs to the loop,
// not to a connection.
const readSize = 64 << 10

// yieldPeriod is how long a busy loop keeps its processor while handlers run
// elsewhere.
const yieldPeriod = 500 * time.Microsecond

// Epoll is a loop over an epoll descriptor of its own. Some goroutine holds its
// baton from Start to Stop, not always the same one.
type Epoll struct {
	poll     poller
	inbox    inbox
	wheel    wheel
	workers  workers
	clock    clock
	place    place
	watchdog watchdog
	sockets  []*socket // by descriptor
	round    round
	arrivals arrivals
	in       []byte
	stopping bool
	ended    bool // the epoll descriptor is closed, or is about to be
	stopped  chan struct{}
}

// clock is the time of the round, and what wakes the loop for the next deadline.
type clock struct {
	birth time.Time
	now   time.Time
	timer *time.Timer
	armed int64 // when the timer will ring, 0 when it will not
}

// poller is the epoll descriptor, as a file that the runtime's own poller
// watches: a loop that waits parks as a goroutine does and keeps no thread.
type poller struct {
	file   *os.File
	raw    syscall.RawConn
	parks  func(uintptr) bool // the callback of RawConn.Read, made once
	fd     int
	events [512]syscall.EpollEvent
	ready  int
	// births numbers the registrations. Descriptors come again: an event for one
	// that was closed in this very round must not reach who has its number now.
	births int32
}

// round is what a round of the loop has left to do. It is state of the loop, not
// of a function, so that whoever holds the baton can go on with it.
type round struct {
	event   int         // the next of poll.events
	done    bool        // all but settling is
	unread  []*socket   // bytes wait although the poller has told of them already
	spare   []*socket   // the slice that was unread in the round before
	touched []*socket   // to be settled
	settled int         // how many of them are
	started atomic.Bool // a goroutine was started in this round
	yielded int64       // when the holder last let others run
}

// NewEpoll makes a loop; Start starts it.
func NewEpoll() (*Epoll, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("loop: epoll_create1: %w", err)
	}
	wake, err := newEventfd()
	if err != nil {
		_ = syscall.Close(fd)
		return nil, fmt.Errorf("loop: eventfd: %w", err)
	}
	l := &Epoll{
		in:      make([]byte, readSize),
		stopped: make(chan struct{}),
	}
	l.arrivals.accepts = make(map[int]*Listener)
	l.clock.birth = time.Now()
	l.clock.now = l.clock.birth
	l.poll.fd, l.inbox.bell = fd, wake
	l.poll.parks = func(uintptr) bool {
		// The order matters: whoever posts after sleep said yes rings the
		// eventfd, which this epoll descriptor reports.
		if l.look() || !l.sleep() {
			return true
		}
		l.watchdog.rest()
		return false
	}
	if _, err := l.register(wake, syscall.EPOLLIN|epollET); err != nil {
		_, _ = syscall.Close(fd), syscall.Close(wake)
		return nil, fmt.Errorf("loop: epoll_ctl: %w", err)
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		_, _ = syscall.Close(fd), syscall.Close(wake)
		return nil, fmt.Errorf("loop: epoll descriptor: %w", err)
	}
	l.poll.file = os.NewFile(uintptr(fd), "epoll")
	if l.poll.raw, err = l.poll.file.SyscallConn(); err != nil {
		_, _ = l.poll.file.Close(), syscall.Close(wake)
		return nil, fmt.Errorf("loop: epoll descriptor: %w", err)
	}
	l.clock.timer = time.AfterFunc(time.Hour, l.rung)
	l.clock.timer.Stop()
	l.place.pass = func() { l.workers.run((*holder)(l)) }
	l.watchdog.init(&l.place)
	return l, nil
}

// register returns the number that events for this registration carry.
func (l *Epoll) register(fd int, events uint32) (birth int32, err error) {
	l.poll.births++
	ev := syscall.EpollEvent{Events: events, Fd: int32(fd), Pad: l.poll.births}
	return ev.Pad, syscall.EpollCtl(l.poll.fd, syscall.EPOLL_CTL_ADD, fd, &ev)
}

// unregister has to come before a descriptor is closed that has a duplicate: as
// long as one is open, the poller goes on reporting.
func (l *Epoll) unregister(fd int) {
	_ = syscall.EpollCtl(l.poll.fd, syscall.EPOLL_CTL_DEL, fd, &syscall.EpollEvent{})
}

// Start runs rounds until Stop.
func (l *Epoll) Start() { l.place.pass() }

// holder is the loop as the job of the goroutine that holds its baton.
type holder Epoll

func (h *holder) Perform() { (*Epoll)(h).hold() }

// hold goes on with the round at the point where the holder before left it, and
// with all that follow. It returns when the loop has ended or the baton is lost.
func (l *Epoll) hold() {
	// Somebody may have kept the baton for a while. What came meanwhile, answers of
	// the robbed among it, is not to wait for the end of a long round.
	l.clock.now = time.Now()
	l.perform()
	for l.carry() {
		if l.stopping {
			l.end()
			close(l.stopped)
			return
		}
		l.yield()
		l.wait()
	}
}

// yield lets other goroutines run. What was started in this round answers into
// the inbox: letting it run first saves the loop from going to sleep and being
// woken for each answer. And a loop that always has something to do must not keep
// the handlers that it has started from going on.
func (l *Epoll) yield() {
	now := l.since(l.clock.now)
	if l.round.started.Load() || now-l.round.yielded > int64(yieldPeriod) && l.workers.busy.Load() > 1 {
		l.round.started.Store(false)
		l.round.yielded = now
		runtime.Gosched()
	}
}

// carry is what is left of this round; false means that the baton is lost.
func (l *Epoll) carry() (kept bool) {
	for l.settle() {
		if l.round.done {
			l.arm()
			return true
		}
		l.step()
	}
	return false
}

// step takes the next piece of the round. What it brings is settled before the
// one after: the connection's memory is at hand, and its answer does not wait for
// everybody else's request.
func (l *Epoll) step() {
	if r := &l.round; r.event < l.poll.ready {
		ev := &l.poll.events[r.event]
		r.event++
		l.report(ev)
		return
	}
	l.round.done = true
	l.readOn()
	l.perform()
	l.wheel.advance(l.since(l.clock.now), func(a *alarm) { a.owner.expired() })
}

// end leaves nothing open: a listener or a connection that is still on its way
// in a letter finds ended set.
func (l *Epoll) end() {
	l.ended = true
	l.clock.timer.Stop()
	l.watchdog.rest()
	for _, s := range l.sockets {
		if s != nil {
			s.end(net.ErrClosed)
			s.Close()
		}
	}
	for _, ln := range l.arrivals.accepts {
		l.forget(ln)
	}
	l.inbox.close()
	// Whoever puts something into a ring from here on posts, too, and what is
	// posted is performed with a look into the rings.
	l.takeOver()
	l.performLate()
	_ = l.poll.file.Close()
	l.workers.close()
}

// performLate runs what is posted to a loop that has ended; whoever finds the
// inbox closed and nobody at it does that, so there is still one baton.
func (l *Epoll) performLate() {
	for l.perform() {
		clear(l.round.touched)
		l.round.touched, l.round.settled = l.round.touched[:0], 0
	}
}

// Stop ends the rounds and waits for that. Listeners close; each session is told that
// its connection has ended, with net.ErrClosed, and the connection closes. Jobs
// that are posted from then on still run. It must not be called by the holder of
// the baton, nor before Start.
func (l *Epoll) Stop() {
	l.Do(func() { l.stopping = true })
	<-l.stopped
}

// Do has the holder of the baton run f, soon.
func (l *Epoll) Do(f func()) { l.post(letter{job: jobFunc(f)}) }

// Broadcast has the holder of the baton call f with every session, soon.
func (l *Epoll) Broadcast(f func(Session)) {
	l.Do(func() {
		for _, s := range l.sockets {
			if s != nil {
				f(s.session)
				s.touch()
			}
		}
	})
}

type jobFunc func()

func (f jobFunc) Perform() { f() }

// post reaches the loop, or, when it has ended, performs the job itself: a
// handler that outlives its loop must hear that its connection is gone.
func (l *Epoll) post(x letter) {
	if !l.inbox.post(x) {
		l.performLate()
	}
}

func (l *Epoll) since(t time.Time) int64 { return int64(t.Sub(l.clock.birth)) }

// wait fills poll.events and begins a round. It parks only when nothing at all is
// left to do.
func (l *Epoll) wait() {
	l.poll.ready = 0
	if len(l.round.unread) > 0 || !l.inbox.empty() {
		l.look()
	} else {
		_ = l.poll.raw.Read(l.poll.parks)
		l.inbox.awake()
	}
	l.begin()
}

// begin is the start of a round, whose events are known.
func (l *Epoll) begin() {
	l.clock.now = time.Now()
	l.watchdog.feed(l.since(l.clock.now))
	l.round.event, l.round.done = 0, false
}

func (l *Epoll) look() bool {
	n, errno := epollWaitNow(l.poll.fd, l.poll.events[:])
	if errno != 0 {
		n = 0
	}
	l.poll.ready = n
	return n > 0
}

// report gives what the poller saw to a socket or a listener.
func (l *Epoll) report(ev *syscall.EpollEvent) {
	fd := int(ev.Fd)
	if fd < len(l.sockets) && l.sockets[fd] != nil {
		if s := l.sockets[fd]; s.birth == ev.Pad {
			s.report(ev.Events)
		}
		return
	}
	if ln := l.arrivals.accepts[fd]; ln != nil && ln.birth == ev.Pad {
		l.accept(ln)
	}
}

// readOn reads once more from each socket that had more than one read took, so
// that a fast sender gets its turn but not everybody's.
func (l *Epoll) readOn() {
	unread := l.round.unread
	l.round.unread, l.round.spare = l.round.spare[:0], unread
	for _, s := range unread {
		s.state.queued = false
		s.read()
	}
	clear(unread)
}

// perform reports whether there was anything in the inbox.
func (l *Epoll) perform() bool {
	letters := l.inbox.take()
	for _, x := range letters {
		if x.job != nil {
			x.job.Perform()
		}
		if x.socket != nil {
			x.socket.touch()
		}
	}
	clear(letters)
	// The baton of a loop that has ended is that of the inbox, and whoever finds
	// nothing posted has laid it down.
	if len(letters) > 0 || !l.ended {
		l.takeOver()
	}
	return len(letters) > 0
}

// settle ends what the last step has touched; false means that the baton is lost.
func (l *Epoll) settle() (kept bool) {
	r := &l.round
	if len(r.touched) == 0 {
		return true
	}
	// Settling may touch: what is appended here is settled in this round too.
	for r.settled < len(r.touched) {
		s := r.touched[r.settled]
		s.state.touched = false
		if !s.state.closed {
			if g := s.session.Settle(); g != nil {
				if !l.host(g) {
					return false
				}
				continue
			}
		}
		r.settled++
	}
	clear(r.touched)
	r.touched, r.settled = r.touched[:0], 0
	return true
}

// host runs a guest in place.
func (l *Epoll) host(g Guest) (kept bool) {
	v := l.place.enter()
	l.watchdog.wake()
	return l.place.host(g, v)
}

// Steal takes the baton from the guest in place, if there is one that does not
// touch the loop at this instant, as the watchdog does when one stays too long.
func (l *Epoll) Steal() bool { return l.place.steal(l.place.word.Load()) }

// arm has the timer ring when the wheel next has something to look at.
func (l *Epoll) arm() {
	next := l.wheel.next()
	if next == l.clock.armed {
		return
	}
	l.clock.armed = next
	if next == 0 {
		l.clock.timer.Stop()
		return
	}
	l.clock.timer.Reset(time.Duration(next - l.since(l.clock.now)))
}

// rung is what the timer does. It may be in the middle of a round that began
// before the deadline and cannot meet it, and then it has to ring again.
func (l *Epoll) rung() { l.post(letter{job: (*rearming)(l)}) }

// rearming is the job that has arm set the timer anew.
type rearming Epoll

func (j *rearming) Perform() { j.clock.armed = 0 }
