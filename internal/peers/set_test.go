package peers

import (
	"net/netip"
	"strings"
	"testing"
)

func TestSet(t *testing.T) {
	s, err := Parse([]string{"10.1.2.3/8", "192.0.2.1", "fd00::/8", "::ffff:198.51.100.7", "unix"})
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{
		"10.255.0.1": true, "11.0.0.1": false, "192.0.2.1": true, "192.0.2.2": false, "::ffff:10.0.0.1": true,
		"fd12::1": true, "fe80::1": false, "fd12::1%eth0": true, "198.51.100.7": true,
	} {
		if got := s.Has(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
	if s.Has(netip.Addr{}) {
		t.Error("no address is of the set")
	}
	if !s.HasUnix() || !s.HasAddrs() || new(Set).HasUnix() || new(Set).HasAddrs() {
		t.Error("the kinds are not told apart")
	}
}

func TestParseRefuses(t *testing.T) {
	for _, wrong := range []string{"", "10.0.0.0/33", "proxy.example", "fe80::1%eth0", "*", "::ffff:10.0.0.0/104", "Unix"} {
		if s, err := Parse([]string{"10.0.0.1", wrong}); err == nil || s != nil || !strings.Contains(err.Error(), "is no range") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
