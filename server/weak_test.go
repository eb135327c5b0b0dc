package server_test

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/server/certificate"
)

// A client that insists on a cipher suite that HTTP/2 excludes is told so, and one of
// HTTP/1.1 is served with it.
func TestWeakTLSForHTTP2(t *testing.T) {
	source, err := certificate.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	s := &server.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })}
	config := &tls.Config{GetCertificate: source.GetCertificate, CipherSuites: []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	}}
	if err := s.Open(server.Endpoint{Address: "127.0.0.1:0", TLS: config}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		suite uint16
		proto string
		weak  bool
	}{
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "h2", true},
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "h2", false},
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "http/1.1", false},
	} {
		socket, err := net.Dial("tcp", s.Addrs()[0].String())
		if err != nil {
			t.Fatal(err)
		}
		conn := tls.Client(socket, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12,
			CipherSuites: []uint16{c.suite}, NextProtos: []string{c.proto}})
		ask := "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
		if c.proto == "h2" {
			ask = string(wiretest.H2Bytes{}.Preface().Settings().Get(1, "/").Goaway(0, 0))
		}
		if _, err := io.WriteString(conn, ask); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if err != nil || len(answer) == 0 {
			t.Fatalf("%s: %q, %v", c.proto, answer, err)
		}
		weak := false
		if c.proto == "h2" {
			frames, err := wiretest.ParseH2Frames(answer)
			if err != nil {
				t.Fatal(err)
			}
			last := frames[len(frames)-1]
			weak = last.Type == 7 && binary.BigEndian.Uint32(last.Payload[4:]) == 0xc
		}
		if weak != c.weak {
			t.Errorf("%s with suite %x: refused is %v: %q", c.proto, c.suite, weak, answer)
		}
		_ = conn.Close()
	}
	if n := s.Stats().Rejected["inadequate_security"]; n != 1 {
		t.Errorf("%d counted", n)
	}
}
