package certificate

import (
	"crypto/tls"
	"encoding/pem"
)

// Source gives the certificate for a handshake. It is called by many handshakes at once.
type Source interface {
	// GetCertificate is what [tls.Config.GetCertificate] calls. The certificate is
	// shared: nobody may change it.
	GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error)
}

// Fixed is one certificate in memory, the same for every client.
type Fixed struct {
	cert *tls.Certificate
}

// PEM is the certificate chain cert, leaf first, with its private key, both PEM. Keys
// are RSA, ECDSA or Ed25519, as PKCS #8, PKCS #1 or SEC 1. The slices are not kept.
func PEM(cert, key []byte) (*Fixed, error) {
	pair, err := parsePair(cert, key)
	if err != nil {
		return nil, err
	}
	return &Fixed{pair}, nil
}

// GetCertificate gives the certificate, whatever the client asks for. It never fails.
func (f *Fixed) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.cert, nil }

// CertificatePEM is the chain without the key, for a client that is to trust it.
func (f *Fixed) CertificatePEM() []byte {
	var out []byte
	for _, der := range f.cert.Certificate {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: der})...)
	}
	return out
}
