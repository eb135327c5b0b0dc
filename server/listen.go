package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// listener is one address that the engine accepts on.
type listener struct {
	addr net.Addr
	base context.Context
	speech
	own    net.Listener // as it was handed in, nil with one socket a loop
	close  func()       // closes its sockets at once
	resume func()       // asks again for a place under the connection cap
	retire func()       // stops accepting when the queue is empty
	closed chan struct{}
}

// ListenAndServe listens on s.Addr and serves until Shutdown or Close, when it
// returns http.ErrServerClosed.
func (s *Server) ListenAndServe() error {
	addr := s.Addr
	if addr == "" {
		addr = ":http"
	}
	if err := s.Listen("tcp", addr); err != nil {
		return err
	}
	return s.Wait()
}

// Listen opens a listener and serves it from now on. It may be called for any
// number of addresses ("tcp", "tcp4", "tcp6" or "unix"); port 0 takes a free
// port, which Addrs tells. It fails when the address cannot be had or a setting
// is unsafe, and the server then goes on with what it has. A Handler that is a
// [web.Lifespan] is started first, once; nothing is served when that fails.
func (s *Server) Listen(network, address string) error {
	said, err := speechInClear(s.Protocols)
	if err != nil {
		return err
	}
	return s.open(network, address, said)
}

func (s *Server) open(network, address string, said speech) error {
	e, err := s.start()
	if err != nil {
		return err
	}
	if err := e.life.start(e.stopping); err != nil {
		return err
	}
	if s.Driver != Portable && e.loops.usable() && s.Distribution == ReusePort && network != "unix" {
		return e.listenOnLoops(network, address, said)
	}
	ln, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	_, err = e.attach(ln, said)
	return err
}

// Serve serves what ln accepts, until Shutdown or Close, when it returns
// http.ErrServerClosed, or until ln fails. It closes ln. Connections that come as a
// *tls.Conn, as those of [tls.NewListener] do, are served as over TLS: with HTTP/2
// where that was agreed on, but not on loops.
func (s *Server) Serve(ln net.Listener) error {
	said, err := speechInClear(s.Protocols)
	if err != nil {
		_ = ln.Close()
		return err
	}
	return s.serve(ln, said)
}

func (s *Server) serve(ln net.Listener, said speech) error {
	e, err := s.start()
	if err != nil {
		_ = ln.Close()
		return err
	}
	if err := e.life.start(e.stopping); err != nil {
		_ = ln.Close()
		return err
	}
	served, err := e.attach(ln, said)
	if err != nil {
		return err
	}
	select {
	case <-served.closed:
	case <-e.done:
	}
	return http.ErrServerClosed
}

// Wait returns http.ErrServerClosed once Shutdown or Close has begun.
func (s *Server) Wait() error {
	e, err := s.start()
	if err != nil {
		return err
	}
	<-e.stopping
	return http.ErrServerClosed
}

// Ready is closed as soon as the server accepts connections.
func (s *Server) Ready() <-chan struct{} {
	e, err := s.start()
	if err != nil {
		return make(chan struct{})
	}
	return e.ready
}

// Addrs are the addresses that the server listens on, in the order of Listen and
// Serve.
func (s *Server) Addrs() []net.Addr {
	e, err := s.start()
	if err != nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	addrs := make([]net.Addr, 0, len(e.listeners))
	for _, ln := range e.listeners {
		addrs = append(addrs, ln.addr)
	}
	return addrs
}

// start settles the settings and makes the engine, once.
func (s *Server) start() (*engine, error) {
	s.started.Do(func() {
		if s.fault = s.settle(); s.fault != nil {
			return
		}
		e := &engine{
			server:   s,
			log:      s.Logger,
			portable: loop.NewPortable(),
			ready:    make(chan struct{}),
			drained:  make(chan struct{}),
			done:     make(chan struct{}),
			stopping: make(chan struct{}),
			farewell: farewell{over: make(chan struct{})},
		}
		e.room = sync.NewCond(&e.mu)
		e.gate.init(e)
		if e.log == nil {
			e.log = slog.Default()
		}
		e.handler = handlerOf(s.Handler, e.log)
		e.routed, _ = e.handler.(web.Routed)
		e.life.handler = lifespanOf(s.Handler)
		e.sharedLane = e.newCounters()
		if s.Driver != Portable {
			s.fault = e.startLoops()
		}
		s.engine.Store(e)
	})
	return s.engine.Load(), s.fault
}

func handlerOf(h http.Handler, log *slog.Logger) web.Handler {
	if h == nil {
		h = http.DefaultServeMux
	}
	switch h := h.(type) {
	case moded:
		return marked(handlerOf(h.Handler, log), h.mode)
	case raw:
		return h.Handler
	case web.Handler:
		return h
	}
	return nethttp.HandlerWithLog(h, log)
}

func (e *engine) newCounters() *counters {
	c := &counters{}
	e.mu.Lock()
	e.counters = append(e.counters, c)
	e.mu.Unlock()
	return c
}

// loopCount is how many loops the settings ask for.
func (s *Server) loopCount() int {
	if s.Loops > 0 {
		return s.Loops
	}
	return runtime.GOMAXPROCS(0)
}

// attach serves a listener that somebody opened.
func (e *engine) attach(ln net.Listener, said speech) (*listener, error) {
	onLoops := e.server.Driver != Portable && e.loops.usable() && loop.IsRaw(ln)
	if e.server.Driver == Loops && !onLoops {
		_ = ln.Close()
		return nil, fmt.Errorf("server: loops cannot carry the connections of a %T on this system", ln)
	}
	served := &listener{
		addr: ln.Addr(), base: e.server.base(ln), speech: said,
		own: ln, closed: make(chan struct{}),
	}
	if onLoops {
		return served, e.attachToLoops(served)
	}
	served.close = func() { _ = ln.Close() }
	served.resume = func() {}
	served.retire = func() { e.retirePortable(served) }
	if err := e.enlist(served); err != nil {
		_ = ln.Close()
		return nil, err
	}
	go e.acceptPortable(served)
	return served, nil
}

// enlist makes the listener known; it fails once the server is going down.
func (e *engine) enlist(ln *listener) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.phase != running {
		return http.ErrServerClosed
	}
	e.listeners = append(e.listeners, ln)
	select {
	case <-e.ready:
	default:
		close(e.ready)
	}
	return nil
}

// acceptPortable accepts until the listener fails.
func (e *engine) acceptPortable(ln *listener) {
	defer close(ln.closed)
	pause := time.Duration(0)
	for {
		conn, err := ln.own.Accept()
		switch {
		case err == nil:
			pause = 0
			e.awaitRoom()
			go e.servePortable(conn, ln)
		case errors.Is(err, net.ErrClosed), errors.Is(err, os.ErrDeadlineExceeded):
			return
		case isTemporary(err):
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			e.acceptFault(err, pause)
			time.Sleep(pause)
		default:
			e.log.Error("listener failed", slog.Any("err", err), slog.String("addr", ln.addr.String()))
			return
		}
	}
}

// awaitRoom takes a place under the connection cap, and has one made and waits for
// it while the server runs. The one connection that waits here has been accepted,
// but nothing is read from it.
func (e *engine) awaitRoom() {
	e.mu.Lock()
	defer e.mu.Unlock()
	limit := int64(e.server.Limits.Conns)
	for limit > 0 && e.open.Load() >= limit && e.phase == running {
		e.makeRoom()
		e.room.Wait()
	}
	e.open.Add(1)
}

func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

func (e *engine) acceptFault(err error, pause time.Duration) {
	e.reject("accept", fmt.Errorf("accept: %w; pausing %v", err, pause), time.Now())
}

func (e *engine) servePortable(conn net.Conn, ln *listener) {
	if e.refuse(ln, remoteOf(conn)) {
		_ = conn.Close()
		e.release()
		return
	}
	agreed, err := e.agree(conn, ln)
	if err != nil {
		_ = conn.Close()
		if e.server.Limits.ConnsPerIP > 0 {
			e.crowd.leave(remoteOf(conn))
		}
		e.release()
		return
	}
	l := e.newLane(e.sharedLane)
	e.portable.Serve(conn, func(sock loop.Socket) loop.Session { return e.newAgreed(l, sock, ln, agreed) })
}

// retirePortable takes what the kernel has queued before it closes the listener.
func (e *engine) retirePortable(ln *listener) {
	if bounded, ok := ln.own.(interface{ SetDeadline(time.Time) error }); ok {
		if bounded.SetDeadline(time.Now().Add(queueGrace)) == nil {
			<-ln.closed
		}
	}
	_ = ln.own.Close()
	<-ln.closed
}

// queueGrace is how long a portable listener goes on accepting what has queued.
const queueGrace = 10 * time.Millisecond
