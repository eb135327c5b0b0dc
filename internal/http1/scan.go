package http1

// The scans of what a response lends. They look at eight octets at a time, the
// last of which may have been looked at before; shorter strings have tables.

const wordSize = 8

// isPrintable reports whether s is of visible ASCII and SP alone: then it is a
// field value as it stands (RFC 9110, section 5.5).
func isPrintable(s string) bool {
	if len(s) < wordSize {
		for i := 0; i < len(s); i++ {
			if s[i] < 0x20 || s[i] >= 0x7f {
				return false
			}
		}
		return true
	}
	space, one := lanes.space, lanes.one
	last := len(s) - wordSize
	x := wordAt(s, last)
	other := x | (x - space) | (x + one)
	for i := 0; i < last; i += wordSize {
		x = wordAt(s, i)
		other |= x | (x - space) | (x + one)
	}
	return other&topBits == 0
}

// isLettersAndDashes reports whether s is a token of nothing else, as nearly all
// field names are.
func isLettersAndDashes(s string) bool {
	if len(s) < wordSize {
		for i := 0; i < len(s); i++ {
			if c := s[i]; c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') {
				return false
			}
		}
		return s != ""
	}
	last := len(s) - wordSize
	other := notLetterOrDash(wordAt(s, last))
	for i := 0; i < last; i += wordSize {
		other |= notLetterOrDash(wordAt(s, i))
	}
	return other == 0
}

// notLetterOrDash is not 0 if one of the octets of x is neither.
func notLetterOrDash(x uint64) uint64 {
	lower := x | lanes.space
	letter := (lower + lanes.liftA) &^ (lower + lanes.liftPastZ)
	notDash := (x ^ lanes.dash) + lanes.del
	return (notDash&^letter | x) & topBits
}

// wordAt is one load to the compiler.
func wordAt(s string, i int) uint64 {
	b := s[i : i+wordSize]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}
