package schema

import (
	"encoding"
	"encoding/base64"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// scalar completes the node of a boolean, number or string kind; it reports false for others.
func scalar(n *Node) bool {
	switch n.Go.Kind() {
	case reflect.Bool:
		n.Kind, n.text, n.decode = Boolean, textBool, decodeBool(n)
	case reflect.String:
		n.Kind, n.text, n.decode = String, textString, decodeString(n)
	case reflect.Int:
		signed[int](n)
	case reflect.Int8:
		signed[int8](n)
	case reflect.Int16:
		signed[int16](n)
	case reflect.Int32:
		signed[int32](n)
	case reflect.Int64:
		signed[int64](n)
	case reflect.Uint:
		unsigned[uint](n)
	case reflect.Uint8:
		unsigned[uint8](n)
	case reflect.Uint16:
		unsigned[uint16](n)
	case reflect.Uint32:
		unsigned[uint32](n)
	case reflect.Uint64:
		unsigned[uint64](n)
	case reflect.Float32:
		float[float32](n, 32)
	case reflect.Float64:
		float[float64](n, 64)
	default:
		return false
	}
	return true
}

func decodeBool(n *Node) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		literal := "false"
		switch d.peek() {
		case 't':
			literal = "true"
		case 'f':
		default:
			return d.mismatch("a boolean")
		}
		if !d.literal(literal) {
			return false
		}
		*(*bool)(p) = literal == "true"
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

func textBool(s string, p unsafe.Pointer) string {
	switch s {
	case "true", "1":
		*(*bool)(p) = true
	case "false", "0":
		*(*bool)(p) = false
	default:
		return "true or false"
	}
	return ""
}

func decodeString(n *Node) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '"' {
			return d.mismatch("a string")
		}
		s, ok := d.string()
		if !ok {
			return false
		}
		*(*string)(p) = s
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

func textString(s string, p unsafe.Pointer) string {
	*(*string)(p) = s
	return ""
}

// signed completes an integer node. What does not fit the Go type is no such integer.
func signed[T int | int8 | int16 | int32 | int64](n *Node) {
	store := func(literal string, p unsafe.Pointer) bool {
		negative := len(literal) > 0 && literal[0] == '-'
		if negative {
			literal = literal[1:]
		}
		v, ok := magnitude(literal)
		if !ok || v > 1<<63 || !negative && v == 1<<63 {
			return false
		}
		i := int64(v)
		if negative {
			i = -i
		}
		*(*T)(p) = T(i)
		return int64(T(i)) == i
	}
	bits := strconv.Itoa(8 * int(n.Go.Size()))
	wanted := "an integer of " + bits + " bits"
	integer(n, store, wanted)
	n.decode = decodeSigned[T](n, store, wanted)
}

func unsigned[T uint | uint8 | uint16 | uint32 | uint64](n *Node) {
	store := func(literal string, p unsafe.Pointer) bool {
		v, ok := magnitude(literal)
		if !ok {
			return false
		}
		*(*T)(p) = T(v)
		return uint64(T(v)) == v
	}
	bits := strconv.Itoa(8 * int(n.Go.Size()))
	wanted := "a non-negative integer of " + bits + " bits"
	integer(n, store, wanted)
	n.decode = decodeUnsigned[T](n, store, wanted)
}

func integer(n *Node, store func(string, unsafe.Pointer) bool, wanted string) {
	n.Kind = Integer
	n.text = func(s string, p unsafe.Pointer) string {
		if !store(s, p) {
			return wanted
		}
		return ""
	}
}

func float[T float32 | float64](n *Node, bits int) {
	wanted := "a number that fits " + strconv.Itoa(bits) + " bits"
	n.Kind = Number
	n.text = func(s string, p unsafe.Pointer) string {
		v, err := strconv.ParseFloat(s, bits)
		// ParseFloat takes hexadecimal, underscores, infinities and NaN too; JSON and its schemas know none of them.
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || !isDecimal(s) {
			return wanted
		}
		*(*T)(p) = T(v)
		return ""
	}
	n.decode = decodeFloat[T](n, bits, wanted)
}

// borrowed is b as a string for the time of one call that does not keep it.
func borrowed(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func isDecimal(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c), c == '-', c == '+', c == '.', c|0x20 == 'e':
		default:
			return false
		}
	}
	return s != ""
}

// textTime takes what the format "date-time" takes, since time.Parse alone takes hours of one digit, commas and zones of any size, but no
// lower case. A leap second is no time.Time.
func textTime(s string, p unsafe.Pointer) string {
	if !isDateTime(s) {
		return "a date and time (RFC 3339)"
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse(time.RFC3339, strings.ToUpper(s))
	}
	if err != nil {
		return "a date and time (RFC 3339)"
	}
	*(*time.Time)(p) = t
	return ""
}

func textBase64(s string, p unsafe.Pointer) string {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return "base64 (RFC 4648, section 4)"
	}
	*(*[]byte)(p) = b
	return ""
}

func textUnmarshal(t reflect.Type) textFunc {
	wanted := "text that " + t.String() + " accepts"
	return func(s string, p unsafe.Pointer) string {
		if reflect.NewAt(t, p).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)) != nil {
			return wanted
		}
		return ""
	}
}
