package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

// selfSigned is a certificate that nobody checks.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// secureLab is a lab whose connections speak TLS.
func secureLab(t *testing.T, s *Server) *lab {
	t.Helper()
	l := newLab(t, s)
	said, err := speechOverTLS(&tls.Config{Certificates: []tls.Certificate{selfSigned(t)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.from.speech = said
	return l
}

// helloOf is what a client says first.
func helloOf(t *testing.T, config *tls.Config) []byte {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	config.InsecureSkipVerify = true
	go func() { _ = tls.Client(far, config).Handshake() }()
	header := make([]byte, 5)
	if _, err := io.ReadFull(near, header); err != nil {
		t.Fatal(err)
	}
	rest := make([]byte, int(header[3])<<8|int(header[4]))
	if _, err := io.ReadFull(near, rest); err != nil {
		t.Fatal(err)
	}
	return append(header, rest...)
}

// A handshake has ten seconds, however busy the peer looks.
func TestSlowHandshakes(t *testing.T) {
	hello := helloOf(t, &tls.Config{})
	for name, c := range map[string]struct {
		set, want time.Duration
		say       []byte
		drips     bool
	}{
		"nothing":                {0, 10 * time.Second, nil, false},
		"nothing, 3 s":           {3 * time.Second, 3 * time.Second, nil, false},
		"a part":                 {0, 10 * time.Second, hello[:100], false},
		"a byte a second":        {0, 10 * time.Second, hello, true},
		"stops after its hello":  {0, 10 * time.Second, hello, false},
		"part of a large record": {0, 10 * time.Second, []byte{22, 3, 1, 0x40, 0, 1, 0, 0}, false},
	} {
		s := &Server{Handler: ok()}
		s.Limits.HandshakeTimeout = c.set
		l := secureLab(t, s)
		k := l.open(-1)
		for at := time.Duration(0); at < c.want-time.Millisecond; at += min(time.Second, c.want-time.Millisecond-at) {
			if n := int(at / time.Second); c.drips && n < len(c.say) {
				k.Deliver(c.say[n : n+1])
			} else if !c.drips && at == 0 {
				k.Deliver(c.say)
			}
			l.sim.Advance(min(time.Second, c.want-time.Millisecond-at))
		}
		if k.Closed() {
			t.Fatalf("%s: ended before %v", name, c.want)
		}
		l.sim.Advance(time.Millisecond)
		if !k.Closed() || !k.Aborted() {
			t.Errorf("%s: still open after %v", name, c.want)
		}
		k.rest()
		k.gone()
		l.rejected("handshake_timeout=1")
	}
}

// In a shutdown whoever has not said a word has a second left.
func TestShutdownBeforeHello(t *testing.T) {
	l := secureLab(t, &Server{Handler: ok()})
	k := l.open(-1)
	k.conn.shutdown()
	k.conn.setDeadline()
	l.sim.Advance(time.Second - time.Millisecond)
	if k.Closed() {
		t.Error("ended before its second")
	}
	l.sim.Advance(time.Millisecond)
	k.gone()
}

// Clear HTTP on a TLS port is told so, in words that people search for.
func TestClearOnTLS(t *testing.T) {
	l := secureLab(t, &Server{Handler: ok()})
	k := l.open(-1)
	k.Deliver([]byte("GET"))
	k.Deliver([]byte(" / HTTP/1.1\r\nHost: a\r\n\r\n"))
	k.rest()
	if sent := string(k.Sent()); sent != "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n" || !k.FinSent() {
		t.Errorf("%q, FIN %v", sent, k.FinSent())
	}
	l.rejected("http_to_tls=1")
	k.Finish()
	k.gone()
}

// What is no TLS ends at its header, and what is bad TLS with an alert.
func TestNoHello(t *testing.T) {
	for name, c := range map[string]struct{ say, want []byte }{
		"noise":           {[]byte("\x00\x01\x02\x03\x04\x05"), nil},
		"SSLv2":           {[]byte("\x80\x2e\x01\x00\x02"), []byte{21, 3, 1, 0, 2, 2, 70}},
		"a long record":   {[]byte{22, 3, 1, 0xff, 0xff}, []byte{21, 3, 1, 0, 2, 2, 22}},
		"an empty record": {[]byte{22, 3, 1, 0, 0}, []byte{21, 3, 1, 0, 2, 2, 10}},
		"no hello":        {[]byte{22, 3, 1, 0, 4, 20, 0, 0, 0}, []byte{21, 3, 1, 0, 2, 2, 10}},
		"an alert":        {[]byte{21, 3, 1, 0, 2, 2, 40}, nil},
	} {
		l := secureLab(t, &Server{Handler: ok()})
		k := l.open(-1)
		k.Deliver(c.say)
		k.rest()
		if sent := k.Sent(); !bytes.Equal(sent, c.want) || !k.FinSent() {
			t.Errorf("%s: %x, FIN %v", name, sent, k.FinSent())
		}
		l.rejected("tls_handshake=1")
		l.sim.Advance(5 * time.Second)
		k.gone()
	}
}

// A peer that vanishes leaves nothing, wherever it was.
func TestVanishInHandshake(t *testing.T) {
	hello := helloOf(t, &tls.Config{})
	for n := range len(hello) + 1 {
		if n > 20 && n < len(hello)-2 {
			continue
		}
		for _, orderly := range []bool{true, false} {
			l := secureLab(t, &Server{Handler: ok()})
			k := l.open(-1)
			k.Deliver(hello[:n])
			if orderly {
				k.Finish()
			} else {
				k.Break(io.ErrClosedPipe)
			}
			k.rest()
			k.gone()
		}
	}
}

// A callback that panics costs its own connection.
func TestPanicInHandshake(t *testing.T) {
	l := secureLab(t, &Server{Handler: ok()})
	l.from.tls.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { panic("on purpose") }
	l.from.tls.Certificates = nil
	k := l.open(-1)
	k.Deliver(helloOf(t, &tls.Config{ServerName: "a"}))
	k.rest()
	if !k.FinSent() {
		t.Error("the connection goes on")
	}
	l.rejected("tls_handshake=1")
	l.sim.Advance(5 * time.Second)
	k.gone()
}

func TestLooksLikeHTTP(t *testing.T) {
	for _, text := range []string{"GET / ", "HEAD /", "POST /", "PUT /x", "OPTIONS"} {
		if !looksLikeHTTP([5]byte([]byte(text)[:5])) {
			t.Errorf("%q does not", text)
		}
	}
	if looksLikeHTTP([5]byte([]byte(strings.Repeat("x", 5)))) {
		t.Error("noise does")
	}
}
