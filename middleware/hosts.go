package middleware

import (
	"net"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// HostOptions say which hosts a server answers for.
type HostOptions struct {
	// Allowed are host names and addresses, whatever the case: "example.com", "*.example.com" for all names below it but not itself,
	// "[::1]". With a port an entry holds for that port alone, else for any.
	Allowed []string
}

// hostRule is one entry.
type hostRule struct {
	name  string // in lower case, without a final dot; of a wildcard with its leading dot
	port  string // any when empty
	below bool
}

// Hosts answers only for hosts that were named, so that nobody makes the program build links to theirs, or reaches it by DNS rebinding: 421 for
// any other (RFC 9110, section 15.5.20), 400 where there is none.
func Hosts(o HostOptions) web.Middleware {
	if len(o.Allowed) == 0 {
		panic(misused("Hosts: nothing is Allowed. Fix: name the hosts that this server answers for"))
	}
	rules := make([]hostRule, len(o.Allowed))
	for i, entry := range o.Allowed {
		rules[i] = parseHostRule(entry)
	}
	return func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			if r.Host == "" {
				web.Fail(w, r, web.NewProblem(400, "the request names no host"))
				return
			}
			name, port := splitHost(r.Host)
			for i := range rules {
				if rules[i].matches(name, port) {
					next.ServeWeb(w, r)
					return
				}
			}
			web.Fail(w, r, web.NewProblem(421, "this server does not answer for that host"))
		})
	}
}

func parseHostRule(entry string) hostRule {
	name, port := splitHost(entry)
	h := hostRule{name: name, port: port}
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		h.below, h.name, name = true, "."+rest, rest
	}
	if name == "" || strings.ContainsAny(name, "*/@ ,") || strings.Contains(name, "..") {
		panic(misused("Hosts: %q is no host. Fix: write it like \"example.com\", \"*.example.com\" or \"example.com:8443\"", entry))
	}
	return h
}

// splitHost takes an authority apart. One final dot of a name says nothing here: it is the same host (RFC 3986, section 3.2.2).
func splitHost(host string) (name, port string) {
	name = host
	if i := strings.LastIndexByte(host, ':'); i >= 0 && i > strings.LastIndexByte(host, ']') {
		name, port = host[:i], host[i+1:]
	}
	if strings.HasPrefix(name, "[") {
		if ip := net.ParseIP(strings.Trim(name, "[]")); ip != nil {
			name = "[" + ip.String() + "]" // however it was written
		}
	}
	return strings.TrimSuffix(strings.ToLower(name), "."), port
}

func (h *hostRule) matches(name, port string) bool {
	if h.port != "" && h.port != port {
		return false
	}
	if h.below {
		// What is no name is not below one: net/http lets "evil.example%2f.example.com" pass for a host.
		return len(name) > len(h.name) && strings.HasSuffix(name, h.name) && isAuthority(name)
	}
	return name == h.name
}
