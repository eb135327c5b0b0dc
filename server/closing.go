package server

import (
	"errors"
	"io"
	"net/http"
)

// shutdown lets the connection end after what it is doing.
func (c *conn) shutdown() {
	switch c.state {
	case introducing:
		c.hurryIntroduction()
	case securing:
		c.hurryHandshake()
	case serving:
		c.core.Shutdown(c.now())
		c.collect()
		c.feed(nil)
	}
}

// close is the orderly end: what was said last is still sent.
func (c *conn) close(err error) {
	c.reject(err)
	if c.state == serving {
		c.state = closing
		c.sock.Pause() // what still comes can wait until the last answer has left
		for r := c.runs.first; r != nil; {
			next := r.next
			if err != nil {
				c.breaksOff(r)
			}
			c.endEarly(r, io.ErrUnexpectedEOF)
			r = next
		}
	}
}

// breaksOff notes that a response ends before its time. Only the end of the
// connection ends one to HTTP/1.0: an orderly one would pass a part of it for
// the whole.
func (c *conn) breaksOff(r *run) {
	c.broken = c.broken || !r.over && r.outbound.begun && r.old
}

// linger sends the FIN and reads on for a while: closing with unread input would
// reset the connection, and the peer might lose the last answer (RFC 9112,
// section 9.6).
func (c *conn) linger() {
	if c.out.len() > 0 || c.sock.Unsent() > 0 {
		return
	}
	if c.broken {
		c.sock.Abort()
	}
	if c.broken || c.peer.ended || !c.spoke {
		c.shut()
		return
	}
	c.state = lingering
	c.dropHeld()
	c.sock.CloseWrite()
	c.sock.Resume()
	c.waiting().linger = c.now().Add(c.lane.engine.server.Limits.DrainTimeout)
}

// fail is the disorderly end.
func (c *conn) fail(err error) {
	if c.state == closed {
		return
	}
	if !errors.Is(err, errLingered) {
		err = &connLost{err}
	}
	c.state = closing // nothing is fed any more
	for r := c.runs.first; r != nil; {
		next := r.next
		c.endEarly(r, err)
		r = next
	}
	c.shut()
}

// connLost is what a handler hears when its connection breaks; a body that was
// cut short is io.ErrUnexpectedEOF whatever cut it.
type connLost struct{ cause error }

func (e *connLost) Error() string { return "server: connection lost: " + e.cause.Error() }

func (e *connLost) Is(target error) bool { return target == io.ErrUnexpectedEOF }

func (e *connLost) Unwrap() error { return e.cause }

func (c *conn) shut() {
	if c.state == closed {
		return
	}
	c.state = closed
	c.sock.Close()
	c.gone(false)
}

// gone gives back what the connection held.
func (c *conn) gone(hijacked bool) {
	c.dropHeld()
	if c.out != nil {
		c.out.release()
		c.out = nil
	}
	if c.active {
		c.active = false
		c.lane.counters.active.Add(-1)
	}
	c.lane.counters.open.Add(-1)
	if hijacked {
		c.tellState(http.StateHijacked)
	} else {
		c.tellState(http.StateClosed)
	}
	c.lane.engine.departed(c)
}

func (c *conn) dropHeld() {
	if c.held != nil {
		c.held.release()
		c.held = nil
	}
}
