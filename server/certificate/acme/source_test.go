package acme

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi/server/certificate"
)

var _ certificate.Source = (*Source)(nil)

// The first handshakes bring a certificate, all the same one; a restart finds it in the folder, without the authority.
func TestObtainedInTheFirstHandshake(t *testing.T) {
	t.Parallel()
	listener := listen(t)
	a := newAuthority(t, authorityOptions{tlsPort: port(listener)})
	dir := filepath.Join(t.TempDir(), "acme")
	source := a.source(dir, "www.Example.test.", "example.test")
	serveTLS(t, listener, source, source.NextProtos()...)

	serials := make([]string, 4)
	var group sync.WaitGroup
	for i := range serials {
		group.Go(func() {
			leaf, err := a.shake(listener, "www.example.test")
			if err != nil {
				t.Error(err)
				return
			}
			serials[i] = leaf.SerialNumber.String()
		})
	}
	group.Wait()
	for _, serial := range serials {
		if serial == "" || serial != serials[0] {
			t.Fatalf("serial numbers %q", serials)
		}
	}
	if n := a.orders.Load(); n != 1 {
		t.Errorf("%d orders for one host", n)
	}
	if info, err := os.Stat(dir); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o700) {
		t.Errorf("the folder has mode %v, %v", info.Mode(), err)
	}

	again := listen(t)
	restarted := a.source(dir, "www.example.test")
	a.Server.Close()
	serveTLS(t, again, certificate.Select(restarted), restarted.NextProtos()...)
	leaf, err := a.shake(again, "www.example.test")
	if err != nil || leaf.SerialNumber.String() != serials[0] {
		t.Errorf("after a restart: %v, %v", leaf, err)
	}
}

func TestObtainedByHTTP(t *testing.T) {
	t.Parallel()
	listener, plain := listen(t), listen(t)
	a := newAuthority(t, authorityOptions{tlsPort: 1, httpPort: port(plain)})
	source := a.source(t.TempDir(), "a.example.test", "b.example.test")
	handler, err := source.HTTPHandler(http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(plain) }()
	t.Cleanup(func() { server.Close(); <-ended })
	serveTLS(t, listener, source)
	if err := source.Obtain(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := a.orders.Load()
	for _, host := range source.Hosts {
		if leaf, err := a.shake(listener, host); err != nil || len(leaf.DNSNames) != 1 || leaf.DNSNames[0] != host {
			t.Errorf("%s: %v", host, err)
		}
	}
	if n := a.orders.Load(); n != before {
		t.Errorf("the handshakes asked for %d more", n-before)
	}
}

func TestBoundAccount(t *testing.T) {
	t.Parallel()
	listener := listen(t)
	key := []byte("a key of thirty-two bytes or more")
	a := newAuthority(t, authorityOptions{tlsPort: port(listener), bindingKey: key})
	source := a.source(t.TempDir(), "example.test")
	source.Binding = &Binding{"kid-1", key}
	serveTLS(t, listener, source, source.NextProtos()...)
	if _, err := a.shake(listener, "example.test"); err != nil {
		t.Error(err)
	}
	stranger := a.source(t.TempDir(), "example.test")
	if err := stranger.Obtain(t.Context()); err == nil || !strings.Contains(err.Error(), "example.test") {
		t.Errorf("without a binding: %v", err)
	}
}

// An authority that cannot reach the server says so, and the error names the host.
func TestProofFails(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, authorityOptions{tlsPort: 1})
	err := a.source(t.TempDir(), "example.test").Obtain(t.Context())
	if err == nil || !strings.Contains(err.Error(), "acme: example.test:") {
		t.Errorf("error %v", err)
	}
}

func TestObtainEndsWithItsContext(t *testing.T) {
	t.Parallel()
	hung := make(chan bool)
	source := &Source{Hosts: []string{"example.test"}, AcceptTerms: true, CacheDir: t.TempDir(), HTTPClient: &http.Client{Transport: hanging(hung)}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- source.Obtain(ctx) }()
	<-hung
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	hung <- true
}

// hanging is a transport that tells that it was called, and fails when it is told to.
type hanging chan bool

func (h hanging) RoundTrip(*http.Request) (*http.Response, error) {
	h <- true
	<-h
	return nil, errors.New("told to fail")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct {
		source *Source
		want   error
	}{
		{&Source{AcceptTerms: true, CacheDir: dir}, errNoHosts},
		{&Source{Hosts: []string{"example.com"}, CacheDir: dir}, errTermsRefused},
		{&Source{Hosts: []string{"*.example.com"}, AcceptTerms: true}, errHostWildcard},
		{&Source{Hosts: []string{"192.0.2.1"}, AcceptTerms: true}, errHostAddress},
		{&Source{Hosts: []string{"localhost"}, AcceptTerms: true}, errHostForm},
		{&Source{Hosts: []string{"example.com:443"}, AcceptTerms: true}, errHostForm},
		{&Source{Hosts: []string{"bücher.example"}, AcceptTerms: true}, errHostForm},
		{&Source{Hosts: []string{"-a.example"}, AcceptTerms: true}, errHostForm},
		{&Source{Hosts: []string{"a..example"}, AcceptTerms: true}, errHostForm},
		{&Source{Hosts: []string{"example.com"}, AcceptTerms: true, CacheDir: dir, Binding: &Binding{KeyID: "x"}}, errNoBindingKey},
	} {
		_, err := c.source.GetCertificate(&tls.ClientHelloInfo{ServerName: "example.com"})
		if !errors.Is(err, c.want) {
			t.Errorf("%v: error %v, want %v", c.source.Hosts, err, c.want)
		}
		if err := c.source.Obtain(t.Context()); !errors.Is(err, c.want) {
			t.Errorf("%v: Obtain: %v, want %v", c.source.Hosts, err, c.want)
		}
		if _, err := c.source.HTTPHandler(nil); !errors.Is(err, c.want) {
			t.Errorf("%v: HTTPHandler: %v, want %v", c.source.Hosts, err, c.want)
		}
	}
	known := &Source{Hosts: []string{"example.com"}, AcceptTerms: true, CacheDir: dir, HTTPClient: &http.Client{Transport: never{t}}}
	for _, name := range []string{"www.example.com", "example.com.evil.test", "192.0.2.1"} {
		if _, err := known.GetCertificate(&tls.ClientHelloInfo{ServerName: name}); !errors.Is(err, errHostUnknown) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// never is a transport that nothing may call.
type never struct{ t *testing.T }

func (n never) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("the authority was asked: %s", r.URL)
	return nil, errors.New("never")
}
