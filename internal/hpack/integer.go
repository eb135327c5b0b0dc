package hpack

// parseInteger decodes an integer whose prefix is the low bits of b[0] under mask
// (RFC 7541, section 5.1). It returns the number of octets read; b is not empty.
func parseInteger(b []byte, mask byte) (value uint64, n int, err error) {
	value = uint64(b[0] & mask)
	if value < uint64(mask) {
		return value, 1, nil
	}
	for n = 1; n <= maxContinuation; n++ {
		if n == len(b) {
			return 0, 0, errIntegerTruncated
		}
		value += uint64(b[n]&0x7f) << (7 * (n - 1))
		if b[n] < 0x80 {
			if value > maxInteger {
				return 0, 0, errIntegerOverflow
			}
			return value, n + 1, nil
		}
	}
	return 0, 0, errIntegerLong
}

// appendInteger encodes value behind the pattern, which stands in the bits above mask.
func appendInteger(dst []byte, pattern, mask byte, value uint32) []byte {
	if value < uint32(mask) {
		return append(dst, pattern|byte(value))
	}
	dst = append(dst, pattern|mask)
	for value -= uint32(mask); value >= 0x80; value >>= 7 {
		dst = append(dst, byte(value)|0x80)
	}
	return append(dst, byte(value))
}
