package middleware

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/peers"
	"github.com/fasterapi-go/fasterapi/web"
)

// ClientAddrOptions say which proxies stand in front, and where they write who asked them.
type ClientAddrOptions struct {
	// Trusted are the addresses of the proxies, as CIDR ranges or single addresses, and "unix" for those that connect over a unix
	// socket. Without any, ClientAddr changes nothing.
	Trusted []string
	// Field is the one field that the proxies write: "X-Forwarded-For", which it is when empty, or "Forwarded" (RFC 7239). Only one
	// is read, since a proxy that writes one passes the other on as the client made it up.
	Field string
	// Hops is how many proxies are believed at most; 0 means 16.
	Hops int
	// Scheme and Host say that the outermost proxy also writes how it was asked: into X-Forwarded-Proto and X-Forwarded-Host, or
	// into "proto" and "host" of Forwarded. Request.Scheme and Request.Host are that then. A proxy that does not write the field lets the client do it.
	Scheme, Host bool
}

const defaultHops = 16

// ClientAddr finds the address of the client behind trusted proxies and tells it by [web.Request.SetClientAddr]. It walks from the peer
// along the lines of the field, joined in order, from right to left, for as long as whoever wrote an entry is trusted. An entry that
// is no address (also "unknown" and "_hidden", RFC 7239, section 6) ends the walk at the proxy that wrote it. A peer that is
// not trusted is the client, whatever it says.
//
// With Scheme or Host the entry that counts is that of the same proxy: of "proto" and "host" those of the last element that was walked to, of
// X-Forwarded-Proto and X-Forwarded-Host the entry as far from the right, or the leftmost where proxies wrote over each other. What is
// neither "http" nor "https" ("ws" and "wss" are the same to us), or no authority (RFC 3986, section 3.2), is as if it was not said.
func ClientAddr(o ClientAddrOptions) web.Middleware {
	c := newChainOfProxies(o)
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if c.trustsPeer(r) {
				c.tell(r)
			}
			next.ServeWeb(w, r)
		})
	}
}

// chainOfProxies is how one server reads what stands in front of it.
type chainOfProxies struct {
	trusted      *peers.Set
	field        string
	forwarded    bool
	hops         int
	scheme, host bool
}

func newChainOfProxies(o ClientAddrOptions) *chainOfProxies {
	c := &chainOfProxies{field: o.Field, hops: o.Hops, scheme: o.Scheme, host: o.Host}
	if c.field == "" {
		c.field = "X-Forwarded-For"
	}
	c.forwarded = web.EqualName(c.field, "Forwarded")
	if !c.forwarded && !web.EqualName(c.field, "X-Forwarded-For") {
		panic(misused("ClientAddr: the Field %q is not one that names a chain of proxies. Fix: use \"X-Forwarded-For\" or \"Forwarded\"", o.Field))
	}
	if c.hops < 0 {
		panic(misused("ClientAddr: %d Hops are less than none. Fix: say how many proxies stand in front, or leave it 0 for %d", o.Hops, defaultHops))
	}
	if c.hops == 0 {
		c.hops = defaultHops
	}
	if (o.Scheme || o.Host) && len(o.Trusted) == 0 {
		panic(misused("ClientAddr: Scheme and Host are believed from proxies, and none is Trusted. Fix: name the proxies in Trusted, or leave the two out"))
	}
	var err error
	if c.trusted, err = peers.Parse(o.Trusted); err != nil {
		panic(misused("ClientAddr: Trusted is wrong: %v. Fix: correct it", err))
	}
	return c
}

// trustsPeer reports whether whoever is connected is one of the proxies. On a unix socket nobody has an address; elsewhere who has
// none is nobody.
func (c *chainOfProxies) trustsPeer(r *web.Request) bool {
	if r.Conn == nil {
		return false
	}
	if _, unix := r.Conn.Listener.(*net.UnixAddr); unix && !r.Conn.Remote.IsValid() {
		return c.trusted.HasUnix()
	}
	return c.trusted.Has(r.Conn.Remote.Addr())
}

// tell has the request be the one that the proxies were asked. The peer is trusted.
func (c *chainOfProxies) tell(r *web.Request) {
	addr, last, depth := c.walk(r.PeerAddr(), r.Fields)
	if addr.IsValid() {
		r.SetClientAddr(addr)
	}
	if c.scheme {
		if !c.forwarded {
			last.proto = entryAt(r.Fields, "X-Forwarded-Proto", depth)
		}
		if scheme := schemeOf(last.proto); scheme != "" {
			r.Scheme = scheme
		}
	}
	if c.host {
		if !c.forwarded {
			last.host = entryAt(r.Fields, "X-Forwarded-Host", depth)
		}
		if isAuthority(last.host) {
			r.Host = last.host
		}
	}
}

// walk gives the farthest address that a trusted proxy vouches for, the last element that one of them wrote, and how far from the right that
// stands; 0 where there is none.
func (c *chainOfProxies) walk(peer netip.AddrPort, fields web.Fields) (found netip.AddrPort, last forwardedElement, depth int) {
	found = peer
	for i := len(fields) - 1; i >= 0; i-- {
		if !web.EqualName(fields[i].Name, c.field) {
			continue
		}
		elements, ok := c.elements(fields[i].Value)
		if !ok {
			return found, last, depth
		}
		for j := len(elements) - 1; j >= 0; j-- {
			if depth == c.hops {
				return found, last, depth
			}
			last, depth = elements[j], depth+1
			addr, ok := parseNode(last.node)
			if !ok {
				return found, last, depth
			}
			if found = addr; !c.trusted.Has(addr.Addr()) {
				return found, last, depth
			}
		}
	}
	return found, last, depth
}

// elements are those of a line. A line of Forwarded is read as a whole, from the left: a quote that a client left
// open would otherwise swallow what the proxy wrote behind it, and such a line is none.
func (c *chainOfProxies) elements(line string) ([]forwardedElement, bool) {
	if c.forwarded {
		return parseForwarded(line)
	}
	var elements []forwardedElement
	for more := true; more && len(elements) < c.hops; { // no further than anybody looks: a client may have written thousands
		comma := strings.LastIndexByte(line, ',')
		elements = append(elements, forwardedElement{node: strings.Trim(line[comma+1:], " \t")})
		if more = comma >= 0; more {
			line = line[:comma]
		}
	}
	slices.Reverse(elements)
	return elements, true
}

// entryAt is the entry of a list that stands so far from the right, the leftmost where there are fewer: the 1st, where depth is 0, is the peer's.
func entryAt(fields web.Fields, name string, depth int) (entry string) {
	for i := len(fields) - 1; i >= 0; i-- {
		if !web.EqualName(fields[i].Name, name) {
			continue
		}
		for rest, more := fields[i].Value, true; more; depth-- {
			comma := strings.LastIndexByte(rest, ',')
			entry, more = strings.Trim(rest[comma+1:], " \t"), comma >= 0
			if depth <= 1 {
				return entry
			}
			if more {
				rest = rest[:comma]
			}
		}
	}
	return entry
}

// isAuthority holds a host with or without a port against what every party reads alike: a name of letters, digits and "-._~", or an
// address, that of IPv6 in brackets. Sub-delims and percent-encoding, which RFC 3986 would allow in a name, stand in none of the DNS.
func isAuthority(s string) bool {
	host, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		host, port = s[:i], s[i:]
	}
	if _, ok := parseNodePort(port); !ok || strings.Contains(port, "_") {
		return false
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		addr, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return err == nil && addr.Is6() && addr.Zone() == "" && strings.HasSuffix(host, "]")
	}
	for i := range len(host) {
		switch c := host[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_~", c) >= 0:
		case c != '.' || i == 0 || host[i-1] == '.':
			return false
		}
	}
	return host != "" && len(host) <= 255
}

// schemeOf is "http" or "https", or "" for what means neither. Some proxies call that of a WebSocket by its own name.
func schemeOf(proto string) string {
	switch {
	case strings.EqualFold(proto, "https"), strings.EqualFold(proto, "wss"):
		return "https"
	case strings.EqualFold(proto, "http"), strings.EqualFold(proto, "ws"):
		return "http"
	}
	return ""
}

// parseNode reads an address with or without a port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" and
// "[2001:db8::1]:80". A port may be obfuscated ("_x", RFC 7239, section 6.2) and is 0 then. Zones mean nothing to others and are refused.
func parseNode(s string) (netip.AddrPort, bool) {
	host, port := s, ""
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 || !strings.Contains(s[:end], ":") {
			return netip.AddrPort{}, false
		}
		host, port = s[1:end], s[end+1:]
	} else if i := strings.IndexByte(s, ':'); i >= 0 && i == strings.LastIndexByte(s, ':') {
		host, port = s[:i], s[i:]
	}
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return netip.AddrPort{}, false
	}
	n, ok := parseNodePort(port)
	return netip.AddrPortFrom(a.Unmap(), n), ok
}

// parseNodePort reads what follows an address: nothing, or a colon and 1 to 5 digits or an obfuscated port.
func parseNodePort(s string) (port uint16, ok bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != ':' {
		return 0, false
	}
	if s = s[1:]; len(s) > 1 && s[0] == '_' {
		return 0, web.IsToken(s)
	}
	p, err := netip.ParseAddrPort("0.0.0.0:" + s)
	return p.Port(), err == nil && len(s) <= 5
}
