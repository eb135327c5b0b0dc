package server

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/web"
)

// engine is a server that has started: its settings are settled, its loops run.
//
//tidy:fields it is what all parts of a running server share
type engine struct {
	server  *Server
	log     *slog.Logger
	handler web.Handler
	routed  web.Routed // handler, when it has routes
	life    lifespan   // of handler

	connIDs    atomic.Uint64
	open       atomic.Int64
	shedding   shedding
	crowd      crowd
	rejections rejections
	habits     habits
	gate       gate
	portable   *loop.Portable
	sharedLane *counters // of all portable connections

	mu        sync.Mutex
	phase     phase
	retired   bool // no listener accepts any more
	listeners []*listener
	counters  []*counters
	loops     loops
	room      *sync.Cond    // a portable listener waits here under the connection cap
	ready     chan struct{} // closed when the first listener accepts
	drained   chan struct{} // closed when the last connection of a draining engine is gone
	stopping  chan struct{} // closed when Shutdown or Close begins
	done      chan struct{} // closed when everything has ended
	farewell  farewell      // of a Shutdown that was announced
}

// phase is how far the engine is in its life.
type phase uint8

const (
	running phase = iota
	draining
	breaking // Close has begun: whoever comes is turned away
	ended
)

// newConn opens the session of an accepted connection.
func (e *engine) newConn(l *lane, sock loop.Socket, from *listener) loop.Session {
	return e.newAgreed(l, sock, from, nil)
}

// newAgreed is newConn for a connection whose carrier has agreed on TLS already;
// nil where it has not.
func (e *engine) newAgreed(l *lane, sock loop.Socket, from *listener, agreed *tls.ConnectionState) loop.Session {
	c := &conn{lane: l, sock: sock}
	l.counters.accepted.Add(1)
	l.counters.open.Add(1)
	var session loop.Session
	if from.introduced() {
		session = e.awaitIntroduction(c, from)
	} else {
		session = e.introduce(c, from, ends{local: sock.Local(), remote: sock.Remote()}, agreed)
	}
	c.keepUp()
	return session
}

// introduce has a connection begin, now that it is known between whom it is.
func (e *engine) introduce(c *conn, from *listener, between ends, agreed *tls.ConnectionState) loop.Session {
	session := loop.Session(c)
	c.info = &web.Conn{
		ID:       e.connIDs.Add(1),
		Local:    between.local,
		Remote:   between.remote,
		Listener: from.addr,
		TLS:      agreed,
		Context:  from.base,
	}
	if derive := e.server.ConnContext; derive != nil {
		c.info.Context = derive(from.base, c.info)
	}
	switch {
	case agreed != nil:
		c.speak(agreed.NegotiatedProtocol)
	case from.tls != nil:
		s := newSecure(c, c.sock, &from.speech)
		session, c.sock, c.state = s, s, securing
	default:
		c.speakClear(&from.speech)
	}
	c.tellState(http.StateNew)
	return session
}

// keepUp has a connection that has just begun do what the others were told before.
func (c *conn) keepUp() {
	switch c.lane.engine.currentPhase() {
	case running:
	case draining:
		c.shutdown()
	default:
		// Accepted while Close broke the others: nobody else would end it in time.
		c.sock.Abort()
		c.fail(http.ErrServerClosed)
	}
}

// driverOf is the connection of a session: that itself, or the one behind its TLS or its proxy.
func driverOf(s loop.Session) *conn { return s.(interface{ driver() *conn }).driver() }

func (c *conn) driver() *conn { return c }

// admit takes a place for a connection, if the cap leaves one; the last
// connections of a listener that closes need none.
func (e *engine) admit(last bool) bool {
	limit := int64(e.server.Limits.Conns)
	if open := e.open.Add(1); last || limit <= 0 || open <= limit {
		return true
	}
	e.release()
	return false
}

// departed follows the end of a connection.
func (e *engine) departed(c *conn) {
	if e.server.Limits.ConnsPerIP > 0 && c.info != nil {
		e.crowd.leave(c.info.Remote)
	}
	e.release()
	// After the place is free: who found none before must not have another one made.
	if e.shedding.underway.Load() > 0 && e.shedding.forget(c) == 0 {
		e.askAgain()
	}
}

// release gives a place back: of a connection that has ended, or one that did not
// come. Who waits has found the cap reached, so that only whoever goes below it
// has anybody to tell.
func (e *engine) release() {
	left := e.open.Add(-1)
	if left+1 == int64(e.server.Limits.Conns) {
		e.askAgain()
	}
	if left > 0 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.checkDrained()
}

func (e *engine) currentPhase() phase {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.phase
}

// checkDrained closes drained when the last connection of all is gone: while a
// listener still takes what has queued, an empty server is not the end. e.mu is
// held.
func (e *engine) checkDrained() {
	if !e.retired || e.open.Load() > 0 {
		return
	}
	select {
	case <-e.drained:
	default:
		close(e.drained)
	}
}

// route finds the request's route before any of the user's code runs.
func (e *engine) route(r *run) {
	r.handler = e.handler
	if e.server.StrictSNI && e.isMisdirected(&r.request) {
		r.handler = misdirected
		return
	}
	if e.routed == nil {
		return
	}
	defer func() {
		// A route that panics is a bug of whoever routes; it must not take the loop
		// with it.
		if p := recover(); p != nil {
			r.handler = web.HandlerFunc(func(*web.Response, *web.Request) { panic(p) })
		}
	}()
	if route := e.routed.Route(&r.request); route != nil {
		r.request.Route, r.handler = route, route.Handler
	}
}

func (e *engine) reject(class string, err error, now time.Time) {
	e.rejections.add(class, err, now, e.log)
}

func (e *engine) readPace() pace {
	l := &e.server.Limits
	return pace{idle: l.ReadIdle, rate: l.MinRate, grace: l.MinRateGrace}
}

func (e *engine) writePace() pace {
	l := &e.server.Limits
	return pace{idle: l.WriteIdle, rate: l.MinRate, grace: l.MinRateGrace}
}

// base is the context under everything that a listener accepts.
func (s *Server) base(ln net.Listener) context.Context {
	if s.BaseContext != nil {
		if ctx := s.BaseContext(ln); ctx != nil {
			return ctx
		}
	}
	return context.Background()
}
