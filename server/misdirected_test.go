package server_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/server/certificate"
)

func TestStrictSNI(t *testing.T) {
	source, err := certificate.SelfSigned("a.example", "b.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, strict := range []bool{true, false} {
		s := &server.Server{StrictSNI: strict, Origins: []string{"https://c.example:8443"},
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) })}
		if err := s.Open(server.Endpoint{Address: "127.0.0.1:0", TLS: &tls.Config{GetCertificate: source.GetCertificate}}); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, c := range []struct {
			sni, host string
			want      int
		}{
			{"a.example", "a.example", 200},
			{"a.example", "A.Example:8443", 200},
			{"a.example", "a.example.", 200},
			{"a.example", "c.example", 200}, // an origin of the server's
			{"a.example", "b.example", 421},
			{"a.example", "127.0.0.1:8443", 421},
			{"127.0.0.1", "b.example", 200}, // an address is no name, so none was given
		} {
			for _, http2 := range []bool{false, true} {
				transport := &http.Transport{ForceAttemptHTTP2: http2,
					TLSClientConfig: &tls.Config{ServerName: c.sni, InsecureSkipVerify: true}}
				req, err := http.NewRequestWithContext(t.Context(), "GET", "https://"+s.Addrs()[0].String(), nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Host = c.host
				resp, err := transport.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				want := c.want
				if !strict {
					want = 200
				}
				if resp.StatusCode != want || (resp.ProtoMajor == 2) != http2 {
					t.Errorf("strict %v, SNI %s, host %s: %s %s, not %d", strict, c.sni, c.host, resp.Proto, resp.Status, want)
				}
				transport.CloseIdleConnections()
			}
		}
	}
}
