package web

import (
	"iter"
	"strings"
)

// Field is one field line of a request or response (RFC 9110, section 5). The
// name is kept as it was sent; names compare without regard to case.
type Field struct {
	Name, Value string
}

// Fields are field lines in the order in which they were sent, repeated names
// included. A Fields value is never changed in place, since a connection shares
// the lines that its requests repeat: [Fields.With] and [Fields.Without] copy.
type Fields []Field

// Get returns the value of the first line called name, or "".
func (f Fields) Get(name string) string {
	if i := f.Index(name); i >= 0 {
		return f[i].Value
	}
	return ""
}

// Has reports whether a line is called name.
func (f Fields) Has(name string) bool { return f.Index(name) >= 0 }

// Index returns the place of the first line called name, or -1.
func (f Fields) Index(name string) int {
	for i := range f {
		if EqualName(f[i].Name, name) {
			return i
		}
	}
	return -1
}

// Values yields the value of every line called name, in order.
func (f Fields) Values(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range f {
			if EqualName(f[i].Name, name) && !yield(f[i].Value) {
				return
			}
		}
	}
}

// With returns a copy in which the one line called name has this value; it comes
// last.
func (f Fields) With(name, value string) Fields {
	return append(f.Without(name), Field{name, value})
}

// Without returns a copy without the lines called name.
func (f Fields) Without(name string) Fields {
	kept := make(Fields, 0, len(f)+1)
	for _, field := range f {
		if !EqualName(field.Name, name) {
			kept = append(kept, field)
		}
	}
	return kept
}

// EqualName compares two field names without regard to ASCII case, as RFC 9110,
// section 5.1 asks. Other octets compare as they are.
func EqualName(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	if a == b {
		return true
	}
	for i := 0; i < len(a); i++ {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// IsToken reports whether s is a token (RFC 9110, section 5.6.2), as field
// names, methods and cookie names must be.
func IsToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !tokenOctet[s[i]] {
			return false
		}
	}
	return s != ""
}

// IsTokenOctet reports whether c may stand in a token.
func IsTokenOctet(c byte) bool { return tokenOctet[c] }

var tokenOctet = func() (t [256]bool) {
	for c := '0'; c <= '9'; c++ {
		t[c] = true
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = true, true
	}
	for _, c := range "!#$%&'*+-.^_`|~" {
		t[c] = true
	}
	return t
}()

// isFieldValue reports whether s can stand in a field line as it is: no octet
// that RFC 9110, section 5.5 forbids (controls other than HTAB).
func isFieldValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// fieldValue replaces each octet that could end or corrupt a line by a space:
// "a recipient of CR, LF, or NUL within a field value MUST either reject the
// message or replace each of those characters with SP" (RFC 9110, section 5.5).
// Then it takes the space around the value away: "A field value MUST NOT start
// or end with an ASCII whitespace character" (RFC 9113, section 8.2.1).
func fieldValue(s string) string {
	if !isFieldValue(s) {
		b := []byte(s)
		for i, c := range b {
			if c < 0x20 && c != '\t' || c == 0x7f {
				b[i] = ' '
			}
		}
		s = string(b)
	}
	if s == "" || !isBlank(s[0]) && !isBlank(s[len(s)-1]) {
		return s
	}
	return strings.Trim(s, " \t")
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
