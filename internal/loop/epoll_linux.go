package loop

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// readSize is how much one read takes at most; the buffer belongs to the loop,
// not to a connection.
const readSize = 64 << 10

// Epoll is a loop over an epoll descriptor of its own. The goroutine in Run
// holds the baton.
type Epoll struct {
	poll     poller
	inbox    inbox
	wheel    wheel
	timer    *time.Timer
	armed    int64 // when the timer will ring, 0 when it will not
	birth    time.Time
	now      time.Time
	sockets  []*socket // by descriptor
	round    round
	accepts  map[int]*Listener
	in       []byte
	stopping bool
	stopped  chan struct{}
	late     sync.Mutex // the baton of a loop that has ended
}

// poller is the epoll descriptor, as a file that the runtime's own poller
// watches: a loop that waits parks as a goroutine does and keeps no thread.
type poller struct {
	file   *os.File
	raw    syscall.RawConn
	fd     int
	events [512]syscall.EpollEvent
	ready  int
}

// round is what a round of the loop has left to do. It is state of the loop, not
// of a function, so that whoever holds the baton can go on with it.
type round struct {
	unread  []*socket // bytes wait although the poller has told of them already
	touched []*socket // to be settled
	started int       // goroutines started in this round
}

// NewEpoll makes a loop; Run starts it.
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
		birth:   time.Now(),
		in:      make([]byte, readSize),
		accepts: make(map[int]*Listener),
		stopped: make(chan struct{}),
	}
	l.now = l.birth
	l.poll.fd, l.inbox.bell = fd, wake
	if err := l.register(wake, syscall.EPOLLIN|epollET); err != nil {
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
	l.timer = time.AfterFunc(time.Hour, func() { l.post(letter{}) })
	l.timer.Stop()
	return l, nil
}

func (l *Epoll) register(fd int, events uint32) error {
	ev := syscall.EpollEvent{Events: events, Fd: int32(fd)}
	return syscall.EpollCtl(l.poll.fd, syscall.EPOLL_CTL_ADD, fd, &ev)
}

// Run runs rounds until Stop.
func (l *Epoll) Run() {
	defer close(l.stopped)
	defer l.end()
	for !l.stopping {
		l.wait()
		l.now = time.Now()
		l.report()
		l.readOn()
		l.perform()
		l.wheel.advance(l.since(l.now), func(a *alarm) { a.owner.expired() })
		l.settle()
		l.arm()
		if l.round.started > 0 {
			// What was started answers into the inbox; letting it run first saves
			// the loop from going to sleep and being woken for each answer.
			l.round.started = 0
			runtime.Gosched()
		}
	}
}

func (l *Epoll) end() {
	l.timer.Stop()
	for _, s := range l.sockets {
		if s != nil {
			s.Close()
		}
	}
	for _, ln := range l.accepts {
		l.forget(ln)
	}
	l.inbox.close()
	l.perform()
	_ = l.poll.file.Close()
}

// Stop closes every listener and connection and ends Run; it waits for that.
// It must not be called by the holder of the baton.
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
	if !l.inbox.post(x) && x.job != nil {
		l.late.Lock()
		defer l.late.Unlock()
		x.job.Perform()
	}
}

func (l *Epoll) since(t time.Time) int64 { return int64(t.Sub(l.birth)) }

// wait fills poll.events. It parks only when nothing at all is left to do.
func (l *Epoll) wait() {
	l.poll.ready = 0
	if len(l.round.unread) > 0 || !l.inbox.empty() {
		l.look()
		return
	}
	_ = l.poll.raw.Read(func(uintptr) bool {
		// The order matters: whoever posts after sleep said yes rings the
		// eventfd, which this epoll descriptor reports.
		return l.look() || !l.inbox.sleep()
	})
	l.inbox.awake()
}

func (l *Epoll) look() bool {
	n, errno := epollWaitNow(l.poll.fd, l.poll.events[:])
	if errno != 0 {
		n = 0
	}
	l.poll.ready = n
	return n > 0
}

// report gives what the poller saw to sockets and listeners.
func (l *Epoll) report() {
	for i := range l.poll.ready {
		ev := &l.poll.events[i]
		fd := int(ev.Fd)
		if fd == l.inbox.bell {
			continue
		}
		if fd < len(l.sockets) && l.sockets[fd] != nil {
			l.sockets[fd].report(ev.Events)
			continue
		}
		if ln := l.accepts[fd]; ln != nil {
			l.accept(ln)
		}
	}
}

// readOn reads once more from each socket that had more than one read took, so
// that a fast sender gets its turn but not everybody's.
func (l *Epoll) readOn() {
	unread := l.round.unread
	l.round.unread = unread[len(unread):]
	for _, s := range unread {
		s.queued = false
		s.read()
	}
	if len(l.round.unread) == 0 {
		l.round.unread = unread[:0]
	}
}

func (l *Epoll) perform() {
	for _, x := range l.inbox.take() {
		if x.job != nil {
			x.job.Perform()
		}
		if x.socket != nil {
			x.socket.touch()
		}
	}
}

func (l *Epoll) settle() {
	// Settling may touch: what is appended here is settled in this round too.
	for i := 0; i < len(l.round.touched); i++ {
		s := l.round.touched[i]
		s.touched = false
		if !s.closed {
			s.session.Settle()
		}
	}
	clear(l.round.touched)
	l.round.touched = l.round.touched[:0]
}

// arm has the timer ring when the wheel next has something to look at.
func (l *Epoll) arm() {
	next := l.wheel.next()
	if next == l.armed {
		return
	}
	l.armed = next
	if next == 0 {
		l.timer.Stop()
		return
	}
	l.timer.Reset(time.Duration(next - l.since(l.now)))
}
