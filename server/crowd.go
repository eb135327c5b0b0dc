package server

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// crowd counts the connections of each source, so that one cannot take all places.
// It holds an entry for each source that has a connection open, and no other.
type crowd struct {
	mu     sync.Mutex
	counts map[netip.Addr]int
}

var errPerIP = errors.New("server: too many connections from one address")

// sourceOf is what counts as one address: with IPv6 the first 64 bits, since the
// rest is chosen by whoever is given them: "Interface IDs are required to be 64
// bits long" (RFC 4291, section 2.5.1). It is invalid on a unix socket.
func sourceOf(remote netip.AddrPort) netip.Addr {
	addr := remote.Addr().Unmap()
	if addr.Is6() {
		prefix, _ := addr.WithZone("").Prefix(64)
		return prefix.Addr()
	}
	return addr
}

// enter counts a connection, and reports false when limit are open from there.
func (c *crowd) enter(remote netip.AddrPort, limit int) bool {
	source := sourceOf(remote)
	if !source.IsValid() {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = make(map[netip.Addr]int)
	}
	if c.counts[source] >= limit {
		return false
	}
	c.counts[source]++
	return true
}

// leave undoes enter.
func (c *crowd) leave(remote netip.AddrPort) {
	source := sourceOf(remote)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts[source] > 1 {
		c.counts[source]--
		return
	}
	delete(c.counts, source)
}

// refuse reports whether a connection that was just accepted is not wanted: one that
// is no proxy's where those are awaited, or one too many. Whom a proxy brings is not known yet.
func (e *engine) refuse(from *listener, remote netip.AddrPort) bool {
	if !from.introduced() {
		return e.overcrowded(remote)
	}
	if from.believes(remote) {
		return false
	}
	e.reject("proxy_untrusted", &untrustedError{remote.Addr()}, time.Now())
	return true
}

// overcrowded reports whether a connection is one too many from there, and otherwise
// counts it, until departed.
func (e *engine) overcrowded(remote netip.AddrPort) bool {
	limit := e.server.Limits.ConnsPerIP
	if limit <= 0 || e.crowd.enter(remote, limit) {
		return false
	}
	e.reject("per_ip", errPerIP, time.Now())
	return true
}

func remoteOf(conn net.Conn) netip.AddrPort {
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort()
	}
	return netip.AddrPort{}
}
