package schema

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// scalarAppender gives nil for what is no boolean, number or string.
func scalarAppender(t reflect.Type) appendFunc {
	switch t.Kind() {
	case reflect.Bool:
		return func(_ *encodeRun, dst []byte, p unsafe.Pointer) []byte { return appendBool(dst, *(*bool)(p)) }
	case reflect.String:
		return func(_ *encodeRun, dst []byte, p unsafe.Pointer) []byte { return appendString(dst, *(*string)(p)) }
	case reflect.Int:
		return appendSigned[int]
	case reflect.Int8:
		return appendSigned[int8]
	case reflect.Int16:
		return appendSigned[int16]
	case reflect.Int32:
		return appendSigned[int32]
	case reflect.Int64:
		return appendSigned[int64]
	case reflect.Uint:
		return appendUnsigned[uint]
	case reflect.Uint8:
		return appendUnsigned[uint8]
	case reflect.Uint16:
		return appendUnsigned[uint16]
	case reflect.Uint32:
		return appendUnsigned[uint32]
	case reflect.Uint64, reflect.Uintptr:
		return appendUnsigned[uint64]
	case reflect.Float32:
		return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
			return appendFloat(e, dst, float64(*(*float32)(p)), 32)
		}
	case reflect.Float64:
		return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
			return appendFloat(e, dst, *(*float64)(p), 64)
		}
	}
	return nil
}

func appendSigned[T int | int8 | int16 | int32 | int64](_ *encodeRun, dst []byte, p unsafe.Pointer) []byte {
	return strconv.AppendInt(dst, int64(*(*T)(p)), 10)
}

func appendUnsigned[T uint | uint8 | uint16 | uint32 | uint64](_ *encodeRun, dst []byte, p unsafe.Pointer) []byte {
	return strconv.AppendUint(dst, uint64(*(*T)(p)), 10)
}

// appendFloat writes the shortest text that reads back as f, in the form that ECMAScript uses.
func appendFloat(e *encodeRun, dst []byte, f float64, bits int) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		e.err = fmt.Errorf("schema: %v has no JSON form", f)
		return dst
	}
	size := math.Abs(f)
	if bits == 64 && size < 1e9 {
		if short, ok := appendMillionths(dst, f); ok {
			return short
		}
	}
	if size == 0 || bits == 64 && size >= 1e-6 && size < 1e21 ||
		bits == 32 && float32(size) >= 1e-6 && float32(size) < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	// e-09 is e-9 there.
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// appendMillionths writes an f below 1e9 that is a whole number of millionths, and reports false of others. Two decimals of up to 15
// digits are never the same float64, so the decimal that divides to f is the shortest that reads back as f, once its last zeros are gone.
func appendMillionths(dst []byte, f float64) ([]byte, bool) {
	const one = 1_000_000
	size := math.Abs(f)
	millionths := uint64(size*one + 0.5)
	if float64(millionths)/one != size {
		return dst, false
	}
	if math.Signbit(f) {
		dst = append(dst, '-')
	}
	dst = strconv.AppendUint(dst, millionths/one, 10)
	rest := millionths % one
	if rest == 0 {
		return dst, true
	}
	digits := [7]byte{0: '.'}
	for i := 6; i > 0; i-- {
		digits[i] = byte('0' + rest%10)
		rest /= 10
	}
	end := 7
	for digits[end-1] == '0' {
		end--
	}
	return append(dst, digits[:end]...), true
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}

func appendBase64(_ *encodeRun, dst []byte, p unsafe.Pointer) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, *(*[]byte)(p))
	return append(dst, '"')
}

var errYear = errors.New("schema: the year of a time is out of range for RFC 3339")

func appendTime(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
	t := *(*time.Time)(p)
	b, err := t.AppendText(append(dst, '"'))
	if err != nil {
		e.err = errors.Join(errYear, err)
		return dst
	}
	return append(b, '"')
}
