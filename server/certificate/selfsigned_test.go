package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"testing"
)

func TestSelfSigned(t *testing.T) {
	source, err := SelfSigned()
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(source.CertificatePEM()) {
		t.Fatal("CertificatePEM is no certificate")
	}
	for _, name := range []string{"localhost", "app.localhost", "127.0.0.1", "::1"} {
		if _, err := shake(source, &tls.Config{RootCAs: pool, ServerName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := shake(source, &tls.Config{RootCAs: pool, ServerName: "example.com"}); err == nil {
		t.Error("it serves a name that it does not have")
	}
	if key, ok := source.cert.PrivateKey.(*ecdsa.PrivateKey); !ok || key.Curve != elliptic.P256() {
		t.Errorf("the key is a %T", source.cert.PrivateKey)
	}
	if source.cert.Leaf.IsCA {
		t.Error("the leaf could sign others")
	}
}

func TestSelfSignedHosts(t *testing.T) {
	source, err := SelfSigned("API.test.", "10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api.test", "10.0.0.1"} {
		if err := source.cert.Leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if err := source.cert.Leaf.VerifyHostname("localhost"); err == nil {
		t.Error("localhost was not asked for")
	}
	if _, err := SelfSigned("a", "b c"); err == nil {
		t.Error("a name that is none was taken")
	}
}
