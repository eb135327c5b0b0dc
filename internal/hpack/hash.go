package hpack

import "math/bits"

// The hashes only point at what may be equal; what they find is compared. They are
// the same in every process, so that a connection's octets can be repeated.

const (
	hashMultiplier = 0x9e3779b97f4a7c15
	hashFold       = 0x2020202020202020
)

// hashName ignores the case of letters.
func hashName(name string) uint32 {
	h := uint64(len(name))
	for len(name) >= 8 {
		h = scramble(h ^ (load64(name) | hashFold))
		name = name[8:]
	}
	return uint32(scramble(h ^ (loadTail(name) | hashFold)))
}

// hashPair hashes a field whose name has the hash name. Of a long value only the ends and the
// middle count, so that a cookie of 4 KiB costs no more than a date; values that
// differ elsewhere alone are told apart when they are compared.
func hashPair(name uint32, value string) uint32 {
	h := uint64(name)<<32 ^ uint64(len(value))
	switch n := len(value); {
	case n <= 8:
		return uint32(scramble(h ^ loadTail(value)))
	case n <= 16:
		h = scramble(h ^ load64(value))
	case n <= 32:
		h = scramble(h^load64(value)) ^ scramble(load64(value[8:])+load64(value[n-16:]))
	default:
		h = scramble(h^load64(value)) ^ scramble(load64(value[8:])+load64(value[n-16:])) ^ scramble(load64(value[n/2:])-hashMultiplier)
	}
	return uint32(scramble(h + load64(value[len(value)-8:])))
}

func scramble(x uint64) uint64 {
	hi, lo := bits.Mul64(x^hashMultiplier, hashMultiplier)
	return hi ^ lo
}

// load64 needs 8 octets.
func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load32(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

// loadTail takes at most 8 octets.
func loadTail(s string) uint64 {
	switch n := len(s); {
	case n >= 4:
		return load32(s) | load32(s[n-4:])<<32
	case n > 0:
		return uint64(s[0]) | uint64(s[n/2])<<8 | uint64(s[n-1])<<16
	}
	return 0
}
