package nethttp

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// fillRequest makes the web.Request. o is what a middleware was entered with, nil
// where the request came from net/http itself.
func (s *served) fillRequest(h *http.Request, o *origin) {
	r := &s.request
	r.Method, r.Target, r.Host = h.Method, h.RequestURI, h.Host
	if r.Target == "" { // made by hand: net/http's server always has one
		r.Target = h.URL.RequestURI()
	}
	r.RawPath, r.RawQuery = escapedPath(h.URL), h.URL.RawQuery
	r.Protocol = protocolOf(h)
	r.Scheme = "http"
	if h.TLS != nil {
		r.Scheme = "https"
	}
	r.ContentLength = h.ContentLength
	if h.Body == nil || h.Body == http.NoBody {
		r.ContentLength = 0
	} else if h.ContentLength == 0 && o != nil {
		r.ContentLength = -1 // a middleware put a body where there was none
	}
	r.Fields = fieldsOf(h, r.Protocol)
	r.Upgrade = offeredUpgrade(h)
	r.SetContext(h.Context())
	r.Bind(&s.stream)
	if o != nil {
		o.give(r, h)
		return
	}
	r.Conn = connOf(h)
	addParams(r, h)
}

// escapedPath is "*" for "OPTIONS *", which is no path.
func escapedPath(u *url.URL) string {
	if u.Path == "*" {
		return "*"
	}
	return u.EscapedPath()
}

func protocolOf(h *http.Request) web.Protocol {
	switch {
	case h.ProtoMajor == 3:
		return web.HTTP3
	case h.ProtoMajor == 2:
		return web.HTTP2
	case h.ProtoMinor == 0:
		return web.HTTP10
	}
	return web.HTTP11
}

// fieldsOf are the lines of the head. Those that net/http takes out of the map
// come back from where it put them; the order between names is lost.
func fieldsOf(h *http.Request, p web.Protocol) web.Fields {
	fields := make(web.Fields, 0, len(h.Header)+3)
	if p.Major() == 1 && h.Host != "" {
		fields = append(fields, web.Field{Name: "Host", Value: h.Host})
	}
	for _, name := range sortedNames(h.Header) {
		if strings.HasPrefix(name, ":") {
			continue // a pseudo-header field, which net/http left there
		}
		for _, value := range h.Header[name] {
			fields = append(fields, web.Field{Name: name, Value: value})
		}
	}
	if len(h.TransferEncoding) > 0 {
		fields = append(fields, web.Field{Name: "Transfer-Encoding", Value: strings.Join(h.TransferEncoding, ", ")})
	}
	if len(h.Trailer) > 0 {
		fields = append(fields, web.Field{Name: "Trailer", Value: strings.Join(sortedNames(h.Trailer), ", ")})
	}
	return fields
}

func sortedNames(header http.Header) []string { return slices.Sorted(maps.Keys(header)) }

// connOf gathers what a request says of its connection. net/http numbers none.
func connOf(h *http.Request) *web.Conn {
	c := &web.Conn{Remote: addrPort(h.RemoteAddr), TLS: h.TLS, Context: context.WithoutCancel(h.Context())}
	if addr, ok := h.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		c.Listener, c.Local = addr, addrPort(addr.String())
	}
	return c
}

// addrPort is invalid for what is no address, as that of a unix socket. One
// without a port is what some middleware leaves of RemoteAddr.
func addrPort(s string) netip.AddrPort {
	addr, err := netip.ParseAddrPort(s)
	if err != nil {
		ip, err := netip.ParseAddr(s)
		if err != nil {
			return netip.AddrPort{}
		}
		addr = netip.AddrPortFrom(ip, 0)
	}
	return unmapped(addr)
}

// unmapped is the IPv4 address that an IPv6 one may stand for.
func unmapped(addr netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
}

// addParams takes over the path values of an http.ServeMux, whose pattern tells
// their names: "{name}" and "{name...}" are whole segments.
func addParams(r *web.Request, h *http.Request) {
	for part := range strings.SplitSeq(h.Pattern, "/") {
		name, wild := strings.CutPrefix(part, "{")
		if !wild || part == "{$}" {
			continue
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "...")
		r.AddParam(name, h.PathValue(name))
	}
}
