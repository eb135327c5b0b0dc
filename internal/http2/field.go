package http2

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// checkField judges one field (RFC 9113, section 8.2).
func checkField(f *web.Field) *streamFault {
	if f.Name == "" {
		return faultFieldName
	}
	for i := 0; i < len(f.Name); i++ {
		if !nameOctet[f.Name[i]] {
			if f.Name[0] == ':' {
				return faultPseudoOrder
			}
			return faultFieldName
		}
	}
	if fault := checkValue(f.Value); fault != nil {
		return fault
	}
	if isConnectionField(f.Name) {
		return faultConnectionField
	}
	return nil
}

// checkValue: "A field value MUST NOT start or end with an ASCII whitespace
// character" (RFC 9113, section 8.2.1), and no control stands in one (RFC 9110,
// section 5.5).
func checkValue(s string) *streamFault {
	if s == "" {
		return nil
	}
	if isBlank(s[0]) || isBlank(s[len(s)-1]) {
		return faultFieldBlank
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 && c != '\t' || c == 0x7f {
			return faultFieldValue
		}
	}
	return nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isConnectionField: "An endpoint MUST NOT generate an HTTP/2 message containing
// connection-specific header fields" (RFC 9113, section 8.2.2).
func isConnectionField(name string) bool {
	switch len(name) {
	case len("upgrade"):
		return web.EqualName(name, "upgrade")
	case len("connection"):
		return web.EqualName(name, "connection") || web.EqualName(name, "keep-alive")
	case len("proxy-connection"):
		return web.EqualName(name, "proxy-connection")
	case len("transfer-encoding"):
		return web.EqualName(name, "transfer-encoding")
	}
	return false
}

// checkTrailers judges a trailer section (RFC 9113, section 8.1).
func checkTrailers(fields web.Fields) *streamFault {
	for i := range fields {
		if strings.HasPrefix(fields[i].Name, ":") {
			return faultTrailersPseudo
		}
		if fault := checkField(&fields[i]); fault != nil {
			return fault
		}
	}
	return nil
}

// nameOctet are the octets of a token, but for capitals.
var nameOctet = func() (t [256]bool) {
	for c := range t {
		t[c] = web.IsTokenOctet(byte(c)) && !('A' <= c && c <= 'Z')
	}
	return t
}()
