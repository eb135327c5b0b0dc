package main

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/fasterapi-go/fasterapi/bench/wire"
)

var (
	errClosed     = errors.New("the server closed a connection")
	errHeld       = errors.New("a held connection was answered or closed")
	errUnasked    = errors.New("bytes came on a connection that had asked nothing")
	errShortWrite = errors.New("a request was sent in part only")
	errSilence    = errors.New("no answer came for 10 seconds")
)

// group is connections that ask for the same.
type group struct {
	path        string
	connections int
	request     []byte
	answer      wire.Answer
	held        bool
	seen        histogram
}

// conn is a connection, with what is left of the answer that is out on it.
type conn struct {
	fd        int
	group     *group
	sent      time.Duration // moment of the request, from the start
	remaining int           // bytes of the answer not yet read; 0 when idle
}

// load is the whole state of a run.
type load struct {
	groups []*group
	conns  []*conn
	byFD   map[int32]*conn
	epoll  int
	start  time.Time
	events []unix.EpollEvent
	buffer []byte
	// quota is how many requests may still be sent.
	quota int
	// out is how many are unanswered, not counting the held ones.
	out int
}

// unbounded is a quota that no run uses up.
const unbounded = 1 << 60

// dial learns what each group is answered, and then opens all connections.
func dial(addr string, groups []*group) (*load, error) {
	l := &load{groups: groups, byFD: make(map[int32]*conn), start: time.Now(),
		events: make([]unix.EpollEvent, 256), buffer: make([]byte, 256<<10)}
	var err error
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	for _, g := range groups {
		g.request = wire.Request(addr, g.path)
		if !g.held {
			if g.answer, err = wire.Learn(addr, g.path); err != nil {
				return nil, fmt.Errorf("%s: %w", g.path, err)
			}
		}
		fds, err := wire.Watch(l.epoll, addr, g.connections)
		if err != nil {
			return nil, err
		}
		for _, fd := range fds {
			c := &conn{fd: fd, group: g}
			l.conns = append(l.conns, c)
			l.byFD[int32(fd)] = c
		}
	}
	return l, nil
}

// hold sends the one request of each held connection.
func (l *load) hold() error {
	for _, c := range l.conns {
		if c.group.held {
			if err := l.write(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// run gives every idle connection a request, and each its next one when it is answered, until the time is over or all of
// quota is sent and answered. A negative time is none.
func (l *load) run(d time.Duration, quota int) error {
	l.quota = quota
	now := time.Since(l.start)
	end := now + d
	for _, c := range l.conns {
		if !c.group.held && c.remaining == 0 {
			if err := l.send(c, now); err != nil {
				return err
			}
		}
	}
	for l.out > 0 && (d < 0 || now < end) {
		wait := 10 * time.Second
		if d >= 0 {
			wait = min(wait, end-now)
		}
		n, err := unix.EpollWait(l.epoll, l.events, int(wait.Milliseconds())+1)
		if err != nil && err != unix.EINTR {
			return err
		}
		now = time.Since(l.start)
		if n == 0 && (d < 0 || now < end) {
			return errSilence
		}
		for _, event := range l.events[:max(n, 0)] {
			if now, err = l.receive(l.byFD[event.Fd], now); err != nil {
				return err
			}
		}
	}
	return nil
}

// drain waits for what is out and sends nothing.
func (l *load) drain() error { return l.run(-1, 0) }

func (l *load) send(c *conn, now time.Duration) error {
	if l.quota == 0 {
		return nil
	}
	l.quota--
	l.out++
	c.sent, c.remaining = now, c.group.answer.Len
	return l.write(c)
}

func (l *load) write(c *conn) error {
	n, err := unix.Write(c.fd, c.group.request)
	if err == nil && n < len(c.group.request) {
		return errShortWrite
	}
	return err
}

// receive reads what has come for c, and sends its next request when that completes an answer. It returns the time: one
// look at the clock serves the answer that ends and the request that begins.
func (l *load) receive(c *conn, now time.Duration) (time.Duration, error) {
	n, err := unix.Read(c.fd, l.buffer)
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return now, nil
	case c.group.held:
		return now, fmt.Errorf("%s: %w", c.group.path, errHeld)
	case err != nil:
		return now, err
	case n == 0:
		return now, fmt.Errorf("%s: %w", c.group.path, errClosed)
	case c.remaining == 0:
		return now, fmt.Errorf("%s: %w", c.group.path, errUnasked)
	}
	if err := c.group.answer.Check(l.buffer[:n], c.remaining); err != nil {
		return now, fmt.Errorf("%s: %w", c.group.path, err)
	}
	if c.remaining -= n; c.remaining > 0 {
		return now, nil
	}
	l.out--
	now = time.Since(l.start)
	c.group.seen.add(now - c.sent)
	return now, l.send(c, now)
}

// reset forgets what was seen so far, not what is out.
func (l *load) reset() {
	for _, g := range l.groups {
		g.seen = histogram{}
	}
}
