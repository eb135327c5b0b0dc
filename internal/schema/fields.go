package schema

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// jsonField is a struct field that has a JSON form, possibly of an embedded struct.
type jsonField struct {
	name      string
	field     reflect.StructField
	place     place
	tagged    bool
	omitEmpty bool
	omitZero  bool
	quoted    bool
	index     []int
}

// place leads from a struct to a field, through embedded structs and pointers to them.
type place struct {
	hops   []hop
	offset uintptr
}

// hop crosses an embedded pointer.
type hop struct {
	offset uintptr
	target reflect.Type
}

// make gives the field's memory, and makes what embedded pointers on the way lack.
func (l *place) make(p unsafe.Pointer) unsafe.Pointer {
	for _, h := range l.hops {
		slot := (*unsafe.Pointer)(unsafe.Add(p, h.offset))
		if *slot == nil {
			*slot = reflect.New(h.target).UnsafePointer()
		}
		p = *slot
	}
	return unsafe.Add(p, l.offset)
}

// find gives the field's memory, nil behind an embedded nil pointer.
func (l *place) find(p unsafe.Pointer) unsafe.Pointer {
	for _, h := range l.hops {
		if p = *(*unsafe.Pointer)(unsafe.Add(p, h.offset)); p == nil {
			return nil
		}
	}
	return unsafe.Add(p, l.offset)
}

// jsonFields lists what encoding/json would: exported fields under their tagged names, those of embedded structs too, where the
// shallowest of a name wins, then the tagged one; of equals none is left.
func jsonFields(t reflect.Type) []*jsonField {
	walk := fieldWalk{above: map[reflect.Type]bool{}}
	walk.collect(t, place{}, nil)
	byName := map[string][]*jsonField{}
	for _, f := range walk.all {
		byName[f.name] = append(byName[f.name], f)
	}
	var kept []*jsonField
	for _, group := range byName {
		slices.SortFunc(group, rank)
		if len(group) == 1 || rank(group[0], group[1]) != 0 {
			kept = append(kept, group[0])
		}
	}
	slices.SortFunc(kept, func(a, b *jsonField) int { return slices.Compare(a.index, b.index) })
	return kept
}

// rank orders by depth, then tagged before untagged.
func rank(a, b *jsonField) int {
	if c := cmp.Compare(len(a.index), len(b.index)); c != 0 || a.tagged == b.tagged {
		return c
	}
	if a.tagged {
		return -1
	}
	return 1
}

// fieldWalk gathers fields of a struct and of those embedded in it. above holds the types it is inside of, since a struct may embed a
// pointer to itself.
type fieldWalk struct {
	all   []*jsonField
	above map[reflect.Type]bool
}

func (w *fieldWalk) collect(t reflect.Type, at place, index []int) {
	if w.above[t] {
		return
	}
	w.above[t] = true
	defer delete(w.above, t)
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		here := append(slices.Clone(index), i)
		if f.Anonymous && name == "" {
			inner := f.Type
			next := place{slices.Clone(at.hops), at.offset + f.Offset}
			if inner.Kind() == reflect.Pointer && f.IsExported() {
				inner = inner.Elem()
				next = place{append(next.hops, hop{next.offset, inner}), 0}
			}
			if inner.Kind() == reflect.Struct && !hasOwnForm(inner) {
				w.collect(inner, next, here)
				continue
			}
		}
		if !f.IsExported() {
			continue
		}
		w.all = append(w.all, &jsonField{
			name: cmp.Or(name, f.Name), field: f, index: here, tagged: name != "",
			place:     place{slices.Clone(at.hops), at.offset + f.Offset},
			omitEmpty: hasOption(options, "omitempty"), omitZero: hasOption(options, "omitzero"), quoted: hasOption(options, "string"),
		})
	}
}

func hasOption(options, name string) bool {
	return slices.Contains(strings.Split(options, ","), name)
}

// hasOwnForm: the type reads and writes itself, so its fields are its own affair.
func hasOwnForm(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t == timeType || p.Implements(unmarshalerType) || p.Implements(textUnmarshaler) || marshalsItself(t)
}
