package schema

import (
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// presence has a bit for each member of an object.
type presence [MaxMembers / 64]uint64

func (s *presence) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }
func (s *presence) add(i int)      { s[i>>6] |= 1 << (i & 63) }

// openObject is an object whose members are being read.
type openObject struct {
	members *Members
	seen    presence
	unknown nameSet
	next    int // the member that is likely to come
}

func decodeObject(n *Node) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '{' {
			return d.mismatch("an object")
		}
		if !d.enter() {
			return false
		}
		o := openObject{members: n.Members}
		for first := true; ; first = false {
			another, ok := d.more('}', first)
			if !ok {
				return false
			}
			if !another {
				break
			}
			m, ok := d.nextMember(&o, p)
			if !ok {
				return false
			}
			if m != nil && !d.member(m, p) {
				return false
			}
		}
		if o.seen != n.Members.all {
			d.absent(n.Members, &o.seen, p)
		}
		return true
	}
}

// nextMember takes a name and tells whose it is. A member that is not known it steps over, and returns nil.
func (d *decoder) nextMember(o *openObject, p unsafe.Pointer) (m *Member, ok bool) {
	at, i := d.pos, o.next
	if !d.expected(o.members, i) {
		name, ok := d.name()
		if !ok {
			return nil, false
		}
		if i = o.members.index(name); i < 0 {
			if !d.policy.AllowDuplicates && !o.unknown.add(name) {
				return nil, d.fail(at, duplicateName)
			}
			return nil, d.unknownMember(name)
		}
	}
	if o.seen.has(i) {
		if !d.policy.AllowDuplicates {
			return nil, d.fail(at, duplicateName)
		}
		o.members.List[i].clear(p)
	}
	o.seen.add(i)
	o.next = i + 1
	return &o.members.List[i], true
}

// expected takes the name of member i and its colon if they come next just as this encoder would write them: most senders keep to an
// order, and a name that is compared whole need not be looked for.
func (d *decoder) expected(members *Members, i int) bool {
	if i >= len(members.List) {
		return false
	}
	key := members.List[i].key
	if key == "" || len(d.data)-d.pos < len(key) || string(d.data[d.pos:d.pos+len(key)]) != key {
		return false
	}
	d.pos += len(key)
	return true
}

func (d *decoder) member(m *Member, p unsafe.Pointer) bool {
	before := len(d.faults)
	ok := m.Node.decode(d, m.at(p))
	if len(d.faults) > before {
		d.inside(before, step{m.Name, -1})
	}
	return ok
}

func (d *decoder) unknownMember(name []byte) bool {
	// The name is borrowed until the next string, so it is copied; it is reported in the pointer alone.
	known := string(name)
	if !d.skip() {
		return false
	}
	if d.policy.AllowUnknown {
		return true
	}
	d.faultAt(known, "unknown_field", "is not a member of this object")
	return true
}

// absent fills in defaults and reports what was required.
func (d *decoder) absent(members *Members, seen *presence, p unsafe.Pointer) {
	for i := range members.List {
		m := &members.List[i]
		switch {
		case seen.has(i):
		case m.HasDefault:
			m.Node.text(m.Default, m.at(p))
		case m.Required:
			d.faultAt(m.Name, "required", "is required")
		}
	}
}

func decodeSlice(n *Node) decodeFunc {
	elem, size := n.Elem, n.Go.Elem().Size()
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '[' {
			return d.mismatch("an array")
		}
		if !d.enter() {
			return false
		}
		slice := reflect.NewAt(n.Go, p).Elem()
		h := (*sliceHeader)(p)
		*h = sliceHeader{data: unsafe.Pointer(&noElements)} // an empty array is no nil
		for i := 0; ; i++ {
			another, ok := d.more(']', i == 0)
			if !ok {
				return false
			}
			if !another {
				break
			}
			if i == h.cap {
				slice.Grow(max(4, i/2))
			}
			h.len = i + 1
			before := len(d.faults)
			if !elem.decode(d, unsafe.Add(h.data, uintptr(i)*size)) {
				return false
			}
			if len(d.faults) > before {
				d.inside(before, step{"", i})
			}
		}
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

// sliceHeader is the memory of any slice. It is only ever laid over one, so data keeps its memory alive.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// noElements is where empty slices point.
var noElements struct{}

func decodeMap(n *Node) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '{' {
			return d.mismatch("an object")
		}
		if !d.enter() {
			return false
		}
		m := reflect.MakeMap(n.Go)
		reflect.NewAt(n.Go, p).Elem().Set(m)
		for first := true; ; first = false {
			another, ok := d.more('}', first)
			if !ok {
				return false
			}
			if !another {
				break
			}
			at := d.pos
			borrowed, ok := d.name()
			if !ok {
				return false
			}
			name := string(borrowed)
			key := reflect.ValueOf(name).Convert(n.Go.Key())
			if !d.policy.AllowDuplicates && m.MapIndex(key).IsValid() {
				return d.fail(at, duplicateName)
			}
			value := reflect.New(n.Elem.Go)
			before := len(d.faults)
			if !n.Elem.decode(d, value.UnsafePointer()) {
				return false
			}
			if len(d.faults) > before {
				d.inside(before, step{name, -1})
			}
			m.SetMapIndex(key, value.Elem())
		}
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

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
