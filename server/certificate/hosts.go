package certificate

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// hosts are the names of a certificate, as its subjectAltName holds them (RFC 5280, 4.2.1.6).
type hosts struct {
	dns []string // lower case, no trailing dot
	ips []net.IP
}

// parseHosts reads DNS names, with * as their first label or not, and IP addresses; each once, in the order given.
func parseHosts(list []string) (out hosts, err error) {
	seen := map[string]bool{}
	for _, host := range list {
		name := normalName(host)
		if addr, err := netip.ParseAddr(name); err == nil {
			addr = addr.Unmap()
			if addr.Zone() != "" {
				return hosts{}, fmt.Errorf("certificate: host %q: a certificate cannot name a zone", host)
			}
			if !seen[addr.String()] {
				seen[addr.String()] = true
				out.ips = append(out.ips, addr.AsSlice())
			}
			continue
		}
		if err := checkName(name); err != nil {
			return hosts{}, fmt.Errorf("certificate: host %q: %w", host, err)
		}
		if !seen[name] {
			seen[name] = true
			out.dns = append(out.dns, name)
		}
	}
	return out, nil
}

// normalName makes equal what DNS takes for equal: case and the dot of the root do not count (RFC 4343, 3; RFC 1034, 3.1).
func normalName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func checkName(name string) error {
	switch {
	case name == "":
		return errHostEmpty
	case len(name) > 253:
		return errHostTooLong
	case strings.ContainsAny(name, ":[]"):
		return errHostPort
	}
	name = strings.TrimPrefix(name, "*.")
	if strings.Contains(name, "*") {
		return errHostWildcard
	}
	for label := range strings.SplitSeq(name, ".") {
		if !isLabel(label) {
			return errHostLabel
		}
	}
	return nil
}

// isLabel allows underscores: they are in no host name of RFC 1123, but in many of container networks, and crypto/x509
// verifies them.
func isLabel(s string) bool {
	if len(s) == 0 || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
