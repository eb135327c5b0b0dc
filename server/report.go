package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"

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
	tell := c.lane.engine.server.ConnState
	if tell == nil || c.info == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			c.lane.engine.log.LogAttrs(context.Background(), slog.LevelError, "ConnState panicked",
				slog.Any("panic", p), slog.String("state", state.String()), slog.String("stack", string(debug.Stack())))
		}
	}()
	tell(c.info, state)
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
