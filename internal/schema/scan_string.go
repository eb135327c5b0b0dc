package schema

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// rawString takes a string and returns what stands between the quotes, and whether it holds escapes.
func (d *decoder) rawString() (raw []byte, escaped, ok bool) {
	start := d.pos + 1
	for i := start; ; {
		i = nextStop(d.data, i)
		if i >= len(d.data) {
			return nil, false, d.fail(len(d.data), "a string does not end")
		}
		switch d.data[i] {
		case '"':
			d.pos = i + 1
			return d.data[start:i], escaped, true
		case '\\':
			escaped = true
			i += 2
		default:
			return nil, false, d.fail(i, "a control character in a string")
		}
	}
}

const (
	eachByte = 0x0101010101010101
	topBits  = 0x80 * eachByte
)

// nextStop finds the next quote, backslash or control character from i on; len(b) or more if there is none. Eight octets are looked at
// at once: subtracting borrows into the octets above the first that is too small, never into those below, so the lowest bit is exact.
func nextStop(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, backslash := w^'"'*eachByte, w^'\\'*eachByte
		found := ((w-0x20*eachByte)&^w | (quote-eachByte)&^quote | (backslash-eachByte)&^backslash) & topBits
		if found != 0 {
			return i + bits.TrailingZeros64(found)>>3
		}
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= 0x20 {
		i++
	}
	return i
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
	if end := nextStop(d.data, start); end < len(d.data) && d.data[end] == '"' && d.text != "" {
		d.pos = end + 1
		return d.text[start:end], true
	}
	raw, escaped, ok := d.rawString()
	switch {
	case !ok:
		return "", false
	case escaped:
		b, ok := d.unescape(raw, start)
		return d.own(b), ok
	case len(d.data) > sharedTextBytes:
		return d.own(raw), true
	case d.text == "":
		d.text = string(d.data)
	}
	return d.text[start : start+len(raw)], true
}

// own copies b, to be kept. Short texts of a large body share blocks, each allocated once; a string keeps no more than its block alive.
func (d *decoder) own(b []byte) string {
	if len(d.data) <= sharedTextBytes || len(b) > sharedTextBytes/8 {
		return string(b)
	}
	if cap(d.block)-len(d.block) < len(b) {
		d.block = make([]byte, 0, min(sharedTextBytes, len(b)+len(d.data)-d.pos))
	}
	start := len(d.block)
	d.block = append(d.block, b...)
	return borrowed(d.block[start:]) // nobody writes there again
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
