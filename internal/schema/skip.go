package schema

// skip takes one value of any kind and checks its syntax.
func (d *decoder) skip() bool {
	switch c := d.peek(); c {
	case '{':
		return d.skipObject()
	case '[':
		return d.skipArray()
	case '"':
		_, ok := d.bytes()
		return ok
	case 't':
		return d.literal("true")
	case 'f':
		return d.literal("false")
	case 'n':
		return d.literal("null")
	default:
		if c != '-' && !isDigit(c) {
			return d.unexpected("a value")
		}
		_, _, ok := d.number()
		return ok
	}
}

func (d *decoder) skipObject() bool {
	if !d.enter() {
		return false
	}
	var names nameSet
	for first := true; ; first = false {
		another, ok := d.more('}', first)
		if !another {
			return ok
		}
		at := d.pos
		name, ok := d.name()
		if !ok {
			return false
		}
		if !d.policy.AllowDuplicates && !names.add(name) {
			return d.fail(at, duplicateName)
		}
		if !d.skip() {
			return false
		}
	}
}

func (d *decoder) skipArray() bool {
	if !d.enter() {
		return false
	}
	for first := true; ; first = false {
		another, ok := d.more(']', first)
		if !another {
			return ok
		}
		if !d.skip() {
			return false
		}
	}
}

const duplicateName = "a member name stands twice in one object"

// nameSet holds the names that an object had. A handful is searched in order; more go into a map, whose hash is seeded, so that
// chosen names cannot make it slow.
type nameSet struct {
	few  []string
	many map[string]struct{}
}

// add reports false if the name was there.
func (s *nameSet) add(name []byte) bool {
	if s.many != nil {
		if _, there := s.many[string(name)]; there {
			return false
		}
		s.many[string(name)] = struct{}{}
		return true
	}
	for _, known := range s.few {
		if known == string(name) {
			return false
		}
	}
	s.few = append(s.few, string(name))
	if len(s.few) > 16 {
		s.many = make(map[string]struct{}, 2*len(s.few))
		for _, known := range s.few {
			s.many[known] = struct{}{}
		}
	}
	return true
}
