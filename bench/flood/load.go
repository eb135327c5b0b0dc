package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/sys/unix"

	"github.com/fasterapi-go/fasterapi/bench/framed"
)

var (
	errClosed     = errors.New("the server closed a connection")
	errShortWrite = errors.New("requests were sent in part only")
	errSilence    = errors.New("no answer came for 10 seconds")
	errTable      = errors.New("the request's fields do not stay in the table")
	errBodies     = errors.New("a connection answers with another body than the first one")
)

// load is all connections of a run, and what they share.
type load struct {
	conns  map[int32]*conn
	epoll  int
	events []unix.EpollEvent
	buffer []byte
}

// dial opens the connections, asks twice on each, and sends the first requests that the load is made of.
func dial(addr, path string, connections, streams int) (*load, error) {
	l := &load{conns: make(map[int32]*conn), events: make([]unix.EpollEvent, 256), buffer: make([]byte, 256<<10)}
	var err error
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	var body []byte
	for range connections {
		fd, c, err := open(addr, path)
		if err != nil {
			return nil, err
		}
		if body == nil {
			body = c.body
		} else if !bytes.Equal(body, c.body) {
			return nil, fmt.Errorf("%w: %.80q, %.80q", errBodies, c.body, body)
		}
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}
		if err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &event); err != nil {
			return nil, err
		}
		l.conns[int32(fd)] = c
		c.ask(streams)
		if err := send(fd, c); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// open makes one connection and returns its socket, not blocking, which stays open until the process ends. Its table holds the fields of
// the request after the second exchange at the latest: in the first one the server's settings may have changed it.
func open(addr, path string) (fd int, c *conn, err error) {
	socket, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, nil, err
	}
	defer socket.Close()
	if err := socket.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return 0, nil, err
	}
	f, err := framed.NewConn(socket, addr, 4096)
	if err != nil {
		return 0, nil, err
	}
	c = new(conn)
	for range 2 {
		if c.body, err = f.Get(path, nil); err != nil {
			return 0, nil, err
		}
	}
	block, err := f.Block("GET", path, nil)
	if err != nil {
		return 0, nil, err
	}
	c.frame, c.next = request(block), f.NextStream()
	if again, err := f.Block("GET", path, nil); err != nil || !bytes.Equal(again, c.frame[frameHead:]) {
		return 0, nil, errors.Join(errTable, err)
	}
	file, err := socket.(*net.TCPConn).File()
	if err != nil {
		return 0, nil, err
	}
	defer file.Close()
	if fd, err = unix.Dup(int(file.Fd())); err != nil {
		return 0, nil, err
	}
	return fd, c, unix.SetNonblock(fd, true)
}

// run answers what comes with new requests for d, and returns how many were answered.
func (l *load) run(d time.Duration) (answered int, err error) {
	began := time.Now()
	for heard := began; ; {
		n, err := unix.EpollWait(l.epoll, l.events, 100)
		if err != nil && err != unix.EINTR {
			return answered, err
		}
		now := time.Now()
		if n > 0 {
			heard = now
		} else if now.Sub(heard) > 10*time.Second {
			return answered, errSilence
		}
		for _, event := range l.events[:max(n, 0)] {
			ended, err := l.serve(int(event.Fd), l.conns[event.Fd])
			if err != nil {
				return answered, err
			}
			answered += ended
		}
		if now.Sub(began) >= d {
			return answered, nil
		}
	}
}

// serve reads once, takes what came, and asks for as much as ended.
func (l *load) serve(fd int, c *conn) (ended int, err error) {
	kept := copy(l.buffer, c.part)
	n, err := unix.Read(fd, l.buffer[kept:])
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return 0, nil
	case err != nil:
		return 0, err
	case n == 0:
		return 0, errClosed
	}
	taken, ended, err := c.take(l.buffer[:kept+n])
	if err != nil {
		return 0, err
	}
	c.part = append(c.part[:0], l.buffer[taken:kept+n]...)
	c.ask(ended)
	return ended, send(fd, c)
}

// send writes what c has to say. It is little beside what the server has to read: a socket that does not take it is an error.
func send(fd int, c *conn) error {
	if len(c.out) == 0 {
		return nil
	}
	n, err := unix.Write(fd, c.out)
	if err == nil && n < len(c.out) {
		err = errShortWrite
	}
	c.out = c.out[:0]
	return err
}
