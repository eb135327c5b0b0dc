package server

import (
	"net/netip"
	"testing"
)

func TestSourceOf(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:80":                "192.0.2.1",
		"[::ffff:192.0.2.1]:80":       "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:80":   "2001:db8:1:2::",
		"[2001:db8:1:2:ffff::1]:4711": "2001:db8:1:2::",
		"[fe80::1%eth0]:80":           "fe80::",
	} {
		if got := sourceOf(netip.MustParseAddrPort(remote)).String(); got != want {
			t.Errorf("%s counts as %s, want %s", remote, got, want)
		}
	}
	if sourceOf(netip.AddrPort{}).IsValid() {
		t.Error("a unix socket has an address")
	}
}

// The memory that a crowd takes is that of the sources with a connection open.
func TestCrowdForgets(t *testing.T) {
	var c crowd
	from := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), uint16(i))
	}
	for i := range 1000 {
		for range 2 {
			if !c.enter(from(i), 2) {
				t.Fatalf("source %d is refused", i)
			}
		}
		if c.enter(from(i), 2) {
			t.Fatalf("source %d has three", i)
		}
	}
	if len(c.counts) != 1000 {
		t.Errorf("%d entries for 1000 sources", len(c.counts))
	}
	for range 3 { // what never came in
		if c.enter(netip.AddrPort{}, 1); !c.enter(netip.AddrPort{}, 1) {
			t.Error("a unix socket is refused")
		}
	}
	for i := range 1000 {
		c.leave(from(i))
		c.leave(from(i))
		c.leave(netip.AddrPort{})
	}
	if len(c.counts) != 0 {
		t.Errorf("%d entries are left", len(c.counts))
	}
}
