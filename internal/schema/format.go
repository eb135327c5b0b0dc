package schema

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// formats are the words of "format" that are enforced; others are refused at registration.
var formats = map[string]func(string) bool{
	"email":     isEmail,
	"uuid":      isUUID,
	"date-time": func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil },
	"date":      func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"ipv4":      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() },
	"ipv6":      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is6() && a.Zone() == "" },
	"uri":       func(s string) bool { u, err := url.Parse(s); return err == nil && u.IsAbs() },
}

// isEmail accepts the Mailbox of RFC 5321, section 4.1.2, with a dot-string before the '@' and a domain of labels behind it:
// what is in use, without quoted strings and address literals. Limits are those of section 4.5.3.1.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(local) > 64 || len(domain) > 255 {
		return false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if !consists(atom, func(c byte) bool { return isAlnum(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0 }) {
			return false
		}
	}
	for label := range strings.SplitSeq(domain, ".") {
		if !consists(label, func(c byte) bool { return isAlnum(c) || c == '-' }) || len(label) > 63 ||
			label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

func consists(s string, of func(byte) bool) bool {
	for i := 0; i < len(s); i++ {
		if !of(s[i]) {
			return false
		}
	}
	return s != ""
}

func isAlnum(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' }

// isUUID accepts the 8-4-4-4-12 form of RFC 9562, section 4.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !isDigit(c) && !('a' <= c|0x20 && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}
