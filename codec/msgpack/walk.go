package msgpack

import (
	"errors"
	"strconv"
	"time"

	"github.com/tinylib/msgp/msgp"

	"github.com/fasterapi-go/fasterapi/internal/transcode"
)

var (
	errMalformed = errors.New("it is malformed or ends early")
	errExtension = errors.New("an extension has no JSON form")
)

// walk goes through a body from its beginning.
type walk struct {
	rest  []byte
	depth int
}

// value writes the next one as JSON. What the library says is wrong with it may hold what the client sent, and is kept from it.
func (w *walk) value(dst []byte) (_ []byte, err error) {
	kind := msgp.NextType(w.rest)
	if kind == msgp.ArrayType || kind == msgp.MapType {
		return w.elements(dst, kind)
	}
	scalar, err := w.scalar(kind)
	if err != nil {
		return dst, err
	}
	switch v := scalar.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case float64:
		return transcode.AppendFloat(dst, v)
	case octets:
		return transcode.AppendOctets(dst, v), nil
	case []byte:
		return transcode.AppendText(dst, v)
	}
	return transcode.AppendTime(dst, scalar.(time.Time))
}

// octets are those of a bin, as apart from a str.
type octets []byte

// scalar reads what holds no other value.
func (w *walk) scalar(kind msgp.Type) (v any, err error) {
	rest := w.rest
	switch kind {
	case msgp.NilType:
		rest, err = msgp.ReadNilBytes(rest)
	case msgp.BoolType:
		v, rest, err = msgp.ReadBoolBytes(rest)
	case msgp.IntType:
		v, rest, err = msgp.ReadInt64Bytes(rest)
	case msgp.UintType:
		v, rest, err = msgp.ReadUint64Bytes(rest)
	case msgp.Float32Type, msgp.Float64Type:
		v, rest, err = msgp.ReadFloat64Bytes(rest)
	case msgp.StrType:
		v, rest, err = msgp.ReadStringZC(rest)
	case msgp.BinType:
		var b []byte
		b, rest, err = msgp.ReadBytesZC(rest)
		v = octets(b)
	case msgp.InvalidType:
		err = errMalformed
	default:
		if !isTimestamp(rest) {
			return nil, errExtension
		}
		v, rest, err = msgp.ReadTimeBytes(rest)
	}
	if err != nil {
		return nil, errMalformed
	}
	w.rest = rest
	return v, nil
}

// isTimestamp knows the three forms that the specification gives extension type -1; the library has a time of its own beside it.
func isTimestamp(b []byte) bool {
	const fixed32, fixed64, variable, timestamp = 0xd6, 0xd7, 0xc7, 0xff
	switch {
	case len(b) < 3:
		return false
	case b[0] == variable:
		return b[2] == timestamp
	}
	return (b[0] == fixed32 || b[0] == fixed64) && b[1] == timestamp
}

// elements writes an array or a map.
func (w *walk) elements(dst []byte, kind msgp.Type) (_ []byte, err error) {
	if w.depth++; w.depth > transcode.MaxDepth {
		return dst, transcode.ErrDepth
	}
	defer func() { w.depth-- }()
	count, open, end := uint32(0), byte('['), byte(']')
	if kind == msgp.MapType {
		open, end = '{', '}'
		count, w.rest, err = msgp.ReadMapHeaderBytes(w.rest)
	} else {
		count, w.rest, err = msgp.ReadArrayHeaderBytes(w.rest)
	}
	if err != nil {
		return dst, errMalformed
	}
	dst = append(dst, open)
	for i := range count {
		if i > 0 {
			dst = append(dst, ',')
		}
		if kind == msgp.MapType {
			if dst, err = w.key(dst); err != nil {
				return dst, err
			}
		}
		if dst, err = w.value(dst); err != nil {
			return dst, err
		}
	}
	return append(dst, end), nil
}

func (w *walk) key(dst []byte) ([]byte, error) {
	if kind := msgp.NextType(w.rest); kind != msgp.StrType && kind != msgp.InvalidType {
		return dst, transcode.ErrKey
	}
	name, rest, err := msgp.ReadStringZC(w.rest)
	if err != nil {
		return dst, errMalformed
	}
	w.rest = rest
	dst, err = transcode.AppendText(dst, name)
	return append(dst, ':'), err
}
