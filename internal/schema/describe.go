package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// Describer turns what types are compiled to into JSON Schema for one document. Structs with a name become components, to which
// everything else refers; their names are known once all types have been described, so references are set by [Describer.Components].
type Describer struct {
	components []*component
	known      map[componentKey]*component
	inside     *component // whose schema is being made, nil at a place of the document
	// open are the types that are being described in that place, one in the other: of one that holds itself without a struct with a
	// name between, nothing is said where it comes again.
	open []reflect.Type
}

// component is one named struct in one direction: what a client may send and what it gets are often not the same.
type component struct {
	key      componentKey
	schema   *openapi.Schema
	refs     []*openapi.Schema // those that refer to it
	refersTo []*component
	mappings []*string // of discriminators, that refer to it as well
	name     string
}

type componentKey struct {
	subject
	out bool
}

// subject is what a component is made of. union is set for a struct as a type of that union, with the discriminator; json alone is the
// key of a schema without a type.
type subject struct {
	t, union reflect.Type
	json     string
}

// NewDescriber returns one that has described nothing.
func NewDescriber() *Describer { return &Describer{known: map[componentKey]*component{}} }

// Input describes what a node takes.
func (d *Describer) Input(n *Node) *openapi.Schema {
	return d.once(n.Go, func() *openapi.Schema { return d.input(n) })
}

// once describes a type unless it is being described already.
func (d *Describer) once(t reflect.Type, describe func() *openapi.Schema) *openapi.Schema {
	if slices.Contains(d.open, t) {
		return &openapi.Schema{}
	}
	d.open = append(d.open, t)
	s := describe()
	d.open = d.open[:len(d.open)-1]
	return s
}

func (d *Describer) input(n *Node) *openapi.Schema {
	if n.inner != nil && n.Nullable {
		return d.Input(n.inner).Nullable()
	}
	if n.inner != nil {
		return d.Input(n.inner) // a tag asks for a value
	}
	if n.json != nil {
		return d.json(n.json)
	}
	if own := ownSchema(n.Go); own != nil {
		return own
	}
	var s *openapi.Schema
	switch n.Kind {
	case Object:
		s = d.object(componentKey{subject{t: n.Go}, false}, func() *openapi.Schema { return d.inputMembers(n.Members) })
	case Array:
		s = &openapi.Schema{Type: openapi.Types{"array"}, Items: d.Input(n.Elem)}
		if n.Go.Kind() == reflect.Array {
			count := n.Go.Len()
			s.MinItems, s.MaxItems = &count, &count
		}
	case Map:
		s = &openapi.Schema{Type: openapi.Types{"object"}, AdditionalProperties: d.Input(n.Elem)}
	case OneOf:
		return d.inputUnion(n.Union)
	default:
		s = scalarSchema(n)
	}
	n.Rules.describe(s, n)
	return s
}

// Param describes what a parameter takes: its absence is no value, so null is none either.
func (d *Describer) Param(p *Param) *openapi.Schema {
	n := p.Node
	if n.inner != nil {
		n = n.inner
	}
	s := d.Input(n)
	if p.HasDefault {
		s.Default = literal(s, p.Default)
	}
	return annotate(s, p.Field.Tag)
}

// Output describes what the encoder writes for a type.
func (d *Describer) Output(t reflect.Type) *openapi.Schema { return d.output(t, "") }

func (d *Describer) inputMembers(m *Members) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"object"}}
	for i := range m.List {
		member := &m.List[i]
		inner := d.Input(member.Node)
		if member.HasDefault {
			inner.Default = literal(inner, member.Default)
		}
		s.Properties.Set(member.Name, annotate(inner, member.Field.Tag))
		if member.Required {
			s.Required = append(s.Required, member.Name)
		}
	}
	return s
}

func (d *Describer) output(t reflect.Type, tag reflect.StructTag) *openapi.Schema {
	return d.once(t, func() *openapi.Schema { return d.anyOutput(t, tag) })
}

// anyOutput follows the encoder's order of questions (encode.go). What it has no word for may be any value.
func (d *Describer) anyOutput(t reflect.Type, tag reflect.StructTag) *openapi.Schema {
	if elem, ok := optElem(t); ok {
		return d.output(elem, tag).Nullable()
	}
	if t.Kind() == reflect.Pointer {
		return d.output(t.Elem(), tag).Nullable()
	}
	if own := ownSchema(t); own != nil {
		return own
	}
	n := &Node{Go: t}
	var s *openapi.Schema
	switch {
	case t == jsonNumberType:
		n.Kind = Number
	case writesText(t):
		n.Kind = String
	case declaredUnion(t) != nil:
		return d.outputUnion(declaredUnion(t)).Nullable()
	case marshalsItself(t), t.Kind() == reflect.Interface:
		return &openapi.Schema{}
	case scalar(n):
	case t.Kind() == reflect.Struct:
		return d.object(componentKey{subject{t: t}, true}, func() *openapi.Schema { return d.outputMembers(t) })
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		n.Kind = Array
		s = d.outputList(t, tag)
	case t.Kind() == reflect.Map:
		n.Kind = Map
		s = &openapi.Schema{Type: openapi.Types{"object"}, AdditionalProperties: d.output(t.Elem(), insideTag(tag, Map))}
	default:
		return &openapi.Schema{}
	}
	if s == nil {
		s = scalarSchema(n)
	}
	if translated, _, err := translateTag(tag, n); err == nil {
		tag = translated
	}
	if rules, err := parseRules(tag, n); err == nil {
		rules.describe(s, n)
	}
	return s
}

func (d *Describer) outputList(t reflect.Type, tag reflect.StructTag) *openapi.Schema {
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 && !marshalsItself(t.Elem()) {
		return &openapi.Schema{Type: openapi.Types{"string"}, ContentEncoding: "base64"}
	}
	s := &openapi.Schema{Type: openapi.Types{"array"}, Items: d.output(t.Elem(), insideTag(tag, Array))}
	if t.Kind() == reflect.Array {
		n := t.Len()
		s.MinItems, s.MaxItems = &n, &n
	}
	return s
}

func (d *Describer) outputMembers(t reflect.Type) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"object"}}
	for _, f := range jsonFields(t) {
		if slices.ContainsFunc(SourceTags, func(tag string) bool { _, there := f.field.Tag.Lookup(tag); return there }) {
			continue
		}
		inner := d.output(f.field.Type, f.field.Tag)
		if f.quoted && canBeQuoted(f.field.Type) {
			inner = quotedSchema(inner.Type)
		}
		omitted := f.omitZero && f.field.Type.Kind() != reflect.Struct || f.omitEmpty
		if omitted && f.field.Type.Kind() == reflect.Pointer {
			inner = withoutNull(inner) // what would be null is left out
		}
		s.Properties.Set(f.name, annotate(inner, f.field.Tag))
		if !f.omitEmpty && !f.omitZero && len(f.place.hops) == 0 && !isSaid(f.field.Tag, "writeOnly") {
			s.Required = append(s.Required, f.name)
		}
	}
	return s
}

// withoutNull takes back what Nullable did.
func withoutNull(s *openapi.Schema) *openapi.Schema {
	if len(s.AnyOf) == 2 && len(s.AnyOf[1].Type) == 1 && s.AnyOf[1].Type[0] == "null" {
		return s.AnyOf[0]
	}
	isNull := func(name string) bool { return name == "null" }
	if s.Enum != nil && slices.ContainsFunc(s.Type, isNull) {
		s.Enum = slices.DeleteFunc(s.Enum, func(v any) bool { return v == nil })
	}
	s.Type = slices.DeleteFunc(s.Type, isNull)
	return s
}

// object refers to the component of a struct with a name, and describes one without a name in its place.
func (d *Describer) object(key componentKey, describe func() *openapi.Schema) *openapi.Schema {
	if key.json == "" && key.t.Name() == "" {
		return describe()
	}
	c := d.known[key]
	if c == nil {
		c = &component{key: key}
		d.known[key] = c
		d.components = append(d.components, c)
		outside, open := d.inside, d.open
		d.inside, d.open = c, nil
		c.schema = describe()
		if key.json == "" && key.t.Kind() == reflect.Struct {
			if blank, ok := key.t.FieldByName("_"); ok {
				annotate(c.schema, blank.Tag)
			}
		}
		d.inside, d.open = outside, open
	}
	return d.refer(c)
}

// refer makes a reference to a component at the place that is being described.
func (d *Describer) refer(c *component) *openapi.Schema {
	s := &openapi.Schema{Ref: unnamed}
	c.refs = append(c.refs, s)
	if d.inside != nil {
		d.inside.refersTo = append(d.inside.refersTo, c)
	}
	return s
}

// unnamed is where references lead until their components have names.
const unnamed = "#"

// SchemaProvider is a type that writes or reads its JSON by methods of its own and knows its schema. It is asked on a zero value.
type SchemaProvider interface{ OpenAPISchema() *openapi.Schema }

func ownSchema(t reflect.Type) *openapi.Schema {
	if provider, ok := reflect.New(t).Interface().(SchemaProvider); ok {
		s := *provider.OpenAPISchema() // a copy, since its place adds words
		return &s
	}
	return nil
}

var textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()

// writesText: encoding/json asks MarshalJSON before MarshalText. The time has both, and writes a string.
func writesText(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t == timeType || textForms[t].read != nil || !p.Implements(marshalerType) && p.Implements(textMarshalerType) && t.Kind() != reflect.Interface
}

// literal gives a default or an example the JSON form that the schema has.
func literal(s *openapi.Schema, text string) any {
	if slices.Contains(s.Type, "boolean") {
		return text == "true" || text == "1" // as textBool has it
	}
	if !slices.Contains(s.Type, "string") && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return text
}

// annotate adds what a field's tag says to people.
func annotate(s *openapi.Schema, tag reflect.StructTag) *openapi.Schema {
	if doc := tag.Get("doc"); doc != "" {
		s.Description = doc
	}
	if title := tag.Get("title"); title != "" {
		s.Title = title
	}
	if example, there := tag.Lookup("example"); there {
		s.Examples = []any{literal(s, example)}
	}
	s.Deprecated = s.Deprecated || isSaid(tag, "deprecated")
	s.ReadOnly = s.ReadOnly || isSaid(tag, "readOnly")
	s.WriteOnly = s.WriteOnly || isSaid(tag, "writeOnly")
	return s
}

// isSaid: a tag is said by being there, unless it says "false".
func isSaid(tag reflect.StructTag, word string) bool {
	text, there := tag.Lookup(word)
	return there && text != "false"
}
