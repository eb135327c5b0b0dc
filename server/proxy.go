package server

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
	"github.com/fasterapi-go/fasterapi/internal/peers"
)

var (
	errProxyTimeout = errors.New("server: the header of the PROXY protocol took too long")
	errUnixProxies  = errors.New("server: whoever connects to a unix socket has no address: Endpoint.Proxies can only be []string{\"unix\"} there, and \"unix\" nowhere else")
)

// proxiesOf settles Endpoint.Proxies; nil where connections speak for themselves.
func proxiesOf(at Endpoint) (*peers.Set, error) {
	if len(at.Proxies) == 0 {
		return nil, nil
	}
	set, err := peers.Parse(at.Proxies)
	if err != nil {
		return nil, fmt.Errorf("server: Endpoint.Proxies: %w", err)
	}
	if unix := at.Network == "unix"; set.HasUnix() != unix || set.HasAddrs() == unix {
		return nil, errUnixProxies
	}
	return set, nil
}

// introduced reports whether the connections of a listener come from proxies, which say first whose they are.
func (said *speech) introduced() bool { return said.proxies != nil }

// believes reports whether a peer may speak for others.
func (said *speech) believes(remote netip.AddrPort) bool {
	return said.proxies.HasUnix() || said.proxies.Has(remote.Addr())
}

// untrustedError names who connects to a listener for proxies and is none, which is written down for few of many.
type untrustedError struct{ addr netip.Addr }

func (e *untrustedError) Error() string {
	return fmt.Sprintf("server: %v, which is not of Endpoint.Proxies, connects to a listener for proxies", e.addr)
}

// ends are the two ends of a connection, as it is served.
type ends struct{ local, remote netip.AddrPort }

// introduction is the session of a connection that a proxy brings. It stands before all others: "The receiver MUST NOT start
// processing the connection before it receives a complete and valid PROXY protocol header" (PROXY protocol, section 2).
// Until then there is a connection that nobody has been told of, with neither info nor core; afterwards everything is
// passed on.
type introduction struct {
	loop.Session // the connection; once introduced, what carries its TLS
	conn         *conn
	from         *listener // nil once introduced
	heard        []byte    // of a header that did not come at once
}

func (e *engine) awaitIntroduction(c *conn, from *listener) loop.Session {
	c.state = introducing
	c.waiting().introduction = c.now().Add(e.server.Limits.HandshakeTimeout)
	return &introduction{Session: c, conn: c, from: from}
}

// driver is the connection that the session carries.
func (i *introduction) driver() *conn { return i.conn }

// Received is part of loop.Session.
func (i *introduction) Received(in []byte) {
	if i.from == nil {
		i.Session.Received(in)
		return
	}
	if i.heard != nil {
		i.heard = append(i.heard, in...)
		in = i.heard
	}
	header, n, err := parseProxyHeader(in)
	switch {
	case err != nil:
		i.conn.refuseIntroduction(classOfProxy(err), err)
	case n > 0:
		i.heard = nil
		i.introduce(header)
		if len(in) > n && i.conn.state != closed {
			i.Session.Received(in[n:])
		}
	case i.heard == nil:
		i.heard = append(i.heard, in...)
	}
}

// Ended is part of loop.Session. Who goes without a word has looked whether the server is there.
func (i *introduction) Ended(err error) {
	if i.from != nil && err == nil {
		err = io.ErrUnexpectedEOF
	}
	i.Session.Ended(err)
}

// introduce has the connection begin, as that of whom the proxy names.
func (i *introduction) introduce(header proxyHeader) {
	c, from := i.conn, i.from
	e, due := c.lane.engine, c.waits.introduction
	between := ends{local: header.server, remote: header.client}
	if !header.named {
		// "must use the real connection endpoints" (section 2.2)
		between = ends{local: c.sock.Local(), remote: c.sock.Remote()}
	}
	if e.overcrowded(between.remote) {
		c.sock.Abort()
		c.fail(errPerIP)
		return
	}
	i.from, c.waits, c.state = nil, nil, serving
	c.secured = header.secured
	i.Session = e.introduce(c, from, between, nil)
	if s, ok := i.Session.(*secure); ok {
		s.shake.due = due // which bounds both
	}
	c.keepUp()
}

func classOfProxy(err error) string {
	switch err {
	case errProxyMissing:
		return "proxy_missing"
	case errProxyChecksum:
		return "proxy_checksum"
	}
	return "proxy_header"
}

// refuseIntroduction ends a connection whose header is none: "must be discarded and cause the receiver to abort the
// connection" (section 2.1).
func (c *conn) refuseIntroduction(class string, err error) {
	c.lane.engine.reject(class, err, c.now())
	c.sock.Abort()
	c.fail(err)
}

// introductionLate ends a connection whose proxy has not said in time whose it is.
func (c *conn) introductionLate(now time.Time) {
	if !now.Before(c.waits.introduction) {
		c.refuseIntroduction("proxy_timeout", errProxyTimeout)
	}
}

// hurryIntroduction follows the beginning of a shutdown, as hurryHandshake does.
func (c *conn) hurryIntroduction() {
	c.waits.introduction = sooner(c.waits.introduction, c.now().Add(helloGrace))
}
