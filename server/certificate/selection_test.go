package certificate

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"
)

func newFixed(t testing.TB, pair pairPEM) *Fixed {
	t.Helper()
	fixed, err := PEM(pair.cert, pair.key)
	if err != nil {
		t.Fatal(err)
	}
	return fixed
}

type failing struct{ err error }

func (f failing) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, f.err }

func TestSelect(t *testing.T) {
	first, wild := newECDSAPair(t, "first.test"), newECDSAPair(t, "*.example.com")
	exact, later := newECDSAPair(t, "api.example.com"), newECDSAPair(t, "api.example.com")
	s := Select(newFixed(t, first), failing{errors.New("away")}, newFixed(t, wild), newFixed(t, exact), newFixed(t, later))
	for _, c := range []struct {
		name string
		want pairPEM
	}{
		{"", first}, {"first.test", first}, {"unknown.test", first},
		{"api.example.com", exact}, {"API.Example.COM", exact}, {"api.example.com.", exact},
		{"www.example.com", wild}, {"WWW.EXAMPLE.com.", wild},
		{"example.com", first}, {"a.b.example.com", first}, {".example.com", first},
	} {
		hello := &tls.ClientHelloInfo{ServerName: c.name, SupportedVersions: []uint16{tls.VersionTLS13}, SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}}
		cert, err := s.GetCertificate(hello)
		if err != nil {
			t.Errorf("%q: %v", c.name, err)
			continue
		}
		if !isSame(cert.Leaf, c.want.leaf) {
			t.Errorf("%q is shown %v, want %v", c.name, cert.Leaf.DNSNames, c.want.leaf.DNSNames)
		}
	}
}

func TestSelectByKindOfKey(t *testing.T) {
	ec, rs := newECDSAPair(t, "a.test"), newRSAPair(t, "a.test")
	s := Select(newFixed(t, ec), newFixed(t, rs))
	config := &tls.Config{RootCAs: newPool(ec.leaf, rs.leaf), ServerName: "a.test", MaxVersion: tls.VersionTLS12}
	if leaf := mustShake(t, s, config); !isSame(leaf, ec.leaf) {
		t.Error("a client that can use both is not shown the first")
	}
	config.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	if leaf := mustShake(t, s, config); !isSame(leaf, rs.leaf) {
		t.Error("a client that knows RSA only is not shown that")
	}
}

func TestSelectWithoutAnyCertificate(t *testing.T) {
	away := errors.New("away")
	_, err := Select(failing{away}, failing{errors.New("far")}).GetCertificate(&tls.ClientHelloInfo{ServerName: "a.test"})
	if !errors.Is(err, errNoSource) || !errors.Is(err, away) || !strings.Contains(err.Error(), "far") {
		t.Errorf("error %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("Select took a nil Source")
		}
	}()
	Select(newFixed(t, newECDSAPair(t, "a.test")), nil)
}
