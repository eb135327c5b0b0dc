package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Deep gathers the values of one parameter that is a struct or a map, sent as name[member]=value (OpenAPI's deepObject). They are
// put together first and filled in afterwards, since members come in any order. The zero Deep has none.
type Deep struct {
	values []string
	names  []string // of under, in the order they came
	under  map[string]*Deep
}

// DepthError says that the brackets of a parameter's name lead deeper than MaxParamDepth.
type DepthError struct {
	In, Name string
}

func (e *DepthError) Error() string {
	return fmt.Sprintf("the %s parameter %q is nested more than %d deep", e.In, e.Name, MaxParamDepth)
}

// LongNameError says that the brackets of a parameter's name are longer than maxParamPath.
type LongNameError struct {
	In, Name string
}

func (e *LongNameError) Error() string {
	return fmt.Sprintf("the %s parameter %q has more than %d bytes of members in its name", e.In, e.Name, maxParamPath)
}

// Add keeps one value under path, which is what follows the parameter's name: "[price][min]", or "" for the name alone. It reports
// false for a path that is none; the error is a *DepthError, a *LongNameError or a *TextError.
func (d *Deep) Add(p *Param, path, value string) (bool, error) {
	for depth, rest := 0, path; rest != ""; {
		name, after, ok := strings.Cut(rest[1:], "]")
		if !ok || rest[0] != '[' || name == "" || strings.Contains(name, "[") {
			return false, nil
		}
		if depth++; depth > MaxParamDepth {
			return false, &DepthError{p.In, p.Name}
		}
		rest = after
	}
	switch {
	case len(path) > maxParamPath:
		return false, &LongNameError{p.In, p.Name}
	case !utf8.ValidString(path) || !utf8.ValidString(value):
		return false, &TextError{p.In, p.Name}
	}
	for path != "" {
		var name string
		name, path, _ = strings.Cut(path[1:], "]")
		next := d.under[name]
		if next == nil {
			if d.under == nil {
				d.under = map[string]*Deep{}
			}
			next = &Deep{}
			d.under[name] = next
			d.names = append(d.names, name)
		}
		d = next
	}
	d.values = append(d.values, value)
	return true, nil
}

// Fill fills the parameter's field of target from what was gathered, which may be nil, and appends what is wrong to faults. strict
// makes members that the type does not have a fault.
func (p *Param) Fill(target Target, d *Deep, strict bool, faults []Fault) []Fault {
	f := filling{in: p.In, strict: strict, faults: faults}
	f.value(p.Node, p.place.make(target.p), d, p.Name)
	return f.faults
}

// checkDeep refuses types that no text can fill. above holds the types it is inside of: one that holds itself is well, since
// MaxParamDepth ends what a request can send.
func checkDeep(n *Node, above map[reflect.Type]bool) error {
	if above[n.Go] {
		return nil
	}
	above[n.Go] = true
	switch n.Kind {
	case Object:
		for i := range n.Members.List {
			m := &n.Members.List[i]
			if err := noDirection(m.Field.Tag); err != nil {
				return fmt.Errorf("member %s of %s: %w", m.Name, n.Go, err)
			}
			if !n.Optional && m.Node.inner == nil && m.Node.Go == n.Go {
				return fmt.Errorf("%s holds itself", n.Go)
			}
			if err := checkDeep(m.Node, above); err != nil {
				return fmt.Errorf("member %s of %s: %w", m.Name, n.Go, err)
			}
		}
	case Map:
		return checkDeep(n.Elem, above)
	case Array:
		if n.Go.Kind() == reflect.Slice && n.Elem.text != nil && n.Elem.inner == nil {
			return nil
		}
		return fmt.Errorf("%s cannot be filled from text; use a slice of scalars", n.Go)
	default:
		if n.text == nil {
			return fmt.Errorf("%s cannot be filled from text", n.Go)
		}
	}
	return nil
}

// filling is one Fill.
type filling struct {
	in     string
	strict bool
	faults []Fault
}

// value fills p, which is n's, from d, nil where nothing was sent. name is the whole name.
func (f *filling) value(n *Node, p unsafe.Pointer, d *Deep, name string) {
	if n.inner != nil && n.text == nil {
		if d == nil {
			return
		}
		n, p = n.inner, openOptional(n, p)
	}
	before := len(f.faults)
	switch {
	case n.Kind != Object && n.Kind != Map:
		f.leaf(n, p, d, name)
		return
	case d != nil && len(d.values) > 0:
		f.fault(name, "type", "must be given by its members, as name[member]=value")
		return
	case n.Kind == Object:
		f.object(n, p, d, name)
	case d != nil:
		f.entries(n, p, d, name)
	}
	if n.check != nil && d != nil && len(f.faults) == before {
		f.obey(n, p, name)
	}
}

// openOptional makes what a pointer or an Opt is to hold and gives its memory.
func openOptional(n *Node, p unsafe.Pointer) unsafe.Pointer {
	if n.Go.Kind() == reflect.Pointer {
		made := reflect.New(n.inner.Go).UnsafePointer()
		*(*unsafe.Pointer)(p) = made
		return made
	}
	*(*optState)(unsafe.Add(p, n.Go.Field(1).Offset)) = optValue
	return p
}

func (f *filling) object(n *Node, p unsafe.Pointer, d *Deep, name string) {
	for i := range n.Members.List {
		m := &n.Members.List[i]
		var sent *Deep
		if d != nil {
			sent = d.under[m.Name]
		}
		at := name + "[" + m.Name + "]"
		isLeaf := m.Node.Kind != Object && m.Node.Kind != Map
		switch {
		case sent != nil || !isLeaf:
			f.value(m.Node, m.at(p), sent, at)
		case m.HasDefault:
			m.Node.text(m.Default, m.at(p))
		case m.Node.Kind == Array:
			f.obey(m.Node, m.at(p), at)
		case m.Required:
			f.fault(at, "required", "is required")
		}
	}
	if d == nil || !f.strict {
		return
	}
	for _, sent := range d.names {
		if _, known := n.Members.byName[sent]; !known {
			f.fault(name+"["+sent+"]", "unknown_field", "is not a member of this parameter")
		}
	}
}

func (f *filling) entries(n *Node, p unsafe.Pointer, d *Deep, name string) {
	m := reflect.MakeMapWithSize(n.Go, len(d.names))
	for _, member := range d.names {
		key, wanted := n.keyOf(member)
		if wanted != "" {
			f.fault(name+"["+member+"]", "propertyNames", "its name must be "+wanted)
			continue
		}
		v := reflect.New(n.Elem.Go)
		f.value(n.Elem, v.UnsafePointer(), d.under[member], name+"["+member+"]")
		m.SetMapIndex(key, v.Elem())
	}
	reflect.NewAt(n.Go, p).Elem().Set(m)
}

func (f *filling) leaf(n *Node, p unsafe.Pointer, d *Deep, name string) {
	switch {
	case d == nil:
	case len(d.under) > 0:
		f.fault(name, "type", "has no members")
	case n.Kind == Array:
		param, before := Param{In: f.in, Name: name, Node: n, Repeated: true}, len(f.faults)
		for _, text := range d.values {
			var room bool
			if f.faults, room = param.append(p, text, f.faults); !room {
				return
			}
		}
		f.faults = param.obeyList(p, f.faults, slices.ContainsFunc(f.faults[before:], isUnfilled))
	case len(d.values) > 1:
		f.fault(name, "repeated", "must be given once")
	default:
		if wanted := n.text(d.values[0], p); wanted != "" {
			f.fault(name, "type", "must be "+wanted)
			return
		}
		f.obey(n, p, name)
	}
}

// obey holds the value against its rules.
func (f *filling) obey(n *Node, p unsafe.Pointer, name string) {
	if n.check != nil {
		param := Param{In: f.in, Name: name}
		f.faults = param.attribute(n.check(p, f.faults), len(f.faults))
	}
}

func (f *filling) fault(name, code, detail string) {
	param := Param{In: f.in, Name: name}
	f.faults = param.fault(f.faults, code, detail)
}
