package main

import (
	"fmt"
	"sync"
	"time"
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
	if err := s.check(server.addr); err != nil {
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
	held, err := hold(resting{link: s.link, addr: server.addr, body: s.answer.Body}, l.options.connections)
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
func hold(to resting, n int) ([]*resting, error) {
	const openers = 32
	held := make([]*resting, n)
	failed := make([]error, openers)
	var opening sync.WaitGroup
	for opener := range openers {
		opening.Go(func() {
			for i := opener; i < n && failed[opener] == nil; i += openers {
				held[i], failed[opener] = to.open(i / portsPerSource)
			}
		})
	}
	opening.Wait()
	var open []*resting
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

// stillOpen asks a hundredth of the connections again: memory that was freed by hanging up is no saving.
func stillOpen(held []*resting) error {
	for i := 0; i < len(held); i += 100 {
		if err := held[i].ask(); err != nil {
			return fmt.Errorf("an idle connection was closed: %w", err)
		}
	}
	return nil
}
