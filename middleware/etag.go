package middleware

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/fasterapi-go/fasterapi/web"
)

// ETagOptions say what tags are made of.
type ETagOptions struct {
	// Strong makes strong tags, which also serve If-Match and ranges. It is right only where nothing around ETag changes
	// the body, a compression above all: equal strong tags promise equal octets (RFC 9110, section 8.8.1).
	Strong bool
}

// ETag gives a tag to each whole 200 answer to GET and HEAD, made of its body, and answers 304 without the body to a client that has it
// already, by If-None-Match (RFC 9110, section 13.1.2). A tag that the handler set itself counts instead, whatever it is made of. The
// handler runs either way: what is saved is the way to the client.
//
// An answer that leaves in pieces is not held back, so it has no tag but the handler's own and is never 304. The same goes for a HEAD
// whose handler says nothing of a body.
func ETag(o ETagOptions) web.Middleware {
	weak := "W/"
	if o.Strong {
		weak = ""
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if r.Method == "GET" || r.Method == "HEAD" {
				// The fields are those that came in: what is further in may change them.
				fields := r.Fields
				w.BeforeHead(func() { tagged(w, fields, weak) })
			}
			next.ServeWeb(w, r)
		})
	}
}

// tagged settles tag and status of an answer that is about to leave.
func tagged(w *web.Response, fields web.Fields, weak string) {
	body, whole := w.Whole()
	if !whole || w.Status() != 200 {
		return
	}
	tag := w.Get("ETag")
	if tag == "" {
		sum := sha256.Sum256(body)
		tag = weak + `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
		w.Set("ETag", tag)
	}
	if !fields.IfNoneMatch(tag) {
		return
	}
	w.SetStatus(304)
	// "the sender SHOULD NOT generate representation metadata other than the above listed fields" (RFC 9110, section 15.4.5).
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Last-Modified"} {
		w.Del(name)
	}
}
