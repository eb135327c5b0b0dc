package schema

import (
	"reflect"
	"slices"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

func decodeSlice(n *Node) decodeFunc {
	elem, size := n.Elem, n.Go.Elem().Size()
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '[' {
			return d.mismatch("an array")
		}
		if !d.enter() {
			return false
		}
		slice, h, start := reflect.NewAt(n.Go, p).Elem(), (*sliceHeader)(p), len(d.faults)
		*h = sliceHeader{data: unsafe.Pointer(&noElements)} // an empty array is no nil
		for i := 0; ; i++ {
			another, ok := d.more(']', i == 0)
			if !ok {
				return false
			}
			if !another {
				break
			}
			switch {
			case h.len > 0 && d.isRefused(n.Rules, i):
				slice.Index(h.len - 1).SetZero()
			case i == h.cap:
				slice.Grow(max(4, i/2))
				h.len++
			default:
				h.len++
			}
			before := len(d.faults)
			if !elem.decode(d, unsafe.Add(h.data, uintptr(h.len-1)*size)) {
				return false
			}
			if len(d.faults) > before {
				d.inside(before, step{"", i})
			}
		}
		switch {
		case n.check == nil:
		case !slices.ContainsFunc(d.faults[start:], isUnfilled):
			d.obey(n.check, p)
		case n.Rules != nil:
			d.obey(n.Rules.checkSize, p)
		}
		return true
	}
}

// isRefused reports whether an array is refused before its element i: elements from there on are looked at, but not kept, so that two
// octets for each do not take the memory of as many values.
func (d *decoder) isRefused(r *Rules, i int) bool {
	return len(d.faults) >= MaxFaults || r != nil && r.MaxItems >= 0 && i > r.MaxItems
}

// sliceHeader is the memory of any slice. It is only ever laid over one, so data keeps its memory alive.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// noElements is where empty slices point.
var noElements struct{}

// decodeArray fills a Go array, which has as many elements as its type says and no fewer. What is beyond it is read, not stored.
func decodeArray(n *Node) decodeFunc {
	elem, size, count := n.Elem, n.Go.Elem().Size(), n.Go.Len()
	wanted := "must have exactly " + plural(count, "element")
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '[' {
			return d.mismatch("an array")
		}
		if !d.enter() {
			return false
		}
		i := 0
		for ; ; i++ {
			another, ok := d.more(']', i == 0)
			if !ok {
				return false
			}
			if !another {
				break
			}
			before := len(d.faults)
			if i >= count {
				ok = d.skip()
			} else {
				ok = elem.decode(d, unsafe.Add(p, uintptr(i)*size))
			}
			if !ok {
				return false
			}
			if len(d.faults) > before {
				d.inside(before, step{"", i})
			}
		}
		switch {
		case i < count:
			d.fault("minItems", wanted)
		case i > count:
			d.fault("maxItems", wanted)
		}
		return true
	}
}
