package middleware

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

var proxySeeds = []string{
	"", "for=6.6.6.6", `for="[2001:db8::9]:80";proto=https;host="a:1"`, `for=6.6.6.6;x="`, `for="6.6.6.6\`, "for=a, for=b", ", ,", `a="\"",b=c`,
	"6.6.6.6", "10.0.0.1, 203.0.113.9", "[::1]:80", "unknown", "::ffff:10.0.0.1", `x=", for="`, "for=10.0.0.1;for=6.6.6.6", "host=a;proto=http",
}

// Whatever a client writes, what the proxy adds behind it stands for itself: the line is none, or its last element is the proxy's.
func FuzzForwarded(f *testing.F) {
	for _, seed := range proxySeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		const added = `, for="[2001:db8::9]:80";proto=https;host=shop`
		want := forwardedElement{"[2001:db8::9]:80", "https", "shop"}
		own, ok := parseForwarded(line)
		both, okBoth := parseForwarded(line + added)
		switch {
		case ok && (!okBoth || len(both) != len(own)+1):
			t.Fatalf("%q has %d elements, and with one more %d, %v", line, len(own), len(both), okBoth)
		case okBoth && both[len(both)-1] != want:
			t.Fatalf("%q: the proxy says %+v", line, both[len(both)-1])
		case ok && strings.Join(written(own), "") != strings.Join(written(both[:len(own)]), ""):
			t.Fatalf("%q is %q alone and %q before another", line, own, both)
		}
		if !ok {
			return
		}
		again, ok := parseForwarded(strings.Join(written(own), ", "))
		if !ok || strings.Join(written(again), ", ") != strings.Join(written(own), ", ") {
			t.Fatalf("%q is written as %q, and read as %q, %v", line, written(own), again, ok)
		}
	})
}

// written are elements as RFC 7239 has them, every value in quotes.
func written(elements []forwardedElement) (list []string) {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	for _, e := range elements {
		list = append(list, `for="`+quote.Replace(e.node)+`";proto="`+quote.Replace(e.proto)+`";host="`+quote.Replace(e.host)+`"`)
	}
	return list
}

// Whatever fields a client sends, the client is the one that the proxy names, and scheme and host are those that the proxy was asked for.
func FuzzClientAddr(f *testing.F) {
	for _, seed := range proxySeeds {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, line, other string) {
		if strings.ContainsAny(line+other, "\r\n\x00") {
			t.Skip("no field line")
		}
		for field, added := range map[string]string{"X-Forwarded-For": "203.0.113.9:4660", "Forwarded": "for=\"203.0.113.9:4660\";proto=https;host=shop"} {
			c := newChainOfProxies(ClientAddrOptions{Trusted: []string{"10.0.0.0/8"}, Field: field, Scheme: true, Host: true})
			r := &web.Request{Scheme: "http", Host: "own", Conn: &web.Conn{Remote: netip.MustParseAddrPort("10.0.0.1:1")}}
			for name, value := range map[string]string{"X-Forwarded-For": line, "Forwarded": line, "X-Forwarded-Proto": other, "X-Forwarded-Host": other} {
				r.Fields = append(r.Fields, web.Field{Name: name, Value: value})
			}
			r.Fields = append(r.Fields, web.Field{Name: field, Value: added},
				web.Field{Name: "X-Forwarded-Proto", Value: "https"}, web.Field{Name: "X-Forwarded-Host", Value: "shop"})
			c.tell(r)
			if got := r.ClientAddr().String(); got != "203.0.113.9:4660" || r.Scheme != "https" || r.Host != "shop" {
				t.Fatalf("%s of %q, %q: %s://%s asked by %s", field, line, other, r.Scheme, r.Host, got)
			}
			// Alone it says what it may, and nothing that is none.
			alone := &web.Request{Scheme: "http", Host: "own", Conn: r.Conn, Fields: r.Fields[:4]}
			c.tell(alone)
			if alone.Scheme != "http" && alone.Scheme != "https" || !isAuthority(alone.Host) || !alone.ClientAddr().IsValid() {
				t.Fatalf("%s of %q, %q: %q, %q, %v", field, line, other, alone.Scheme, alone.Host, alone.ClientAddr())
			}
		}
	})
}

// What a client writes in front of the proxies is not even taken apart.
func TestEntriesAreBounded(t *testing.T) {
	c := newChainOfProxies(ClientAddrOptions{})
	elements, ok := c.elements(strings.Repeat("6.6.6.6,", 10_000) + "203.0.113.9, 10.0.0.2")
	if !ok || len(elements) != defaultHops || elements[defaultHops-2].node != "203.0.113.9" || elements[0].node != "6.6.6.6" {
		t.Errorf("%d elements: %v", len(elements), elements[max(0, len(elements)-3):])
	}
}
