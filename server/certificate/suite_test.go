package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that only tests move.
type clock struct {
	start time.Time
	moved atomic.Int64
}

func newClock() *clock { return &clock{start: time.Now()} }

func (c *clock) now() time.Time          { return c.start.Add(time.Duration(c.moved.Load())) }
func (c *clock) advance(d time.Duration) { c.moved.Add(int64(d)) }

// pairPEM is a self-signed pair as files hold it.
type pairPEM struct {
	cert, key []byte
	leaf      *x509.Certificate
}

func newPair(t testing.TB, key crypto.Signer, names ...string) pairPEM {
	t.Helper()
	h, err := parseHosts(names)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: newSerial(), DNSNames: h.dns, IPAddresses: h.ips,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	keyPEM, err := appendKeyPEM(nil, key)
	if err != nil {
		t.Fatal(err)
	}
	return pairPEM{pem.EncodeToMemory(&pem.Block{Type: blockCertificate, Bytes: der}), keyPEM, leaf}
}

func newECDSAPair(t testing.TB, names ...string) pairPEM {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return newPair(t, key, names...)
}

func newRSAPair(t testing.TB, names ...string) pairPEM {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return newPair(t, key, names...)
}

func newEd25519Pair(t testing.TB, names ...string) pairPEM {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return newPair(t, key, names...)
}

// write puts the pair where a FileSource looks, certificate first, each written in place.
func (p pairPEM) write(t testing.TB, dir string) (certFile, keyFile string) {
	t.Helper()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeFile(t, certFile, p.cert)
	writeFile(t, keyFile, p.key)
	return certFile, keyFile
}

func writeFile(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func newPool(certs ...*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool
}

// shake runs one handshake on loopback and gives the leaf that the client was shown and has verified. (In memory, over
// net.Pipe, an alert and a flight that cross would wait for each other.)
func shake(source Source, client *tls.Config) (*x509.Certificate, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	served := make(chan error, 1)
	go func() {
		far, err := listener.Accept()
		if err == nil {
			defer far.Close()
			err = tls.Server(far, &tls.Config{GetCertificate: source.GetCertificate, SessionTicketsDisabled: true}).Handshake()
		}
		served <- err
	}()
	conn, err := tls.Dial("tcp", listener.Addr().String(), client)
	if err != nil {
		listener.Close()
		<-served
		return nil, err
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0], <-served
}

func mustShake(t *testing.T, source Source, client *tls.Config) *x509.Certificate {
	t.Helper()
	leaf, err := shake(source, client)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func isSame(a, b *x509.Certificate) bool { return bytes.Equal(a.Raw, b.Raw) }
