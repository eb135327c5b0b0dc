package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/sys/unix"
)

var (
	errClosed     = errors.New("the server closed a connection")
	errStatusLine = errors.New("an answer began with another status line than the first one")
	errLength     = errors.New("an answer was longer than the first one")
	errNoLength   = errors.New("the first answer has no Content-Length")
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
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", t.path, t.addr)
	l := &load{
		batch: bytes.Repeat(request, t.depth),
		byFD:  make(map[int]*conn, connections),
		idle:  queue{ring: make([]*conn, connections)},
	}
	if err := l.learn(t, request); err != nil {
		return nil, err
	}
	var err error
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	addr, err := net.ResolveTCPAddr("tcp4", t.addr)
	if err != nil {
		return nil, err
	}
	to := &unix.SockaddrInet4{Port: addr.Port, Addr: [4]byte(addr.IP.To4())}
	for range connections {
		c, err := l.open(to)
		if err != nil {
			return nil, err
		}
		l.byFD[c.fd] = c
		l.idle.push(c)
	}
	return l, nil
}

// learn asks once and keeps the status line and the length of the answer.
func (l *load) learn(t target, request []byte) error {
	c, err := net.Dial("tcp", t.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := c.Write(request); err != nil {
		return err
	}
	var raw bytes.Buffer
	res, err := http.ReadResponse(bufio.NewReader(io.TeeReader(c, &raw)), nil)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the first answer is %s", res.Status)
	}
	if res.ContentLength < 0 {
		return errNoLength
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	// The one answer has been read whole and no other was asked for, so raw holds it and nothing else.
	l.statusLine = bytes.Clone(raw.Bytes()[:bytes.IndexByte(raw.Bytes(), '\n')+1])
	l.answerLen = raw.Len() * t.depth
	return nil
}

func (l *load) open(to unix.Sockaddr) (*conn, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, to); err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return nil, err
	}
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}
	return &conn{fd: fd}, unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &event)
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
		return errStatusLine
	case n > c.remaining:
		return errLength
	}
	c.remaining -= n
	if c.remaining == 0 {
		l.latencies = append(l.latencies, time.Since(start)-c.due)
		l.idle.push(c)
	}
	return nil
}
