package http1

import "encoding/binary"

// The copies that look at what they copy: eight octets at a time, the last of
// which may have been copied before. What a response lends is read once so, and
// not read back from where it was just written, which would stall.

const wordSize = 8

// copyPrintable copies s to dst, which has room, and reports whether it is of
// visible ASCII and SP alone: then it is a field value as it stands (RFC 9110,
// section 5.5).
func copyPrintable(dst []byte, s string) bool {
	dst = dst[:len(s)]
	if len(s) < wordSize {
		plain := true
		for i := range dst {
			c := s[i]
			dst[i] = c
			plain = plain && c >= 0x20 && c < 0x7f
		}
		return plain
	}
	space, one := lanes.space, lanes.one
	last := len(s) - wordSize
	other := uint64(0)
	for i := 0; i < last; i += wordSize {
		x := copyWord(dst, s, i)
		other |= x | (x - space) | (x + one)
	}
	x := copyWord(dst, s, last)
	other |= x | (x - space) | (x + one)
	return other&topBits == 0
}

// copyLetters copies s to dst, which has room, and reports whether it is a token
// of letters and '-' alone, as nearly all field names are.
func copyLetters(dst []byte, s string) bool {
	dst = dst[:len(s)]
	if len(s) < wordSize {
		letters := s != ""
		for i := range dst {
			c := s[i]
			dst[i] = c
			letters = letters && (c == '-' || c|0x20 >= 'a' && c|0x20 <= 'z')
		}
		return letters
	}
	last := len(s) - wordSize
	other := uint64(0)
	for i := 0; i < last; i += wordSize {
		other |= notLetterOrDash(copyWord(dst, s, i))
	}
	return other|notLetterOrDash(copyWord(dst, s, last)) == 0
}

// notLetterOrDash is not 0 if one of the octets of x is neither.
func notLetterOrDash(x uint64) uint64 {
	lower := x | lanes.space
	letter := (lower + lanes.liftA) &^ (lower + lanes.liftPastZ)
	notDash := (x ^ lanes.dash) + lanes.del
	return (notDash&^letter | x) & topBits
}

// copyWord is one load and one store to the compiler.
func copyWord(dst []byte, s string, i int) uint64 {
	b := s[i : i+wordSize]
	x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
	binary.LittleEndian.PutUint64(dst[i:i+wordSize], x)
	return x
}
