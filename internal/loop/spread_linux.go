package loop

import "net/netip"

// handover is a connection on its way to the loop that will carry it.
type handover struct {
	fd     int
	remote netip.AddrPort
	ln     *Listener
}

// arrivals are where a loop's connections come from: listeners of its own, by
// descriptor, and rings, one for each pair of a loop that accepts and one that
// carries, kept as long as both.
type arrivals struct {
	accepts map[int]*Listener
	to      map[*Epoll]*ring[handover] // this loop puts
	from    []*ring[handover]          // this loop takes
	remote  netip.AddrPort             // of the connection whose session is being opened
}

// outlets prepares the rings through which ln spreads; nil stands for l itself.
func (l *Epoll) outlets(ln *Listener) {
	ln.outlets = make([]*ring[handover], len(ln.Spread))
	for i, target := range ln.Spread {
		if target == l {
			continue
		}
		r := l.arrivals.to[target]
		if r == nil {
			r = new(ring[handover])
			if l.arrivals.to == nil {
				l.arrivals.to = make(map[*Epoll]*ring[handover])
			}
			l.arrivals.to[target] = r
			target.Do(func() { target.arrivals.from = append(target.arrivals.from, r) })
		}
		ln.outlets[i] = r
	}
}

// hand gives an accepted connection to the loop whose turn it is. When that has
// not kept up and its ring is full, the next ones are tried, and this loop, which
// always has room, last.
func (l *Epoll) hand(h handover) {
	ln := h.ln
	n := len(ln.Spread)
	first := ln.turn
	ln.turn++
	for i := range n {
		at := (first + i) % n
		target, outlet := ln.Spread[at], ln.outlets[at]
		if target == l && i == 0 {
			break
		}
		if target != l && outlet.put(h) {
			target.rouse()
			return
		}
	}
	l.adopt(h.fd, h.remote, ln.Open(l))
}

// rouse follows each put into a ring that l takes from.
func (l *Epoll) rouse() {
	if l.inbox.deaf.Load() {
		l.post(letter{})
	}
}

// sleep is the last look before the loop waits. The order matters: who puts
// something into a ring after the look at it finds the inbox deaf, and posts.
func (l *Epoll) sleep() bool {
	if !l.inbox.sleep() {
		return false
	}
	for _, r := range l.arrivals.from {
		if !r.empty() {
			l.inbox.awake()
			return false
		}
	}
	return true
}

// takeOver carries what was handed over. A round takes a ring's length of each at
// most, so that a storm of connections does not keep those that are open waiting.
func (l *Epoll) takeOver() {
	for _, r := range l.arrivals.from {
		for range ringSize {
			h, ok := r.take()
			if !ok {
				break
			}
			l.adopt(h.fd, h.remote, h.ln.Open(l))
		}
	}
}
