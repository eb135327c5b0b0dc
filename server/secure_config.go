package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// checkTLS refuses at the beginning what would fail each handshake.
func checkTLS(config *tls.Config, http2 bool) error {
	if len(config.Certificates) == 0 && config.GetCertificate == nil && config.GetConfigForClient == nil {
		return errNoCertificate
	}
	if config.MaxVersion != 0 && config.MaxVersion < config.MinVersion {
		return errVersionsCross
	}
	for i, cert := range config.Certificates {
		if len(cert.Certificate) == 0 || cert.PrivateKey == nil {
			return fmt.Errorf("server: tls.Config.Certificates[%d] has no certificate or no key", i)
		}
	}
	if !http2 {
		return nil
	}
	if config.MaxVersion != 0 && config.MaxVersion < tls.VersionTLS12 {
		return errOldTLSForHTTP2
	}
	if config.CipherSuites != nil && config.MinVersion < tls.VersionTLS13 &&
		!slices.Contains(config.CipherSuites, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256) &&
		!slices.Contains(config.CipherSuites, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256) {
		return errCiphersForHTTP2
	}
	return nil
}

// settleTLS fills in what the user's config leaves open. One config serves all
// loops: crypto/tls then makes the keys of session tickets itself, changes them
// every 24 hours and takes tickets of the last 7 days, on whatever loop they come
// back.
func (said *speech) settleTLS() {
	config := said.tls
	said.complete(config)
	choose := config.GetConfigForClient
	if choose == nil {
		return
	}
	bindTickets(config, config)
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		chosen, err := choose(hello)
		if chosen == nil || err != nil {
			return nil, err
		}
		chosen = chosen.Clone()
		if len(chosen.Certificates) == 0 && chosen.GetCertificate == nil {
			chosen.Certificates, chosen.GetCertificate = config.Certificates, config.GetCertificate
		}
		said.complete(chosen)
		bindTickets(chosen, config)
		return chosen, nil
	}
}

func (said *speech) complete(config *tls.Config) {
	if config.MinVersion == 0 && (config.MaxVersion == 0 || config.MaxVersion >= tls.VersionTLS12) {
		config.MinVersion = tls.VersionTLS12
	}
	config.NextProtos = alpnOf(config.NextProtos, said.protocols)
}

// alpnOf is the list of names that ALPN chooses from, in order of preference. As in
// net/http, given names stay where they are, unless the protocol is off, and those
// that lack follow. A client that speaks HTTP/1.0 only may say so, and curl does.
func alpnOf(given []string, protocols http.Protocols) []string {
	spoken := map[string]bool{"h2": protocols.HTTP2(), "http/1.1": protocols.HTTP1(), "http/1.0": protocols.HTTP1()}
	var names []string
	for _, name := range given {
		if on, ours := spoken[name]; on || !ours {
			names = append(names, name)
		}
	}
	for _, name := range []string{"h2", "http/1.1", "http/1.0"} {
		if spoken[name] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// bindTickets has a config that identifies clients take only tickets of its own
// virtual host, where others share the keys. crypto/tls asks again whether the
// client's chain leads to the present ClientCAs, but a resumed session never meets
// VerifyPeerCertificate: without a mark, the ticket of a host that takes any
// certificate would open one that looks closer.
func bindTickets(config, keys *tls.Config) {
	if config.ClientAuth == tls.NoClientCert || config.WrapSession != nil || config.UnwrapSession != nil {
		return
	}
	if keys.SessionTicketsDisabled {
		config.SessionTicketsDisabled = true
		return
	}
	auth := config.ClientAuth
	config.WrapSession = func(cs tls.ConnectionState, ss *tls.SessionState) ([]byte, error) {
		ss.Extra = append(ss.Extra, ticketMark(cs.ServerName, auth))
		return keys.EncryptTicket(cs, ss)
	}
	config.UnwrapSession = func(identity []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
		ss, err := keys.DecryptTicket(identity, cs)
		if err != nil || ss == nil {
			return nil, err
		}
		mark := string(ticketMark(cs.ServerName, auth))
		if !slices.ContainsFunc(ss.Extra, func(extra []byte) bool { return string(extra) == mark }) {
			return nil, nil // a handshake in full
		}
		return ss, nil
	}
}

func ticketMark(name string, auth tls.ClientAuthType) []byte {
	return fmt.Appendf(nil, "fasterapi: %v of %q", auth, name)
}

// certificateOf serves the files, and what they become.
func (s *Server) certificateOf(certFile, keyFile string) (*certificate.FileSource, error) {
	source, err := certificate.Files(certFile, keyFile)
	if err != nil {
		return nil, err
	}
	if log := s.Logger; log != nil {
		source.OnError = func(err error) { log.Warn("certificate not replaced", slog.Any("err", err)) }
	}
	return source, nil
}
