package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// proxied has the connections of a lab come from a proxy.
func proxied(t *testing.T, l *lab) *lab {
	t.Helper()
	set, err := proxiesOf(Endpoint{Proxies: []string{"192.0.2.0/24"}})
	if err != nil {
		t.Fatal(err)
	}
	l.from.proxies = set
	return l
}

// between tells the ends of the request's connection.
func between() http.Handler {
	return Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, fmt.Sprint(r.Scheme, " ", r.Conn.Remote, " ", r.Conn.Local))
	}))
}

const proxyLine = "PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\r\n"

// However the header comes, the request behind it is that of whom it names.
func TestProxyIntroduces(t *testing.T) {
	own := "http 192.0.2.2:49152 192.0.2.1:80"
	for header, want := range map[string]string{
		proxyLine:                      "http 203.0.113.9:4660 10.0.0.1:443",
		"PROXY UNKNOWN\r\n":            own,
		proxyV2(1, 0x21, block6...):    "http [2001:db8::9]:4660 [fd00::1]:443",
		proxyV2(1, 0x31, blockUnix...): "http invalid AddrPort invalid AddrPort",
		proxyV2(0, 0):                  own,
		proxyV2(1, 0x12, block4...):    own,
		proxyV2(1, 0x11, append(block4, tlv(4, make([]byte, 60_000)...)...)...): "http 203.0.113.9:4660 10.0.0.1:443",
		proxyV2(1, 0x11, append(block4, tlv(0x20, 1, 0, 0, 0, 0)...)...):        "https 203.0.113.9:4660 10.0.0.1:443",
	} {
		whole := []byte(header + get)
		for _, step := range []int{len(whole), len(header), 1, 7} {
			if step == 1 && len(header) > 1000 {
				continue
			}
			l := proxied(t, newLab(t, &Server{Handler: between()}))
			k := l.open(-1)
			for part := range slices.Chunk(whole, step) {
				k.Deliver(part)
			}
			k.rest()
			if sent := string(k.Sent()); !strings.HasSuffix(sent, "\r\n\r\n"+want) {
				t.Errorf("%.30q, %d bytes at once: %q, want %q", header, step, sent, want)
			}
			k.ask(get)
			if status := k.status(); status != "200" {
				t.Errorf("%.30q: the next request: %q", header, status)
			}
			l.rejected()
			k.Finish()
			k.rest()
			k.gone()
		}
	}
}

// What is no header breaks the connection off, without a word, and is counted by its kind.
func TestProxyHeaderIsMandatory(t *testing.T) {
	for said, class := range map[string]string{
		get:                                 "proxy_missing",
		"\x16\x03\x01":                      "proxy_missing",
		proxyV2(1, 0x11, block4[:11]...):    "proxy_header",
		"PROXY TCP4 1.2.3.4\r\n":            "proxy_header",
		"PROXY " + strings.Repeat("x", 200): "proxy_header",
		proxyV2(1, 0x11, slices.Concat(block4, noSum)...): "proxy_checksum",
	} {
		for _, l := range []*lab{newLab(t, &Server{Handler: ok()}), secureLab(t, &Server{Handler: ok()})} {
			k := proxied(t, l).open(-1)
			k.Deliver([]byte(said))
			k.rest()
			if sent := k.Sent(); len(sent) > 0 || !k.Aborted() {
				t.Errorf("%.30q: %q is said, aborted %v", said, sent, k.Aborted())
			}
			k.gone()
			l.rejected(class + "=1")
		}
	}
}

// The header has the time of a handshake, of which that is a part over TLS.
func TestProxyHeaderTimeout(t *testing.T) {
	for name, c := range map[string]struct {
		secure bool
		first  string // said at once
		later  string // said after two of the three seconds
		want   string
	}{
		"nothing":              {false, "", "", "proxy_timeout=1"},
		"a part":               {false, proxyLine[:20], "", "proxy_timeout=1"},
		"parts":                {false, proxyLine[:20], proxyLine[20:30], "proxy_timeout=1"},
		"before TLS":           {true, proxyLine[:20], "", "proxy_timeout=1"},
		"TLS not begun":        {true, "", proxyLine, "handshake_timeout=1"},
		"TLS not begun either": {true, proxyLine, "", "handshake_timeout=1"},
	} {
		s := &Server{Handler: ok()}
		s.Limits.HandshakeTimeout = 3 * time.Second
		l := newLab(t, s)
		if c.secure {
			l = secureLab(t, s)
		}
		k := proxied(t, l).open(-1)
		k.Deliver([]byte(c.first))
		l.sim.Advance(2 * time.Second)
		k.Deliver([]byte(c.later))
		l.sim.Advance(time.Second - time.Millisecond)
		if k.Closed() {
			t.Fatalf("%s: ended early", name)
		}
		l.sim.Advance(time.Millisecond)
		if !k.Aborted() {
			t.Errorf("%s: still open", name)
		}
		k.gone()
		l.rejected(c.want)
	}
}

// In the clear, the head of a request has its own time behind the header.
func TestProxyHeaderThenHead(t *testing.T) {
	l := proxied(t, newLab(t, &Server{Handler: ok()}))
	k := l.open(-1)
	l.sim.Advance(9 * time.Second)
	k.Deliver([]byte(proxyLine))
	l.sim.Advance(9 * time.Second)
	k.ask(get)
	if status := k.status(); status != "200" {
		t.Errorf("%q", status)
	}
	l.rejected()
}

// Nobody hears of a connection before it is known whose it is, and who ends before that leaves nothing.
func TestProxyContexts(t *testing.T) {
	var heard []string
	s := &Server{Handler: between(), ConnState: func(c *web.Conn, state http.ConnState) {
		heard = append(heard, fmt.Sprint(state, " ", c.Remote.Addr()))
	}, ConnContext: func(ctx context.Context, c *web.Conn) context.Context {
		heard = append(heard, fmt.Sprint("context ", c.Remote.Addr()))
		return ctx
	}}
	s.Limits.ConnsPerIP = 5
	l := proxied(t, newLab(t, s))
	for _, end := range []func(*link){(*link).Finish, func(k *link) { k.Break(io.ErrClosedPipe) }, func(k *link) { k.conn.shutdown(); k.conn.setDeadline(); l.sim.Advance(time.Second) }} {
		for n := range len(proxyLine) {
			k := l.open(-1)
			k.Deliver([]byte(proxyLine[:n]))
			end(k)
			k.rest()
			k.gone()
		}
	}
	if len(heard) > 0 {
		t.Errorf("%q is heard of connections that nobody introduced", heard)
	}
	k := l.open(-1)
	k.ask(proxyLine + get)
	k.Finish()
	k.rest()
	k.gone()
	if got, want := strings.Join(heard, ", "), "context 203.0.113.9, new 203.0.113.9, active 203.0.113.9, idle 203.0.113.9, closed 203.0.113.9"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if n := len(l.lane.engine.crowd.counts); n > 0 {
		t.Errorf("%d sources are left", n)
	}
}

// The clients behind a proxy are counted apart, and the proxy itself is not.
func TestProxyConnsPerIP(t *testing.T) {
	s := &Server{Handler: ok()}
	s.Limits.ConnsPerIP = 2
	l := proxied(t, newLab(t, s))
	var links []*link
	for i := range 5 { // nobody knows yet
		links = append(links, l.open(-1))
		links[i].ask("PROXY ")
	}
	for i, from := range []string{"203.0.113.9", "203.0.113.10", "203.0.113.9", "203.0.113.9", "203.0.113.10"} {
		links[i].ask("TCP4 " + from + " 10.0.0.1 1 2\r\n")
		if closed := i == 3; links[i].Closed() != closed {
			t.Errorf("connection %d: closed %v", i, !closed)
		}
	}
	l.rejected("per_ip=1")
	for _, i := range []int{0, 1, 2, 4} {
		links[i].ask(get)
		if status := links[i].status(); status != "200" {
			t.Errorf("connection %d: %q", i, status)
		}
		links[i].Finish()
		links[i].rest()
	}
	links[3].gone()
	if n := len(l.lane.engine.crowd.counts); n > 0 {
		t.Errorf("%d sources are left", n)
	}
}

// A shutdown that comes before the header is known behind it.
func TestProxyShutdown(t *testing.T) {
	for _, late := range []string{"", proxyLine[:10]} {
		l := proxied(t, newLab(t, &Server{Handler: ok()}))
		k := l.open(-1)
		k.Deliver([]byte(late))
		e := l.lane.engine
		e.mu.Lock()
		e.phase = draining
		e.mu.Unlock()
		k.conn.shutdown()
		k.conn.setDeadline()
		l.sim.Advance(time.Second / 2)
		k.ask(proxyLine[len(late):] + get)
		if sent := string(k.Sent()); !strings.Contains(sent, "200 OK") || !strings.Contains(sent, "Connection: close") {
			t.Errorf("%q", sent)
		}
		l.rejected()
	}
}

// Who turns the server off while a header is on its way ends that connection too.
func TestProxyIntroducedIntoClosing(t *testing.T) {
	l := proxied(t, newLab(t, &Server{Handler: ok()}))
	k := l.open(-1)
	e := l.lane.engine
	e.mu.Lock()
	e.phase = breaking
	e.mu.Unlock()
	k.ask(proxyLine + get)
	if !k.Aborted() || len(k.Sent()) > 0 {
		t.Error("the connection goes on")
	}
	k.gone()
}

// The callbacks of TLS see the client and not the proxy.
func TestProxyBeforeTLS(t *testing.T) {
	l := proxied(t, secureLab(t, &Server{Handler: ok()}))
	seen := make(chan string, 1)
	certificate := l.from.tls.Certificates[0]
	l.from.tls.Certificates = nil
	l.from.tls.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		seen <- hello.Conn.RemoteAddr().String()
		return &certificate, nil
	}
	hello := helloOf(t, &tls.Config{ServerName: "a"})
	for _, cut := range []int{10, len(proxyLine), len(proxyLine) + 5} {
		k := l.open(-1)
		whole := append([]byte(proxyLine), hello...)
		k.Deliver(whole[:cut])
		k.Deliver(whole[cut:])
		l.until("the handshake", func() bool { return len(seen) == 1 })
		if got := <-seen; got != "203.0.113.9:4660" {
			t.Errorf("the client is %s", got)
		}
		k.Break(errors.New("enough"))
		k.rest()
		k.gone()
	}
	l.rejected()
}

func TestProxiesOf(t *testing.T) {
	for _, c := range []struct {
		network string
		proxies []string
		want    string
	}{
		{"tcp", []string{"10.0.0.0/8", "::1"}, ""},
		{"", []string{"0.0.0.0/0"}, ""},
		{"unix", []string{"unix"}, ""},
		{"unix", nil, ""},
		{"tcp", []string{"proxy.example"}, `Endpoint.Proxies: "proxy.example" is no range`},
		{"tcp", []string{"unix"}, "unix socket"},
		{"tcp", []string{"10.0.0.0/8", "unix"}, "unix socket"},
		{"unix", []string{"10.0.0.0/8", "unix"}, "unix socket"},
		{"unix", []string{"10.0.0.0/8"}, "unix socket"},
	} {
		s := &Server{Handler: ok()}
		address := "127.0.0.1:0"
		if c.network == "unix" {
			address = t.TempDir() + "/s"
		}
		err := s.Open(Endpoint{Network: c.network, Address: address, Proxies: c.proxies})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %q: %v", c.network, c.proxies, err)
		}
		_ = s.Close()
	}
}

// Whoever is no proxy is turned away where those are awaited, before a byte of it is read, and so is one without an address.
func TestProxyUntrusted(t *testing.T) {
	var text strings.Builder
	l := proxied(t, newLab(t, &Server{Handler: ok(), Logger: slog.New(slog.NewTextHandler(&text, nil))}))
	e := l.lane.engine
	for remote, want := range map[netip.AddrPort]bool{
		netip.MustParseAddrPort("192.0.2.77:1"):          false,
		netip.MustParseAddrPort("[::ffff:192.0.2.77]:1"): false,
		netip.MustParseAddrPort("198.51.100.1:1"):        true,
		netip.MustParseAddrPort("198.51.100.1:2"):        true,
	} {
		if got := e.refuse(l.from, remote); got != want {
			t.Errorf("%v: refused %v", remote, got)
		}
	}
	if log := text.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "198.51.100.1, which is not of") {
		t.Errorf("%q", log)
	}
	if !e.refuse(l.from, netip.AddrPort{}) {
		t.Error("a peer without an address is taken")
	}
	l.rejected("proxy_untrusted=3")
	l.from.addr = &net.UnixAddr{}
	var err error
	if l.from.proxies, err = proxiesOf(Endpoint{Network: "unix", Proxies: []string{"unix"}}); err != nil || e.refuse(l.from, netip.AddrPort{}) {
		t.Errorf("a peer over a unix socket is refused, %v", err)
	}
}
