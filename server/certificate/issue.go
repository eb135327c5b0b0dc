package certificate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// backdate lets a client whose clock is behind ours accept what was made this minute.
const backdate = time.Hour

// issuer signs leaves; its zero value lets each sign itself.
type issuer struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// issue makes a key, and a certificate for h that is valid from an hour ago until end.
func (by issuer) issue(h hosts, now, end time.Time) (*tls.Certificate, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: newSerial(),
		// No host stands here: "if a subjectAltName extension of type dNSName is present, that MUST be used as the identity"
		// (RFC 2818, 3.1), and OpenSSL holds a common name that looks like a host against the name constraints.
		Subject:     pkix.Name{Organization: []string{"FasterAPI local certificate"}},
		NotBefore:   now.Add(-backdate),
		NotAfter:    end,
		DNSNames:    h.dns,
		IPAddresses: h.ips,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		// A leaf that could sign others would be an authority without constraints once somebody trusts it.
		BasicConstraintsValid: true,
	}
	parent, signer := by.cert, by.key
	if parent == nil {
		parent, signer = leaf, key
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, parent, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}, nil
}

func newKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return key, nil
}

// newSerial gives 127 random bits: "a positive integer" of at most 20 octets, unique for its issuer (RFC 5280, 4.1.2.2).
func newSerial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	b[0] &= 0x7f
	b[15] |= 1
	return new(big.Int).SetBytes(b)
}
