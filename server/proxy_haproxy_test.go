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
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/external"
	"github.com/fasterapi-go/fasterapi/server"
)

// balancer is HAProxy with a listener for each server line of a configuration.
type balancer struct{ addrs []string }

// balance starts HAProxy. It is handed its sockets, so that clients may connect at once.
func balance(t *testing.T, program string, servers ...string) *balancer {
	t.Helper()
	b := new(balancer)
	config := "defaults\n  mode tcp\n  timeout connect 10s\n  timeout client 30s\n  timeout server 30s\n  unique-id-format %pid-%cp\n"
	var files []*os.File
	for i, line := range servers {
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
		config += fmt.Sprintf("listen l%d\n  bind fd@%d\n  server s %s\n", i, 3+i, line)
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
	s := &server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "OPTIONS" {
			select {
			case checks <- r.RemoteAddr:
			default:
			}
		}
		fmt.Fprintf(w, "%s %s", r.RemoteAddr, r.Proto)
	})}
	s.Limits.ConnsPerIP = 100
	r := prepare(t, s)
	from := []string{"127.0.0.0/8"}
	for _, at := range []server.Endpoint{{Address: "127.0.0.1:0", Proxies: from}, {Address: "127.0.0.1:0", Proxies: from, TLS: serverTLS()}} {
		if err := s.Open(at); err != nil {
			t.Fatal(err)
		}
	}
	clear, secured := s.Addrs()[0].String(), s.Addrs()[1].String()
	b := balance(t, program,
		clear+" send-proxy",
		clear+" send-proxy-v2 proxy-v2-options crc32c,unique-id,ssl,authority",
		secured+" send-proxy",
		secured+" send-proxy-v2-ssl-cn proxy-v2-options crc32c",
		clear+" send-proxy-v2 check inter 50ms\n  option httpchk OPTIONS /",
		clear+" send-proxy check inter 50ms\n  option httpchk OPTIONS /",
		clear, // which says nothing
	)
	for i, want := range []string{"HTTP/1.1", "HTTP/1.1", "HTTP/2.0", "HTTP/2.0"} {
		transport := &http.Transport{TLSClientConfig: clientTLS(), ForceAttemptHTTP2: true}
		scheme := "http://"
		if strings.HasPrefix(want, "HTTP/2") {
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
