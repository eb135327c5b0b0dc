package middleware

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/fasterapi-go/fasterapi/web"
)

// RecoverOptions say where panics are told.
type RecoverOptions struct {
	// Logger has the panic, its stack and the request's route and name; slog.Default() when nil.
	Logger *slog.Logger
}

// Recover ends a panic of the handlers further in at its own place in the chain, so that the middleware around it sees an
// answer: it logs the panic and answers by [web.Fail], with the fields that were set when the request came by here. Where a part
// of the answer was sent, the exchange is broken off. http.ErrAbortHandler passes through, as it is meant to.
//
// The server recovers by itself: without Recover a panic costs one request too, and is answered with what the middleware adds by
// [web.Response.BeforeHead] alone. A panic that Recover has ended is not counted in server.Stats.
func Recover(o RecoverOptions) web.Middleware {
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			before := slices.Clone(w.Fields())
			defer func() {
				p := recover()
				switch {
				case p == nil:
				case p == http.ErrAbortHandler:
					panic(p)
				default:
					o.log(r, p)
					restore(w, before)
					web.Fail(w, r, &web.PanicError{Value: p})
				}
			}()
			next.ServeWeb(w, r)
		})
	}
}

func (o *RecoverOptions) log(r *web.Request, p any) {
	log := o.Logger
	if log == nil {
		log = slog.Default()
	}
	log.LogAttrs(r.Context(), slog.LevelError, "a handler panicked", slog.String("panic", fmt.Sprint(p)),
		slog.String("method", r.Method), slog.String("route", patternOf(r)), slog.String("request_id", r.ID()),
		slog.String("stack", string(debug.Stack())))
}

// restore takes back what was prepared since before was all.
func restore(w *web.Response, before web.Fields) {
	if !w.Discard() {
		return
	}
	for _, field := range before {
		w.Add(field.Name, field.Value)
	}
}

// patternOf is the route's pattern, "" where there is none: a word for logs that takes few values.
func patternOf(r *web.Request) string {
	if r.Route == nil {
		return ""
	}
	return r.Route.Pattern
}
