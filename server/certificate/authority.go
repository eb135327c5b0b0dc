package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"sync"
	"time"
)

const (
	// leafLife is short because nobody renews it by hand, and a leaf that leaks stops working by itself.
	leafLife   = 7 * 24 * time.Hour
	leafRenew  = 24 * time.Hour // what is left of a leaf when a fresh one takes its place
	fileLife   = 90 * 24 * time.Hour
	maxLeaves  = 128
	maxSNIName = 253
)

// Authority issues certificates for names of this machine, to itself: localhost and all
// names below it, names below .test, 127.0.0.0/8 and ::1, and what the machine is
// called. Its certificate is constrained to those (RFC 5280, 4.2.1.10): whoever steals
// the key can forge no site of the world outside, even to a browser that trusts it.
type Authority struct {
	issuer
	scope   scope
	path    string
	unsaved error
	now     func() time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate // by the name that was asked for; "" is without any
}

// GetCertificate gives a leaf for localhost, *.localhost, 127.0.0.1, ::1 and the
// machine's name, and for the name the client asks for when the authority may. Leaves
// are valid for 7 days and made anew before they expire; they exist in memory alone. It
// fails when the authority has expired.
func (a *Authority) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := normalName(hello.ServerName)
	if len(name) > maxSNIName || checkName(name) != nil || !a.scope.allowsName(name) || a.scope.isOwn(name) {
		name = ""
	}
	now := a.now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if leaf := a.leaves[name]; leaf != nil && a.isFresh(leaf.Leaf, now) {
		return leaf, nil
	}
	h := a.scope.own
	if name != "" {
		h.dns = append([]string{name}, h.dns...)
	}
	leaf, err := a.sign(h, leafLife)
	if err != nil {
		return nil, err
	}
	if len(a.leaves) >= maxLeaves { // names are the client's to invent, so they must not pile up
		clear(a.leaves)
	}
	a.leaves[name] = leaf
	return leaf, nil
}

// Issue makes a certificate for the given names, valid for 90 days, and returns it
// and its private key as PEM, for a program that wants files. Without names it is for those
// of [Authority.GetCertificate]. It fails for a name outside the authority's constraints.
func (a *Authority) Issue(names ...string) (cert, key []byte, err error) {
	h := a.scope.own
	if len(names) > 0 {
		if h, err = parseHosts(names); err != nil {
			return nil, nil, err
		}
	}
	if err := a.scope.check(h); err != nil {
		return nil, nil, err
	}
	pair, err := a.sign(h, fileLife)
	if err != nil {
		return nil, nil, err
	}
	return encodePair(pair)
}

// CertificatePEM is the authority's certificate, for those who are to trust it. It
// never holds the key.
func (a *Authority) CertificatePEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: a.cert.Raw})
}

// Path is the file that holds CertificatePEM; empty when the authority exists in memory
// alone and dies with the program.
func (a *Authority) Path() string { return a.path }

// Unsaved is why Path is empty, and nil when it is not.
func (a *Authority) Unsaved() error { return a.unsaved }

// Expires is when the authority has to be made and trusted anew.
func (a *Authority) Expires() time.Time { return a.cert.NotAfter }

func (a *Authority) sign(h hosts, life time.Duration) (*tls.Certificate, error) {
	now := a.now()
	if !now.Before(a.cert.NotAfter) {
		return nil, fmt.Errorf("%w on %s", errAuthorityExpired, a.cert.NotAfter.Format(time.DateOnly))
	}
	end := now.Add(life)
	if end.After(a.cert.NotAfter) {
		end = a.cert.NotAfter
	}
	return a.issue(h, now, end)
}

// isFresh: a leaf that ends with the authority serves to the end, since none could last longer.
func (a *Authority) isFresh(leaf *x509.Certificate, now time.Time) bool {
	margin := leafRenew
	if leaf.NotAfter.Equal(a.cert.NotAfter) {
		margin = 0
	}
	return now.Add(margin).Before(leaf.NotAfter) && !now.Before(leaf.NotBefore)
}

func newAuthority(by issuer, now func() time.Time) *Authority {
	return &Authority{issuer: by, scope: newScope(by.cert, hostName()), now: now, leaves: map[string]*tls.Certificate{}}
}
