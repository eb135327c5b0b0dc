package nethttp

import (
	"net/http"
	"net/textproto"
	"net/url"
	"slices"

	"github.com/fasterapi-go/fasterapi/web"
)

// origin is what a middleware of net/http was entered with, as far as net/http
// has no place for it. The handler further in may run on a goroutine that
// outlives the middleware, as under http.TimeoutHandler, so all but request is a
// copy.
type origin struct {
	request *web.Request // for exchange.pass alone
	conn    *web.Conn
	route   *web.Route
	params  []web.Param
	scheme  string
	upgrade string // of an extended CONNECT, which net/http shows in no field of ours
}

func (o *origin) note(r *web.Request) {
	*o = origin{request: r, conn: r.Conn, route: r.Route, params: slices.Clone(r.Params()), scheme: r.Scheme}
	if r.Protocol.Major() > 1 {
		o.upgrade = r.Upgrade
	}
}

// give completes a web.Request that was made from h.
func (o *origin) give(r *web.Request, h *http.Request) {
	r.Conn, r.Route, r.Scheme = o.conn, o.route, o.scheme
	if o.upgrade != "" {
		r.Upgrade = o.upgrade
	}
	for _, p := range o.params {
		r.AddParam(p.Name, p.Value)
	}
	updateClient(r, h)
}

// update carries what the middleware changed in h over to the request that it was
// entered with. What it left alone keeps the form in which it was sent.
func (o *origin) update(h *http.Request) {
	r := o.request
	if h.Host != r.Host || !isSameHeader(h.Header, r) {
		r.Host, r.Fields = h.Host, fieldsOf(h, r.Protocol)
	}
	var before url.URL
	if fillPath(&before, r); h.URL.Path != before.Path || h.URL.RawPath != before.RawPath {
		r.RawPath = escapedPath(h.URL)
	}
	r.Method, r.RawQuery, r.ContentLength = h.Method, h.URL.RawQuery, h.ContentLength
	if c, ok := h.Context().(*requestContext); !ok || c.origin != o {
		r.SetContext(h.Context())
	}
	updateClient(r, h)
}

func updateClient(r *web.Request, h *http.Request) {
	addr := addrPort(h.RemoteAddr)
	if addr.IsValid() && addr != unmapped(r.ClientAddr()) {
		r.SetClientAddr(addr)
	}
}

// isSameHeader reports whether the map still is what headerOf made of the fields.
// It may say no where the two differ only in form.
func isSameHeader(header http.Header, r *web.Request) bool {
	names := 0
	for i := range r.Fields {
		name := r.Fields[i].Name
		switch canonical := textproto.CanonicalMIMEHeaderKey(name); canonical {
		case "Host", "Transfer-Encoding", "Trailer":
			continue
		default:
			name = canonical
		}
		if r.Fields.Index(name) != i {
			continue
		}
		names++
		values := header[name]
		for value := range r.Fields[i:].Values(name) {
			if len(values) == 0 || values[0] != value {
				return false
			}
			values = values[1:]
		}
		if len(values) > 0 {
			return false
		}
	}
	return names == len(header)
}
