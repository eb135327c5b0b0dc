package http1

import (
	"bytes"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
)

// target is where the parts of a request target stand in it. An empty path
// means "/" and no authority that of the Host field; query is 0 without a '?'.
type target struct {
	authority, authorityEnd int
	path, pathEnd           int
	query                   int
}

// parseTarget parses a target of one of the forms origin, absolute and asterisk
// (RFC 9112, section 3.2).
func parseTarget(method, b []byte) (t target, err error) {
	switch {
	case len(b) == 0:
		return t, errTargetEmpty
	case b[0] == '/':
	case len(b) == 1 && b[0] == '*':
		if string(method) != "OPTIONS" {
			return t, errTargetAsterisk
		}
		t.pathEnd = 1
		return t, nil
	default:
		if t, err = parseAbsolute(b); err != nil {
			return t, err
		}
	}
	var fault exchange.PathFault
	t.pathEnd, t.query, fault = exchange.ParsePath(b, t.path)
	switch fault {
	case exchange.PathEscape:
		return t, errTargetEscape
	case exchange.PathOctet:
		return t, errTargetOctet
	}
	return t, nil
}

// parseAbsolute finds authority and path of "scheme "://" authority path".
// A recipient "SHOULD parse for userinfo and treat its presence as an error"
// (RFC 9110, section 4.2.4).
func parseAbsolute(b []byte) (t target, err error) {
	for _, scheme := range []string{"http://", "https://"} {
		if len(b) >= len(scheme) && equalFold(b[:len(scheme)], scheme) {
			t.authority = len(scheme)
		}
	}
	if t.authority == 0 {
		return t, errTargetForm
	}
	t.authorityEnd = len(b)
	if i := bytes.IndexAny(b[t.authority:], "/?"); i >= 0 {
		t.authorityEnd = t.authority + i
	}
	t.path = t.authorityEnd
	if !exchange.IsAuthority(string(b[t.authority:t.authorityEnd])) {
		return t, errAuthority
	}
	return t, nil
}

// equalFold compares with a word in lower case.
func equalFold[T string | []byte](b T, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		c := b[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
