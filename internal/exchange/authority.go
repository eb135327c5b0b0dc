package exchange

import (
	"net/netip"
	"strings"
)

// IsAuthority reports whether s is "uri-host [ ":" port ]" (RFC 9110, section
// 7.2) with a host that every party reads alike: a name of letters, digits and
// "-._~", an IPv4 address, or an IPv6 address in brackets. The sub-delims and
// percent-encoding that RFC 3986 would also allow in a name are refused, since
// no name of the DNS has them and caches and proxies split at them.
func IsAuthority(s string) bool {
	if s != "" && s[0] == '[' {
		end := strings.IndexByte(s, ']')
		if end < 0 || !isAddress6(s[1:end]) {
			return false
		}
		return s[end+1:] == "" || s[end+1] == ':' && isPort(s[end+2:])
	}
	host := s
	if i := strings.IndexByte(s, ':'); i >= 0 {
		if !isPort(s[i+1:]) {
			return false
		}
		host = s[:i]
	}
	return isHostName(host)
}

// isHostName: no empty label but the root's, and at most 255 octets.
func isHostName(s string) bool {
	if s == "" || s[0] == '.' || len(s) > 255 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !hostOctet[s[i]] || s[i] == '.' && s[i-1] == '.' {
			return false
		}
	}
	return true
}

// isPort: "port = *DIGIT" (RFC 3986, section 3.2.3), within 16 bits.
func isPort(s string) bool {
	if len(s) > 5 {
		return false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}

// isAddress6 refuses zones: they mean something on one machine only.
func isAddress6(s string) bool {
	if strings.IndexByte(s, '%') >= 0 {
		return false
	}
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is6()
}

var hostOctet = func() (t [256]bool) {
	for c := '0'; c <= '9'; c++ {
		t[c] = true
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = true, true
	}
	for _, c := range "-._~" {
		t[c] = true
	}
	return t
}()
