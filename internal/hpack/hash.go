package hpack

import "math/bits"

// The hashes only point at what may be equal; what they find is compared. They are
// the same in every process, so that a connection's octets can be repeated.

const (
	hashKey  = 0x9e3779b97f4a7c15
	hashFold = 0x2020202020202020 // makes one of the upper and the lower case of a letter
)

// hashName ignores the case of letters.
func hashName(name string) uint32 { return hashText(hashKey, name, hashFold) }

// hashPair hashes a field whose name has the hash name.
func hashPair(name uint32, value string) uint32 { return hashText(uint64(name), value, 0) }

// hashText hashes s with the bits of mask set in all its octets. Of more than 32
// octets only the ends and the middle count, so that a cookie of 4 KiB costs no
// more than a date; what differs elsewhere alone is told apart by comparing.
func hashText(seed uint64, s string, mask uint64) uint32 {
	n := len(s)
	seed ^= uint64(n) << 32
	switch {
	case n > 16:
		seed = mix(seed^(load64(s[8:])|mask), load64(s[n-16:])|mask)
		if n > 32 {
			seed ^= load64(s[n/2:]) | mask
		}
		fallthrough
	case n >= 8:
		seed = mix(seed^(load64(s)|mask), load64(s[n-8:])|mask)
	case n >= 4:
		seed = mix(seed^(load32(s)|mask), load32(s[n-4:])|mask)
	case n > 0:
		seed = mix(seed, uint64(s[0])|uint64(s[n/2])<<8|uint64(s[n-1])<<16|mask)
	default:
		seed = mix(seed, mask)
	}
	return uint32(seed)
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^hashKey, b^hashKey>>1)
	return hi ^ lo
}

// load64 needs 8 octets.
func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// load32 needs 4 octets.
func load32(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}
