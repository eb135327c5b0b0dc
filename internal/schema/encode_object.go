package schema

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// outMember is one member as it is written.
type outMember struct {
	place  place
	prefix string // a comma, the quoted name and the colon
	append appendFunc
	kind   outKind
	omit   func(p unsafe.Pointer) bool // nil: never
}

// outKind tells the members that are written in place, without a call of their function.
type outKind uint8

const (
	outOther outKind = iota
	outString
	outInteger // of 64 bits
	outNumber  // of 64 bits
	outBoolean
)

func outKindOf(t reflect.Type) outKind {
	switch {
	case t == jsonNumberType || marshalsItself(t) || textForms[t].append != nil:
		return outOther
	case t.Kind() == reflect.String:
		return outString
	case t.Kind() == reflect.Int64 || t.Kind() == reflect.Int && t.Size() == 8:
		return outInteger
	case t.Kind() == reflect.Float64:
		return outNumber
	case t.Kind() == reflect.Bool:
		return outBoolean
	}
	return outOther
}

// SourceTags are the tags that put a field of an answer elsewhere than into its JSON.
var SourceTags = []string{"header", "status", "cookie"}

func (c *encoderCompiler) object(t reflect.Type) (appendFunc, error) {
	members, err := c.members(t)
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		return appendMembers(e, dst, members, p)
	}, err
}

func (c *encoderCompiler) members(t reflect.Type) ([]outMember, error) {
	var members []outMember
	for _, f := range jsonFields(t) {
		if slices.ContainsFunc(SourceTags, func(tag string) bool { _, there := f.field.Tag.Lookup(tag); return there }) {
			continue
		}
		_, writeOnly, err := direction(f.field.Tag)
		if writeOnly && !c.whole {
			continue
		}
		var m outMember
		if err == nil {
			m, err = c.member(f)
		}
		if err != nil {
			return nil, fmt.Errorf("field %s of %s: %w", f.field.Name, t, err)
		}
		members = append(members, m)
	}
	return members, nil
}

// outPrefix stands before a member's value, less its comma where the member is the first.
func outPrefix(name string) string { return "," + string(appendString(nil, name)) + ":" }

func appendMembers(e *encodeRun, dst []byte, members []outMember, p unsafe.Pointer) []byte {
	dst = append(dst, '{')
	comma := 1 // of the first prefix it is left away
	for i := range members {
		m := &members[i]
		at := unsafe.Add(p, m.place.offset)
		if len(m.place.hops) > 0 {
			if at = m.place.find(p); at == nil {
				continue
			}
		}
		if m.omit != nil && m.omit(at) {
			continue
		}
		dst = append(dst, m.prefix[comma:]...)
		comma = 0
		switch m.kind {
		case outString:
			dst = appendString(dst, *(*string)(at))
		case outInteger:
			dst = strconv.AppendInt(dst, *(*int64)(at), 10)
		case outNumber:
			dst = appendFloat(e, dst, *(*float64)(at), 64)
		case outBoolean:
			dst = appendBool(dst, *(*bool)(at))
		default:
			dst = m.append(e, dst, at)
		}
		if e.err != nil {
			return dst
		}
	}
	return append(dst, '}')
}

func (c *encoderCompiler) member(f *jsonField) (outMember, error) {
	inner, err := c.of(f.field.Type)
	if err != nil {
		return outMember{}, err
	}
	kind := outKindOf(f.field.Type)
	if f.quoted && canBeQuoted(f.field.Type) {
		inner, kind = quotedAppender(inner), outOther
	}
	m := outMember{place: f.place, prefix: outPrefix(f.name), append: inner, kind: kind}
	empty, zero := never, never
	if f.omitEmpty {
		empty = emptyTest(f.field.Type)
	}
	if f.omitZero {
		zero = zeroTest(f.field.Type)
	}
	if f.omitEmpty || f.omitZero {
		m.omit = func(p unsafe.Pointer) bool { return empty(p) || zero(p) }
	}
	return m, nil
}

func never(unsafe.Pointer) bool { return false }

func canBeQuoted(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch k := t.Kind(); {
	case marshalsItself(t), textForms[t].append != nil:
		return false
	default:
		return k == reflect.Bool || k == reflect.String || k >= reflect.Int && k <= reflect.Float64 && k != reflect.Uintptr
	}
}

// emptyTest: "false, 0, a nil pointer, a nil interface value, and any array, slice, map, or string of length zero", as the
// documentation of encoding/json has it.
func emptyTest(t reflect.Type) func(unsafe.Pointer) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.String, reflect.Map, reflect.Array:
		return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().Len() == 0 }
	case reflect.Struct:
		return never
	}
	return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().IsZero() }
}

func zeroTest(t reflect.Type) func(unsafe.Pointer) bool {
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(reflect.TypeFor[interface{ IsZero() bool }]()) {
		return func(p unsafe.Pointer) bool {
			return reflect.NewAt(t, p).Interface().(interface{ IsZero() bool }).IsZero()
		}
	}
	return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().IsZero() }
}

// mapping writes members sorted by name, so that equal values have equal texts.
func (c *encoderCompiler) mapping(t reflect.Type) (appendFunc, error) {
	name, err := keyName(t.Key())
	if err != nil {
		return nil, err
	}
	inner, err := c.of(t.Elem())
	if err != nil {
		return nil, err
	}
	type entry struct {
		name  string
		value reflect.Value
	}
	all := func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		m := reflect.NewAt(t, p).Elem()
		entries := make([]entry, 0, m.Len())
		for it := m.MapRange(); it.Next(); {
			key, err := name(it.Key())
			if err != nil {
				e.err = err
				return dst
			}
			value := reflect.New(t.Elem())
			value.Elem().Set(it.Value())
			entries = append(entries, entry{key, value})
		}
		slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
		dst = append(dst, '{')
		for i, entry := range entries {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, entry.name), ':')
			if dst = inner(e, dst, entry.value.UnsafePointer()); e.err != nil {
				return dst
			}
		}
		return append(dst, '}')
	}
	return func(e *encodeRun, dst []byte, p unsafe.Pointer) []byte {
		if *(*unsafe.Pointer)(p) == nil {
			return append(dst, "{}"...)
		}
		return e.nested(all, dst, p)
	}, nil
}

func keyName(t reflect.Type) (func(reflect.Value) (string, error), error) {
	switch k := t.Kind(); {
	case k == reflect.String:
		return func(v reflect.Value) (string, error) { return v.String(), nil }, nil
	case t.Implements(textMarshaler):
		return func(v reflect.Value) (string, error) {
			b, err := v.Interface().(encoding.TextMarshaler).MarshalText()
			return string(b), err
		}, nil
	case k >= reflect.Int && k <= reflect.Int64:
		return func(v reflect.Value) (string, error) { return strconv.FormatInt(v.Int(), 10), nil }, nil
	case k >= reflect.Uint && k <= reflect.Uint64:
		return func(v reflect.Value) (string, error) { return strconv.FormatUint(v.Uint(), 10), nil }, nil
	}
	return nil, fmt.Errorf("%s cannot name the members of an object", t)
}
