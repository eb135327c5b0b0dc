package certificate

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/external"
)

func unconstrainedPEM(t *testing.T, by issuer) []byte {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: newSerial(), Subject: pkix.Name{CommonName: "any"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, by.key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := encodePair(&tls.Certificate{Certificate: [][]byte{der}, PrivateKey: by.key})
	if err != nil {
		t.Fatal(err)
	}
	return append(key, cert...)
}

// site is a server on loopback that shows the certificate of source, and the file with what its clients are to trust.
type site struct {
	port  string
	roots string
}

const siteText = "served under the local authority"

func newSite(t *testing.T, source Source, trusted []byte) site {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{GetCertificate: source.GetCertificate})
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		ErrorLog: log.New(io.Discard, "", 0), // clients that refuse are what is tested
		Handler:  http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, siteText) }),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() { server.Close(); <-ended })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	roots := filepath.Join(t.TempDir(), "roots.pem")
	writeFile(t, roots, trusted)
	return site{port, roots}
}

func TestOpenSSLHoldsToTheConstraints(t *testing.T) {
	openssl := external.Program(t, "openssl")
	a, _ := newTestAuthority(t, "box-7")
	dir := t.TempDir()
	roots, leaf := filepath.Join(dir, "roots.pem"), filepath.Join(dir, "leaf.pem")
	writeFile(t, roots, a.CertificatePEM())
	for name, allowed := range map[string]bool{"app.localhost": true, "box-7": true, "127.0.0.1": true, "example.com": false, "10.0.0.1": false} {
		writeFile(t, leaf, a.forged(t, name).CertificatePEM())
		out, err := exec.Command(openssl, "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", roots, leaf).CombinedOutput()
		if allowed && err != nil || !allowed && (err == nil || !strings.Contains(string(out), "permitted subtree violation")) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestCurlAcceptsTheAuthority(t *testing.T) {
	curl := external.Program(t, "curl")
	a, _ := newTestAuthority(t, "box-7")
	ask := func(source Source, name string) (string, error) {
		s := newSite(t, source, a.CertificatePEM())
		out, err := exec.Command(curl, "--silent", "--show-error", "--noproxy", "*", "--max-time", "20", "--cacert", s.roots,
			"--resolve", fmt.Sprintf("%s:%s:127.0.0.1", name, s.port), fmt.Sprintf("https://%s:%s/", name, s.port)).CombinedOutput()
		return string(out), err
	}
	for _, name := range []string{"localhost", "app.localhost", "127.0.0.1", "shop.test"} {
		if out, err := ask(a, name); err != nil || out != siteText {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if out, err := ask(a.forged(t, "example.com"), "example.com"); err == nil {
		t.Errorf("curl took a forged example.com: %s", out)
	}
}

// Browsers on Linux keep what the user trusts in an NSS database; the test has one of its own, in a home of its own.
func TestChromiumAcceptsTheAuthority(t *testing.T) {
	chromium, certutil := external.Program(t, "chromium"), external.Program(t, "certutil")
	if testing.Short() {
		t.Skip("starts a browser")
	}
	a, _ := newTestAuthority(t, "box-7")
	home := t.TempDir()
	db := filepath.Join(home, ".pki", "nssdb")
	if err := os.MkdirAll(db, 0o700); err != nil {
		t.Fatal(err)
	}
	load := func(source Source, trusted []byte, name string) string {
		s := newSite(t, source, trusted)
		trust := exec.Command(certutil, "-d", "sql:"+db, "-A", "-t", "C,,", "-n", "at-"+s.port, "-i", s.roots)
		if out, err := trust.CombinedOutput(); err != nil {
			t.Fatalf("certutil: %v\n%s", err, out)
		}
		cmd := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-proxy-server",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
			"--host-resolver-rules=MAP * 127.0.0.1", "--timeout=20000", "--dump-dom", fmt.Sprintf("https://%s:%s/", name, s.port))
		cmd.Env = append(os.Environ(), "HOME="+home)
		out, _ := cmd.Output()
		return string(out)
	}
	for _, name := range []string{"localhost", "app.localhost"} {
		if dom := load(a, a.CertificatePEM(), name); !strings.Contains(dom, siteText) {
			t.Errorf("%s: the browser shows %.300q", name, dom)
		}
	}
	// The same forgery twice: under an authority without constraints it works, so that only they can be why it fails.
	pair := unconstrainedPEM(t, a.issuer)
	unbound, err := PEM(pair, pair)
	if err != nil {
		t.Fatal(err)
	}
	free := &Authority{issuer: issuer{unbound.cert.Leaf, a.key}}
	if dom := load(free.forged(t, "example.com"), free.CertificatePEM(), "example.com"); !strings.Contains(dom, siteText) {
		t.Errorf("the forgery itself is at fault: the browser shows %.300q", dom)
	}
	if dom := load(a.forged(t, "example.com"), a.CertificatePEM(), "example.com"); strings.Contains(dom, siteText) {
		t.Error("the browser took a forged example.com")
	}
}
