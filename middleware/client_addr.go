package middleware

import (
	"net/netip"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// ClientAddrOptions say which proxies stand in front, and where they write who asked them.
type ClientAddrOptions struct {
	// Trusted are the addresses of the proxies, as CIDR ranges or single addresses. Without any, ClientAddr changes nothing.
	Trusted []string
	// Field is the one field that the proxies write: "X-Forwarded-For", which it is when empty, or "Forwarded" (RFC 7239). Only one
	// is read, since a proxy that writes one passes the other on as the client made it up.
	Field string
	// Hops is how many proxies are believed at most; 0 means 16.
	Hops int
}

const defaultHops = 16

// ClientAddr finds the address of the client behind trusted proxies and tells it by [web.Request.SetClientAddr]. It walks from the peer
// along the lines of the field, joined in order, from right to left, for as long as whoever wrote an entry is trusted. An entry that
// is no address (also "unknown" and "_hidden", RFC 7239, section 6) ends the walk at the proxy that wrote it. A peer that is
// not trusted is the client, whatever it says.
func ClientAddr(o ClientAddrOptions) web.Middleware {
	if o.Field == "" {
		o.Field = "X-Forwarded-For"
	}
	forwarded := web.EqualName(o.Field, "Forwarded")
	if !forwarded && !web.EqualName(o.Field, "X-Forwarded-For") {
		panic(misused("ClientAddr: the Field %q is not one that names a chain of proxies. Fix: use \"X-Forwarded-For\" or \"Forwarded\"", o.Field))
	}
	if o.Hops < 0 {
		panic(misused("ClientAddr: %d Hops are less than none. Fix: say how many proxies stand in front, or leave it 0 for %d", o.Hops, defaultHops))
	}
	if o.Hops == 0 {
		o.Hops = defaultHops
	}
	c := chainOfProxies{field: o.Field, forwarded: forwarded, hops: o.Hops}
	for _, s := range o.Trusted {
		c.trusted = append(c.trusted, trustedRange(s))
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if addr := c.client(r.PeerAddr(), r.Fields); addr.IsValid() {
				r.SetClientAddr(addr)
			}
			next.ServeWeb(w, r)
		})
	}
}

func trustedRange(s string) netip.Prefix {
	if p, err := netip.ParsePrefix(s); err == nil && !p.Addr().Is4In6() {
		return p.Masked()
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen())
	}
	panic(misused("ClientAddr: Trusted has %q, which is no range of addresses. Fix: write it like \"10.0.0.0/8\" or \"192.0.2.1\"", s))
}

// chainOfProxies is how one server reads what stands in front of it.
type chainOfProxies struct {
	trusted   []netip.Prefix
	field     string
	forwarded bool
	hops      int
}

func (c *chainOfProxies) trusts(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range c.trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// client is the farthest address that a trusted proxy vouches for, invalid where the peer is not trusted.
func (c *chainOfProxies) client(peer netip.AddrPort, fields web.Fields) netip.AddrPort {
	if !c.trusts(peer.Addr()) {
		return netip.AddrPort{}
	}
	found, left := peer, c.hops
	for i := len(fields) - 1; i >= 0; i-- {
		if !web.EqualName(fields[i].Name, c.field) {
			continue
		}
		entries, ok := c.entries(fields[i].Value)
		if !ok {
			return found
		}
		for j := len(entries) - 1; j >= 0; j-- {
			addr, ok := parseNode(entries[j])
			if !ok || left == 0 {
				return found
			}
			found, left = addr, left-1
			if !c.trusts(addr.Addr()) {
				return found
			}
		}
	}
	return found
}

// entries are the nodes that a line lists. A line of Forwarded is read as a whole, from the left: a quote that a client left
// open would otherwise swallow what the proxy wrote behind it, and such a line is none.
func (c *chainOfProxies) entries(line string) ([]string, bool) {
	if c.forwarded {
		return parseForwarded(line)
	}
	entries := strings.Split(line, ",")
	for i := range entries {
		entries[i] = strings.Trim(entries[i], " \t")
	}
	return entries, true
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
