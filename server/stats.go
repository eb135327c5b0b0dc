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
// open now.
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
	e := s.engine
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
	return out
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
