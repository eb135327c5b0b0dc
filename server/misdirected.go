package server

import (
	"net/url"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// misdirected answers a request for a host that its connection is not good for: "A
// client that receives a 421 (Misdirected Request) response MAY retry the request
// [...] over a different connection" (RFC 9110, section 15.5.20).
var misdirected = web.HandlerFunc(func(w *web.Response, _ *web.Request) {
	_ = w.Text(421, "this connection is for another host\n")
})

// isMisdirected reports whether a request asks for another host than its handshake
// did. A client that gave no name there has asked for none in particular.
func (e *engine) isMisdirected(q *web.Request) bool {
	state := q.Conn.TLS
	if state == nil || state.ServerName == "" {
		return false
	}
	host := hostName(q.Host)
	if host == hostName(state.ServerName) {
		return false
	}
	for _, origin := range e.server.Origins {
		if u, err := url.Parse(origin); err == nil && host == hostName(u.Host) {
			return false
		}
	}
	return true
}

// hostName is an authority without its port and the dot of the root, in lower case.
func hostName(authority string) string {
	host := authority
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
