package certificate

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// reserved top-level names lead nowhere outside: localhost to this machine, test to nobody (RFC 6761, 6.2 and 6.3).
var reserved = []string{"localhost", "test"}

var loopback = []*net.IPNet{
	{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
	{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
}

// scope is what an authority may name, as its own certificate says: the machine may have been renamed since.
type scope struct {
	permitted []string
	own       hosts // what it issues unasked
}

func newScope(cert *x509.Certificate, host string) scope {
	s := scope{permitted: cert.PermittedDNSDomains}
	names := localHosts
	for _, name := range machineNames(host) {
		if s.allowsName(name) {
			names = append(slices.Clone(names), name)
		}
	}
	own, err := parseHosts(names)
	if err != nil {
		panic("certificate: the machine's names were checked: " + err.Error())
	}
	s.own = own
	return s
}

func (s scope) check(h hosts) error {
	for _, name := range h.dns {
		if !s.allowsName(name) {
			return fmt.Errorf("certificate: host %q: %w: %s", name, errOutsideScope, strings.Join(s.permitted, ", "))
		}
	}
	for _, ip := range h.ips {
		if addr, ok := netip.AddrFromSlice(ip); !ok || !addr.IsLoopback() {
			return fmt.Errorf("certificate: address %s: %w: 127.0.0.0/8, ::1", ip, errOutsideScope)
		}
	}
	return nil
}

// allowsName: "any DNS name that can be constructed by simply adding zero or more labels to the left-hand side of the name
// satisfies the name constraint" (RFC 5280, 4.2.1.10).
func (s scope) allowsName(name string) bool {
	name = strings.TrimPrefix(name, "*.")
	return slices.ContainsFunc(s.permitted, func(p string) bool { return name == p || strings.HasSuffix(name, "."+p) })
}

// isOwn reports whether the leaf that is issued unasked names name exactly.
func (s scope) isOwn(name string) bool { return slices.Contains(s.own.dns, name) }

// machineNames are what the machine called host is reached by: its name if that has a domain, and its name for multicast
// DNS (RFC 6762, 3). A name of one label is left out when it could be a top-level domain: the constraint "dev", for a
// machine of that name, would permit every site below .dev. All of those are letters alone or begin with xn-- (RFC 6912).
func machineNames(host string) []string {
	host = normalName(host)
	if checkName(host) != nil || strings.Contains(host, "*") {
		return nil
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	label, _, dotted := strings.Cut(host, ".")
	names := []string{label + ".local"}
	if host == names[0] || slices.Contains(reserved, host) {
		return names
	}
	if dotted || !couldBeTopLevel(host) {
		names = append(names, host)
	}
	return names
}

func couldBeTopLevel(label string) bool {
	return strings.HasPrefix(label, "xn--") || !strings.ContainsAny(label, "0123456789-_")
}

// hostName is empty when the system does not tell.
func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
