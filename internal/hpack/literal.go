package hpack

import (
	"github.com/fasterapi-go/fasterapi/internal/huffman"
	"github.com/fasterapi-go/fasterapi/web"
)

// form is how a literal is represented: the pattern of its first bits, and the mask of the index's prefix.
type form struct{ pattern, mask byte }

var (
	nowIndexed   = form{0x40, 0x3f} // RFC 7541, section 6.2.1
	notIndexed   = form{0x00, 0x0f} // section 6.2.2
	neverIndexed = form{0x10, 0x0f} // section 6.2.3
)

// appendLiteral appends f; ref is the index of an entry with its name, or 0.
func appendLiteral(dst []byte, as form, ref uint32, f web.Field) []byte {
	dst = appendInteger(dst, as.pattern, as.mask, ref)
	if ref == 0 {
		dst = appendName(dst, f.Name)
	}
	return appendText(dst, f.Value)
}

func appendName(dst []byte, name string) []byte {
	for i := 0; i < len(name); i++ {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return appendText(dst, appendLower(make([]byte, 0, 64), name))
		}
	}
	return appendText(dst, name)
}

// appendText appends a string literal, with the Huffman code where that is shorter.
func appendText[T string | []byte](dst []byte, s T) []byte {
	if n := huffman.EncodedLen(s); n < len(s) {
		return huffman.Append(appendInteger(dst, 0x80, 0x7f, uint32(n)), s)
	}
	return append(appendInteger(dst, 0, 0x7f, uint32(len(s))), s...)
}

// appendLower appends s with its ASCII letters in lower case.
func appendLower(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}
