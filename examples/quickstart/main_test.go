package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// trial is the program as main runs it, with signals that the test sends.
type trial struct {
	url     string
	lines   *bufio.Scanner
	signals chan os.Signal
	ended   chan error
}

func try(t *testing.T, h http.Handler) *trial {
	t.Helper()
	reading, writing := io.Pipe()
	p := &trial{lines: bufio.NewScanner(reading), signals: make(chan os.Signal, 2), ended: make(chan error, 1)}
	go func() {
		p.ended <- run(&server.Server{Addr: "127.0.0.1:0", Handler: h}, "", writing, p.signals)
		_ = writing.Close()
	}()
	if !p.lines.Scan() {
		t.Fatal(<-p.ended)
	}
	_, after, found := strings.Cut(p.lines.Text(), " listens on ")
	url, _, ends := strings.Cut(after, ",")
	if !found || !ends {
		t.Fatalf("the first line is %q", p.lines.Text())
	}
	p.url = url
	return p
}

// stuck is a handler that is in the middle of an answer until it is let go.
type stuck struct{ entered, release chan struct{} }

func newStuck() stuck { return stuck{make(chan struct{}), make(chan struct{})} }

func (s stuck) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	close(s.entered)
	<-s.release
	_, _ = io.WriteString(w, "done")
}

// request asks for one answer on a connection that ends with it.
func request(url string) (string, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func TestFirstSignalDrains(t *testing.T) {
	h := newStuck()
	p := try(t, h)
	answered := make(chan string, 1)
	go func() {
		body, err := request(p.url)
		answered <- body
		if err != nil {
			t.Error(err)
		}
	}()
	<-h.entered
	p.signals <- syscall.SIGTERM
	if !p.lines.Scan() || !strings.Contains(p.lines.Text(), "another signal") {
		t.Errorf("says %q", p.lines.Text())
	}
	close(h.release)
	if body := <-answered; body != "done" {
		t.Errorf("got %q", body)
	}
	if err := <-p.ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestSecondSignalEnds(t *testing.T) {
	h := newStuck()
	defer close(h.release)
	p := try(t, h)
	go func() { _, _ = request(p.url) }()
	<-h.entered
	p.signals <- syscall.SIGTERM
	p.lines.Scan()
	p.signals <- os.Interrupt
	if err := <-p.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestTakenAddress(t *testing.T) {
	p := try(t, build(settings{log: quiet}))
	defer func() {
		p.signals <- syscall.SIGTERM
		p.lines.Scan()
		<-p.ended
	}()
	second := &server.Server{Addr: strings.TrimPrefix(p.url, "http://"), Handler: build(settings{log: quiet})}
	err := run(second, "", io.Discard, nil)
	if err == nil || !strings.Contains(err.Error(), "address already in use") || !strings.Contains(err.Error(), "-addr") {
		t.Errorf("a second program on one address: %v", err)
	}
	_ = second.Close()
}

func TestDialable(t *testing.T) {
	for addr, want := range map[string]string{
		"[::]:8080": "localhost:8080", "0.0.0.0:80": "localhost:80", "127.0.0.1:1": "127.0.0.1:1", "[::1]:9": "[::1]:9",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := dialable(tcp); got != want {
			t.Errorf("%s is dialled as %q, want %q", addr, got, want)
		}
	}
}

// TestSecure: the same over TLS and HTTP/2, with a certificate that the authority of this user vouches for.
func TestSecure(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} {
		t.Setenv(name, home)
	}
	reading, writing := io.Pipe()
	signals, ended := make(chan os.Signal, 2), make(chan error, 1)
	go func() {
		ended <- run(&server.Server{Addr: "127.0.0.1:0", Handler: build(settings{log: quiet})}, "127.0.0.1:0", writing, signals)
		_ = writing.Close()
	}()
	lines := bufio.NewScanner(reading)
	lines.Scan()
	lines.Scan()
	_, after, found := strings.Cut(lines.Text(), "and on ")
	url, _, ends := strings.Cut(after, ";")
	if !found || !ends {
		t.Fatalf("the second line is %q: %v", lines.Text(), <-ended)
	}
	go func() {
		for lines.Scan() {
		}
	}()
	authority, err := certificate.Local()
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority.CertificatePEM())
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	res, err := client.Get(url + "/items")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.ProtoMajor != 2 {
		t.Errorf("%s over %s", res.Status, res.Proto)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	signals <- syscall.SIGTERM
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
