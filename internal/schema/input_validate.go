package schema

import (
	"context"
	"reflect"
	"slices"
	"strings"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Validate runs the Validate methods of an input that was filled: those of its parameters and of what is inside of them, unless something
// was found wrong with the parameter, and then, if nothing was found wrong at all, its own, or where it has none those of the structs
// it embeds. The methods of a body ran while it was decoded.
func (in *Input) Validate(ctx context.Context, target Target, faults []Fault) []Fault {
	for i := range in.checked {
		p := &in.checked[i]
		if !slices.ContainsFunc(faults, p.isOf) {
			v := paramValidation{ctx, p, faults}
			v.value(p.Node, p.place.make(target.p), p.Name)
			faults = v.faults
		}
	}
	if len(faults) > 0 {
		return faults
	}
	for _, own := range in.validate {
		if err := own.validate(ctx, own.place.make(target.p)); err != nil {
			faults = append(faults, faultsOf(err)...)
		}
	}
	return faults[:min(len(faults), MaxFaults)]
}

// ownValidation is a Validate method of the input, or of a struct that it embeds.
type ownValidation struct {
	place    place
	validate validateFunc
}

// embedded finds the method of a struct at a place of the input. above: that of what embeds it comes first.
func (in *Input) embedded(t reflect.Type, at place, above bool) bool {
	validate := validateOf(t)
	if validate != nil && !above {
		in.validate = append(in.validate, ownValidation{at, validate})
	}
	return above || validate != nil
}

// isOf reports whether a fault is in the parameter or in a member of it.
func (p *Param) isOf(f Fault) bool {
	rest, ok := strings.CutPrefix(f.Name, p.Name)
	return ok && f.In == p.In && (rest == "" || rest[0] == '[')
}

// validates reports whether n, or something inside, has a Validate method. above holds the types it is inside of.
func (n *Node) validates(above map[reflect.Type]bool) bool {
	if n == nil || above[n.Go] {
		return false
	}
	above[n.Go] = true
	if n.validate != nil || n.Elem.validates(above) {
		return true
	}
	return n.Members != nil && slices.ContainsFunc(n.Members.List, func(m Member) bool { return m.Node.validates(above) })
}

// paramValidation runs the methods inside one parameter, innermost first.
type paramValidation struct {
	ctx    context.Context
	param  *Param
	faults []Fault
}

// value looks at p, which is n's. name is the whole name.
func (v *paramValidation) value(n *Node, p unsafe.Pointer, name string) {
	if n.inner != nil {
		if p = presentOptional(n, p); p == nil {
			return
		}
		n = n.inner
	}
	before := len(v.faults)
	switch n.Kind {
	case Object:
		for i := range n.Members.List {
			m := &n.Members.List[i]
			if at := m.place.find(p); at != nil {
				v.value(m.Node, at, name+"["+m.Name+"]")
			}
		}
	case Map:
		v.entries(n, p, name)
	case Array:
		list := reflect.NewAt(n.Go, p).Elem()
		for i := range list.Len() {
			v.value(n.Elem, list.Index(i).Addr().UnsafePointer(), name)
		}
	}
	if n.validate == nil || len(v.faults) > before || len(v.faults) >= MaxFaults {
		return
	}
	if err := n.validate(v.ctx, p); err != nil {
		for _, f := range faultsOf(err) {
			v.faults = append(v.faults, v.locate(f, name))
		}
		v.faults = v.faults[:min(len(v.faults), MaxFaults)]
	}
}

// presentOptional gives the memory of what a pointer or an Opt holds, nil where that is nothing.
func presentOptional(n *Node, p unsafe.Pointer) unsafe.Pointer {
	switch {
	case n.Go.Kind() == reflect.Pointer:
		return *(*unsafe.Pointer)(p)
	case *(*optState)(unsafe.Add(p, n.Go.Field(1).Offset)) == optValue:
		return p
	}
	return nil
}

// entries looks at the values of a map, each in memory of its own, since those of a map have none.
func (v *paramValidation) entries(n *Node, p unsafe.Pointer, name string) {
	m := reflect.NewAt(n.Go, p).Elem()
	var names []string
	for each := m.MapRange(); each.Next(); {
		names = append(names, each.Key().String())
	}
	slices.Sort(names)
	for _, key := range names {
		at, entry := reflect.ValueOf(key).Convert(n.Go.Key()), reflect.New(n.Elem.Go)
		entry.Elem().Set(m.MapIndex(at))
		v.value(n.Elem, entry.UnsafePointer(), name+"["+key+"]")
		m.SetMapIndex(at, entry.Elem())
	}
}

// locate puts a fault that begins at the value called name into its place in the request. One that says where it is stays.
func (v *paramValidation) locate(f Fault, name string) Fault {
	if f.Name != "" || f.In != "body" {
		return f
	}
	f.In, f.Name = v.param.In, name
	for step := range strings.SplitSeq(strings.TrimPrefix(f.Pointer, "/"), "/") {
		if f.Pointer != "" {
			f.Name += "[" + pointerUnescape.Replace(step) + "]"
		}
	}
	f.Pointer = ""
	return f
}

var pointerUnescape = strings.NewReplacer("~1", "/", "~0", "~")
