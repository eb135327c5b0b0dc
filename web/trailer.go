package web

import (
	"slices"
	"strings"
)

// IsForbiddenTrailer reports whether a field must not be sent or believed as a
// trailer: "a sender MUST NOT generate a trailer section unless the sender knows
// the corresponding header field name's definition permits" (RFC 9110, section
// 6.5.1). Framing, routing, authentication, request modifiers, response control
// and content format are those it names.
func IsForbiddenTrailer(name string) bool {
	lowered := strings.ToLower(name)
	return forbiddenTrailers[lowered] || strings.HasPrefix(lowered, "if-") ||
		strings.HasPrefix(lowered, "x-forwarded-")
}

// allowedTrailers are those of the fields that are names and not forbidden. It
// copies only where one is left out, since the fields may be shared.
func allowedTrailers(fields Fields) Fields {
	bad := func(f Field) bool { return !IsToken(f.Name) || IsForbiddenTrailer(f.Name) }
	if !slices.ContainsFunc(fields, bad) {
		return fields
	}
	return slices.DeleteFunc(slices.Clone(fields), bad)
}

var forbiddenTrailers = map[string]bool{
	"authorization": true, "cache-control": true, "connection": true,
	"content-encoding": true, "content-length": true, "content-range": true,
	"content-type": true, "cookie": true, "expect": true, "forwarded": true,
	"host": true, "keep-alive": true, "max-forwards": true, "pragma": true,
	"proxy-authenticate": true, "proxy-authorization": true, "proxy-connection": true,
	"range": true, "realm": true, "set-cookie": true, "te": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true, "www-authenticate": true,
	"age": true, "date": true, "expires": true, "location": true, "retry-after": true,
	"vary": true, "warning": true,
}
