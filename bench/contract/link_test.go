package contract

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// serveOver answers every request in plain text behind net/http at a door of that name, in HTTP/1.1 and HTTP/2.
func serveOver(t *testing.T, name string, settings func(*tls.Config)) string {
	t.Helper()
	door, err := Open(name, "127.0.0.1:0", "", "")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{TLSConfig: door.TLS, Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, r.Proto)
	})}
	server.Protocols.SetHTTP1(name != H2C)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(name == H2C)
	t.Cleanup(func() { server.Close() })
	if door.TLS == nil {
		go server.Serve(door)
	} else {
		settings(door.TLS)
		go server.ServeTLS(door, "", "")
	}
	return door.Addr().String()
}

func TestCheckOverEachLink(t *testing.T) {
	for _, link := range Links() {
		addr := serveOver(t, link.Door(), func(*tls.Config) {})
		want := "HTTP/1.1"
		if link.IsH2() {
			want = "HTTP/2.0"
		}
		if err := Text("/", want).CheckOver(link, addr); err != nil {
			t.Errorf("%v: %v", link, err)
		}
		// What is spoken through another door is no answer over this link.
		for _, other := range Links() {
			if other.Door() != link.Door() && Text("/", want).CheckOver(other, addr) == nil {
				t.Errorf("a server of %v keeps the contract over %v", link, other)
			}
		}
	}
}

func TestCheckOverWantsOneCipher(t *testing.T) {
	addr := serveOver(t, HTTPS, func(settings *tls.Config) { settings.MaxVersion = tls.VersionTLS12 })
	if err := Text("/", "HTTP/1.1").CheckOver(Secure, addr); err == nil {
		t.Error("TLS 1.2 is taken")
	}
	err := CompareTLS(tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_CHACHA20_POLY1305_SHA256})
	if err == nil || !strings.Contains(err.Error(), "CHACHA20") {
		t.Errorf("another cipher gives %v", err)
	}
}

func TestCertificateFiles(t *testing.T) {
	cert, key := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	if err := WriteCertificate(cert, key); err != nil {
		t.Fatal(err)
	}
	door, err := Open(HTTPS, "127.0.0.1:0", cert, key)
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	if names := door.TLS.Certificates[0].Leaf.DNSNames; len(names) != 1 || names[0] != "localhost" {
		t.Errorf("names %v", names)
	}
	if _, err := Open(HTTPS, "127.0.0.1:0", cert, ""); err == nil {
		t.Error("a certificate without its key is taken")
	}
}

func TestClearDoor(t *testing.T) {
	door, err := Open(H2C, "127.0.0.1:0", "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	if _, err := door.Clear(); !errors.Is(err, ErrNotSpoken) {
		t.Errorf("%v, want %v", err, ErrNotSpoken)
	}
}
