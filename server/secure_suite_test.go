package server_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
)

// authority issues the certificates of tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

var newAuthority = func(name string) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	a := &authority{key: key}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		panic(err)
	}
	return a
}

// issue makes a certificate for these names, good for both ends.
func (a *authority) issue(names ...string) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: names[0]},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// trust is the authority that most tests need, and a certificate of it.
var trust = sync.OnceValue(func() *authority { return newAuthority("tests") })

var servedCert = sync.OnceValue(func() tls.Certificate { return trust().issue("localhost", "a.test", "b.test") })

func serverTLS() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{servedCert()}} }

func clientTLS() *tls.Config {
	return &tls.Config{RootCAs: trust().pool(), ServerName: "localhost"}
}

// startTLS is start with a listener that speaks TLS.
func startTLS(t *testing.T, s *server.Server) *rig {
	t.Helper()
	if s.TLSConfig == nil {
		s.TLSConfig = serverTLS()
	}
	r := prepare(t, s)
	if err := s.ListenTLS("tcp", "127.0.0.1:0", "", ""); err != nil {
		t.Fatal(err)
	}
	r.addr = s.Addrs()[0].String()
	r.url, r.secure = "https://"+r.addr, clientTLS()
	return r
}

// connect opens a connection and leaves everything to the caller.
func (r *rig) connect() (net.Conn, error) {
	conn, err := net.Dial("tcp", r.addr)
	if err != nil || r.secure == nil {
		return conn, err
	}
	return tls.Client(conn, r.secure), nil
}

// onTLS runs test once on every carrier, over TLS.
func onTLS(t *testing.T, test func(t *testing.T, up func(*server.Server) *rig)) {
	for _, c := range carriers {
		t.Run(c.name, func(t *testing.T) {
			c.secure = true
			test(t, func(s *server.Server) *rig { return c.up(t, s) })
		})
	}
}

// socketOf is the socket under what a test holds.
func socketOf(conn net.Conn) *net.TCPConn {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	return conn.(*net.TCPConn)
}

// closeWrite is the orderly end of what a client says.
func closeWrite(conn net.Conn) {
	if secured, ok := conn.(*tls.Conn); ok {
		_ = secured.CloseWrite()
	}
	_ = socketOf(conn).CloseWrite()
}
