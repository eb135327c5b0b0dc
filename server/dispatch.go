package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/fasterapi-go/fasterapi/web"
)

// errGoexit ends an exchange whose handler left by runtime.Goexit.
var errGoexit = errors.New("server: the handler ended its goroutine")

// internalError is the answer to a panic, as RFC 9457 problem details.
const internalError = `{"title":"Internal Server Error","status":500}`

// serve runs the handler and completes its response, whatever the handler does.
func (r *run) serve() {
	returned := false
	defer func() {
		if !returned {
			r.recovered(recover())
		}
	}()
	r.handler.ServeWeb(&r.response, &r.request)
	_ = r.response.Finish() // its errors are the connection's, which counts them
	returned = true
}

// recovered answers for a handler that panicked: with 500 when nothing was sent,
// and otherwise by breaking the exchange off, so that the peer does not take a
// part for the whole.
func (r *run) recovered(p any) {
	if p == nil {
		r.response.Abort(errGoexit)
		return
	}
	if p == http.ErrAbortHandler {
		r.response.Abort(http.ErrAbortHandler)
		return
	}
	e := r.conn.lane.engine
	r.conn.lane.counters.panics.Add(1)
	e.log.LogAttrs(context.Background(), slog.LevelError, "handler panicked",
		slog.Any("panic", p), slog.String("method", r.request.Method),
		slog.String("path", r.request.RawPath), slog.String("stack", string(debug.Stack())))
	if !r.response.Discard() {
		r.response.Abort(errPanicked)
		return
	}
	r.response.Set("X-Content-Type-Options", "nosniff")
	_ = r.response.Bytes(http.StatusInternalServerError, "application/problem+json", []byte(internalError))
}

var errPanicked = errors.New("server: the handler panicked in mid-response")

var _ web.Stream = (*run)(nil)
