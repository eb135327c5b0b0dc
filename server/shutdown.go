package server

import (
	"context"
	"net/http"

	"github.com/fasterapi-go/fasterapi/internal/loop"
)

// Shutdown ends the server gently. Listeners take what their queues hold and
// close; exchanges finish, HTTP/1 saying "Connection: close"; idle connections
// stay readable for a second, so that a request on its way is answered, and a peer
// that was told the end has Limits.DrainTimeout to close its side. It returns nil
// when all connections are gone, or the context's error, when what is left goes on
// until Close. Hijacked connections are not waited for. Before all of this
// [Server.Readiness] says 503, for DrainDelay.
func (s *Server) Shutdown(ctx context.Context) error {
	e, err := s.start()
	if err != nil {
		return err
	}
	e.farewell.wait(ctx, s.DrainDelay, e.done)
	e.mu.Lock()
	first := e.phase == running
	if first {
		e.phase = draining
		close(e.stopping)
		e.room.Broadcast()
	}
	listeners := e.listeners
	e.mu.Unlock()
	if first {
		for _, ln := range listeners {
			ln.retire()
		}
		shutdown := func(session loop.Session) { driverOf(session).shutdown() }
		e.loops.broadcast(shutdown)
		e.portable.Broadcast(shutdown)
		e.mu.Lock()
		e.retired = true
		e.checkDrained()
		e.mu.Unlock()
	}
	select {
	case <-e.drained:
		e.finish()
		return e.life.stop(ctx)
	case <-e.done:
		return e.life.stop(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the server at once: every connection breaks, and the contexts of
// running requests are cancelled. A Handler that is a [web.Lifespan] then has five
// seconds to stop.
func (s *Server) Close() error {
	e, err := s.start()
	if err != nil {
		return err
	}
	e.mu.Lock()
	switch e.phase {
	case ended:
		e.mu.Unlock()
		<-e.done
		return e.stopNow()
	case running:
		close(e.stopping)
	}
	e.phase = breaking
	e.room.Broadcast()
	listeners := e.listeners
	e.mu.Unlock()
	for _, ln := range listeners {
		ln.close()
	}
	breakOff := func(session loop.Session) {
		c := driverOf(session)
		c.sock.Abort()
		c.fail(http.ErrServerClosed)
	}
	e.loops.broadcast(breakOff)
	e.portable.Broadcast(breakOff)
	e.finish()
	return e.stopNow()
}

// stopNow stops the handler of a closed server.
func (e *engine) stopNow() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	return e.life.stop(ctx)
}

// finish stops what is left, once.
func (e *engine) finish() {
	e.mu.Lock()
	if e.phase == ended {
		e.mu.Unlock()
		<-e.done
		return
	}
	e.phase = ended
	e.mu.Unlock()
	e.loops.stop()
	e.portable.Stop()
	close(e.done)
}
