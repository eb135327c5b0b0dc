package middleware

import (
	"github.com/fasterapi-go/fasterapi/web"
)

// BodyLimitOptions say how large a request body may be.
type BodyLimitOptions struct {
	// Bytes is the limit; 1 MiB when zero.
	Bytes int64
}

// BodyLimit bounds the bodies of requests. One that announces more is refused with 413 (RFC 9110, section 15.5.14) before
// a byte of it was read; of one that announces nothing, reading fails with a *[web.BodyTooLargeError] at the limit. A tighter
// limit of the route or the server stays. What an upgraded connection or an extended CONNECT carries is no body and has no limit here.
func BodyLimit(o BodyLimitOptions) web.Middleware {
	if o.Bytes < 0 {
		panic(misused("BodyLimit: %d Bytes are no limit. Fix: leave the middleware out where bodies have none", o.Bytes))
	}
	if o.Bytes == 0 {
		o.Bytes = 1 << 20
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if r.Method == "CONNECT" {
				next.ServeWeb(w, r)
				return
			}
			if r.ContentLength > o.Bytes {
				web.Fail(w, r, &web.BodyTooLargeError{Limit: o.Bytes})
				return
			}
			if body := r.Body(); body.Limit() == 0 || body.Limit() > o.Bytes {
				body.SetLimit(o.Bytes)
			}
			next.ServeWeb(w, r)
		})
	}
}
