package schema

import (
	"strconv"

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
		return d.anyObject()
	case '[':
		return d.anyArray()
	case '"':
		return d.string()
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
		return d.anyNumber()
	}
}

func (d *decoder) anyObject() (any, bool) {
	if !d.enter() {
		return nil, false
	}
	members := map[string]any{}
	for first := true; ; first = false {
		another, ok := d.more('}', first)
		if !another {
			return members, ok
		}
		at := d.pos
		name, ok := d.ownName()
		if !ok {
			return nil, false
		}
		if !d.policy.AllowDuplicates {
			if _, there := members[name]; there {
				return nil, d.fail(at, duplicateName)
			}
		}
		before := len(d.faults)
		value, ok := d.any()
		if !ok {
			return nil, false
		}
		if len(d.faults) > before {
			d.inside(before, step{name, -1})
		}
		members[name] = value
	}
}

func (d *decoder) anyArray() (any, bool) {
	if !d.enter() {
		return nil, false
	}
	elements := []any{}
	for {
		another, ok := d.more(']', len(elements) == 0)
		if !another {
			return elements, ok
		}
		before := len(d.faults)
		value, ok := d.any()
		if !ok {
			return nil, false
		}
		if len(d.faults) > before {
			d.inside(before, step{"", len(elements)})
		}
		elements = append(elements, value)
	}
}

func (d *decoder) anyNumber() (any, bool) {
	if v, small := d.smallDecimal(); small {
		return v, true
	}
	literal, _, ok := d.number()
	if !ok {
		return nil, false
	}
	v, err := strconv.ParseFloat(borrowed(literal), 64)
	if err != nil {
		d.fault("type", "must be a number that fits 64 bits")
		return nil, true
	}
	return v, true
}
