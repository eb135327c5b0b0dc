package server

import (
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http1"
	"github.com/fasterapi-go/fasterapi/internal/http2"
)

// lane is what the connections under one baton share: on a loop all of its
// connections, elsewhere each is alone in its lane.
type lane struct {
	engine   *engine
	counters *counters
	http1    *http1.Config
	http2    [2]*http2.Config // in the clear and over TLS; made when they are needed
	date     *exchange.Date
	second   int64
	learned  learned
	spare    []*run // to be used again
}

func (e *engine) newLane(c *counters) *lane {
	date := new(exchange.Date)
	return &lane{engine: e, counters: c, http1: e.server.configHTTP1(date), date: date}
}

// tick refreshes the date once a second.
func (l *lane) tick(now time.Time) {
	if second := now.Unix(); second != l.second {
		l.second = second
		l.date.Set(now)
	}
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
