package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// newTestAuthority is in memory, for a machine of the given name, under a clock that the test moves.
func newTestAuthority(t testing.TB, host string) (*Authority, *clock) {
	t.Helper()
	c := newClock()
	by, err := newIssuer(c.now(), host)
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthority(by, c.now)
	a.scope = newScope(by.cert, host)
	return a, c
}

func (a *Authority) pool() *x509.CertPool { return newPool(a.cert) }

func TestAuthorityServesLocalNames(t *testing.T) {
	a, _ := newTestAuthority(t, "box-7.lan.example")
	for _, name := range []string{
		"localhost", "app.localhost", "a.b.localhost", "shop.test", "127.0.0.1", "127.9.9.9", "::1", "box-7.local", "box-7.lan.example",
	} {
		_, err := shake(a, &tls.Config{RootCAs: a.pool(), ServerName: name})
		// An address is never asked for by SNI (RFC 6066, 3), so only the usual two are named.
		if (err == nil) != (name != "127.9.9.9") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"example.com", "lan.example", "test", "*", "a..test", strings.Repeat("a.", 200) + "test"} {
		cert, err := a.GetCertificate(&tls.ClientHelloInfo{ServerName: name})
		if err != nil || len(cert.Leaf.DNSNames) == 0 {
			t.Fatalf("%q: %v", name, err)
		}
		if name != "test" && slices.Contains(cert.Leaf.DNSNames, name) {
			t.Errorf("%q was named", name)
		}
	}
}

// What OpenSSL and browsers need: the name itself, since they take no *.localhost.
func TestAuthorityNamesWhatIsAskedFor(t *testing.T) {
	a, _ := newTestAuthority(t, "box-7")
	cert, err := a.GetCertificate(&tls.ClientHelloInfo{ServerName: "App.localhost."})
	if err != nil || cert.Leaf.DNSNames[0] != "app.localhost" {
		t.Errorf("%v, %v", cert, err)
	}
	again, _ := a.GetCertificate(&tls.ClientHelloInfo{ServerName: "app.localhost"})
	if again != cert {
		t.Error("one name was given two certificates")
	}
	one, _ := a.GetCertificate(&tls.ClientHelloInfo{})
	two, _ := a.GetCertificate(&tls.ClientHelloInfo{ServerName: "localhost"})
	if one != two {
		t.Error("localhost was given a certificate apart")
	}
}

func TestAuthorityRenewsItsLeaves(t *testing.T) {
	a, c := newTestAuthority(t, "box-7")
	first, _ := a.GetCertificate(&tls.ClientHelloInfo{})
	c.advance(leafLife - leafRenew - time.Minute)
	if same, _ := a.GetCertificate(&tls.ClientHelloInfo{}); same != first {
		t.Error("renewed too soon")
	}
	c.advance(2 * time.Minute)
	fresh, err := a.GetCertificate(&tls.ClientHelloInfo{})
	if err != nil || fresh == first || !fresh.Leaf.NotAfter.After(first.Leaf.NotAfter) {
		t.Errorf("not renewed before it expired: %v", err)
	}
	c.advance(-leafLife) // a clock that was wrong and is put right
	if back, _ := a.GetCertificate(&tls.ClientHelloInfo{}); back == fresh || back.Leaf.NotBefore.After(c.now()) {
		t.Error("a leaf of the future is served")
	}
}

func TestAuthorityInItsLastDays(t *testing.T) {
	a, c := newTestAuthority(t, "box-7")
	c.advance(authorityLife - 24*time.Hour)
	leaf, err := a.GetCertificate(&tls.ClientHelloInfo{})
	if err != nil || !leaf.Leaf.NotAfter.Equal(a.Expires()) {
		t.Fatalf("leaf until %v, %v", leaf.Leaf.NotAfter, err)
	}
	if again, _ := a.GetCertificate(&tls.ClientHelloInfo{}); again != leaf {
		t.Error("each handshake makes a leaf of its own")
	}
	c.advance(24*time.Hour - time.Minute)
	if again, _ := a.GetCertificate(&tls.ClientHelloInfo{}); again != leaf {
		t.Error("each handshake of the last minutes makes a leaf of its own")
	}
	c.advance(time.Minute)
	if _, err := a.GetCertificate(&tls.ClientHelloInfo{}); !errors.Is(err, errAuthorityExpired) {
		t.Errorf("error %v", err)
	}
}

func TestAuthorityKeepsFewLeaves(t *testing.T) {
	a, _ := newTestAuthority(t, "box-7")
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range maxLeaves {
				if _, err := a.GetCertificate(&tls.ClientHelloInfo{ServerName: fmt.Sprintf("n%d-%d.localhost", g, i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n := len(a.leaves); n == 0 || n > maxLeaves {
		t.Errorf("%d leaves are kept", n)
	}
}

func TestAuthorityIssue(t *testing.T) {
	a, _ := newTestAuthority(t, "box-7")
	cert, key, err := a.Issue("api.test", "127.0.0.2")
	if err != nil {
		t.Fatal(err)
	}
	source, err := PEM(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api.test", "127.0.0.2"} {
		if _, err := shake(source, &tls.Config{RootCAs: a.pool(), ServerName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"example.com", "*.example.com", "notlocalhost", "10.0.0.1", "::2", "*.com"} {
		if _, _, err := a.Issue("localhost", name); !errors.Is(err, errOutsideScope) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, _, err := a.Issue("a b"); !errors.Is(err, errHostLabel) {
		t.Errorf("error %v", err)
	}
	if _, _, err := a.Issue(); err != nil {
		t.Error(err)
	}
}

// A thief has the key and is bound by nothing that this package checks: only the verifiers protect the world.
func TestAuthorityConstraintsBindAThief(t *testing.T) {
	a, _ := newTestAuthority(t, "box-7")
	for _, name := range []string{"example.com", "localhost.example.com", "dev", "10.0.0.1", "2001:db8::1"} {
		_, err := shake(a.forged(t, name), &tls.Config{RootCAs: a.pool(), ServerName: name})
		var invalid x509.CertificateInvalidError
		if !errors.As(err, &invalid) || invalid.Reason != x509.CANotAuthorizedForThisName {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := shake(a.forged(t, "x.localhost"), &tls.Config{RootCAs: a.pool(), ServerName: "x.localhost"}); err != nil {
		t.Errorf("the forgery itself is at fault: %v", err)
	}
}

func (a *Authority) forged(t testing.TB, name string) *Fixed {
	t.Helper()
	h, err := parseHosts([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	cert, err := a.issue(h, time.Now(), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return &Fixed{cert}
}

func TestMachineNames(t *testing.T) {
	for host, want := range map[string][]string{
		"box-7": {"box-7.local", "box-7"}, "Box7": {"box7.local", "box7"}, "Annas-Mac.local": {"annas-mac.local"},
		"dev": {"dev.local"}, "laptop": {"laptop.local"}, "xn--p1ai": {"xn--p1ai.local"},
		"web1.corp.example": {"web1.local", "web1.corp.example"}, "localhost": {"localhost.local"},
		"": nil, "a b": nil, "10.0.0.1": nil, "*.com": nil,
	} {
		if got := machineNames(host); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

// The machine was renamed after the authority was made: the new name is left out, and nothing fails.
func TestAuthorityOfARenamedMachine(t *testing.T) {
	a, _ := newTestAuthority(t, "old-1")
	a.scope = newScope(a.cert, "new-2")
	cert, err := a.GetCertificate(&tls.ClientHelloInfo{ServerName: "new-2"})
	if err != nil || slices.Contains(cert.Leaf.DNSNames, "new-2") || slices.Contains(cert.Leaf.DNSNames, "new-2.local") {
		t.Errorf("%v, %v", cert.Leaf.DNSNames, err)
	}
	if _, err := shake(a, &tls.Config{RootCAs: a.pool(), ServerName: "localhost"}); err != nil {
		t.Error(err)
	}
}
