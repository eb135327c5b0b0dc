package middleware_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// clientSeen is who the handler believes to be asked by. lines stand below each other in the field.
func clientSeen(o middleware.ClientAddrOptions, peer string, lines ...string) string {
	r := &web.Request{Method: "GET", Conn: &web.Conn{Remote: netip.AddrPortFrom(netip.MustParseAddr(peer), 999)}}
	name := o.Field
	if name == "" {
		name = "x-forwarded-for"
	}
	for _, line := range lines {
		r.Fields = append(r.Fields, web.Field{Name: name, Value: line})
	}
	seen := ""
	middleware.ClientAddr(o)(web.HandlerFunc(func(_ *web.Response, r *web.Request) { seen = r.ClientAddr().String() })).ServeWeb(nil, r)
	return strings.TrimSuffix(strings.TrimSuffix(seen, ":999"), ":0")
}

// TestClientAddrIsNeverSpoofed is AP-13 for header fields. In each vector 203.0.113.9 is the client, 6.6.6.6 what it makes up, 10.0.0.0/8 and fd00::/8 are the proxies.
func TestClientAddrIsNeverSpoofed(t *testing.T) {
	many := strings.Repeat("10.1.1.1, ", 10000)
	for _, v := range []struct {
		field, peer, want string
		lines             []string
	}{
		{"", "203.0.113.9", "203.0.113.9", nil},
		{"", "203.0.113.9", "203.0.113.9", []string{"6.6.6.6"}},
		{"", "203.0.113.9", "203.0.113.9", []string{"6.6.6.6, 10.0.0.1"}},
		{"Forwarded", "203.0.113.9", "203.0.113.9", []string{"for=6.6.6.6"}},
		{"", "10.0.0.1", "10.0.0.1", nil},
		{"", "10.0.0.1", "203.0.113.9", []string{"203.0.113.9"}},
		{"", "::ffff:10.0.0.1", "203.0.113.9", []string{"203.0.113.9"}},
		{"", "fd00::1", "203.0.113.9", []string{"203.0.113.9"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"6.6.6.6, 203.0.113.9"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"6.6.6.6", "203.0.113.9"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"6.6.6.6", "203.0.113.9", "10.0.0.2"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"6.6.6.6, 203.0.113.9, 10.0.0.2", "10.0.0.3"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"10.0.0.7, 203.0.113.9"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"10.0.0.7,6.6.6.6,\t203.0.113.9 "}},
		{"", "10.0.0.1", "203.0.113.9:4711", []string{"6.6.6.6, 203.0.113.9:4711"}},
		{"", "10.0.0.1", "[2001:db8::9]", []string{"6.6.6.6, 2001:db8::9"}},
		{"", "10.0.0.1", "[2001:db8::9]", []string{"[2001:db8::9]"}},
		{"", "10.0.0.1", "[2001:db8::9]:80", []string{"[2001:db8::9]:80"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"::ffff:203.0.113.9"}},
		{"", "10.0.0.1", "203.0.113.9", []string{"6.6.6.6, 203.0.113.9, ::ffff:10.0.0.2"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, unknown"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, "}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6", ""}},
		{"", "10.0.0.1", "10.0.0.2", []string{"6.6.6.6, localhost, 10.0.0.2"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, 010.0.0.2"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, 10.0.0.2.3"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, fd00::2%eth0"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, 10.0.0.2:"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, 10.0.0.2:65536"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, [10.0.0.2]"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, [fd00::2"}},
		{"", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6, [fd00::2]80"}},
		{"", "10.0.0.1", "10.1.1.1", []string{"6.6.6.6, " + strings.TrimSuffix(many, ", ")}},
		{"", "10.0.0.1", "10.0.0.3", []string{"10.0.0.3, 10.0.0.2"}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{"for=6.6.6.6, for=203.0.113.9"}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{"for=6.6.6.6", "For=203.0.113.9;proto=https;by=10.0.0.1"}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{`for=6.6.6.6, proto=http ; for="203.0.113.9", for="[fd00::2]:80"`}},
		{"Forwarded", "10.0.0.1", "[2001:db8::9]:80", []string{`for="[2001:db8::9]:80"`}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{`for="203.0.113.9:_port"`}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{`for="2\03.0.113.9"`}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{`host="a, for=6.6.6.6";for=203.0.113.9`}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{"for=6.6.6.6, for=_hidden"}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{"for=6.6.6.6, proto=https"}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{`for=6.6.6.6;x="`}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{`for=6.6.6.6;x=", for="203.0.113.9"`}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{`for="6.6.6.6\`}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{"for=10.0.0.2;for=6.6.6.6"}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{`for=6.6.6.6;x="`, "for=203.0.113.9"}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{"6.6.6.6"}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{"for=6.6.6.6;, , for=203.0.113.9"}},
		{"Forwarded", "10.0.0.1", "203.0.113.9", []string{"for=6.6.6.6", ";for=203.0.113.9 ;"}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{"for=6.6.6.6, ;"}},
		{"Forwarded", "10.0.0.1", "10.0.0.1", []string{"for=6.6.6.6 for=203.0.113.9"}},
	} {
		o := middleware.ClientAddrOptions{Trusted: []string{"10.0.0.0/8", "fd00::/8"}, Field: v.field}
		if got := clientSeen(o, v.peer, v.lines...); got != v.want {
			t.Errorf("peer %s, %s %.60q: the client is %s, want %s", v.peer, v.field, v.lines, got, v.want)
		}
		if got, want := clientSeen(middleware.ClientAddrOptions{Field: v.field}, "203.0.113.9", v.lines...), "203.0.113.9"; got != want {
			t.Errorf("nothing is trusted, %.60q: the client is %s, want %s", v.lines, got, want)
		}
	}
}

func TestClientAddrBelievesSoManyProxies(t *testing.T) {
	for hops, want := range map[int]string{1: "10.0.0.3", 2: "10.0.0.2", 3: "203.0.113.9", 4: "203.0.113.9", 0: "203.0.113.9"} {
		o := middleware.ClientAddrOptions{Trusted: []string{"10.0.0.0/8"}, Hops: hops}
		if got := clientSeen(o, "10.0.0.4", "6.6.6.6, 203.0.113.9, 10.0.0.2, 10.0.0.3"); got != want {
			t.Errorf("%d hops: %s, want %s", hops, got, want)
		}
	}
}

// toldTo is the scheme, the host and the client that a handler sees of a request to http://own, whose fields are written as "name: value".
func toldTo(o middleware.ClientAddrOptions, conn *web.Conn, fields ...string) string {
	r := &web.Request{Method: "GET", Scheme: "http", Host: "own", Conn: conn}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Fields = append(r.Fields, web.Field{Name: name, Value: value})
	}
	seen := ""
	middleware.ClientAddr(o)(web.HandlerFunc(func(_ *web.Response, r *web.Request) {
		seen = r.Scheme + "://" + r.Host + " " + r.ClientAddr().Addr().String()
	})).ServeWeb(nil, r)
	return seen
}

// What the client makes up has 6.6.6.6, evil or https of the wrong place in it; the proxy that the client asked was asked for https://shop.
func TestClientAddrTellsSchemeAndHost(t *testing.T) {
	const client, two, none = "203.0.113.9", "6.6.6.6, 203.0.113.9, 10.0.0.2", "http://own "
	xff := func(list string) string { return "X-Forwarded-For: " + list }
	for _, v := range []struct {
		field  string
		want   string
		fields []string
	}{
		{"", "https://shop " + client, []string{xff(client), "X-Forwarded-Proto: https", "X-Forwarded-Host: shop"}},
		{"", "https://shop:8443 " + client, []string{xff(client), "x-forwarded-proto: HTTPS", "x-forwarded-host: shop:8443"}},
		{"", "https://shop " + client, []string{xff(two), "X-Forwarded-Proto: https", "X-Forwarded-Host: shop"}},                                // the inner proxy wrote over it, or left it
		{"", "https://shop " + client, []string{xff(two), "X-Forwarded-Proto: ftp, https, http", "X-Forwarded-Host: evil,shop , app.internal"}}, // each added its own
		{"", "https://shop " + client, []string{xff(two), "X-Forwarded-Proto: http", "X-Forwarded-Proto: https, http", "X-Forwarded-Host: evil", "X-Forwarded-Host: shop", "X-Forwarded-Host: app"}},
		{"", "http://shop " + client, []string{xff("6.6.6.6, " + client), "X-Forwarded-Proto: https, http", "X-Forwarded-Host: evil, shop"}},
		{"", "https://own " + client, []string{xff(client), "X-Forwarded-Proto: wss"}},
		{"", "http://[2001:db8::1]:80 " + client, []string{xff(client), "X-Forwarded-Proto: ws", "X-Forwarded-Host: [2001:db8::1]:80"}},
		{"", "https://shop 10.0.0.1", []string{"X-Forwarded-Proto: evil, https", "X-Forwarded-Host: evil, shop"}}, // no chain: the peer's own
		{"", "https://shop 10.0.0.1", []string{xff("6.6.6.6, unknown"), "X-Forwarded-Proto: evil, https", "X-Forwarded-Host: evil, shop"}},
		{"", none + client, []string{xff(client)}},
		{"", none + client, []string{xff(client), "X-Forwarded-Proto: ", "X-Forwarded-Host: "}},
		{"", none + client, []string{xff(client), "X-Forwarded-Proto: gopher", "X-Forwarded-Host: a b"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Proto: https,", "X-Forwarded-Host: shop,"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: user@shop"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: shop/path"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: shop:99999"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: shop:"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: shop:_http"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: a..b"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: .a"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: a%2eb"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: a:b:80"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: [::1"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: [10.0.0.1]"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: [fe80::1%eth0]"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: [::1]x"}},
		{"", none + client, []string{xff(client), "X-Forwarded-Host: " + strings.Repeat("a", 256)}},
		{"", none + client, []string{xff(client), "Forwarded: for=6.6.6.6;proto=https;host=evil"}},

		{"Forwarded", "https://shop " + client, []string{"Forwarded: for=203.0.113.9;proto=https;host=shop"}},
		{"Forwarded", "https://shop:8443 " + client, []string{`forwarded: for=6.6.6.6;proto=http;host=evil, FOR=203.0.113.9;PROTO=https;HOST="shop:8443", for=10.0.0.2;proto=http;host=app`}},
		{"Forwarded", "https://shop " + client, []string{"Forwarded: for=6.6.6.6;proto=http;host=evil", "Forwarded: for=203.0.113.9;proto=https;host=shop", "Forwarded: for=10.0.0.2"}},
		{"Forwarded", "https://shop 10.0.0.1", []string{"Forwarded: for=6.6.6.6;host=evil, for=_hidden;proto=https;host=shop"}},
		{"Forwarded", "https://shop 10.0.0.1", []string{"Forwarded: for=6.6.6.6;host=evil, proto=https;host=shop"}},
		{"Forwarded", "http://own 203.0.113.9", []string{"Forwarded: for=6.6.6.6;proto=https;host=evil, for=203.0.113.9"}},
		{"Forwarded", "http://own 203.0.113.9", []string{"Forwarded: for=203.0.113.9", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil"}},
		{"Forwarded", "http://own 10.0.0.1", []string{"Forwarded: for=203.0.113.9;proto=https;proto=http;host=shop"}},
		{"Forwarded", "http://own 10.0.0.1", []string{"Forwarded: for=203.0.113.9;host=shop;host=evil"}},
		{"Forwarded", "http://own 10.0.0.1", []string{"X-Forwarded-Proto: https"}},
	} {
		o := middleware.ClientAddrOptions{Trusted: []string{"10.0.0.0/8"}, Field: v.field, Scheme: true, Host: true}
		peer := &web.Conn{Remote: netip.MustParseAddrPort("10.0.0.1:999")}
		if got := toldTo(o, peer, v.fields...); got != v.want {
			t.Errorf("%.120q: %s, want %s", v.fields, got, v.want)
		}
		o.Scheme, o.Host = false, false
		if got := toldTo(o, peer, v.fields...); !strings.HasPrefix(got, none) {
			t.Errorf("%.120q: %s, though neither is to be read", v.fields, got)
		}
		o.Scheme, o.Host = true, true
		stranger := &web.Conn{Remote: netip.MustParseAddrPort("198.51.100.1:999")}
		if got := toldTo(o, stranger, v.fields...); got != none+"198.51.100.1" {
			t.Errorf("%.120q of a stranger: %s", v.fields, got)
		}
	}
}

// A peer without an address is a proxy where it comes over a unix socket, and nobody where it does not.
func TestClientAddrOverUnix(t *testing.T) {
	unix, tcp := &net.UnixAddr{Name: "/run/app", Net: "unix"}, &net.TCPAddr{}
	for _, v := range []struct {
		trusted string
		conn    *web.Conn
		want    string
	}{
		{"unix", &web.Conn{Listener: unix}, "https://own 203.0.113.9"},
		{"10.0.0.0/8", &web.Conn{Listener: unix}, "http://own invalid IP"},
		{"unix", &web.Conn{Listener: tcp}, "http://own invalid IP"},
		{"unix", &web.Conn{}, "http://own invalid IP"},
		{"unix", nil, "http://own invalid IP"},
		{"unix", &web.Conn{Listener: tcp, Remote: netip.MustParseAddrPort("10.0.0.1:1")}, "http://own 10.0.0.1"},
		{"0.0.0.0/0", &web.Conn{Listener: tcp}, "http://own invalid IP"},
		// Behind a unix socket that takes the PROXY protocol there are addresses, which are held against the ranges.
		{"unix", &web.Conn{Listener: unix, Remote: netip.MustParseAddrPort("10.0.0.1:1")}, "http://own 10.0.0.1"},
	} {
		o := middleware.ClientAddrOptions{Trusted: []string{v.trusted}, Scheme: true}
		if got := toldTo(o, v.conn, "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"); got != v.want {
			t.Errorf("%s trusted, %+v: %s, want %s", v.trusted, v.conn, got, v.want)
		}
	}
}

// The same over real sockets, on the engine and on net/http.
func TestClientAddrOverUnixServed(t *testing.T) {
	app := fasterapi.New()
	app.Use(middleware.ClientAddr(middleware.ClientAddrOptions{Trusted: []string{"unix"}, Scheme: true, Host: true}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, r.Scheme+"://"+r.Host+" "+r.ClientAddr().String())
	}))
	for name, serve := range map[string]func(net.Listener) io.Closer{
		"engine": func(ln net.Listener) io.Closer {
			s := &server.Server{Handler: app, Logger: slog.New(slog.DiscardHandler)}
			go func() { _ = s.Serve(ln) }()
			return s
		},
		"nethttp": func(ln net.Listener) io.Closer {
			s := &http.Server{Handler: app}
			go func() { _ = s.Serve(ln) }()
			return s
		},
	} {
		path := filepath.Join(t.TempDir(), "s")
		ln, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		served := serve(ln)
		transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}}
		req, _ := http.NewRequest("GET", "http://own/", nil)
		req.Header = http.Header{"X-Forwarded-For": {"203.0.113.9:4660"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"shop"}}
		res, err := (&http.Client{Transport: transport, Timeout: patience}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if got := string(body); got != "https://shop 203.0.113.9:4660" {
			t.Errorf("%s: %s", name, got)
		}
		transport.CloseIdleConnections()
		_ = served.Close()
	}
}

func TestClientAddrRefusesWrongSettings(t *testing.T) {
	wantPanic(t, `"X-Real-IP"`, func() { middleware.ClientAddr(middleware.ClientAddrOptions{Field: "X-Real-IP"}) })
	wantPanic(t, "-1 Hops", func() { middleware.ClientAddr(middleware.ClientAddrOptions{Hops: -1}) })
	wantPanic(t, "none is Trusted", func() { middleware.ClientAddr(middleware.ClientAddrOptions{Scheme: true}) })
	wantPanic(t, "none is Trusted", func() { middleware.ClientAddr(middleware.ClientAddrOptions{Host: true}) })
	for _, wrong := range []string{"", "10.0.0.0/33", "proxy.example", "fe80::1%eth0", "*"} {
		wantPanic(t, "no range", func() { middleware.ClientAddr(middleware.ClientAddrOptions{Trusted: []string{wrong}}) })
	}
}
