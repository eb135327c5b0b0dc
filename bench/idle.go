package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/bench/browser"
)

const (
	// quiet is how long connections rest before memory is read, in which a server may give back what it does not need.
	quiet = 5 * time.Second
	// portsPerSource stays well below the 28,232 ephemeral ports that Linux gives a source address.
	portsPerSource = 20000
	warmClients    = 64
	// idleRounds is the most that are made: memory hardly varies, and a round of it takes 11 seconds a server.
	idleRounds = 3
)

// idle measures what resident memory grows by when connections have been served once and stay.
func (l lab) idle(p program, s scenario) (got sample, err error) {
	server, err := p.start(l.serverCore, s)
	if err != nil {
		return got, err
	}
	defer server.stop()
	if err := s.answer.Check(server.addr); err != nil {
		return got, fmt.Errorf("before: %w", err)
	}
	// Warmed with the number of connections that a quiet server has: its code, pools and routes are then in memory.
	s.connections = warmClients
	if _, _, err := runLoad(l.load(s), server.addr, l.warm); err != nil {
		return got, err
	}
	time.Sleep(quiet)
	if got.before, err = residentBytes(server.pid); err != nil {
		return got, err
	}
	held, err := hold(server.addr, l.options.connections, s.answer.Body)
	defer func() {
		for _, c := range held {
			c.Close()
		}
	}()
	if err != nil {
		return got, err
	}
	time.Sleep(quiet)
	if got.after, err = residentBytes(server.pid); err != nil {
		return got, err
	}
	got.residentPerClient = float64(got.after-got.before) / float64(l.options.connections)
	if err := stillOpen(held); err != nil {
		return got, err
	}
	return got, nil
}

// hold opens n connections, a few at a time, and takes one answer on each. The connections made until an error are
// returned with it.
func hold(addr string, n int, body string) ([]net.Conn, error) {
	const openers = 32
	held := make([]net.Conn, n)
	failed := make([]error, openers)
	var opening sync.WaitGroup
	for opener := range openers {
		opening.Go(func() {
			for i := opener; i < n && failed[opener] == nil; i += openers {
				held[i], failed[opener] = askOnce(addr, i/portsPerSource, body)
			}
		})
	}
	opening.Wait()
	var open []net.Conn
	for _, c := range held {
		if c != nil {
			open = append(open, c)
		}
	}
	for _, err := range failed {
		if err != nil {
			return open, err
		}
	}
	return open, nil
}

// askOnce connects from the n-th loopback address, sends the browser's request and reads the answer.
func askOnce(addr string, n int, body string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	if n > 0 {
		dialer.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+n))}
	}
	c, err := dialer.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(10 * time.Second))
	defer c.SetDeadline(time.Time{})
	if _, err := c.Write(browser.Request); err != nil {
		return c, err
	}
	res, err := http.ReadResponse(bufio.NewReaderSize(c, 1024), nil)
	if err != nil {
		return c, err
	}
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return c, err
	}
	if res.StatusCode != http.StatusOK || res.Close || !bytes.Equal(got, []byte(body)) {
		return c, fmt.Errorf("a held connection was answered %s, %.80q, close %v", res.Status, got, res.Close)
	}
	return c, nil
}

// stillOpen asks a hundredth of the connections again: memory that was freed by hanging up is no saving.
func stillOpen(held []net.Conn) error {
	for i := 0; i < len(held); i += 100 {
		c := held[i]
		c.SetDeadline(time.Now().Add(5 * time.Second))
		if _, err := c.Write(browser.Request); err != nil {
			return fmt.Errorf("an idle connection was closed: %w", err)
		}
		if _, err := http.ReadResponse(bufio.NewReaderSize(c, 1024), nil); err != nil {
			return fmt.Errorf("an idle connection was closed: %w", err)
		}
	}
	return nil
}
