package huffman

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
)

// The errors of [AppendDecoded].
var (
	// ErrEOS: "A Huffman-encoded string literal containing the EOS symbol MUST be
	// treated as a decoding error" (RFC 7541, section 5.2).
	ErrEOS = errors.New("huffman: the EOS symbol in a string")
	// ErrPaddingLong: "A padding strictly longer than 7 bits MUST be treated as a
	// decoding error." A string that breaks off within a longer code is one too.
	ErrPaddingLong = errors.New("huffman: more than 7 bits of padding")
	// ErrPaddingBits: "A padding not corresponding to the most significant bits of
	// the code for the EOS symbol MUST be treated as a decoding error."
	ErrPaddingBits = errors.New("huffman: padding that is not all ones")
)

// AppendDecoded appends the octets for which src stands. It keeps nothing of src,
// and writes to the spare capacity of dst even when it fails.
func AppendDecoded(dst, src []byte) ([]byte, error) {
	n := len(dst)
	// A step stores two octets even when it has but one.
	dst = slices.Grow(dst, len(src)*8/minBits+2)
	out := dst[:cap(dst)]
	// The next bits of the input stand at the top of word; at least bits of them are valid.
	var word uint64
	var bits uint
	for len(src) >= 8 {
		word |= binary.BigEndian.Uint64(src) >> (bits & 63)
		src = src[(63-bits)>>3:]
		bits |= 56
		for bits >= maxBits {
			if e := steps[word>>(64-stepBits)]; e != 0 {
				binary.LittleEndian.PutUint16(out[n:], uint16(e>>8))
				n += e.symbols()
				word <<= e & 63
				bits -= uint(e & 63)
				continue
			}
			symbol, size := longCode(uint32(word >> 32))
			if symbol == eos {
				return dst, ErrEOS
			}
			out[n] = byte(symbol)
			n++
			word <<= size
			bits -= size
		}
	}
	n, err := decodeTail(out, n, tail{src, word, bits})
	if err != nil {
		return dst, err
	}
	return out[:n], nil
}

// tail is what is left of a string of which less than 8 octets have not been looked at.
type tail struct {
	src  []byte
	word uint64
	bits uint
}

// decodeTail appends the rest to out, of which n octets are written. Beyond the end it reads ones, as if the padding went on for ever,
// and a symbol that is made of them in part is not taken.
func decodeTail(out []byte, n int, t tail) (int, error) {
	for {
		for t.bits <= 56 && len(t.src) > 0 {
			t.word |= uint64(t.src[0]) << (56 - t.bits)
			t.src = t.src[1:]
			t.bits += 8
		}
		if len(t.src) == 0 {
			t.word |= ^uint64(0) >> t.bits
		}
		if e := steps[t.word>>(64-stepBits)]; e != 0 {
			symbols, size := e.symbols(), uint(e&63)
			if size > t.bits {
				symbols, size = 1, e.first()
			}
			if size > t.bits {
				return n, padding(t.word, t.bits)
			}
			binary.LittleEndian.PutUint16(out[n:], uint16(e>>8))
			n += symbols
			t.word <<= size
			t.bits -= size
			continue
		}
		symbol, size := longCode(uint32(t.word >> 32))
		if size > t.bits {
			return n, padding(t.word, t.bits)
		}
		if symbol == eos {
			return n, ErrEOS
		}
		out[n] = byte(symbol)
		n++
		t.word <<= size
		t.bits -= size
	}
}

// padding judges the bits at the top of word that are no symbol.
func padding(word uint64, bits uint) error {
	switch {
	case bits > 7:
		return ErrPaddingLong
	case ^word>>(64-bits) != 0:
		return ErrPaddingBits
	}
	return nil
}

// longCode finds the code at the top of word, which is longer than stepBits.
func longCode(word uint32) (symbol uint16, size uint) {
	for i := longStart[bits.LeadingZeros32(^word)]; ; i++ {
		if r := &longRuns[i]; word < r.end || r.size == maxBits {
			return symbols[r.start+uint16((word-r.first)>>(32-r.size))], uint(r.size)
		}
	}
}

// step is what the next stepBits bits of the input say: how many of them are
// whole codes of one or two symbols (the low octet), the symbols in order (the
// next two), the length of the first one's code, and in the top bit whether there
// are two. Zero: they are the beginning of a longer code.
type step uint32

// stepBits is such that two letters or digits fit, whose codes have 5 to 7 bits.
const stepBits = 12

func (e step) symbols() int { return 1 + int(e>>31) }

func (e step) first() uint { return uint(e >> 24 & 0x7f) }

var steps, longRuns = tabulate()

func tabulate() (steps [1 << stepBits]step, longRuns []run) {
	for a, ca := range codes {
		if ca.size > stepBits {
			continue
		}
		rest := stepBits - ca.size
		from := ca.bits << rest
		for i := range uint32(1) << rest {
			steps[from|i] = step(ca.size)<<24 | step(a)<<8 | step(ca.size)
		}
		for b, cb := range codes {
			if cb.size > rest {
				continue
			}
			free := rest - cb.size
			for i := range uint32(1) << free {
				steps[from|cb.bits<<free|i] = 1<<31 | step(ca.size)<<24 | step(b)<<16 | step(a)<<8 | step(ca.size+cb.size)
			}
		}
	}
	for len(runs) > 0 && runs[0].size <= stepBits {
		runs = runs[1:]
	}
	return steps, runs
}

// longStart is the first of longRuns that can hold a word which begins with so
// many ones; codes grow in value as they grow in length.
var longStart = func() (start [33]uint8) {
	for ones := range start {
		least := ^uint32(1<<(32-ones) - 1)
		for int(start[ones]) < len(longRuns)-1 && least >= longRuns[start[ones]].end {
			start[ones]++
		}
	}
	return start
}()
