package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/external"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// balancer is HAProxy with a listener for each of some lines.
type balancer struct{ addrs []string }

// balanced is what HAProxy takes, after the socket, and where it takes that, after the name.
type balanced struct{ bind, server string }

// balance starts HAProxy. It is handed its sockets, so that clients may connect at once.
func balance(t *testing.T, program string, lines ...balanced) *balancer {
	t.Helper()
	b := new(balancer)
	config := "defaults\n  mode tcp\n  timeout connect 10s\n  timeout client 30s\n  timeout server 30s\n  unique-id-format %pid-%cp\n"
	var files []*os.File
	for i, line := range lines {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		file, err := ln.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = ln.Close(), file.Close() })
		files, b.addrs = append(files, file), append(b.addrs, ln.Addr().String())
		config += fmt.Sprintf("listen l%d\n  bind fd@%d %s\n  server s %s\n", i, 3+i, line.bind, line.server)
	}
	path := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "-db", "-q", "-f", path)
	var said bytes.Buffer
	command.ExtraFiles, command.Stdout, command.Stderr = files, &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("haproxy said: %s", said.String())
		}
	})
	return b
}

// HAProxy says who comes in both versions, with what it can add, in front of clear text, TLS and HTTP/2, and its own
// checks of the server's health are answered.
func TestHAProxy(t *testing.T) {
	program := external.Program(t, "haproxy")
	checks := make(chan string, 100)
	s := &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
		if r.Method == "OPTIONS" {
			select {
			case checks <- r.PeerAddr().String():
			default:
			}
		}
		_ = w.Text(200, fmt.Sprintf("%s %s %s %v", r.PeerAddr(), r.Protocol, r.Scheme, r.Conn.TLS != nil))
	})}
	s.Limits.ConnsPerIP = 100
	r := prepare(t, s)
	from := []string{"127.0.0.0/8"}
	var both http.Protocols
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	for _, at := range []server.Endpoint{{Address: "127.0.0.1:0", Proxies: from, Protocols: &both}, {Address: "127.0.0.1:0", Proxies: from, TLS: serverTLS()}} {
		if err := s.Open(at); err != nil {
			t.Fatal(err)
		}
	}
	clear, secured := s.Addrs()[0].String(), s.Addrs()[1].String()
	b := balance(t, program,
		balanced{"", clear + " send-proxy"},
		balanced{"", clear + " send-proxy-v2 proxy-v2-options crc32c,unique-id,ssl,authority"},
		balanced{"", secured + " send-proxy"},
		balanced{"", secured + " send-proxy-v2-ssl-cn proxy-v2-options crc32c"},
		balanced{"ssl crt " + pemFile(t), clear + " send-proxy-v2-ssl-cn proxy-v2-options crc32c,authority"},
		balanced{"ssl alpn h2 crt " + pemFile(t), clear + " send-proxy-v2-ssl"},
		balanced{"ssl crt " + pemFile(t), clear + " send-proxy"}, // which cannot say so
		balanced{"", clear + " send-proxy-v2 check inter 50ms\n  option httpchk OPTIONS /"},
		balanced{"", clear + " send-proxy check inter 50ms\n  option httpchk OPTIONS /"},
		balanced{"", clear}, // which says nothing
	)
	for i, want := range []string{
		"HTTP/1.1 http false", "HTTP/1.1 http false", "HTTP/2.0 https true", "HTTP/2.0 https true",
		"HTTP/1.1 https false", "HTTP/2.0 https false", "HTTP/1.1 http false",
	} {
		transport := &http.Transport{TLSClientConfig: clientTLS(), ForceAttemptHTTP2: true}
		scheme := "http://"
		if i >= 2 {
			scheme = "https://"
		}
		var own net.Addr
		client := &http.Client{Transport: remembering(transport, &own), Timeout: patience}
		for range 2 {
			resp, err := client.Get(scheme + b.addrs[i])
			if err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			body, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if got := string(body); got != own.String()+" "+want {
				t.Errorf("%d: %q, want %q", i, got, own.String()+" "+want)
			}
		}
		client.CloseIdleConnections()
	}
	for range 4 {
		if host, _, _ := net.SplitHostPort(wait(t, "a check of the health", checks)); host != "127.0.0.1" {
			t.Errorf("a check from %q", host)
		}
	}
	if n := r.srv.Stats().Rejected; len(n) > 0 {
		t.Errorf("%v", n)
	}
	r.addr = b.addrs[len(b.addrs)-1]
	r.dial().refusedBy(r, "proxy_missing", 1)
}

// pemFile holds a certificate of the clients' authority and its key.
func pemFile(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	certFile, keyFile := write(t, dir, trust().issue("localhost"))
	var both []byte
	for _, name := range []string{certFile, keyFile} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, b...)
	}
	path := filepath.Join(dir, "both.pem")
	if err := os.WriteFile(path, both, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// remembering is transport, with the address that its connection has.
func remembering(transport *http.Transport, own *net.Addr) *http.Transport {
	dial := new(net.Dialer)
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial.DialContext(ctx, network, address)
		if err == nil {
			*own = conn.LocalAddr()
		}
		return conn, err
	}
	return transport
}
