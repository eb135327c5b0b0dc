package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// Probe is a handler of the server's own, which tells of the server. It is both a
// web.Handler, for the routes of an App, and an http.Handler.
type Probe struct {
	answer func(w *web.Response, r *web.Request)
	mode   web.Mode
}

// ServeWeb answers. Nothing may keep what it tells (RFC 9111, section 5.2.2.5).
func (p *Probe) ServeWeb(w *web.Response, r *web.Request) {
	w.Set("Cache-Control", "no-store")
	p.answer(w, r)
}

// ServeHTTP is ServeWeb for net/http.
func (p *Probe) ServeHTTP(w http.ResponseWriter, r *http.Request) { nethttp.ServeHTTP(p, w, r) }

// RouteMode is [web.Inline] for a Probe that asks nobody else. It is followed where the Probe is a route of an App, or a pattern of the
// http.ServeMux that is the Server.Handler.
func (p *Probe) RouteMode() web.Mode { return p.mode }

// Live answers 200 for as long as the process serves at all: whoever restarts processes
// asks it. It waits for no other handler, whatever those are stuck in.
func (s *Server) Live() *Probe {
	return &Probe{func(w *web.Response, _ *web.Request) { _ = w.Text(http.StatusOK, "live\n") }, web.Inline}
}

// Readiness answers 200 while the server wants requests, and 503 before it listens, from the moment
// at which Shutdown begins (see DrainDelay), and when a check fails: whoever spreads requests over servers
// asks it. Checks run one after the other with the request's context, the first that fails decides, and
// its error is for the log alone. It waits for no other handler.
func (s *Server) Readiness(checks ...func(ctx context.Context) error) *Probe {
	mode := web.Inline
	if len(checks) > 0 {
		mode = web.Learned // they ask databases
	}
	return &Probe{func(w *web.Response, r *web.Request) {
		if why := s.unready(); why != "" {
			web.Fail(w, r, web.NewProblem(http.StatusServiceUnavailable, "%s", why))
			return
		}
		for i, check := range checks {
			if err := check(r.Context()); err != nil {
				s.engine.Load().log.LogAttrs(r.Context(), slog.LevelWarn, "not ready", slog.Int("check", i+1), slog.Any("err", err))
				web.Fail(w, r, web.NewProblem(http.StatusServiceUnavailable, "check %d of %d fails", i+1, len(checks)))
				return
			}
		}
		_ = w.Text(http.StatusOK, "ready\n")
	}, mode}
}

// unready tells why no request is wanted, "" while they are.
func (s *Server) unready() string {
	e := s.engine.Load()
	if e == nil {
		return "the server does not listen yet"
	}
	select {
	case <-e.ready:
	default:
		return "the server does not listen yet"
	}
	if e.farewell.begun.Load() || e.currentPhase() != running {
		return "the server is draining"
	}
	return ""
}

// farewell is the time between the announcement of a Shutdown and its beginning, in which
// everything is served as ever but readiness.
type farewell struct {
	begun atomic.Bool
	once  sync.Once
	over  chan struct{} // closed when the draining may begin
}

// wait lets the delay pass, once for all who shut down. It ends early with the context of any of them, and with Close.
func (f *farewell) wait(ctx context.Context, delay time.Duration, closed <-chan struct{}) {
	f.begun.Store(true)
	if delay <= 0 {
		return
	}
	f.once.Do(func() { time.AfterFunc(delay, func() { close(f.over) }) })
	select {
	case <-f.over:
	case <-ctx.Done():
	case <-closed:
	}
}
