package server

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// Distribution says how connections come to loops.
type Distribution uint8

// The ways of distributing connections.
const (
	// ReusePort gives each loop a listening socket of its own, over which the
	// kernel spreads connections. Listeners that are handed in, and unix sockets,
	// are distributed by Acceptor all the same: there is only one of each.
	ReusePort Distribution = iota
	// Acceptor has one loop accept and hand connections to all in turn, so that each
	// carries as many. A loop that does not keep up misses its turn.
	Acceptor
)

// Driver says what carries connections.
type Driver uint8

// The drivers.
const (
	// Auto is Loops where the system has them and the listener is a socket of the
	// system, and Portable otherwise.
	Auto Driver = iota
	// Loops are event loops over epoll. Serve refuses a listener that they cannot
	// carry.
	Loops
	// Portable is a goroutine a connection over package net, on any system.
	Portable
)

// Server serves HTTP. Its fields must not change once it listens. For numbers
// and durations zero means the default and a negative value means none, which
// Listen refuses where it would be unsafe.
//
//tidy:fields net/http's names stand where its users look for them
type Server struct {
	// Addr is the TCP address of ListenAndServe, ":http" when empty.
	Addr string
	// Handler answers requests; http.DefaultServeMux when nil. One that is also a
	// web.Handler is called as that.
	Handler http.Handler

	// TLSConfig is what ListenTLS, ListenAndServeTLS and ServeTLS begin with, as
	// Endpoint.TLS. It is cloned and never changed.
	TLSConfig *tls.Config
	// Protocols are the versions of HTTP that are spoken; when nil, HTTP/1 and over
	// TLS HTTP/2.
	Protocols *http.Protocols

	// ReadHeaderTimeout bounds a request head, from its first byte (on a new
	// connection: from its beginning) to its last; 10 s. It cannot be off.
	ReadHeaderTimeout time.Duration
	// ReadTimeout bounds the body of a request in all, from the end of its head,
	// unless the handler sets a deadline of its own; none.
	ReadTimeout time.Duration
	// WriteTimeout bounds a response in all, from the end of the request head,
	// unless the handler sets a deadline of its own; none.
	WriteTimeout time.Duration
	// IdleTimeout bounds the wait for the next request on a connection; 75 s.
	IdleTimeout time.Duration
	// DrainDelay is how long Shutdown goes on serving, new connections too, while Readiness says
	// 503 already, so that whoever spreads requests sends the next elsewhere; none.
	DrainDelay time.Duration
	// MaxHeaderBytes bounds a request head in bytes; 32 KiB. It cannot be off.
	MaxHeaderBytes int
	// Limits are the other bounds.
	Limits Limits

	// Loops is the number of event loops; one per processor.
	Loops int
	// Distribution and Driver say how connections are accepted and carried.
	Distribution Distribution
	Driver       Driver
	// ServerName is the Server field of every response; none when empty.
	ServerName string

	// StrictSNI answers 421 (RFC 9110, section 15.5.20) over TLS where the host of a
	// request is not the name that the client gave in its handshake (RFC 6066, section
	// 3), nor that of one of Origins: what one name was vouched for does not open
	// another, as it may where clients have certificates. Off, as in net/http.
	StrictSNI bool
	// Origins are those that this server answers for beside the one that was connected
	// to ("https://example.org"); HTTP/2 tells its clients, over TLS (RFC 8336).
	Origins []string
	// AltSvc is where else the server is to be found, as the field of that name says it
	// (RFC 7838, section 3); HTTP/2 tells its clients in a frame.
	AltSvc string

	// Logger takes what the server has to say; slog.Default() when nil.
	Logger *slog.Logger
	// BaseContext gives the context under all requests of a listener;
	// context.Background() when nil.
	BaseContext func(net.Listener) context.Context
	// ConnContext may derive the context of a connection; it must not block. Over TLS
	// it comes before the handshake, as http.StateNew does: TLS is still nil then. Behind
	// proxies (Endpoint.Proxies) both come once it is known whose the connection is.
	ConnContext func(ctx context.Context, c *web.Conn) context.Context
	// ConnState is told when a connection changes; it must not block.
	ConnState func(c *web.Conn, state http.ConnState)

	started sync.Once
	fault   error // what is wrong with the settings
	engine  atomic.Pointer[engine]
}

// ListenAndServe listens on addr and serves handler with the default settings.
// It returns only when that ends, with http.ErrServerClosed after Shutdown or
// Close.
func ListenAndServe(addr string, handler http.Handler) error {
	s := &Server{Addr: addr, Handler: handler}
	return s.ListenAndServe()
}

// Raw makes a bare web.Handler a Server.Handler. Outside this engine it answers
// 500, since a web.Handler alone has no way to serve net/http.
func Raw(h web.Handler) http.Handler { return raw{h} }

type raw struct{ web.Handler }

func (raw) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "this handler runs on the fasterapi server only", http.StatusInternalServerError)
}
