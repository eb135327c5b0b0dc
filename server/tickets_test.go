package server_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
)

// ask makes one request on a connection of its own.
func (r *rig) ask(config *tls.Config) (body string, state tls.ConnectionState, err error) {
	r.t.Helper()
	w := r.over(r.tcp(), config)
	defer w.Close()
	secured := w.Conn.(*tls.Conn)
	if err := secured.Handshake(); err != nil {
		return "", state, err
	}
	// TLS 1.3 tells a client that it was refused after its own handshake is over.
	if _, err := w.Conn.Write([]byte(get)); err != nil {
		return "", state, err
	}
	head, err := w.in.ReadString('\n')
	if err != nil {
		return "", state, err
	}
	for body = head; !strings.HasSuffix(body, "\r\n\r\n"); {
		line, err := w.in.ReadString('\n')
		if err != nil {
			return "", state, err
		}
		body += line
	}
	rest := make([]byte, w.in.Buffered())
	_, _ = w.in.Read(rest)
	return string(rest), secured.ConnectionState(), nil
}

// A ticket that one loop has given is taken by another.
func TestResumption(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: who()})
		for _, version := range versions {
			config := clientTLS()
			config.MinVersion, config.MaxVersion = version, version
			config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			for i := range 8 {
				_, state, err := r.ask(config)
				if err != nil || state.DidResume != (i > 0) {
					t.Fatalf("%s, connection %d: resumed %v, %v", tls.VersionName(version), i, state.DidResume, err)
				}
			}
		}
	})
}

func TestClientCertificates(t *testing.T) {
	onTLS(t, func(t *testing.T, up func(*server.Server) *rig) {
		config := serverTLS()
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, trust().pool()
		r := up(&server.Server{Handler: who(), TLSConfig: config})
		for _, version := range versions {
			client := clientTLS()
			client.MinVersion, client.MaxVersion = version, version
			if _, _, err := r.ask(client); err == nil || !strings.Contains(err.Error(), "remote error: tls") {
				t.Errorf("without a certificate: %v", err)
			}
			client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			client.Certificates = []tls.Certificate{trust().issue("alice")}
			for i := range 2 { // the second time by a ticket
				body, state, err := r.ask(client)
				if err != nil || !strings.HasSuffix(body, " alice") || state.DidResume != (i > 0) {
					t.Errorf("%q, resumed %v, %v", body, state.DidResume, err)
				}
			}
			client.ClientSessionCache = nil
			client.Certificates = []tls.Certificate{newAuthority("stranger").issue("mallory")}
			if body, _, err := r.ask(client); err == nil {
				t.Errorf("a stranger's: %q", body)
			}
		}
	})
}

// renamed keeps one entry whatever the server's name is: a client that offers the
// ticket of one virtual host to another.
type renamed struct{ tls.ClientSessionCache }

func (c renamed) Get(string) (*tls.ClientSessionState, bool)  { return c.ClientSessionCache.Get("") }
func (c renamed) Put(_ string, state *tls.ClientSessionState) { c.ClientSessionCache.Put("", state) }
func (c renamed) offers(config *tls.Config, name string) {
	config.ServerName, config.ClientSessionCache = name, c
}
func offering() renamed { return renamed{tls.NewLRUClientSessionCache(1)} }

// A ticket of one virtual host opens no other: neither one that looks closer at
// its clients, nor one that trusts others.
func TestTicketOfAnotherHost(t *testing.T) {
	strangers := newAuthority("strangers")
	verified := func(*tls.Config) {}
	for name, c := range map[string]struct {
		a, b   func(*tls.Config)
		opens  bool // b takes alice's certificate
		resume bool
	}{
		"closer look": {
			func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
			func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, strangers.pool() }, false, false,
		},
		"own look": {
			func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
			func(c *tls.Config) {
				c.ClientAuth = tls.RequireAnyClientCert
				c.VerifyPeerCertificate = refuseAll
			}, false, false,
		},
		"others trusted": {
			func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, trust().pool() },
			func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, strangers.pool() }, false, false,
		},
		"nobody asked": {
			verified,
			func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, trust().pool() }, true, false,
		},
		"nobody asks": {func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }, verified, true, false},
		"both do not": {verified, verified, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			hosts := map[string]*tls.Config{"a.test": serverTLS(), "b.test": {}} // b has the endpoint's certificate
			c.a(hosts["a.test"])
			c.b(hosts["b.test"])
			config := serverTLS()
			config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				return hosts[hello.ServerName], nil
			}
			r := startTLS(t, &server.Server{Handler: who(), TLSConfig: config, Loops: 1})
			for _, version := range versions {
				client, tickets := clientTLS(), offering()
				client.MinVersion, client.MaxVersion = version, version
				client.Certificates = []tls.Certificate{trust().issue("alice")}
				tickets.offers(client, "a.test")
				client.InsecureSkipVerify = true
				for i := range 2 {
					if _, state, err := r.ask(client); err != nil || state.DidResume != (i > 0) {
						t.Errorf("at its own host: resumed %v, %v", state.DidResume, err)
					}
				}
				tickets.offers(client, "b.test")
				_, state, err := r.ask(client)
				if (err == nil) != c.opens || state.DidResume != c.resume {
					t.Errorf("%s at another: resumed %v, %v", tls.VersionName(version), state.DidResume, err)
				}
			}
		})
	}
}

func refuseAll([][]byte, [][]*x509.Certificate) error { return errors.New("nobody is welcome") }
