package schema

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// scalarAppender gives nil for what is no boolean, number or string.
func scalarAppender(t reflect.Type) appendFunc {
	switch t.Kind() {
	case reflect.Bool:
		return func(_ *encodeRun, dst []byte, p unsafe.Pointer) []byte { return strconv.AppendBool(dst, *(*bool)(p)) }
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

func appendBase64(_ *encodeRun, dst []byte, p unsafe.Pointer) []byte {
	b := *(*[]byte)(p)
	if b == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, b)
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

const hexDigits = "0123456789abcdef"

// plain octets stand in a string as they are.
var plain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// appendString writes a JSON string. Invalid UTF-8 becomes U+FFFD; U+2028 and U+2029 are escaped, since JavaScript before 2019 took
// them for ends of lines.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if plain[s[i]] {
			i++
			continue
		}
		if s[i] < utf8.RuneSelf {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, s[i])
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, hexDigits[r&15])
			start = i + size
		}
		i += size
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
