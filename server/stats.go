package server

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// Stats are counts since the server was made, but for the connections that are
// open now. [Server.Dump] tells people more of loops and routes.
type Stats struct {
	// Requests are the requests whose head was accepted, by protocol.
	Requests map[web.Protocol]uint64
	// BytesIn and BytesOut are what connections carried, framing included.
	BytesIn, BytesOut uint64
	// Accepted are all connections so far. Active are those with a handler
	// running, Idle the other open ones.
	Accepted     uint64
	Active, Idle int
	// Rejected counts what was refused or broken off, by its class:
	// "header_timeout", "chunk_size" and so on.
	Rejected map[string]uint64
	// Panics are handlers that panicked, http.ErrAbortHandler apart.
	Panics uint64
	// Routes are the routes that requests have taken, in the order of their first.
	Routes []RouteStats
}

// RouteStats says how the handler of a route runs, and why.
type RouteStats struct {
	// Method and Pattern are those of the web.Route, empty for a handler that has
	// no routes.
	Method, Pattern string
	// Mode is the route's own, Place what follows from it at present, Why the
	// reason in a few words.
	Mode  web.Mode
	Place Place
	Why   string
	// Mean is how long the handlers took lately, waits for the peer apart; zero
	// where nobody asks (inline routes, connections over package net). Processor is
	// how much processor time they used, measured now and then of handlers off the
	// loop that seem to take a millisecond. Beside handlers that use as much, one
	// processor of several is left to the loops.
	Mean, Processor time.Duration
	// Robbed counts handlers that stayed in place for too long and lost the loop,
	// HandedOver those that gave it away before a wait for the peer.
	Robbed, HandedOver uint64
}

// Place is where a handler runs.
type Place uint8

// The places.
const (
	// OffLoop is a goroutine of the handler's own.
	OffLoop Place = iota
	// InPlace is the goroutine of the event loop, or the one that reads the
	// connection where package net carries it.
	InPlace
)

// String is "in place" or "off the loop".
func (p Place) String() string {
	if p == InPlace {
		return "in place"
	}
	return "off the loop"
}

// counters are the counts of one loop, or of all portable connections: an atomic
// that only one processor changes costs next to nothing.
type counters struct {
	requests          [web.HTTP3 + 1]atomic.Uint64
	bytesIn, bytesOut atomic.Uint64
	accepted          atomic.Uint64
	open, active      atomic.Int64
	panics            atomic.Uint64
	_                 [64]byte // keeps the next loop's counters off this cache line
}

// Stats counts what happened so far. It is cheap and may be called at any time.
func (s *Server) Stats() Stats {
	out := Stats{Requests: make(map[web.Protocol]uint64), Rejected: make(map[string]uint64)}
	e := s.engine.Load()
	if e == nil {
		return out
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.counters {
		for p := range c.requests {
			if n := c.requests[p].Load(); n > 0 {
				out.Requests[web.Protocol(p)] += n
			}
		}
		out.BytesIn += c.bytesIn.Load()
		out.BytesOut += c.bytesOut.Load()
		out.Accepted += c.accepted.Load()
		active := c.active.Load()
		out.Active += int(active)
		out.Idle += int(c.open.Load() - active)
		out.Panics += c.panics.Load()
	}
	e.rejections.copyTo(out.Rejected)
	out.Routes = e.routeStats(time.Now())
	return out
}

func (e *engine) routeStats(now time.Time) []RouteStats {
	all := e.habits.all()
	list := make([]RouteStats, len(all))
	for i, h := range all {
		s := &list[i]
		if h.route != nil {
			s.Method, s.Pattern = h.route.Method, h.route.Pattern
		}
		s.Mode, s.Mean, s.Processor = h.mode, time.Duration(h.mean.Load()), time.Duration(h.cpu.Load())
		s.Place, s.Why = h.why(now, e.loops.usable())
		s.Robbed, s.HandedOver = h.losses.Load(), h.handovers.Load()
	}
	return list
}

// requests is how many request heads were accepted in all.
func (e *engine) requests() (n uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.counters {
		for p := range c.requests {
			n += c.requests[p].Load()
		}
	}
	return n
}

// rejections counts refusals by class and says so in the log, once a second for
// each class at most, so that an attack does not become a flood of lines.
type rejections struct {
	mu     sync.Mutex
	counts map[string]uint64
	said   map[string]time.Time
}

func (r *rejections) add(class string, err error, now time.Time, log *slog.Logger) {
	r.mu.Lock()
	if r.counts == nil {
		r.counts, r.said = make(map[string]uint64), make(map[string]time.Time)
	}
	r.counts[class]++
	count, say := r.counts[class], now.Sub(r.said[class]) >= time.Second
	if say {
		r.said[class] = now
	}
	r.mu.Unlock()
	if say {
		log.LogAttrs(context.Background(), slog.LevelWarn, "rejected",
			slog.String("class", class), slog.Uint64("count", count), slog.Any("err", err))
	}
}

func (r *rejections) copyTo(dst map[string]uint64) {
	r.mu.Lock()
	maps.Copy(dst, r.counts)
	r.mu.Unlock()
}
