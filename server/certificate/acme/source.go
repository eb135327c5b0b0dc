package acme

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// What is wrong with a Source, or with what a client asks of it.
var (
	errNoHosts       = errors.New("acme: Hosts is empty")
	errTermsRefused  = errors.New("acme: AcceptTerms is false: read the terms of the authority, and agree to them or choose another")
	errHostForm      = errors.New("acme: a host is a DNS name of two labels or more, in ASCII, without a port")
	errHostWildcard  = errors.New("acme: a wildcard can be proved by DNS only, which is not supported (RFC 8555, 7.1.3)")
	errHostAddress   = errors.New("acme: certificates for addresses are not supported")
	errHostUnknown   = errors.New("acme: the host is not in Hosts")
	errNoCacheFolder = errors.New("acme: CacheDir is empty and the system has no folder for caches")
	errNoBindingKey  = errors.New("acme: Binding needs both KeyID and Key")
)

// Source obtains and renews one certificate for each host, of the kind of key (ECDSA
// P-256 or RSA 2048) that the client can use. Set its fields before the first use and
// leave them alone afterwards.
type Source struct {
	// Hosts are the names it answers for, each with all its letters: example.com and
	// www.example.com are two. A client that asks for no name is shown the first.
	Hosts []string

	// AcceptTerms says that you agree to the terms of service of the authority.
	AcceptTerms bool

	// Email is where the authority writes when something is wrong. It may be empty.
	Email string

	// CacheDir keeps certificates, keys and the account, with mode 0700. Empty is
	// fasterapi/acme in [os.UserCacheDir]. Servers of one site may share it.
	CacheDir string

	// DirectoryURL is the authority's; empty is Let's Encrypt. Try things out with its
	// staging one, https://acme-staging-v02.api.letsencrypt.org/directory.
	DirectoryURL string

	// Binding ties the account to one that you have with the authority already, for those
	// that ask for it (RFC 8555, 7.3.4).
	Binding *Binding

	// HTTPClient speaks to the authority; nil is [http.DefaultClient]. An authority of
	// your own needs one that trusts it.
	HTTPClient *http.Client

	once    sync.Once
	err     error
	hosts   []string
	manager *autocert.Manager
}

// Binding is what an authority gives to bind accounts to a customer.
type Binding struct {
	KeyID string
	Key   []byte // for HMAC with SHA-256, decoded from the base64url it is given in
}

// GetCertificate gives the certificate of the host that the client asks for, and
// answers the authority's own handshakes. When there is none yet it obtains one first,
// in up to 5 minutes, while other handshakes for the same host wait too; after a
// failure it asks again a minute later.
func (s *Source) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	name := normalName(hello.ServerName)
	if name == "" {
		name = s.hosts[0]
	}
	if err := s.allow(hello.Context(), name); err != nil {
		return nil, err
	}
	asked := *hello
	asked.ServerName = name
	return s.manager.GetCertificate(&asked)
}

// NextProtos are the protocols that [tls.Config.NextProtos] must hold for the proof by
// a handshake: acme-tls/1. A connection that negotiates it carries nothing; close it
// after the handshake (RFC 8737, 3).
func (s *Source) NextProtos() []string { return []string{acme.ALPNProto} }

// HTTPHandler answers the authority's requests on port 80 and leaves all others to
// next; nil sends GET and HEAD to https on port 443 and refuses the rest. Without a call
// of it, before the first handshake, that way of proof is not tried.
func (s *Source) HTTPHandler(next http.Handler) (http.Handler, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	return s.manager.HTTPHandler(next), nil
}

// Obtain has a certificate for every host before the first client asks, or says for
// which it failed. Call it when the server listens: the authority will visit it. When
// ctx ends it returns; what was begun goes on.
func (s *Source) Obtain(ctx context.Context) error {
	if err := s.prepare(); err != nil {
		return err
	}
	failures := make(chan error, len(s.hosts))
	for _, host := range s.hosts {
		go func() {
			_, err := s.manager.GetCertificate(modernHello(host))
			if err != nil {
				err = fmt.Errorf("acme: %s: %w", host, err)
			}
			failures <- err
		}()
	}
	var all []error
	for range s.hosts {
		select {
		case err := <-failures:
			all = append(all, err)
		case <-ctx.Done():
			return errors.Join(append(all, context.Cause(ctx))...)
		}
	}
	return errors.Join(all...)
}

// modernHello is what a client of these years sends: it can check ECDSA.
func modernHello(host string) *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{
		ServerName:       host,
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
		SupportedCurves:  []tls.CurveID{tls.CurveP256},
	}
}

// prepare checks the fields once; its error stays, because they do not change.
func (s *Source) prepare() error {
	s.once.Do(func() { s.manager, s.err = s.newManager() })
	return s.err
}

func (s *Source) newManager() (*autocert.Manager, error) {
	if len(s.Hosts) == 0 {
		return nil, errNoHosts
	}
	for _, host := range s.Hosts {
		name := normalName(host)
		if err := checkHost(name); err != nil {
			return nil, fmt.Errorf("%w: %q", err, host)
		}
		if !slices.Contains(s.hosts, name) {
			s.hosts = append(s.hosts, name)
		}
	}
	if !s.AcceptTerms {
		return nil, errTermsRefused
	}
	dir := s.CacheDir
	if dir == "" {
		caches, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNoCacheFolder, err)
		}
		dir = filepath.Join(caches, "fasterapi", "acme")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("acme: %w", err)
	}
	m := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(dir),
		HostPolicy: s.allow,
		Email:      s.Email,
		Client:     &acme.Client{DirectoryURL: s.DirectoryURL, HTTPClient: s.HTTPClient, UserAgent: "fasterapi"},
	}
	if b := s.Binding; b != nil {
		if b.KeyID == "" || len(b.Key) == 0 {
			return nil, errNoBindingKey
		}
		m.ExternalAccountBinding = &acme.ExternalAccountBinding{KID: b.KeyID, Key: b.Key}
	}
	return m, nil
}

// allow is the host policy. A request on a port that is forwarded from 80 has its own in the Host field.
func (s *Source) allow(_ context.Context, host string) error {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if !slices.Contains(s.hosts, normalName(host)) {
		return fmt.Errorf("%w: %.253q", errHostUnknown, host)
	}
	return nil
}

func normalName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func checkHost(name string) error {
	if _, err := netip.ParseAddr(name); err == nil {
		return errHostAddress
	}
	if strings.HasPrefix(name, "*.") {
		return errHostWildcard
	}
	if len(name) > 253 || !strings.Contains(name, ".") {
		return errHostForm
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "-") != label || strings.ContainsFunc(label, isNoHostByte) {
			return errHostForm
		}
	}
	return nil
}

func isNoHostByte(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
}
