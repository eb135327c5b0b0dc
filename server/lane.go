package server

import (
	"math/rand/v2"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http1"
)

// lane is what the connections under one baton share: on a loop all of its
// connections, elsewhere each is alone in its lane.
type lane struct {
	engine   *engine
	counters *counters
	http1    *http1.Config
	date     *exchange.Date
	second   int64
	learned  learned
	spare    []*run // to be used again
}

// servesHTTP2 says whether speak knows "h2".
const servesHTTP2 = false

func (e *engine) newLane(c *counters) *lane {
	s, l := e.server, &e.server.Limits
	date := new(exchange.Date)
	config := http1.Config{
		Limits: http1.Limits{
			MaxTarget:        l.TargetBytes,
			MaxHead:          s.MaxHeaderBytes,
			MaxField:         l.FieldBytes,
			MaxFields:        l.Fields,
			MaxTrailers:      l.TrailerBytes,
			MaxTrailerFields: l.TrailerFields,
			MaxDrain:         l.DrainBytes,
		},
		HeaderTimeout: s.ReadHeaderTimeout,
		IdleTimeout:   s.IdleTimeout,
		DrainTimeout:  l.DrainTimeout,
		ServerName:    s.ServerName,
		Date:          date,
	}
	return &lane{engine: e, counters: c, http1: config.Settled(), date: date}
}

// tick refreshes the date once a second.
func (l *lane) tick(now time.Time) {
	if second := now.Unix(); second != l.second {
		l.second = second
		l.date.Set(now)
	}
}

// speak gives the connection the core of a protocol, as ALPN names it; clear
// connections have none. It reports whether that is one of ours.
func (c *conn) speak(protocol string) bool {
	switch protocol {
	case "", "http/1.1", "http/1.0":
		c.speakHTTP1()
		return true
	}
	return false
}

func (c *conn) speakHTTP1() {
	now := c.now()
	core := http1.New(c.lane.http1, now)
	c.runs.most = 1
	if age := c.lane.engine.server.Limits.ConnAge; age > 0 {
		// A tenth more or less, so that connections that came together do not go
		// together.
		core.RetireAt(now.Add(age - age/10 + rand.N(age/5+1)))
	}
	c.core = core
}

func (l *lane) newRun() *run {
	n := len(l.spare) - 1
	if n < 0 {
		return new(run)
	}
	r := l.spare[n]
	l.spare[n], l.spare = nil, l.spare[:n]
	r.clear()
	return r
}

// keep takes back a run that is over, if its route allows that and nothing of the
// run is still on its way: neither a job nor a handler that has lost the baton.
func (l *lane) keep(r *run) {
	route := r.request.Route
	if route == nil || !route.Recycle || !r.stay.kept || r.stay.shared.Load() || len(l.spare) == spareRuns {
		return
	}
	if l.learned.visitor == &r.stay {
		l.learned.visitor = nil // kept is about to be forgotten
	}
	r.lay()
	l.spare = append(l.spare, r)
}
