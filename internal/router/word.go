package router

import "math/bits"

// Eight octets of a path are handled as one little-endian word: the first octet is the lowest. So segments and texts
// of ordinary length are scanned and compared without a loop, whose varying length would cost a mispredicted branch.

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// wordAt returns the octets of s from i on, with zeros after the end.
func wordAt(s string, i int) uint64 {
	if i+8 <= len(s) {
		return word8(s[i:])
	}
	return lastWord(s, i)
}

// lastWord is wordAt for the last seven places. Where it matters its callers test that themselves, since the compiler
// inlines word8 but not wordAt.
func lastWord(s string, i int) uint64 {
	if len(s) >= 8 {
		return word8(s[len(s)-8:]) >> (8 * uint(8-len(s)+i) & 63)
	}
	return shortWord(s[i:])
}

// word8 is written so that the compiler makes one load of it.
func word8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// shortWord takes up to eight octets. Octets read twice fall on their own place.
func shortWord(s string) uint64 {
	n := len(s)
	if n >= 4 {
		low := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
		t := s[n-4:]
		high := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24
		return low | high<<(8*uint(n-4)&63)
	}
	if n == 0 {
		return 0
	}
	return uint64(s[0]) | uint64(s[n/2])<<(8*uint(n/2)&63) | uint64(s[n-1])<<(8*uint(n-1)&63)
}

// zeros sets the high bit of each zero octet of w, and perhaps of octets above one: the lowest is exact.
func zeros(w uint64) uint64 { return (w - lowBits) &^ w & highBits }

// firstSpecial returns the place of the first '/', '%', '\\' or NUL in w, or 8. They are those of octetClass.
func firstSpecial(w uint64) int {
	found := zeros(w) | zeros(w^lowBits*'/') | zeros(w^lowBits*'%') | zeros(w^lowBits*'\\')
	return bits.TrailingZeros64(found) >> 3
}
