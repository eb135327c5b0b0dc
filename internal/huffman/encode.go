package huffman

import "encoding/binary"

// EncodedLen returns the length of s in octets when it is encoded.
func EncodedLen[T string | []byte](s T) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n += int(codeBits[s[i]])
	}
	return (n + 7) / 8
}

// Append appends s, encoded. "Padding is [...] the most-significant bits of the
// code for the EOS (end-of-string) symbol" (RFC 7541, section 5.2), that is, ones.
func Append[T string | []byte](dst []byte, s T) []byte {
	var word uint64 // the low bits have not been written yet
	var bits uint   // how many; fewer than 32 between two octets
	for i := 0; i < len(s); i++ {
		c := &codes[s[i]]
		word = word<<(c.size&63) | uint64(c.bits)
		bits += uint(c.size)
		if bits >= 32 {
			bits -= 32
			dst = binary.BigEndian.AppendUint32(dst, uint32(word>>(bits&63)))
		}
	}
	if pad := -bits & 7; pad > 0 {
		word = word<<pad | (1<<pad - 1)
		bits += pad
	}
	for ; bits > 0; bits -= 8 {
		dst = append(dst, byte(word>>((bits-8)&63)))
	}
	return dst
}
