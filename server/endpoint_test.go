package server_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// write puts a certificate and its key into files of dir.
func write(t *testing.T, dir string, cert tls.Certificate) (certFile, keyFile string) {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: cert.Certificate[0]},
		keyFile:  {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// greet makes a handshake and tells what it agreed on.
func (r *rig) greet(config *tls.Config) (tls.ConnectionState, error) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	secured := tls.Client(conn, config)
	defer secured.Close()
	_ = secured.SetDeadline(time.Now().Add(patience))
	err = secured.Handshake()
	return secured.ConnectionState(), err
}

// who tells what a handler knows of the TLS under its request.
func who() http.Handler {
	return handleWeb(func(w *web.Response, r *web.Request) {
		state, name := r.Conn.TLS, "nobody"
		if len(state.PeerCertificates) > 0 {
			name = state.PeerCertificates[0].Subject.CommonName
		}
		_ = w.Text(200, strings.Join([]string{r.Scheme, tls.VersionName(state.Version), state.NegotiatedProtocol, state.ServerName, name}, " "))
	})
}

func TestTLSConfig(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		given := serverTLS()
		given.NextProtos = []string{"acme-tls/1"}
		r := up(&server.Server{Handler: who(), TLSConfig: given})
		for _, c := range []struct {
			version uint16
			protos  []string
			want    string
		}{
			{tls.VersionTLS12, nil, "https TLS 1.2  localhost nobody"},
			{tls.VersionTLS13, []string{"http/1.1"}, "https TLS 1.3 http/1.1 localhost nobody"},
			{tls.VersionTLS13, []string{"http/1.0"}, "https TLS 1.3 http/1.0 localhost nobody"},
		} {
			r.secure = clientTLS()
			r.secure.MaxVersion, r.secure.NextProtos = c.version, c.protos
			w := r.dial()
			w.send(get)
			if _, body := w.answer("GET"); body != c.want {
				t.Errorf("%q, want %q", body, c.want)
			}
		}
		old := clientTLS()
		old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		if _, err := r.greet(old); err == nil || !strings.Contains(err.Error(), "protocol version not supported") {
			t.Errorf("TLS 1.1: %v", err)
		}
		// The name of another protocol is agreed on, and that is all.
		acme := clientTLS()
		acme.NextProtos = []string{"acme-tls/1"}
		if state, err := r.greet(acme); err != nil || state.NegotiatedProtocol != "acme-tls/1" {
			t.Errorf("%q, %v", state.NegotiatedProtocol, err)
		}
		if len(given.NextProtos) != 1 || given.MinVersion != 0 {
			t.Error("the user's config was changed")
		}
	})
}

// "A certificate that was given is the one that is served."
func TestFilesGoBeforeConfig(t *testing.T) {
	other := trust().issue("other")
	certFile, keyFile := write(t, t.TempDir(), trust().issue("from-files", "localhost"))
	s := &server.Server{Handler: hello(), TLSConfig: &tls.Config{
		Certificates:   []tls.Certificate{other},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &other, nil },
	}}
	r := prepare(t, s)
	if err := s.ListenTLS("tcp", "127.0.0.1:0", certFile, keyFile); err != nil {
		t.Fatal(err)
	}
	r.addr = s.Addrs()[0].String()
	for _, name := range []string{"localhost", ""} {
		config := clientTLS()
		config.ServerName, config.InsecureSkipVerify = name, true
		state, err := r.greet(config)
		if err != nil || state.PeerCertificates[0].Subject.CommonName != "from-files" {
			t.Errorf("%q: %v, %v", name, state.PeerCertificates, err)
		}
	}
}

// What contradicts itself is refused before anything listens.
func TestEndpointErrors(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := write(t, dir, servedCert())
	bad := filepath.Join(dir, "bad.pem")
	if err := os.WriteFile(bad, []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	var nothing, both, clear http.Protocols
	clear.SetUnencryptedHTTP2(true)
	both.SetHTTP1(true)
	both.SetHTTP2(true)
	with := func(change func(*tls.Config)) *tls.Config {
		config := serverTLS()
		change(config)
		return config
	}
	for name, c := range map[string]struct {
		server    *server.Server
		cert, key string
		want      string
	}{
		"no certificate":   {&server.Server{}, "", "", "needs a certificate"},
		"no file":          {&server.Server{}, filepath.Join(dir, "none"), keyFile, "none"},
		"bad certificate":  {&server.Server{}, bad, keyFile, "bad.pem"},
		"bad key":          {&server.Server{}, certFile, bad, "bad.pem"},
		"empty":            {&server.Server{TLSConfig: &tls.Config{Certificates: []tls.Certificate{{}}}}, "", "", "Certificates[0]"},
		"no protocol":      {&server.Server{TLSConfig: serverTLS(), Protocols: &nothing}, "", "", "neither HTTP1 nor HTTP2"},
		"only in clear":    {&server.Server{TLSConfig: serverTLS(), Protocols: &clear}, "", "", "neither HTTP1 nor HTTP2"},
		"no key named":     {&server.Server{}, certFile, "", "key file: no name was given"},
		"only a key named": {&server.Server{}, "", keyFile, "certificate file: no name was given"},
		"versions":         {&server.Server{TLSConfig: with(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS13, tls.VersionTLS12 })}, "", "", "MinVersion is above"},
		"HTTP/2, old":      {&server.Server{Protocols: &both, TLSConfig: with(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11 })}, "", "", "HTTP/2 needs TLS 1.2"},
		"HTTP/2, ciphers":  {&server.Server{Protocols: &both, TLSConfig: with(func(c *tls.Config) { c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384} })}, "", "", "CipherSuites excludes"},
		"another's config": {&server.Server{TLSConfig: with(func(c *tls.Config) { c.Certificates = nil })}, "", "", "needs a certificate"},
	} {
		c.server.Handler = hello()
		err := c.server.ListenTLS("tcp", "127.0.0.1:0", c.cert, c.key)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if addrs := c.server.Addrs(); len(addrs) != 0 {
			t.Errorf("%s: listens on %v", name, addrs)
		}
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.server.ServeTLS(ln, c.cert, c.key); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ServeTLS: %v", name, err)
		}
		if err := ln.Close(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: ServeTLS has left its listener open", name)
		}
		_ = c.server.Close()
	}
}

// HTTP/2 in the clear has a name of its own, which is easy to forget.
func TestProtocols(t *testing.T) {
	var nothing, secureOnly http.Protocols
	secureOnly.SetHTTP2(true)
	for _, p := range []*http.Protocols{&nothing, &secureOnly} {
		s := &server.Server{Handler: hello(), Protocols: p}
		if err := s.Listen("tcp", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "neither HTTP1 nor UnencryptedHTTP2") {
			t.Errorf("%v in the clear: %v", p, err)
		}
		_ = s.Close()
	}
	var one http.Protocols
	one.SetHTTP1(true)
	s := &server.Server{Handler: hello(), Protocols: &nothing}
	r := prepare(t, s)
	// What an endpoint says goes before what the server says.
	if err := s.Open(server.Endpoint{Address: "127.0.0.1:0", TLS: serverTLS(), Protocols: &one}); err != nil {
		t.Fatal(err)
	}
	r.addr = s.Addrs()[0].String()
	config := clientTLS()
	config.NextProtos = []string{"h2", "http/1.1"}
	if state, err := r.greet(config); err != nil || state.NegotiatedProtocol != "http/1.1" {
		t.Errorf("%q, %v", state.NegotiatedProtocol, err)
	}
}

// Any number of endpoints, each with its own TLS or none.
func TestEndpoints(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, r.Scheme) })})
		a, b := trust().issue("a.test"), trust().issue("b.test")
		path := filepath.Join(t.TempDir(), "s")
		for _, at := range []server.Endpoint{
			{Address: "127.0.0.1:0", TLS: &tls.Config{Certificates: []tls.Certificate{a}}},
			{Network: "unix", Address: path, TLS: &tls.Config{Certificates: []tls.Certificate{b}}},
			{Network: "tcp4", Address: "127.0.0.1:0"},
		} {
			if err := r.srv.Open(at); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []string{"http", "https a.test", "https b.test", "http"} {
			at, name := r.srv.Addrs()[i], strings.TrimPrefix(want, "https ")
			conn, err := net.Dial(at.Network(), at.String())
			if err != nil {
				t.Fatal(err)
			}
			if name != want {
				conn = tls.Client(conn, &tls.Config{RootCAs: trust().pool(), ServerName: name})
			}
			_ = conn.SetDeadline(time.Now().Add(patience))
			if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
				t.Fatalf("%s: %v", want, err)
			}
			if answer, err := io.ReadAll(conn); err != nil || !strings.HasSuffix(string(answer), "\r\n\r\n"+want[:max(4, len(want)-len(name)-1)]) {
				t.Errorf("%s: %q, %v", want, answer, err)
			}
			_ = conn.Close()
		}
	})
}

// The certificate changes under load, and no handshake fails.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := write(t, dir, trust().issue("localhost", "first"))
	s := &server.Server{Handler: hello()}
	r := prepare(t, s)
	if err := s.ListenTLS("tcp", "127.0.0.1:0", certFile, keyFile); err != nil {
		t.Fatal(err)
	}
	r.addr, r.secure = s.Addrs()[0].String(), clientTLS()
	write(t, dir, trust().issue("localhost", "second"))
	seen := func() string {
		state, err := r.greet(clientTLS())
		if err != nil {
			t.Fatal(err)
		}
		return state.PeerCertificates[0].DNSNames[1]
	}
	var names []string
	r.until("the second certificate", func() bool { names = append(names, seen()); return names[len(names)-1] == "second" })
	if !slices.Contains(names, "first") {
		t.Error("the first certificate was never served")
	}
}

// A listener of crypto/tls, which brings its own settings, is served as over TLS.
func TestServeListenerOfTLS(t *testing.T) {
	for _, protocol := range []string{"", "http/1.1", "h2", "acme-tls/1"} {
		s := &server.Server{Handler: who()}
		s.Limits.ConnsPerIP = 1
		r := prepare(t, s)
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		config := serverTLS()
		if protocol != "" {
			config.NextProtos = []string{protocol}
		}
		served := make(chan error, 1)
		go func() { served <- s.Serve(tls.NewListener(ln, config)) }()
		r.addr, r.secure = ln.Addr().String(), clientTLS()
		<-s.Ready()
		// One that fails gives its place back.
		failing := clientTLS()
		failing.RootCAs = x509.NewCertPool()
		if _, err := r.greet(failing); err == nil {
			t.Error("a handshake that cannot succeed did")
		}
		r.until("the refusal", func() bool { return s.Stats().Rejected["tls_handshake"] == 1 })
		if protocol == "acme-tls/1" {
			r.secure.NextProtos = []string{protocol}
			if state, err := r.greet(r.secure); err != nil || state.NegotiatedProtocol != protocol {
				t.Errorf("%q, %v", state.NegotiatedProtocol, err)
			}
			r.until("the end", func() bool { return s.Stats().Rejected["alpn"] == 1 })
		} else {
			transport := r.transport()
			transport.ForceAttemptHTTP2 = protocol == "h2"
			if protocol == "http/1.1" {
				r.secure.NextProtos = []string{protocol}
			}
			client := &http.Client{Transport: transport, Timeout: patience}
			for end := time.Now().Add(patience); ; {
				resp, err := client.Get("https://" + r.addr)
				if err != nil && time.Now().Before(end) {
					continue // the place of the one before is not free yet
				}
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if want := "https TLS 1.3 " + protocol + " localhost nobody"; string(body) != want {
					t.Errorf("%q, want %q", body, want)
				}
				break
			}
			client.CloseIdleConnections()
		}
		r.shutdown()
		if err := wait(t, "Serve", served); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}
}

// Where HTTP/2 alone is spoken, nobody comes in with less.
func TestHTTP2Alone(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		var two http.Protocols
		two.SetHTTP2(true)
		r := up(&server.Server{Handler: who(), Protocols: &two})
		for _, protos := range [][]string{nil, {"http/1.1"}} {
			config := clientTLS()
			config.NextProtos = protos
			if body, _, err := r.ask(config); err == nil {
				t.Errorf("%q: %q", protos, body)
			}
		}
		r.until("the refusals", func() bool { return r.srv.Stats().Rejected["alpn"] == 2 })
		config := clientTLS()
		config.NextProtos = []string{"h2"}
		if state, err := r.greet(config); err != nil || state.NegotiatedProtocol != "h2" {
			t.Errorf("%q, %v", state.NegotiatedProtocol, err)
		}
	})
}
