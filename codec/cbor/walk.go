package cbor

import (
	"encoding/binary"
	"errors"
	"math/big"
	"strconv"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/transcode"
)

var (
	errMalformed = errors.New("it is not one well-formed item of CBOR, or is nested too deep")
	errSimple    = errors.New("a simple value has no JSON form")
	errTag       = errors.New("what a tag is around does not fit the tag")
)

// The major types (RFC 8949, section 3.1) that are walked through, in the upper three bits of an item's first octet.
const (
	natural   = 0
	text      = 3
	array     = 4
	pairs     = 5
	tag       = 6
	maxPlain  = 23   // the argument is in the first octet itself
	endless   = 31   // the length is not told; endMark ends the elements
	endMark   = 0xff // "break"
	maxKnown  = 3    // tags 0 to 3 are times and integers
	undefined = 0xf7
)

// walk goes through what is known to be well-formed.
type walk struct {
	rest []byte
}

// head takes the first octets of an item: its major type and its argument, which a length, a count or a tag is.
func (w *walk) head() (major byte, argument uint64, told bool) {
	first := w.rest[0]
	major, info := first>>5, first&31
	w.rest = w.rest[1:]
	if info <= maxPlain {
		return major, uint64(info), true
	}
	if info == endless {
		return major, 0, false
	}
	size := 1 << (info - maxPlain - 1)
	var octets [8]byte
	copy(octets[8-size:], w.rest)
	w.rest = w.rest[size:]
	return major, binary.BigEndian.Uint64(octets[:]), true
}

// item writes the next one as JSON.
func (w *walk) item(dst []byte) ([]byte, error) {
	before := w.rest
	switch first := before[0]; first >> 5 {
	case array, pairs:
		return w.elements(dst)
	case natural:
		_, n, _ := w.head()
		return strconv.AppendUint(dst, n, 10), nil
	case tag:
		if _, number, _ := w.head(); number > maxKnown {
			return w.item(dst) // "in the absence of a more specific advice": the content stands for itself
		}
		w.rest = before
	default:
		if first == undefined {
			w.rest = w.rest[1:]
			return append(dst, "null"...), nil
		}
	}
	return w.leaf(dst)
}

// leaf lets the library read what holds no other item that it would build.
func (w *walk) leaf(dst []byte) (_ []byte, err error) {
	var v any
	if w.rest, err = decoding.UnmarshalFirst(w.rest, &v); err != nil {
		return dst, errTag
	}
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case *big.Int:
		return transcode.AppendInteger(dst, v)
	case float64:
		return transcode.AppendFloat(dst, v)
	case string:
		return transcode.AppendText(dst, v)
	case []byte:
		return transcode.AppendOctets(dst, v), nil
	case time.Time:
		return transcode.AppendTime(dst, v)
	}
	return dst, errSimple
}

// elements writes an array or a map.
func (w *walk) elements(dst []byte) (_ []byte, err error) {
	major, count, told := w.head()
	open, end := byte('['), byte(']')
	if major == pairs {
		open, end = '{', '}'
	}
	dst = append(dst, open)
	for i := uint64(0); !told || i < count; i++ {
		if !told && w.rest[0] == endMark {
			w.rest = w.rest[1:]
			break
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		if major == pairs {
			if w.rest[0]>>5 != text {
				return dst, transcode.ErrKey
			}
			if dst, err = w.leaf(dst); err != nil {
				return dst, err
			}
			dst = append(dst, ':')
		}
		if dst, err = w.item(dst); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}
