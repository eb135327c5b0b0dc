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
			if !first && d.follows(&o) {
				if !d.member(&o.members.List[o.next-1], p) {
					return false
				}
				continue
			}
			another, ok := d.more('}', first)
			if !ok {
				return false
			}
			if !another {
				break
			}
			m, ok := d.nextMember(&o, p)
			if !ok || m != nil && !d.member(m, p) {
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
	at := d.pos
	name, ok := d.name()
	if !ok {
		return nil, false
	}
	i := o.members.index(name, o.next)
	if i < 0 {
		if !d.policy.AllowDuplicates && !o.unknown.add(name) {
			return nil, d.fail(at, duplicateName)
		}
		return nil, d.unknownMember(name)
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

// follows takes the comma, the name and the colon of the member that is likely to come, if they stand there just as this encoder would
// write them: most senders keep to an order, and what is compared whole need not be looked for. What is anything else is left.
func (d *decoder) follows(o *openObject) bool {
	if o.next >= len(o.members.List) {
		return false
	}
	prefix := o.members.List[o.next].prefix
	if prefix == "" || len(d.data)-d.pos < len(prefix) || string(d.data[d.pos:d.pos+len(prefix)]) != prefix || o.seen.has(o.next) {
		return false
	}
	d.pos += len(prefix)
	o.seen.add(o.next)
	o.next++
	return true
}

func (d *decoder) member(m *Member, p unsafe.Pointer) bool {
	before := len(d.faults)
	if m.ReadOnly {
		if !d.skip() {
			return false
		}
		d.faultAt(m.Name, "readOnly", "is set by the server alone")
		return true
	}
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
			name, ok := d.ownName()
			if !ok {
				return false
			}
			key, wanted := n.keyOf(name)
			if wanted != "" {
				if !d.skip() {
					return false
				}
				d.faultAt(name, "propertyNames", "its name must be "+wanted)
				continue
			}
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
			if !d.isFull(n.Rules, m.Len()) {
				m.SetMapIndex(key, value.Elem())
			}
		}
		if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

// isFull is isRefused for an object with names of any kind that holds count of them.
func (d *decoder) isFull(r *Rules, count int) bool {
	return len(d.faults) >= MaxFaults || r != nil && r.MaxProperties >= 0 && count > r.MaxProperties
}
