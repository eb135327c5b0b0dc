package web

import (
	"context"
	"net/netip"
	"strings"
)

// Request is one request, whatever the wire. Its strings may be kept for ever,
// the Request itself only until the handler returns.
type Request struct {
	// Method is the method as it was sent; methods are case-sensitive.
	Method string
	// Target is the request target as it was sent (RFC 9112, section 3.2), RawPath
	// its path with percent-encoding and RawQuery what follows the first '?'.
	// RawPath is "*" for "OPTIONS *".
	Target, RawPath, RawQuery string
	// Scheme is "http" or "https", Host the authority that was asked for: the
	// Host field, or what overrides it (RFC 9112, section 3.2.2; ":authority").
	Scheme, Host string
	Protocol     Protocol
	// Upgrade is the protocol that the client asks for in place of HTTP: those of an
	// Upgrade field (RFC 9110, section 7.8), or that of an extended CONNECT (RFC 8441).
	Upgrade string
	// Fields are the field lines of the head, Host among them on HTTP/1.
	Fields Fields
	// ContentLength is the announced length of the body in bytes, 0 without a
	// body, -1 when it is not known before the end.
	ContentLength int64
	// Route is the route that was taken; nil where the handler has no routes.
	Route *Route
	// Conn tells of the connection; nil only where there is none.
	Conn *Conn

	bound requestBounds
}

// requestBounds is what a Request keeps for itself.
type requestBounds struct {
	body     Body
	path     string // RawPath decoded, when that was pathOf
	pathOf   string
	origin   *origin // nil until something said more than the connection does
	params   []Param
	inline   [4]Param
	ctx      context.Context
	lifetime lifetime
}

// Param is one path parameter: the name that the pattern gives it, and its
// percent-decoded value.
type Param struct {
	Name, Value string
}

// Bind gives the request its stream. Engines and adapters call it once before a
// handler sees the request.
func (r *Request) Bind(s Stream) {
	r.bound.body.bind(s)
}

// Reset makes r the zero Request, for an engine that reuses it. It ends the
// context of the old request. An engine makes sure that no End of the old one is
// still to come.
func (r *Request) Reset() {
	b := &r.bound
	b.lifetime.reset()
	b.body = Body{}
	b.path, b.pathOf, b.origin, b.ctx = "", "", nil, nil
	if b.params != nil {
		clear(b.inline[:])
		b.params = nil
	}
	r.Method, r.Target, r.RawPath, r.RawQuery, r.Scheme, r.Host, r.Upgrade = "", "", "", "", "", "", ""
	r.Protocol, r.Fields, r.ContentLength, r.Route, r.Conn = 0, nil, 0, nil, nil
}

// End cancels the request's context. Engines call it when the peer goes away
// and when the handler has returned; it may come from another goroutine while
// the handler asks for its Context, and more than once.
func (r *Request) End() { r.bound.lifetime.end() }

// Context is the request's context. It is cancelled when the peer goes away or
// resets the exchange, on any protocol, when the server is closed, and when the
// handler returns. It is never reused, and deriving from it starts no goroutine.
// It costs one allocation (one for 128 requests where [Route.Recycle] is set), and
// three more once somebody waits for it, asks it for a value or derives from it.
func (r *Request) Context() context.Context {
	if r.bound.ctx != nil {
		return r.bound.ctx
	}
	var parent context.Context
	if r.Conn != nil {
		parent = r.Conn.Context
	}
	r.bound.ctx = r.bound.lifetime.context(parent)
	return r.bound.ctx
}

// SetContext replaces the context for the handlers further in. The new one
// should be derived from the old, or it will not hear of the peer's leaving; nil
// gives the request's own back.
func (r *Request) SetContext(ctx context.Context) { r.bound.ctx = ctx }

// Path is the path with its percent-encoding decoded, once. An encoded slash
// reads as a slash here; a router keeps the two apart. Where the encoding is
// broken, Path is RawPath.
func (r *Request) Path() string {
	if strings.IndexByte(r.RawPath, '%') < 0 {
		return r.RawPath
	}
	if r.bound.pathOf != r.RawPath {
		path, err := unescape(r.RawPath)
		if err != nil {
			path = r.RawPath
		}
		r.bound.path, r.bound.pathOf = path, r.RawPath
	}
	return r.bound.path
}

// Body is the request body as a stream.
func (r *Request) Body() *Body { return &r.bound.body }

// Param returns the value of a path parameter, or "".
func (r *Request) Param(name string) string {
	for i := range r.bound.params {
		if r.bound.params[i].Name == name {
			return r.bound.params[i].Value
		}
	}
	return ""
}

// Params are all path parameters in the order of the pattern. They may be kept
// until the handler returns.
func (r *Request) Params() []Param { return r.bound.params }

// AddParam adds a path parameter; routers call it.
func (r *Request) AddParam(name, value string) {
	if r.bound.params == nil {
		r.bound.params = r.bound.inline[:0]
	}
	r.bound.params = append(r.bound.params, Param{name, value})
}

// SetField replaces the field for the handlers further in.
func (r *Request) SetField(name, value string) { r.Fields = r.Fields.With(name, value) }

// DelField removes the field for the handlers further in.
func (r *Request) DelField(name string) { r.Fields = r.Fields.Without(name) }

// PeerAddr is the address at the other end of the connection, invalid on a unix
// socket.
func (r *Request) PeerAddr() netip.AddrPort {
	if r.Conn == nil {
		return netip.AddrPort{}
	}
	return r.Conn.Remote
}

// origin is what was found out about where a request comes from; few requests need
// it, so it is made on demand.
type origin struct {
	client       netip.AddrPort
	identity, id string
}

func (b *requestBounds) found() *origin {
	if b.origin == nil {
		b.origin = new(origin)
	}
	return b.origin
}

// ClientAddr is the address of the client: the peer's, unless something that
// knows the proxies in front said otherwise with SetClientAddr.
func (r *Request) ClientAddr() netip.AddrPort {
	if o := r.bound.origin; o != nil && o.client.IsValid() {
		return o.client
	}
	return r.PeerAddr()
}

// SetClientAddr says who the client behind a trusted proxy is.
func (r *Request) SetClientAddr(addr netip.AddrPort) { r.bound.found().client = addr }

// ID is the name by which logs know the request; empty unless something that gives
// names has called SetID.
func (r *Request) ID() string {
	if r.bound.origin == nil {
		return ""
	}
	return r.bound.origin.id
}

// SetID names the request. Clients are told the name with failures of ours, so that
// they can ask about them: see [Problem.For].
func (r *Request) SetID(id string) { r.bound.found().id = id }

// Identity says who the request was found to come from; empty unless something that
// checks credentials has called SetIdentity.
func (r *Request) Identity() string {
	if r.bound.origin == nil {
		return ""
	}
	return r.bound.origin.identity
}

// SetIdentity says who the request comes from: a name that stays the same from one
// request to the next, for logs and limits.
func (r *Request) SetIdentity(name string) { r.bound.found().identity = name }
