package middleware

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// AccessLogOptions say what is logged, and where.
type AccessLogOptions struct {
	// Logger takes the lines; slog.Default() when nil. Its handler quotes what clients say, as those of log/slog do.
	Logger *slog.Logger
	// Skip leaves requests out, those for health checks perhaps; nil logs all.
	Skip func(r *web.Request) bool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// AccessLog writes one line for each request when its answer is complete: method, path, route, status, bytes of the body,
// duration, protocol, client, identity, request id, and how it ended. outcome is "answered"; "broken" when the answer did not reach the
// client whole, with the error; "hijacked"; or "panicked". Answers of 500 and above and panics are errors, all else is information.
// The query is not logged, since secrets stand in queries.
//
// It belongs outermost: it completes the answer, so that the line tells what was sent. A middleware around it cannot add to the answer
// any more but by [web.Response.BeforeHead].
func AccessLog(o AccessLogOptions) web.Middleware {
	if o.Now == nil {
		o.Now = time.Now
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if o.Skip != nil && o.Skip(r) {
				next.ServeWeb(w, r)
				return
			}
			v := visit{log: o.Logger, begun: o.Now()}
			// No recover: whoever answers for the panic must see it, with its stack. It is told here all the same.
			defer func() { v.tell(w, r, o.Now()) }()
			next.ServeWeb(w, r)
			_ = w.Finish() // its error is w.Err
			v.returned = true
		})
	}
}

// visit is one request on its way through the log.
type visit struct {
	log      *slog.Logger
	begun    time.Time
	returned bool // false: the handler panicked, or ended its goroutine
}

func (v *visit) tell(w *web.Response, r *web.Request, now time.Time) {
	log := v.log
	if log == nil {
		log = slog.Default()
	}
	status, outcome := w.Status(), "answered"
	err := w.Err()
	switch {
	case isHijacked(w):
		status, outcome = 101, "hijacked"
	case !v.returned:
		outcome = "panicked"
		if !w.Sent() {
			status = 500
		}
	case err != nil:
		outcome = "broken"
	}
	level := slog.LevelInfo
	if status >= 500 || outcome == "panicked" {
		level = slog.LevelError
	}
	// The request may be over: its context still carries what was put into it.
	ctx := context.WithoutCancel(r.Context())
	if !log.Enabled(ctx, level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 12),
		slog.String("method", r.Method), slog.String("path", r.RawPath), slog.String("route", patternOf(r)),
		slog.Int("status", status), slog.Int64("bytes", w.Written()), slog.Duration("duration", now.Sub(v.begun)),
		slog.String("protocol", r.Protocol.String()), slog.String("outcome", outcome))
	if client := r.ClientAddr(); client.IsValid() {
		attrs = append(attrs, slog.String("client", client.Addr().String()))
	}
	if identity := r.Identity(); identity != "" {
		attrs = append(attrs, slog.String("identity", identity))
	}
	if id := r.ID(); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	log.LogAttrs(ctx, level, "request", attrs...)
}

// isHijacked asks by a write of nothing, which leaves every other response as it is.
func isHijacked(w *web.Response) bool {
	_, err := w.Write(nil)
	return errors.Is(err, web.ErrHijacked)
}
