package server

import (
	"errors"
	"net/http"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

func (c *conn) setActive(active bool) {
	if c.active == active || c.state == closed {
		return
	}
	c.active = active
	if active {
		c.lane.counters.active.Add(1)
		c.tellState(http.StateActive)
		return
	}
	c.lane.counters.active.Add(-1)
	if c.state == serving {
		c.tellState(http.StateIdle)
	}
}

func (c *conn) tellState(state http.ConnState) {
	if tell := c.lane.engine.server.ConnState; tell != nil {
		tell(c.info, state)
	}
}

// reject counts an error that the peer is to blame for.
func (c *conn) reject(err error) {
	var fault *exchange.ConnError
	var stream *exchange.StreamError
	switch {
	case errors.As(err, &fault):
		c.lane.engine.reject(fault.Class, err, c.now())
	case errors.As(err, &stream):
		c.lane.engine.reject(stream.Class, err, c.now())
	}
}
