package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Version is a version of the specification.
type Version uint8

// The versions that Render writes.
const (
	V31 Version = iota // 3.1.1
	V30                // 3.0.3
	V32                // 3.2.0
)

// String is the version as it stands in a document.
func (v Version) String() string { return [...]string{"3.1.1", "3.0.3", "3.2.0"}[v] }

// Render writes the document as JSON of a version, indented, with a newline at its end. The document is not changed.
func (d *Document) Render(v Version) ([]byte, error) {
	r := renderer{version: v}
	if d.Components != nil {
		r.schemes = d.Components.SecuritySchemes
	}
	r.out.WriteString(`{"openapi":` + quote(v.String()))
	if err := r.fields(reflect.ValueOf(d).Elem(), false); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return r.indented()
}

// MarshalJSON writes the document as 3.1.
func (d *Document) MarshalJSON() ([]byte, error) { return d.Render(V31) }

// MarshalJSON writes the schema as JSON Schema draft 2020-12, as it stands in 3.1.
func (s *Schema) MarshalJSON() ([]byte, error) {
	r := renderer{version: V31}
	if err := r.value(reflect.ValueOf(s)); err != nil {
		return nil, err
	}
	return r.out.Bytes(), nil
}

// Render writes the schema as a JSON Schema of its own (draft 2020-12), indented, whose $id is id. Each reference in it is put through
// refer.
func (s *Schema) Render(id string, refer func(ref string) string) ([]byte, error) {
	own := *s
	own.ID, own.Dialect = id, "https://json-schema.org/draft/2020-12/schema"
	r := renderer{version: V31, refer: refer}
	if err := r.schema(&own); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return r.indented()
}

// renderer writes the model by its structs, so that names, order and versions stand in one place: their tags.
type renderer struct {
	out     bytes.Buffer
	version Version
	refer   func(ref string) string // nil: references stay
	schemes Map[SecurityScheme]     // of the document
}

func (r *renderer) indented() ([]byte, error) {
	var out bytes.Buffer
	if err := json.Indent(&out, r.out.Bytes(), "", "  "); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// word is what a field's tag says: its name, the version that has it first, and whether it stands there when it is zero.
type word struct {
	name       string
	since      Version
	always     bool
	extensions bool
}

func wordOf(f reflect.StructField) (w word, ok bool) {
	tag, there := f.Tag.Lookup("openapi")
	if !there || tag == "-" {
		return w, false
	}
	name, options, _ := strings.Cut(tag, ",")
	w = word{name: name, since: V30, always: options == "always", extensions: options == "extensions"}
	switch options {
	case "since=3.1":
		w.since = V31
	case "since=3.2":
		w.since = V32
	}
	return w, true
}

// age orders the versions.
func (v Version) age() int { return [...]int{1, 0, 2}[v] }

// fields writes the fields of a struct and its closing brace, after whatever stands behind the opening one.
func (r *renderer) fields(v reflect.Value, first bool) error {
	for i := range v.NumField() {
		w, ok := wordOf(v.Type().Field(i))
		if !ok {
			continue
		}
		field := v.Field(i)
		if w.extensions {
			if err := r.extensions(field.Interface().(Extensions), &first); err != nil {
				return err
			}
			continue
		}
		if isAbsent(field) && (!w.always || isReference(v)) {
			continue
		}
		if w.name == "$ref" && r.refer != nil {
			field = reflect.ValueOf(r.refer(field.String()))
		}
		if mapping, ok := field.Interface().(Map[string]); ok && w.name == "mapping" && r.refer != nil {
			field = reflect.ValueOf(r.referAll(mapping))
		}
		if w.since.age() > r.version.age() {
			// "Extended properties ... MUST begin with x-" (section 4.31): the older version has no word for it.
			w.name = "x-" + strings.TrimPrefix(w.name, "$")
		}
		if err := r.member(w.name, field, &first); err != nil {
			return err
		}
	}
	r.out.WriteByte('}')
	return nil
}

// referAll: the values of a discriminator's mapping are names or references (OpenAPI 3.1, section 4.8.25).
func (r *renderer) referAll(mapping Map[string]) Map[string] {
	referred := slices.Clone(mapping)
	for i := range referred {
		referred[i].Value = r.refer(referred[i].Value)
	}
	return referred
}

func (r *renderer) member(name string, v reflect.Value, first *bool) error {
	if !*first {
		r.out.WriteByte(',')
	}
	*first = false
	r.out.WriteString(quote(name) + ":")
	if err := r.value(v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (r *renderer) extensions(x Extensions, first *bool) error {
	names := make([]string, 0, len(x))
	for name := range x {
		if !strings.HasPrefix(name, "x-") {
			return fmt.Errorf("the extension %q does not begin with x-", name)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := r.member(name, reflect.ValueOf(x[name]), first); err != nil {
			return err
		}
	}
	return nil
}

// isAbsent: an empty list of requirements or of scopes says something, a nil one does not.
func isAbsent(v reflect.Value) bool {
	if v.Kind() == reflect.Slice && v.Type() != reflect.TypeFor[[]SecurityRequirement]() {
		return v.Len() == 0
	}
	return v.IsZero()
}

// isReference: what stands beside a reference takes the place of what it refers to, so nothing stands there unasked.
func isReference(v reflect.Value) bool {
	ref := v.FieldByName("Ref")
	return ref.IsValid() && ref.String() != ""
}

func (r *renderer) value(v reflect.Value) error {
	if !v.IsValid() {
		r.out.WriteString("null")
		return nil
	}
	switch x := v.Interface().(type) {
	case *Schema:
		return r.schema(x)
	case Types:
		if len(x) == 1 {
			r.out.WriteString(quote(x[0]))
			return nil
		}
		return r.list(v)
	case json.Number:
		r.out.WriteString(x.String())
		return nil
	case []SecurityRequirement:
		if r.version == V30 {
			x = r.requirementsV30(x)
		}
		return r.list(reflect.ValueOf(x))
	case interface{ entries() []Entry[any] }:
		return r.object(x.entries())
	}
	inModel := v.Kind() == reflect.Struct || v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct
	switch {
	case inModel && reflect.Indirect(v).IsValid() && reflect.Indirect(v).Type().PkgPath() == modelPath:
		r.out.WriteByte('{')
		return r.fields(reflect.Indirect(v), true)
	case v.Kind() == reflect.Slice:
		return r.list(v)
	}
	return r.foreign(v.Interface())
}

var modelPath = reflect.TypeFor[Document]().PkgPath()

// foreign writes a value that is not of the model.
func (r *renderer) foreign(v any) error {
	data, err := json.Marshal(v)
	r.out.Write(data)
	return err
}

func (r *renderer) list(v reflect.Value) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return r.foreign(v.Interface())
	}
	r.out.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			r.out.WriteByte(',')
		}
		if err := r.value(elemOf(v.Index(i))); err != nil {
			return err
		}
	}
	r.out.WriteByte(']')
	return nil
}

// elemOf looks through the interface of an []any.
func elemOf(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface {
		return v.Elem()
	}
	return v
}

func (r *renderer) object(entries []Entry[any]) error {
	r.out.WriteByte('{')
	first := true
	for _, e := range entries {
		if err := r.member(e.Name, reflect.ValueOf(e.Value), &first); err != nil {
			return err
		}
	}
	r.out.WriteByte('}')
	return nil
}

func (r *renderer) schema(s *Schema) error {
	if s == nil {
		r.out.WriteString("{}")
		return nil
	}
	if r.version == V30 {
		s = s.toV30()
	}
	if s.Never {
		r.out.WriteString("false")
		return nil
	}
	r.out.WriteByte('{')
	mark := r.out.Len()
	if err := r.fields(reflect.ValueOf(s).Elem(), true); err != nil {
		return err
	}
	if r.version != V30 {
		return nil
	}
	r.out.Truncate(r.out.Len() - 1)
	first := r.out.Len() == mark
	for _, extra := range s.onlyV30() {
		if err := r.member(extra.Name, reflect.ValueOf(extra.Value), &first); err != nil {
			return err
		}
	}
	r.out.WriteByte('}')
	return nil
}

// quote gives a JSON string as encoding/json writes it; text always has one.
func quote(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}
