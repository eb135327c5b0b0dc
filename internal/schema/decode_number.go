package schema

import (
	"strconv"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// storeFunc fills p from an integer's literal; it reports false for what does not fit.
type storeFunc func(literal string, p unsafe.Pointer) bool

func decodeSigned[T int | int8 | int16 | int32 | int64](n *Node, store storeFunc, wanted string) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		d.peek()
		v, small := d.smallInteger()
		if !small {
			return d.largeInteger(n, p, largeInteger{store, wanted})
		}
		if int64(T(v)) != v {
			d.fault("type", "must be "+wanted)
			return true
		}
		*(*T)(p) = T(v)
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

func decodeUnsigned[T uint | uint8 | uint16 | uint32 | uint64](n *Node, store storeFunc, wanted string) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		// "-0" is no value of an unsigned type, though its number is.
		if d.peek() == '-' {
			return d.largeInteger(n, p, largeInteger{store, wanted})
		}
		v, small := d.smallInteger()
		if !small {
			return d.largeInteger(n, p, largeInteger{store, wanted})
		}
		if uint64(T(v)) != uint64(v) {
			d.fault("type", "must be "+wanted)
			return true
		}
		*(*T)(p) = T(v)
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

// largeInteger is what takes an integer that is not small, and says what else stands there.
type largeInteger struct {
	store  storeFunc
	wanted string
}

func (d *decoder) largeInteger(n *Node, p unsafe.Pointer, as largeInteger) bool {
	if c := d.peek(); c != '-' && !isDigit(c) {
		return d.mismatch("an integer")
	}
	literal, integral, ok := d.number()
	if !ok {
		return false
	}
	if !integral || !as.store(borrowed(literal), p) {
		d.fault("type", "must be "+as.wanted)
	} else if n.check != nil {
		d.obey(n.check, p)
	}
	return true
}

func decodeFloat[T float32 | float64](n *Node, bits int, wanted string) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		c := d.peek()
		// A float32 is rounded once, from the text, not from a float64.
		v, small := 0.0, false
		if bits == 64 {
			v, small = d.smallDecimal()
		}
		if !small {
			if c != '-' && !isDigit(c) {
				return d.mismatch("a number")
			}
			literal, _, ok := d.number()
			if !ok {
				return false
			}
			var err error
			if v, err = strconv.ParseFloat(borrowed(literal), bits); err != nil {
				d.fault("type", "must be "+wanted)
				return true
			}
		}
		*(*T)(p) = T(v)
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}
