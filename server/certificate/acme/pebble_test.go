package acme

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// TestMain tells Pebble what it takes from the environment alone.
func TestMain(m *testing.M) {
	os.Setenv("PEBBLE_VA_NOSLEEP", "1")
	os.Setenv("PEBBLE_WFE_NONCEREJECT", "20") // percent, which a client must bear (RFC 8555, 6.5)
	os.Exit(m.Run())
}

// authority is Pebble, the ACME server that Let's Encrypt tests with, in this process; for it every name is this machine.
type authority struct {
	*httptest.Server
	roots  *x509.CertPool // of the certificates it issues
	orders atomic.Int64
}

type authorityOptions struct {
	tlsPort, httpPort int
	bindingKey        []byte // of the key ID "kid-1"; nil asks for none
}

func newAuthority(t *testing.T, o authorityOptions) *authority {
	t.Helper()
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	if o.bindingKey != nil {
		if err := store.AddExternalAccountKeyByID("kid-1", base64.RawURLEncoding.EncodeToString(o.bindingKey)); err != nil {
			t.Fatal(err)
		}
	}
	profiles := map[string]ca.Profile{"default": {Description: "of the test"}}
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, profiles)
	validator := va.New(quiet, o.httpPort, o.tlsPort, true, serveNames(t), store)
	front := wfe.New(quiet, store, validator, issuer, []string{"authority.test"}, true, o.bindingKey != nil, 1, 1)
	a := &authority{roots: x509.NewCertPool()}
	a.roots.AddCert(issuer.GetRootCert(0).Cert)
	handler := front.Handler()
	a.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/order-plz") {
			w = &orderWriter{w, &a.orders}
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

// orderWriter counts the orders that are taken; one whose nonce is refused comes again.
type orderWriter struct {
	http.ResponseWriter
	orders *atomic.Int64
}

func (w *orderWriter) WriteHeader(status int) {
	if status == http.StatusCreated {
		w.orders.Add(1)
	}
	w.ResponseWriter.WriteHeader(status)
}

// serveNames is a name server to whom every name is 127.0.0.1.
func serveNames(t *testing.T) (addr string) {
	t.Helper()
	listener := listen(t)
	server := &dns.Server{Listener: listener, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg).SetReply(r)
		if q := r.Question[0]; q.Qtype == dns.TypeA {
			m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: net.IPv4(127, 0, 0, 1)})
		}
		w.WriteMsg(m)
	})}
	started, ended := make(chan bool), make(chan error, 1)
	server.NotifyStartedFunc = func() { close(started) }
	go func() { ended <- server.ActivateAndServe() }()
	<-started
	t.Cleanup(func() { server.Shutdown(); <-ended })
	return listener.Addr().String()
}

// source is a Source of a, for hosts.
func (a *authority) source(dir string, hosts ...string) *Source {
	return &Source{
		Hosts: hosts, AcceptTerms: true, Email: "anna@example.com", CacheDir: dir,
		DirectoryURL: a.URL + wfe.DirectoryPath, HTTPClient: a.Client(),
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func port(listener net.Listener) int { return listener.Addr().(*net.TCPAddr).Port }

// serveTLS answers handshakes on listener, and nothing more, until the test ends.
func serveTLS(t *testing.T, listener net.Listener, source certificate.Source, protocols ...string) {
	t.Helper()
	config := &tls.Config{GetCertificate: source.GetCertificate, NextProtos: append([]string{"h2", "http/1.1"}, protocols...)}
	ended := make(chan bool)
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				tls.Server(conn, config).Handshake()
			}()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-ended })
}

// shake is a client's handshake with the server at listener: the leaf it was shown, verified for host against the roots of a.
func (a *authority) shake(listener net.Listener, host string) (*x509.Certificate, error) {
	conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{ServerName: host, RootCAs: a.roots})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0], nil
}
