package http1

import "bytes"

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
	t.pathEnd = len(b)
	for i := t.path; i < len(b); i++ {
		switch targetOctet[b[i]] {
		case plainOctet:
		case questionMark:
			t.pathEnd, t.query = i, i+1
			return t, checkQuery(b[i+1:])
		case percentSign:
			if i+2 >= len(b) || hexDigit[b[i+1]] < 0 || hexDigit[b[i+2]] < 0 {
				return t, errTargetEscape
			}
		default:
			return t, errTargetOctet
		}
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
	if !isAuthority(string(b[t.authority:t.authorityEnd])) {
		return t, errAuthority
	}
	return t, nil
}

// checkQuery is more lenient than for paths: browsers send '\' and a lone '%'.
func checkQuery(b []byte) error {
	for _, c := range b {
		if c <= 0x20 || c >= 0x7f || c == '#' {
			return errTargetOctet
		}
	}
	return nil
}

const (
	refusedOctet = iota
	plainOctet
	questionMark
	percentSign
)

// targetOctet classes the octets of a path. Visible ASCII passes, as clients
// send more of it raw than RFC 3986 allows, but for what ends or bends a path:
// '#', and '\', which some read as '/'.
var targetOctet = func() (t [256]uint8) {
	for c := 0x21; c < 0x7f; c++ {
		t[c] = plainOctet
	}
	t['#'], t['\\'], t['?'], t['%'] = refusedOctet, refusedOctet, questionMark, percentSign
	return t
}()

// hexDigit is the value of a hexadecimal digit, -1 for other octets.
var hexDigit = func() (t [256]int8) {
	for c := range t {
		t[c] = -1
	}
	for i, c := range "0123456789abcdef" {
		t[c] = int8(i)
	}
	for i, c := range "ABCDEF" {
		t[c] = int8(i + 10)
	}
	return t
}()

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
