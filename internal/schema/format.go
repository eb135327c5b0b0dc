package schema

import (
	"net/netip"
	"regexp/syntax"
	"strings"
)

// formats are the words of "format" that are enforced; others are refused at registration. "ip" is ipv4 or ipv6, the rest are
// those of JSON Schema (validation, section 7.3), asserted.
var formats = map[string]func(string) bool{
	"date":                  isDate,
	"date-time":             isDateTime,
	"duration":              isDuration,
	"email":                 isEmail,
	"hostname":              isHostname,
	"ip":                    func(s string) bool { return isIPv4(s) || isIPv6(s) },
	"ipv4":                  isIPv4,
	"ipv6":                  isIPv6,
	"json-pointer":          isJSONPointer,
	"regex":                 isRegex,
	"relative-json-pointer": isRelativePointer,
	"time":                  isTime,
	"uri":                   isURI,
	"uri-reference":         isURIReference,
	"uuid":                  isUUID,
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
	return areLabels(domain)
}

// isHostname: RFC 1123, section 2.1, with "Host software MUST handle host names of up to 63 characters and SHOULD handle host names
// of up to 255 characters"; what the DNS can hold is 253 (RFC 1035, section 2.3.4, less the lengths around).
func isHostname(s string) bool { return len(s) <= 253 && areLabels(s) }

func areLabels(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
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

func isAlnum(c byte) bool { return isDigit(c) || isAlpha(c) }

func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isIPv4: the dotted quad of RFC 2673, section 3.2, without leading zeros, which some read as octal.
func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

// isIPv6: RFC 4291, section 2.2; a zone (RFC 6874) is no part of an address.
func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

// isUUID accepts the 8-4-4-4-12 form of RFC 9562, section 4.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !isHex(s[i]) {
			return false
		}
	}
	return true
}

// isJSONPointer: RFC 6901, section 3. A "~" stands before 0 or 1 only.
func isJSONPointer(s string) bool {
	if s == "" {
		return true
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return s[0] == '/'
}

// isRelativePointer: a number without leading zeros, then "#" or a JSON Pointer (draft-bhutton-relative-json-pointer-00, section 3).
func isRelativePointer(s string) bool {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	rest := s[n:]
	// An index manipulation is a sign and a number.
	if len(rest) > 1 && (rest[0] == '+' || rest[0] == '-') && rest[1] != '0' {
		digits := 1
		for digits < len(rest) && isDigit(rest[digits]) {
			digits++
		}
		if digits == 1 {
			return false
		}
		rest = rest[digits:]
	}
	return rest == "#" || isJSONPointer(rest)
}

// isRegex: what this program's own patterns are written in (RE2), which is what ECMA-262 has without look-around and back references.
// Nothing here could run those in linear time, so a sender who is told "regex" is told of these.
func isRegex(s string) bool {
	_, err := syntax.Parse(s, syntax.Perl)
	return err == nil
}
