package peers

import (
	"fmt"
	"net/netip"
)

// Set is a set of peers. The zero Set has none.
type Set struct {
	ranges []netip.Prefix
	unix   bool
}

// Parse takes ranges ("10.0.0.0/8", "fd00::/8"), single addresses, and "unix" for whoever comes over a unix socket, whose
// file says who may.
func Parse(list []string) (*Set, error) {
	s := new(Set)
	for _, each := range list {
		if each == "unix" {
			s.unix = true
			continue
		}
		p, err := parseRange(each)
		if err != nil {
			return nil, err
		}
		s.ranges = append(s.ranges, p)
	}
	return s, nil
}

func parseRange(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil && !p.Addr().Is4In6() {
		return p.Masked(), nil
	}
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.Prefix{}, fmt.Errorf("%q is no range of addresses; write it like \"10.0.0.0/8\" or \"192.0.2.1\", or \"unix\" for a unix socket", text)
}

// Has reports whether a peer at this address is of the set. An invalid address is not.
func (s *Set) Has(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range s.ranges {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// HasUnix reports whether peers over unix sockets are of the set.
func (s *Set) HasUnix() bool { return s.unix }

// HasAddrs reports whether any address is of the set.
func (s *Set) HasAddrs() bool { return len(s.ranges) > 0 }
