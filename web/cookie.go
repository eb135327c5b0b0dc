package web

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// SameSite says on which cross-site requests a browser sends a cookie.
type SameSite uint8

// The values of the SameSite attribute; the zero value sends no attribute.
const (
	SameSiteUnset SameSite = iota
	SameSiteLax
	SameSiteStrict
	SameSiteNone
)

// Cookie is a cookie to set (RFC 6265, section 4.1).
type Cookie struct {
	// Name is a token, Value is made of cookie octets.
	Name, Value string
	// Path and Domain are left out when empty. A Domain is a host name in ASCII.
	Path, Domain string
	// Expires is left out when zero.
	Expires time.Time
	// MaxAge is the life in seconds; 0 leaves it out, negative deletes the cookie.
	MaxAge      int
	Secure      bool
	HTTPOnly    bool
	SameSite    SameSite
	Partitioned bool
}

// Cookies yields the names and values of the request's cookies in order. A pair
// without '=' or with a name that is no token is left out.
func (r *Request) Cookies() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for line := range r.Fields.Values("Cookie") {
			for line != "" {
				var pair string
				pair, line, _ = strings.Cut(line, ";")
				name, value, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
				if !ok || !IsToken(name) {
					continue
				}
				if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
					value = value[1 : len(value)-1]
				}
				if !yield(name, value) {
					return
				}
			}
		}
	}
}

// Cookie returns the value of the first cookie called name, and whether there is
// one.
func (r *Request) Cookie(name string) (value string, ok bool) {
	for n, v := range r.Cookies() {
		if n == name {
			return v, true
		}
	}
	return "", false
}

// line is the field value, or an error that says which attribute is wrong.
func (c *Cookie) line() (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	b := make([]byte, 0, 96)
	b = append(append(append(b, c.Name...), '='), c.Value...)
	if c.Path != "" {
		b = append(append(b, "; Path="...), c.Path...)
	}
	if c.Domain != "" {
		b = append(append(b, "; Domain="...), strings.TrimPrefix(c.Domain, ".")...)
	}
	if !c.Expires.IsZero() {
		b = c.Expires.UTC().AppendFormat(append(b, "; Expires="...), "Mon, 02 Jan 2006 15:04:05 GMT")
	}
	if c.MaxAge != 0 {
		b = strconv.AppendInt(append(b, "; Max-Age="...), int64(max(c.MaxAge, 0)), 10)
	}
	if c.HTTPOnly {
		b = append(b, "; HttpOnly"...)
	}
	if c.Secure {
		b = append(b, "; Secure"...)
	}
	if c.SameSite != SameSiteUnset {
		b = append(append(b, "; SameSite="...), [...]string{"", "Lax", "Strict", "None"}[c.SameSite]...)
	}
	if c.Partitioned {
		b = append(b, "; Partitioned"...)
	}
	return string(b), nil
}

func (c *Cookie) check() error {
	fault := func(what string) error { return fmt.Errorf("web: cookie %q: %s", c.Name, what) }
	switch {
	case !IsToken(c.Name):
		return fault("name is not a token")
	case !isCookieValue(c.Value):
		return fault("value has an octet that a cookie cannot carry; encode it")
	case !isAttribute(c.Path) || c.Path != "" && c.Path[0] != '/':
		return fault("Path is not a path")
	case !isDomain(c.Domain):
		return fault("Domain is not a host name")
	case !c.Expires.IsZero() && (c.Expires.UTC().Year() < 1601 || c.Expires.UTC().Year() > 9999):
		return fault("Expires is out of range")
	case c.SameSite > SameSiteNone:
		return fault("SameSite is unknown")
	case c.SameSite == SameSiteNone && !c.Secure:
		return fault("SameSite=None needs Secure")
	case c.Partitioned && !c.Secure:
		return fault("Partitioned needs Secure")
	case hasPrefixFold(c.Name, "__Secure-") && !c.Secure:
		return fault("the prefix __Secure- needs Secure")
	case hasPrefixFold(c.Name, "__Host-") && (!c.Secure || c.Domain != "" || c.Path != "/"):
		return fault("the prefix __Host- needs Secure, Path=/ and no Domain")
	}
	return nil
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && EqualName(s[:len(prefix)], prefix)
}

// isCookieValue: "cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E"
// (RFC 6265, section 4.1.1), optionally between double quotes.
func isCookieValue(s string) bool {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\' {
			return false
		}
	}
	return true
}

func isAttribute(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == ';' {
			return false
		}
	}
	return true
}

// isDomain: empty, or the labels of a host name (RFC 1034, section 3.5, as RFC
// 1123, section 2.1 relaxed it), after the leading dot that RFC 6265, section
// 5.2.3 ignores.
func isDomain(s string) bool {
	if s == "" {
		return true
	}
	if s = strings.TrimPrefix(s, "."); len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			if c := label[i]; !(c == '-' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
				return false
			}
		}
	}
	return true
}
