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
	r.fail(&web.PanicError{Value: p})
}

// fail answers in the way of the route, unless that panics too.
func (r *run) fail(err error) {
	defer func() {
		if recover() != nil && r.response.Discard() {
			web.NewProblem(http.StatusInternalServerError, "").ServeWeb(&r.response, &r.request)
		}
	}()
	web.Fail(&r.response, &r.request, err)
	_ = r.response.Finish() // its errors are the connection's, which counts them
}

var errPanicked = errors.New("server: the handler panicked in mid-response")

var _ web.Stream = (*run)(nil)
