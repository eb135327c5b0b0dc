package nethttp

import (
	"context"
	"net"
	"net/http"

	"github.com/fasterapi-go/fasterapi/web"
)

// requestContext is the context of the web.Request with the values that net/http
// puts into one. Done and all other values are those of the one underneath, so
// package context derives from it without a goroutine.
type requestContext struct {
	context.Context
	conn   *web.Conn
	origin *origin // where a middleware comes back to web, else nil
}

// originKey finds what the innermost middleware was entered with.
type originKey struct{}

func (c *requestContext) Value(key any) any {
	switch key {
	case http.LocalAddrContextKey:
		if addr := localAddr(c.conn); addr != nil {
			return addr
		}
	case http.ServerContextKey:
		if server := c.Context.Value(key); server != nil {
			return server
		}
		return standIn
	case originKey{}:
		if c.origin != nil {
			return c.origin
		}
	}
	return c.Context.Value(key)
}

// standIn is what http.ServerContextKey names on an engine: httputil.ReverseProxy
// breaks a response off in mid-body only where it finds a server, and passes a
// part for the whole otherwise.
var standIn = new(http.Server)

func localAddr(c *web.Conn) net.Addr {
	switch {
	case c == nil:
		return nil
	case !c.Local.IsValid():
		return c.Listener
	}
	if _, ok := c.Listener.(*net.UDPAddr); ok {
		return net.UDPAddrFromAddrPort(c.Local)
	}
	return net.TCPAddrFromAddrPort(c.Local)
}
