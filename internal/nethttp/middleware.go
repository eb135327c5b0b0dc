package nethttp

import (
	"net/http"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// Middleware makes a middleware of net/http one of web. m is called once, when
// the chain is built. What m changes in the request, puts into its context or
// wraps around the writer holds for the handlers further in.
func Middleware(m func(http.Handler) http.Handler) web.Middleware {
	return func(next web.Handler) web.Handler {
		return &adapter{handler: m(inward{next}), returns: true}
	}
}

// inward is the http.Handler that a middleware calls: the way back to web.
type inward struct{ next web.Handler }

func (i inward) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if x, ok := w.(*exchange); ok && x.isUntouched(r) {
		x.pass(i.next, r)
		return
	}
	o, _ := r.Context().Value(originKey{}).(*origin)
	serve(i.next, w, r, o)
}

// isUntouched reports whether the next handler can use the web.Response and the
// web.Body directly.
func (x *exchange) isUntouched(r *http.Request) bool {
	body, own := r.Body.(*requestBody)
	own = own && body == &x.body || r.Body == http.NoBody && x.body.source == nil
	return own && !x.ended.Load() && !x.head.settled && !x.hijack.taken
}

// pass goes on with the web.Response and web.Request that the middleware was
// entered with.
func (x *exchange) pass(next web.Handler, r *http.Request) {
	if x.header != nil {
		x.head.status = http.StatusOK
		x.storeHeader()
	}
	x.origin.update(r)
	x.head.settled, x.head.sniffing = true, false
	x.head.length = -1
	next.ServeWeb(x.res, x.origin.request)
	x.head.status = x.res.Status()
	if x.header == nil {
		return
	}
	// The middleware may look at what was answered.
	for name := range x.header {
		if !strings.HasPrefix(name, http.TrailerPrefix) {
			delete(x.header, name)
		}
	}
	x.loadHeader()
}
