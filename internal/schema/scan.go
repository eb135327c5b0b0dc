package schema

import (
	"context"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// decoder walks one body. It borrows data until the walk ends; nothing of data is kept.
type decoder struct {
	data    []byte
	ctx     context.Context // of the request, for Validate
	policy  Policy
	pos     int
	depth   int
	text    string // data, copied once for all strings of a small body
	scratch []byte
	path    []step
	faults  []Fault
	err     *SyntaxError
}

// fail ends the walk. The first reason stands.
func (d *decoder) fail(at int, reason string) bool {
	if d.err == nil {
		d.err = &SyntaxError{Offset: at, Reason: reason}
	}
	return false
}

// peek skips white space and returns the next byte, 0 at the end.
func (d *decoder) peek() byte {
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

func (d *decoder) unexpected(wanted string) bool {
	if d.pos >= len(d.data) {
		return d.fail(len(d.data), "it ends where "+wanted+" is due")
	}
	return d.fail(d.pos, "something else stands where "+wanted+" is due")
}

// literal takes the word, which begins at pos by its first byte.
func (d *decoder) literal(word string) bool {
	if len(d.data)-d.pos < len(word) || string(d.data[d.pos:d.pos+len(word)]) != word {
		return d.unexpected("a value")
	}
	d.pos += len(word)
	return true
}

// null takes null if that is next. When what begins like it is broken, it reports true and d.err is set.
func (d *decoder) null() bool {
	if d.peek() != 'n' {
		return false
	}
	d.literal("null")
	return true
}

// rawString takes a string and returns what stands between the quotes, and whether it holds escapes.
func (d *decoder) rawString() (raw []byte, escaped, ok bool) {
	start := d.pos + 1
	for i := start; i < len(d.data); i++ {
		switch c := d.data[i]; {
		case c == '"':
			d.pos = i + 1
			return d.data[start:i], escaped, true
		case c == '\\':
			escaped = true
			i++
		case c < 0x20:
			return nil, false, d.fail(i, "a control character in a string")
		}
	}
	return nil, false, d.fail(len(d.data), "a string does not end")
}

// bytes takes a string and returns its value, borrowed until the next call.
func (d *decoder) bytes() ([]byte, bool) {
	start := d.pos + 1
	raw, escaped, ok := d.rawString()
	if !ok || !escaped {
		return raw, ok
	}
	return d.unescape(raw, start)
}

// string takes a string and returns its value, to be kept.
func (d *decoder) string() (string, bool) {
	start := d.pos + 1
	raw, escaped, ok := d.rawString()
	switch {
	case !ok:
		return "", false
	case escaped:
		b, ok := d.unescape(raw, start)
		return string(b), ok
	case len(d.data) > sharedTextBytes:
		return string(raw), true
	case d.text == "":
		d.text = string(d.data)
	}
	return d.text[start : start+len(raw)], true
}

// unescape resolves the escapes of RFC 8259, section 7, into scratch. at is the offset of raw.
func (d *decoder) unescape(raw []byte, at int) ([]byte, bool) {
	out := d.scratch[:0]
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			out = append(out, c)
			i++
			continue
		}
		if raw[i+1] != 'u' {
			plain := escapes[raw[i+1]]
			if plain == 0 {
				return nil, d.fail(at+i, "an unknown escape in a string")
			}
			out = append(out, plain)
			i += 2
			continue
		}
		r, n, ok := codePoint(raw[i:])
		if !ok {
			return nil, d.fail(at+i, "a \\u escape that is no character")
		}
		out = utf8.AppendRune(out, r)
		i += n
	}
	d.scratch = out
	return out, true
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// codePoint reads \uXXXX or a pair of them. A surrogate without its other half has no UTF-8 form (RFC 3629, section 3).
func codePoint(b []byte) (r rune, n int, ok bool) {
	high, ok := hex4(b)
	if !ok || !utf16.IsSurrogate(high) {
		return high, 6, ok
	}
	low, ok := hex4(b[6:])
	if !ok {
		return 0, 0, false
	}
	r = utf16.DecodeRune(high, low)
	return r, 12, r != utf8.RuneError
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(v), err == nil
}

// number takes a number and returns it as it stands, and whether it has neither fraction nor exponent.
func (d *decoder) number() (literal []byte, integral, ok bool) {
	start, b := d.pos, d.data
	i := start
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	case i < len(b) && isDigit(b[i]):
		i = digits(b, i)
	default:
		d.pos = i
		return nil, false, d.unexpected("a digit")
	}
	integral = true
	if i < len(b) && b[i] == '.' {
		integral = false
		if i++; digits(b, i) == i {
			return nil, false, d.fail(i, "a fraction without digits")
		}
		i = digits(b, i)
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		integral = false
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if digits(b, i) == i {
			return nil, false, d.fail(i, "an exponent without digits")
		}
		i = digits(b, i)
	}
	if i < len(b) && isDigit(b[i]) {
		return nil, false, d.fail(start, "a number with a leading zero")
	}
	d.pos = i
	return b[start:i], integral, true
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func digits(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}

// magnitude reads decimal digits; it fails beyond 64 bits.
func magnitude(s string) (v uint64, ok bool) {
	if s == "" {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		digit := uint64(s[i] - '0')
		if digit > 9 || v > (math.MaxUint64-digit)/10 {
			return 0, false
		}
		v = v*10 + digit
	}
	return v, true
}

// enter counts one more level and steps over its opening bracket.
func (d *decoder) enter() bool {
	if d.depth++; d.depth > MaxDepth {
		return d.fail(d.pos, "nested deeper than "+strconv.Itoa(MaxDepth)+" levels")
	}
	d.pos++
	return true
}

// more tells whether another entry follows in an array or object that ends with end. The first entry has no comma before it.
// It leaves pos at the entry or behind the end.
func (d *decoder) more(end byte, first bool) (another, ok bool) {
	c := d.peek()
	if c == end {
		d.pos++
		d.depth--
		return false, true
	}
	if first {
		return true, true
	}
	if c != ',' {
		return false, d.unexpected("a comma or the end of the array or object")
	}
	d.pos++
	if d.peek() == end {
		return false, d.fail(d.pos, "a comma with nothing behind it")
	}
	return true, true
}

// name takes a member's name and its colon. What it returns is borrowed until the next string.
func (d *decoder) name() ([]byte, bool) {
	if d.peek() != '"' {
		return nil, d.unexpected("a member name")
	}
	name, ok := d.bytes()
	if !ok {
		return nil, false
	}
	if d.peek() != ':' {
		return nil, d.unexpected("a colon")
	}
	d.pos++
	return name, true
}
