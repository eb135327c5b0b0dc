package schema

import (
	"net/netip"
	"strings"
)

// isURI: URI of RFC 3986, section 3: a scheme stands first.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	return ok && isScheme(scheme) && isHierarchy(rest)
}

// isURIReference: URI-reference of RFC 3986, section 4.1. "A path segment that contains a colon character (e.g., "this:that") cannot be
// used as the first segment of a relative-path reference, as it would be mistaken for a scheme name" (section 4.2).
func isURIReference(s string) bool {
	if isURI(s) {
		return true
	}
	first := s
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		first = s[:i]
	}
	return !strings.Contains(first, ":") && isHierarchy(s)
}

// isScheme: ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) (section 3.1).
func isScheme(s string) bool {
	return s != "" && isAlpha(s[0]) && consists(s, func(c byte) bool { return isAlnum(c) || strings.IndexByte("+-.", c) >= 0 })
}

// isHierarchy: [ "//" authority ] path [ "?" query ] [ "#" fragment ].
func isHierarchy(s string) bool {
	s, fragment, _ := strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	if !areURIChars(fragment, ":@/?") || !areURIChars(query, ":@/?") {
		return false
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		authority := rest
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			authority, rest = rest[:i], rest[i:]
		} else {
			rest = ""
		}
		return isAuthority(authority) && areURIChars(rest, ":@/")
	}
	return areURIChars(s, ":@/")
}

// isAuthority: [ userinfo "@" ] host [ ":" port ] (section 3.2).
func isAuthority(s string) bool {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		if !areURIChars(s[:i], ":") {
			return false
		}
		s = s[i+1:]
	}
	if rest, ok := strings.CutPrefix(s, "["); ok {
		literal, port, closed := strings.Cut(rest, "]")
		return closed && isIPLiteral(literal) && (port == "" || port[0] == ':' && areDigits(port[1:]))
	}
	host, port, _ := strings.Cut(s, ":")
	return areURIChars(host, "") && areDigits(port)
}

// isIPLiteral: an IPv6 address, or what a later version has behind "v" (section 3.2.2).
func isIPLiteral(s string) bool {
	if s != "" && s[0]|0x20 == 'v' {
		version, address, ok := strings.Cut(s[1:], ".")
		return ok && consists(version, isHex) && address != "" && !strings.Contains(address, "%") && areURIChars(address, ":")
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

func areDigits(s string) bool { return s == "" || consists(s, isDigit) }

// areURIChars: unreserved, pct-encoded and sub-delims (section 2), and those in also.
func areURIChars(s, also string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlnum(c), strings.IndexByte("-._~!$&'()*+,;=", c) >= 0, strings.IndexByte(also, c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return false
		}
	}
	return true
}
