package certificate

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParseHosts(t *testing.T) {
	h, err := parseHosts([]string{"Example.COM.", "example.com", "*.example.com", "my_db", "127.0.0.1", "::1", "::ffff:127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"example.com", "*.example.com", "my_db"}; !slices.Equal(h.dns, want) {
		t.Errorf("names %q, want %q", h.dns, want)
	}
	if len(h.ips) != 2 || h.ips[0].String() != "127.0.0.1" || h.ips[1].String() != "::1" {
		t.Errorf("addresses %v", h.ips)
	}
}

func TestParseHostsRefuses(t *testing.T) {
	for host, want := range map[string]error{
		"": errHostEmpty, ".": errHostEmpty, strings.Repeat("a.", 127): nil, strings.Repeat("a.", 126) + "a": nil,
		strings.Repeat("a.", 127) + "a": errHostTooLong, "a..b": errHostLabel, "-a": errHostLabel, "a-.b": errHostLabel,
		strings.Repeat("a", 64): errHostLabel, "bücher.example": errHostLabel, "a b": errHostLabel,
		"*": errHostWildcard, "a.*.b": errHostWildcard, "*a.b": errHostWildcard, "*.*.b": errHostWildcard,
		"localhost:8080": errHostPort, "[::1]": errHostPort, "*.": errHostWildcard,
	} {
		if _, err := parseHosts([]string{host}); !errors.Is(err, want) {
			t.Errorf("%q: error %v, want %v", host, err, want)
		}
	}
	if _, err := parseHosts([]string{"fe80::1%eth0"}); err == nil || !strings.Contains(err.Error(), "zone") {
		t.Errorf("zone: %v", err)
	}
}
