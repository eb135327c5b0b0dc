package middleware_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/middleware"
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

// In each vector 203.0.113.9 is the client, 6.6.6.6 what it makes up, 10.0.0.0/8 and fd00::/8 are the proxies.
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

func TestClientAddrRefusesWrongSettings(t *testing.T) {
	wantPanic(t, `"X-Real-IP"`, func() { middleware.ClientAddr(middleware.ClientAddrOptions{Field: "X-Real-IP"}) })
	wantPanic(t, "-1 Hops", func() { middleware.ClientAddr(middleware.ClientAddrOptions{Hops: -1}) })
	for _, wrong := range []string{"", "10.0.0.0/33", "proxy.example", "fe80::1%eth0", "*"} {
		wantPanic(t, "no range", func() { middleware.ClientAddr(middleware.ClientAddrOptions{Trusted: []string{wrong}}) })
	}
}
