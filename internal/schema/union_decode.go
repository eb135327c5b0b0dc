package schema

import (
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// decodeUnion finds the discriminator, wherever it stands in the object, and decodes the object as the type that it names.
func decodeUnion(n *Node) decodeFunc {
	a, t := n.Union, n.Go
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '{' {
			return d.mismatch("an object")
		}
		i, ok := d.alternative(a)
		if !ok || i < 0 {
			return ok && d.skip()
		}
		node := a.Nodes[i]
		value := reflect.New(node.Go)
		if !node.decode(d, value.UnsafePointer()) {
			return false
		}
		if a.Union.Cases[i].Go.Kind() != reflect.Pointer {
			value = value.Elem()
		}
		reflect.NewAt(t, p).Elem().Set(value)
		return true
	}
}

// alternative reads the discriminator of the object at pos, and leaves pos there. -1 is none, which is noted as a fault.
func (d *decoder) alternative(a *Alternatives) (int, bool) {
	property, start := a.Union.Property, d.pos
	at, ok := d.discriminator(property)
	if !ok {
		return -1, false
	}
	if at < 0 {
		d.faultAt(property, "required", "is required; it is one of "+a.names)
		return -1, true
	}
	d.pos = at
	if d.peek() != '"' {
		before := len(d.faults)
		ok = d.mismatch("a string")
		d.inside(before, step{property, -1})
		d.pos = start
		return -1, ok
	}
	name, ok := d.bytes()
	d.pos = start
	if !ok {
		return -1, false
	}
	i, known := a.byName[string(name)]
	if !known {
		d.faultAt(property, "enum", "must be one of "+a.names)
		return -1, true
	}
	return i, true
}

func skipValue(d *decoder, _ unsafe.Pointer) bool {
	if d.peek() != '"' {
		return d.mismatch("a string")
	}
	return d.skip()
}
