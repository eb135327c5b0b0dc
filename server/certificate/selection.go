package certificate

import (
	"crypto/tls"
	"errors"
	"strings"
)

// Selection is several sources behind one listener.
type Selection struct {
	sources []Source
}

// Select chooses among sources by the name the client asks for. Of the certificates
// that have it, one whose key the client can use comes first (so that an RSA certificate
// can stand beside an ECDSA one), then one that names it exactly, not by wildcard, then
// the earlier.
// A client that gives no name, or one that no source has, is shown the first. Case and
// a trailing dot do not count. What the sources hold is asked at each handshake, so
// they may change. Select panics without a source.
func Select(first Source, more ...Source) *Selection {
	sources := append([]Source{first}, more...)
	for _, s := range sources {
		if s == nil {
			panic("certificate: Select of a nil Source")
		}
	}
	return &Selection{sources}
}

// GetCertificate gives the best certificate for the client. It fails only when no
// source gives a certificate, with the errors of all that were asked.
func (s *Selection) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	var (
		best, fallback *tls.Certificate
		bestFit        fit
		refused        []error
	)
	name := normalName(hello.ServerName)
	for _, source := range s.sources {
		cert, err := source.GetCertificate(hello)
		if err != nil {
			refused = append(refused, err)
			continue
		}
		if cert == nil {
			continue
		}
		if fallback == nil {
			fallback = cert
		}
		if name == "" {
			break
		}
		if f := newFit(cert, name, hello); f > bestFit {
			best, bestFit = cert, f
		}
	}
	if best != nil {
		return best, nil
	}
	if fallback == nil {
		return nil, errors.Join(append([]error{errNoSource}, refused...)...)
	}
	return fallback, nil
}

// fit orders certificates for one client: zero is none, and more is better.
type fit int

const (
	byWildcard fit = 1 << iota
	exactly
	usable // above the others: the best name helps nobody whose client cannot check the signature
)

func newFit(cert *tls.Certificate, name string, hello *tls.ClientHelloInfo) (f fit) {
	if cert.Leaf == nil {
		return 0
	}
	for _, pattern := range cert.Leaf.DNSNames {
		switch pattern = normalName(pattern); {
		case pattern == name:
			f |= exactly
		case coversByWildcard(pattern, name):
			f |= byWildcard
		}
	}
	if f != 0 && hello.SupportsCertificate(cert) == nil {
		f |= usable
	}
	return f
}

// coversByWildcard: "the wildcard character [...] MUST be the complete left-most label" and stands for one label
// (RFC 9525, 6.3).
func coversByWildcard(pattern, name string) bool {
	parent, ok := strings.CutPrefix(pattern, "*.")
	if !ok {
		return false
	}
	label, rest, ok := strings.Cut(name, ".")
	return ok && label != "" && rest == parent
}
