package schema

import (
	"cmp"
	"slices"
)

// survey keeps where the discriminators of objects stand, so that of unions inside of unions nothing is looked through twice.
type survey struct {
	property string
	// until is how far the body was looked through: of an object that begins before it, either found tells or it has none.
	until int
	found []foundMember // by object
}

// foundMember says where an object begins and where the value of its discriminator does.
type foundMember struct{ object, value int }

// discriminator tells where the value of a member of the object at pos is, -1 for an object without it, and leaves pos there. Most
// senders put it first; else the object is surveyed.
func (d *decoder) discriminator(property string) (at int, ok bool) {
	start, depth := d.pos, d.depth
	defer func() { d.pos, d.depth = start, depth }()
	// Of names that stand twice the last one holds, so the first tells nothing.
	if !d.policy.AllowDuplicates {
		if at, found, ok := d.firstMember(property); found || !ok {
			return at, ok
		}
		d.pos = start
	}
	s := d.survey(property)
	if start < s.until {
		i, found := slices.BinarySearchFunc(s.found, start, func(f foundMember, at int) int { return cmp.Compare(f.object, at) })
		if !found {
			return -1, true
		}
		return s.found[i].value, true
	}
	before := len(s.found)
	at, ok = d.surveyObject(s, true)
	slices.SortFunc(s.found[before:], func(a, b foundMember) int { return cmp.Compare(a.object, b.object) })
	s.until = d.pos
	return at, ok
}

// firstMember tells where the value of the object's first member is, if that has the name.
func (d *decoder) firstMember(property string) (at int, found, ok bool) {
	d.pos++
	if d.peek() != '"' {
		return -1, false, true
	}
	name, ok := d.name()
	return d.pos, ok && string(name) == property, ok
}

// survey gives that of a name. There are as many as the program has discriminators.
func (d *decoder) survey(property string) *survey {
	for i := range d.surveys {
		if d.surveys[i].property == property {
			return &d.surveys[i]
		}
	}
	d.surveys = append(d.surveys, survey{property: property})
	return &d.surveys[len(d.surveys)-1]
}

// surveyObject looks through an object, outermost only as far as it has to. Names that stand twice are left to who decodes it.
func (d *decoder) surveyObject(s *survey, outermost bool) (value int, ok bool) {
	object, value := d.pos, -1
	if !d.enter() {
		return -1, false
	}
	for count := 0; ; count++ {
		another, ok := d.more('}', count == 0)
		if !ok {
			return -1, false
		}
		if !another {
			break
		}
		name, ok := d.name()
		if !ok {
			return -1, false
		}
		if string(name) == s.property {
			value = d.pos
			switch {
			case d.policy.AllowDuplicates:
			case outermost:
				return value, true
			case count == 0:
				value = -1 // firstMember finds it
			}
		}
		if !d.surveyValue(s) {
			return -1, false
		}
	}
	if value >= 0 && !outermost {
		s.found = append(s.found, foundMember{object, value})
	}
	return value, true
}

func (d *decoder) surveyValue(s *survey) bool {
	switch d.peek() {
	case '{':
		_, ok := d.surveyObject(s, false)
		return ok
	case '[':
	default:
		return d.skip()
	}
	if !d.enter() {
		return false
	}
	for first := true; ; first = false {
		another, ok := d.more(']', first)
		if !another {
			return ok
		}
		if !d.surveyValue(s) {
			return false
		}
	}
}
