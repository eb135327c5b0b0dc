package contract

import (
	"crypto/tls"
	"fmt"
	"net/http"
)

// The names of a server's listeners: of its flags, and of the words in its ready line.
const (
	HTTP  = "http"  // HTTP/1.1 over TCP
	HTTPS = "https" // HTTP/1.1 and, where the server has it, HTTP/2 over TLS
	H2C   = "h2c"   // HTTP/2 over TCP
)

// Link is how requests travel to a server.
type Link int

const (
	Clear     Link = iota // HTTP/1.1 over TCP
	Secure                // HTTP/1.1 over TLS
	ClearH2               // HTTP/2 over TCP, with prior knowledge (RFC 9113, section 3.3)
	SecureH2              // HTTP/2 over TLS, chosen by ALPN (RFC 9113, section 3.2)
	linkCount = iota
)

// Links returns all of them.
func Links() []Link {
	links := make([]Link, linkCount)
	for i := range links {
		links[i] = Link(i)
	}
	return links
}

// Door is the name of the listener that the link leads to.
func (l Link) Door() string { return [...]string{HTTP, HTTPS, H2C, HTTPS}[l] }

// IsH2 reports whether HTTP/2 is spoken.
func (l Link) IsH2() bool { return l == ClearH2 || l == SecureH2 }

// IsTLS reports whether records are encrypted.
func (l Link) IsTLS() bool { return l == Secure || l == SecureH2 }

// URL is that of path at addr.
func (l Link) URL(addr, path string) string {
	if l.IsTLS() {
		return "https://" + addr + path
	}
	return "http://" + addr + path
}

func (l Link) String() string {
	return [...]string{"HTTP/1.1", "HTTP/1.1 over TLS", "h2c", "HTTP/2 over TLS"}[l]
}

// Offer is a client's side of TLS. Each server makes its own certificate or is given one that nobody signed, so whose it is stays
// unchecked. There is no version below 1.3.
func (l Link) Offer() *tls.Config {
	offer := &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}}
	if l.IsH2() {
		offer.NextProtos = []string{"h2"}
	}
	return offer
}

// transport speaks what the link stands for and nothing else.
func (l Link) transport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!l.IsH2())
	protocols.SetHTTP2(l == SecureH2)
	protocols.SetUnencryptedHTTP2(l == ClearH2)
	return &http.Transport{DisableKeepAlives: true, DisableCompression: true, Protocols: protocols, TLSClientConfig: l.Offer()}
}

// compareWire holds what carried an answer against the link. One cipher for all, because another costs something else.
func (l Link) compareWire(res *http.Response) error {
	major := 1
	if l.IsH2() {
		major = 2
	}
	if res.ProtoMajor != major {
		return fmt.Errorf("answered in %s over %v", res.Proto, l)
	}
	if !l.IsTLS() {
		return nil
	}
	return CompareTLS(*res.TLS)
}

// CompareTLS says what differs from TLS 1.3 with AES-128-GCM, which every link over TLS is measured with.
func CompareTLS(state tls.ConnectionState) error {
	if state.Version != tls.VersionTLS13 || state.CipherSuite != tls.TLS_AES_128_GCM_SHA256 {
		return fmt.Errorf("%s with %s instead of TLS 1.3 with %s", tls.VersionName(state.Version),
			tls.CipherSuiteName(state.CipherSuite), tls.CipherSuiteName(tls.TLS_AES_128_GCM_SHA256))
	}
	return nil
}
