package web

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
)

// Conn is what a handler may know of the connection under its request. It is
// shared by all requests of the connection and never changes.
type Conn struct {
	// ID numbers the server's connections from 1.
	ID uint64
	// Local and Remote are the two ends; both are invalid on a unix socket. Where a
	// listener takes headers of the PROXY protocol they are the ends that the proxy named.
	Local, Remote netip.AddrPort
	// Listener is the address of the listener that accepted it.
	Listener net.Addr
	// TLS is nil on a clear connection.
	TLS *tls.ConnectionState
	// Context is the parent of every request's context: the server's
	// BaseContext, as ConnContext changed it.
	Context context.Context
}
