package server

import (
	"crypto/tls"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http1"
	"github.com/fasterapi-go/fasterapi/internal/http2"
	"github.com/fasterapi-go/fasterapi/web"
)

// speakClear gives a connection in the clear the core of what its listener speaks.
// Where that is both, the first bytes decide.
func (c *conn) speakClear(said *speech) {
	switch {
	case !said.protocols.UnencryptedHTTP2():
		c.speakHTTP1()
	case said.protocols.HTTP1():
		c.speakHTTP1().AwaitPreface()
	default:
		c.speakHTTP2(http2.New)
	}
}

// speak gives a secured connection the core of a protocol, as ALPN names it. It
// reports whether that is one of ours.
func (c *conn) speak(protocol string) bool {
	switch protocol {
	case "", "http/1.1", "http/1.0":
		c.speakHTTP1()
	case "h2":
		c.speakHTTP2(http2.New)
	default:
		return false
	}
	return true
}

func (c *conn) speakHTTP1() *http1.Conn {
	core := http1.New(c.lane.http1, c.now())
	c.runs.most = 1
	c.core = core
	c.ages(core)
	return core
}

// speakHTTP2 makes the core with one of package http2's functions for that.
func (c *conn) speakHTTP2(make func(*http2.Config, time.Time) *http2.Conn) {
	core := make(c.lane.configOfHTTP2(c.info.TLS != nil), c.now())
	c.runs.most = int16(c.lane.engine.server.Limits.Streams)
	c.core = core
	c.ages(core)
	if c.info.TLS != nil && isWeak(c.info.TLS) {
		core.RefuseSecurity()
	}
	c.collect() // it speaks first
}

// isWeak reports whether RFC 9113, sections 9.2.1 and 9.2.2 exclude what the handshake
// has agreed on: all but TLS 1.3, and TLS 1.2 with ephemeral keys and an AEAD cipher.
func isWeak(state *tls.ConnectionState) bool {
	if state.Version >= tls.VersionTLS13 {
		return false
	}
	return state.Version < tls.VersionTLS12 || !slices.Contains(strongSuites, state.CipherSuite)
}

// strongSuites are those of TLS 1.2 that appendix A of RFC 9113 does not prohibit, as
// far as crypto/tls knows them.
var strongSuites = []uint16{
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
}

// ages has the connection end after a time: a tenth more or less, so that those
// which came together do not go together.
func (c *conn) ages(core interface{ RetireAt(time.Time) }) {
	if age := c.lane.engine.server.Limits.ConnAge; age > 0 {
		core.RetireAt(c.now().Add(age - age/10 + rand.N(age/5+1)))
	}
}

// configOfHTTP2 is what the connections of the lane share that are secured, or that
// are not.
func (l *lane) configOfHTTP2(secured bool) *http2.Config {
	at := &l.http2[0]
	if secured {
		at = &l.http2[1]
	}
	if *at == nil {
		config := l.engine.server.configHTTP2(l.date)
		connecting, ok := l.engine.handler.(web.Connecting)
		config.Connect = ok && connecting.Connects()
		if !secured {
			config.Origins = nil // which say what a certificate is good for
		}
		*at = config.Settled()
	}
	return *at
}

func (s *Server) configHTTP1(date *exchange.Date) *http1.Config {
	l := &s.Limits
	return http1.Config{
		Limits: http1.Limits{
			MaxTarget:        l.TargetBytes,
			MaxHead:          s.MaxHeaderBytes,
			MaxField:         l.FieldBytes,
			MaxFields:        l.Fields,
			MaxTrailers:      l.TrailerBytes,
			MaxTrailerFields: l.TrailerFields,
			MaxDrain:         l.DrainBytes,
		},
		HeaderTimeout: s.ReadHeaderTimeout,
		IdleTimeout:   s.IdleTimeout,
		DrainTimeout:  l.DrainTimeout,
		ServerName:    s.ServerName,
		Date:          date,
	}.Settled()
}

func (s *Server) configHTTP2(date *exchange.Date) http2.Config {
	l := &s.Limits
	return http2.Config{
		Limits: http2.Limits{
			MaxTarget:        l.TargetBytes,
			MaxHead:          s.MaxHeaderBytes,
			MaxField:         l.FieldBytes,
			MaxFields:        l.Fields,
			MaxCookies:       l.Cookies,
			MaxTrailers:      l.TrailerBytes,
			MaxTrailerFields: l.TrailerFields,
			MaxDrain:         l.DrainBytes,
			MaxStreams:       l.Streams,
		},
		HeaderTimeout: s.ReadHeaderTimeout,
		IdleTimeout:   s.IdleTimeout,
		DrainTimeout:  l.DrainTimeout,
		PingInterval:  l.PingInterval,
		PingTimeout:   l.PingTimeout,
		ServerName:    s.ServerName,
		Date:          date,
		Origins:       s.Origins,
		AltSvc:        s.AltSvc,
	}
}
