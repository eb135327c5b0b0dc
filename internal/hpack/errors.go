package hpack

import (
	"errors"

	"github.com/fasterapi-go/fasterapi/internal/huffman"
)

// The errors of [Decoder.Decode] that concern one field section alone: the block
// was decoded to its end, and the connection may go on.
var (
	// ErrBytes says that the fields exceed [Limits.Bytes].
	ErrBytes = errors.New("hpack: the field section is too large")
	// ErrFields says that there are more field lines than [Limits.Fields].
	ErrFields = errors.New("hpack: too many field lines")
	// ErrCookies says that there are more cookie lines than [Limits.Cookies].
	ErrCookies = errors.New("hpack: too many cookie lines")
)

// DecodingError says what made a block undecodable. It is final: "A decoding error
// in a field block MUST be treated as a connection error [...] of type
// COMPRESSION_ERROR" (RFC 9113, section 4.3).
type DecodingError struct{ reason string }

func (e *DecodingError) Error() string { return "hpack: " + e.reason }

var (
	errIndexZero         = &DecodingError{"index 0"}
	errIndexUnknown      = &DecodingError{"an index beyond the tables"}
	errIntegerTruncated  = &DecodingError{"the block ends within an integer"}
	errIntegerLong       = &DecodingError{"an integer of more than 5 octets after its prefix"}
	errIntegerOverflow   = &DecodingError{"an integer of more than 32 bits"}
	errStringTruncated   = &DecodingError{"a string longer than the rest of the block"}
	errSizeUpdateLate    = &DecodingError{"a table size update behind a field"}
	errSizeUpdateExcess  = &DecodingError{"more than two table size updates in a block"}
	errSizeUpdateTooBig  = &DecodingError{"a table size update beyond the announced size"}
	errSizeUpdateMissing = &DecodingError{"no table size update after the announced size was reduced"}
	errHuffmanEOS        = &DecodingError{"the EOS symbol in a string"}
	errPaddingLong       = &DecodingError{"more than 7 bits of padding in a string"}
	errPaddingBits       = &DecodingError{"padding of a string that is not all ones"}
)

// decodingError gives an error of package huffman its reach.
func decodingError(err error) error {
	switch err {
	case huffman.ErrEOS:
		return errHuffmanEOS
	case huffman.ErrPaddingLong:
		return errPaddingLong
	}
	return errPaddingBits
}
