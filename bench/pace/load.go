package main

import (
	"bytes"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"github.com/fasterapi-go/fasterapi/bench/wire"
)

var (
	errClosed     = errors.New("the server closed a connection")
	errShortWrite = errors.New("a request was sent in part only")
	errDrain      = errors.New("requests were left unanswered for 2 seconds")
)

// target is what is asked for: depth requests for path at once.
type target struct {
	addr, path string
	depth      int
}

// conn is a connection, with what is left of the batch that is out on it.
type conn struct {
	fd        int
	due       time.Duration // moment of the batch, from the start
	remaining int           // bytes of its answers not yet read; 0 when idle
}

// load is the whole state of a run.
type load struct {
	batch      []byte
	statusLine []byte
	answerLen  int // of a whole batch
	epoll      int
	byFD       map[int]*conn
	idle       queue
	latencies  []time.Duration
	elapsed    time.Duration
}

// queue holds the idle connections, the longest idle first. It never holds more than there are.
type queue struct {
	ring       []*conn
	head, size int
}

func (q *queue) push(c *conn) {
	q.ring[(q.head+q.size)%len(q.ring)] = c
	q.size++
}

func (q *queue) pop() *conn {
	c := q.ring[q.head]
	q.head = (q.head + 1) % len(q.ring)
	q.size--
	return c
}

// dial learns the answer on one connection and then opens all that the load uses.
func dial(t target, connections int) (*load, error) {
	answer, err := wire.Learn(t.addr, t.path)
	if err != nil {
		return nil, err
	}
	l := &load{
		batch:      bytes.Repeat(wire.Request(t.addr, t.path), t.depth),
		statusLine: answer.StatusLine,
		answerLen:  answer.Len * t.depth,
		byFD:       make(map[int]*conn, connections),
		idle:       queue{ring: make([]*conn, connections)},
	}
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	fds, err := wire.Watch(l.epoll, t.addr, connections)
	if err != nil {
		return nil, err
	}
	for _, fd := range fds {
		c := &conn{fd: fd}
		l.byFD[fd] = c
		l.idle.push(c)
	}
	return l, nil
}

// run sends one batch each interval for the duration, and then waits for what is still out.
func (l *load) run(interval, duration time.Duration) error {
	total := int(duration / interval)
	l.latencies = make([]time.Duration, 0, total)
	events := make([]unix.EpollEvent, 256)
	buffer := make([]byte, 256<<10)
	start := time.Now()
	for sent := 0; len(l.latencies) < total; {
		l.elapsed = time.Since(start)
		if l.elapsed > duration+2*time.Second {
			return errDrain
		}
		for ; sent < total && l.idle.size > 0 && time.Duration(sent)*interval <= l.elapsed; sent++ {
			if err := l.send(l.idle.pop(), time.Duration(sent)*interval); err != nil {
				return err
			}
		}
		n, err := unix.EpollWait(l.epoll, events, 0)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, event := range events[:max(n, 0)] {
			if err := l.recv(l.byFD[int(event.Fd)], buffer, start); err != nil {
				return err
			}
		}
	}
	l.elapsed = time.Since(start)
	return nil
}

func (l *load) send(c *conn, due time.Duration) error {
	n, err := unix.Write(c.fd, l.batch)
	if err != nil {
		return err
	}
	if n < len(l.batch) {
		return errShortWrite
	}
	c.due, c.remaining = due, l.answerLen
	return nil
}

func (l *load) recv(c *conn, buffer []byte, start time.Time) error {
	n, err := unix.Read(c.fd, buffer)
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return nil
	case err != nil:
		return err
	case n == 0:
		return errClosed
	case c.remaining == l.answerLen && !bytes.HasPrefix(buffer[:n], l.statusLine[:min(n, len(l.statusLine))]):
		return wire.ErrStatusLine
	case n > c.remaining:
		return wire.ErrLength
	}
	c.remaining -= n
	if c.remaining == 0 {
		l.latencies = append(l.latencies, time.Since(start)-c.due)
		l.idle.push(c)
	}
	return nil
}
