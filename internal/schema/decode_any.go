package schema

import (
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// decodeAny makes what encoding/json makes of a value: map[string]any, []any, string, float64, bool or nil.
func decodeAny(d *decoder, p unsafe.Pointer) bool {
	v, ok := d.any()
	*(*any)(p) = v
	return ok
}

func (d *decoder) any() (any, bool) {
	switch c := d.peek(); c {
	case '{':
		return decodeVia[map[string]any](d, anyMap)
	case '[':
		return decodeVia[[]any](d, anySlice)
	case '"':
		s, ok := d.bytes()
		return string(s), ok
	case 't':
		return true, d.literal("true")
	case 'f':
		return false, d.literal("false")
	case 'n':
		return nil, d.literal("null")
	default:
		if c != '-' && !isDigit(c) {
			return nil, d.unexpected("a value")
		}
		return decodeVia[float64](d, anyFloat)
	}
}

func decodeVia[T any](d *decoder, n *Node) (any, bool) {
	var v T
	ok := n.decode(d, unsafe.Pointer(&v))
	return v, ok
}

var anyMap, anySlice, anyFloat *Node

// The three hold decodeAny, which refers to them.
func init() {
	value := &Node{Kind: Any, Go: reflect.TypeFor[any](), Nullable: true, decode: decodeAny}
	anyMap = &Node{Kind: Map, Go: reflect.TypeFor[map[string]any](), Elem: value}
	anyMap.decode = decodeMap(anyMap)
	anySlice = &Node{Kind: Array, Go: reflect.TypeFor[[]any](), Elem: value}
	anySlice.decode = decodeSlice(anySlice)
	anyFloat = &Node{Go: reflect.TypeFor[float64]()}
	scalar(anyFloat)
}
