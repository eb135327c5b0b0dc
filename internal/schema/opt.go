package schema

import (
	"encoding/json"
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Opt is a value that may be absent or null, as three different things. The zero Opt is absent.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optValue
)

// Some is an Opt that holds v.
func Some[T any](v T) Opt[T] { return Opt[T]{v, optValue} }

// Null is an Opt that holds null.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get returns the value and whether there is one.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optValue }

// Or returns the value, or other if there is none.
func (o Opt[T]) Or(other T) T {
	if o.state == optValue {
		return o.value
	}
	return other
}

// IsNull reports whether null was given.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsAbsent reports whether nothing was given.
func (o Opt[T]) IsAbsent() bool { return o.state == optAbsent }

// IsZero is what the json option omitzero asks.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// MarshalJSON writes the value, or null.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optValue {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

func (o Opt[T]) optElem() reflect.Type { return reflect.TypeFor[T]() }

// optElem tells what an Opt holds.
func optElem(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	o, ok := reflect.Zero(t).Interface().(interface{ optElem() reflect.Type })
	if !ok {
		return nil, false
	}
	return o.optElem(), true
}

// optNode: the value stands first in the memory of an Opt, the state behind it.
func (c *compiler) optNode(t, elem reflect.Type, tag reflect.StructTag) (*Node, error) {
	inner, err := c.node(elem, tag)
	if err != nil {
		return nil, err
	}
	state := t.Field(1).Offset
	set := func(p unsafe.Pointer, s optState) { *(*optState)(unsafe.Add(p, state)) = s }
	n := *inner
	n.Go, n.inner, n.Nullable, n.Optional = t, inner, true, true
	n.decode = func(d *decoder, p unsafe.Pointer) bool {
		if d.null() {
			set(p, optNull)
			return d.err == nil
		}
		set(p, optValue)
		return inner.decode(d, p)
	}
	if inner.text != nil {
		n.text = func(s string, p unsafe.Pointer) string {
			set(p, optValue)
			return inner.text(s, p)
		}
	}
	return &n, nil
}
