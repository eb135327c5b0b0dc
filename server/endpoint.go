package server

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"github.com/fasterapi-go/fasterapi/internal/peers"
)

// Endpoint is an address to listen on and what is spoken there.
type Endpoint struct {
	// Network is "tcp" when empty, or "tcp4", "tcp6" or "unix"; Address as in
	// [net.Listen], so without a port it is a free one, which Server.Addrs tells.
	Network, Address string
	// TLS is nil where clear text is spoken. It is cloned and never changed. Where
	// it leaves that open, TLS 1.2 is the oldest version, and NextProtos follows
	// from Protocols; names that are neither "h2" nor "http/1.1" are left in it.
	TLS *tls.Config
	// Protocols are those of HTTP that are spoken; Server.Protocols when nil.
	Protocols *http.Protocols
	// Proxies are those that connect here: ranges of addresses ("10.0.0.0/8"), single addresses, or on a unix socket
	// "unix" alone. With any, each connection begins with a header of the PROXY protocol, version 1 or 2, before TLS, which
	// says whose it is: [web.Conn] has those ends, and Limits.ConnsPerIP counts them; a connection of the proxy's own
	// (LOCAL, UNKNOWN) has the real ones. Request.Scheme is "https" also where the proxy says that TLS ends there. The header has Limits.HandshakeTimeout, together with the TLS handshake. Whoever
	// else connects is not heard, and a connection without a header is broken off: "proxy_untrusted", "proxy_missing",
	// "proxy_header", "proxy_checksum" and "proxy_timeout" are counted.
	Proxies []string
}

// Open opens a listener and serves it from now on, as Listen does. Any number may
// be open, each with its own TLS and protocols. It fails when the address cannot
// be had or when settings contradict each other, and the server then goes on with
// what it has.
func (s *Server) Open(at Endpoint) error {
	proxies, err := proxiesOf(at)
	if err != nil {
		return err
	}
	said, err := s.speechAt(at)
	if err != nil {
		return err
	}
	said.proxies = proxies
	if at.Network == "" {
		at.Network = "tcp"
	}
	return s.open(at.Network, at.Address, said)
}

// ListenAndServeTLS listens on s.Addr and serves HTTPS until Shutdown or Close,
// when it returns http.ErrServerClosed. certFile holds the certificate, followed by
// those of its issuers, and keyFile its key; they are what is served, instead of
// s.TLSConfig's Certificates and GetCertificate, and what they become is served
// within a second. Both may be empty when s.TLSConfig has a certificate.
func (s *Server) ListenAndServeTLS(certFile, keyFile string) error {
	addr := s.Addr
	if addr == "" {
		addr = ":https"
	}
	if err := s.ListenTLS("tcp", addr, certFile, keyFile); err != nil {
		return err
	}
	return s.Wait()
}

// ListenTLS opens a listener as Listen does, with the certificate of
// ListenAndServeTLS.
func (s *Server) ListenTLS(network, address, certFile, keyFile string) error {
	said, err := s.speechWith(certFile, keyFile)
	if err != nil {
		return err
	}
	return s.open(network, address, said)
}

// ServeTLS serves HTTPS over what ln accepts, as Serve does, with the certificate
// of ListenAndServeTLS. It closes ln.
func (s *Server) ServeTLS(ln net.Listener, certFile, keyFile string) error {
	said, err := s.speechWith(certFile, keyFile)
	if err != nil {
		_ = ln.Close()
		return err
	}
	return s.serve(ln, said)
}

// ListenAndServeTLS listens on addr and serves handler over TLS with the default
// settings; see [Server.ListenAndServeTLS].
func ListenAndServeTLS(addr, certFile, keyFile string, handler http.Handler) error {
	s := &Server{Addr: addr, Handler: handler}
	return s.ListenAndServeTLS(certFile, keyFile)
}

// speech is what a listener speaks.
type speech struct {
	tls       *tls.Config // nil in the clear
	protocols http.Protocols
	proxies   *peers.Set // who says first whose a connection is; nil: each speaks for itself
}

// speaks reports whether a connection may go on with what ALPN has agreed on. Where
// HTTP/2 alone is spoken, crypto/tls lets clients that offer HTTP/1.1 come that far.
func (said *speech) speaks(protocol string) bool {
	return protocol == "h2" || said.protocols.HTTP1()
}

var (
	errNothingInClear  = errors.New("server: Protocols names neither HTTP1 nor UnencryptedHTTP2, and nothing else is spoken in the clear")
	errNothingOverTLS  = errors.New("server: Protocols names neither HTTP1 nor HTTP2, and nothing else is spoken over TLS")
	errNoCertificate   = errors.New("server: TLS needs a certificate: give files, or tls.Config's Certificates, GetCertificate or GetConfigForClient")
	errVersionsCross   = errors.New("server: tls.Config's MinVersion is above its MaxVersion")
	errOldTLSForHTTP2  = errors.New("server: HTTP/2 needs TLS 1.2 (RFC 9113, section 9.2), which tls.Config's MaxVersion excludes")
	errCiphersForHTTP2 = errors.New("server: HTTP/2 over TLS 1.2 needs TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 or its RSA kin (RFC 9113, section 9.2.2), which tls.Config's CipherSuites excludes")
)

func (s *Server) speechAt(at Endpoint) (speech, error) {
	protocols := at.Protocols
	if protocols == nil {
		protocols = s.Protocols
	}
	if at.TLS == nil {
		return speechInClear(protocols)
	}
	return speechOverTLS(at.TLS, protocols)
}

func (s *Server) speechWith(certFile, keyFile string) (speech, error) {
	config := new(tls.Config)
	if s.TLSConfig != nil {
		config = s.TLSConfig.Clone()
	}
	if certFile != "" || keyFile != "" {
		source, err := s.certificateOf(certFile, keyFile)
		if err != nil {
			return speech{}, err
		}
		config.Certificates, config.GetCertificate = nil, source.GetCertificate
	}
	return speechOverTLS(config, s.Protocols)
}

func speechInClear(protocols *http.Protocols) (speech, error) {
	var said speech
	said.protocols.SetHTTP1(protocols == nil || protocols.HTTP1())
	said.protocols.SetUnencryptedHTTP2(protocols != nil && protocols.UnencryptedHTTP2())
	if said.protocols == (http.Protocols{}) {
		return speech{}, errNothingInClear
	}
	return said, nil
}

func speechOverTLS(config *tls.Config, protocols *http.Protocols) (speech, error) {
	said := speech{tls: config.Clone()}
	said.protocols.SetHTTP1(protocols == nil || protocols.HTTP1())
	said.protocols.SetHTTP2(protocols == nil || protocols.HTTP2())
	if said.protocols == (http.Protocols{}) {
		return speech{}, errNothingOverTLS
	}
	asked := protocols != nil && protocols.HTTP2()
	if err := checkTLS(config, asked); err != nil {
		return speech{}, err
	}
	if !asked && checkTLS(config, true) != nil {
		said.protocols.SetHTTP2(false) // nobody asked for what cannot be
	}
	said.settleTLS()
	return said, nil
}
