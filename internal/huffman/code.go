package huffman

// codeBits is the length in bits of the code of each octet (RFC 7541, appendix B).
var codeBits = [256]uint8{
	13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
	28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
	6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
	5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
	13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
	7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
	15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
	6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
	20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
	24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
	22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
	21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
	26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
	19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
	20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
	26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
}

const (
	minBits = 5
	maxBits = 30
	// eos is the symbol of appendix B that ends no string: its code, 30 ones, is the last one.
	eos = 256
)

// code is one code: its bits at the low end, and how many they are.
type code struct {
	bits uint32
	size uint8
}

// run is the codes of one length. Codes are compared left-aligned in 32 bits, as the decoder holds its input.
type run struct {
	end   uint32 // the first left-aligned word that is no code of this length or of a shorter one
	first uint32 // the run's first code, left-aligned
	start uint16 // where its symbols start in symbols
	size  uint8
}

var codes, symbols, runs = assign()

// assign gives out the codes: by length, then by symbol.
func assign() (codes [256]code, symbols [257]uint16, runs []run) {
	next, count := uint32(0), uint16(0)
	for size := uint8(minBits); size <= maxBits; size++ {
		r := run{first: next << (32 - size), start: count, size: size}
		for symbol := range uint16(eos + 1) {
			if symbol == eos && size != maxBits || symbol < eos && codeBits[symbol] != size {
				continue
			}
			if symbol < eos {
				codes[symbol] = code{next, size}
			}
			symbols[count] = symbol
			count++
			next++
		}
		if r.end = next << (32 - size); size == maxBits {
			r.end = 1<<32 - 1 // 30 ones and any two bits are EOS
		}
		if count > r.start {
			runs = append(runs, r)
		}
		next <<= 1
	}
	return codes, symbols, runs
}
