package schema

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// scalarSchema describes a boolean, a number, a string or any value.
func scalarSchema(n *Node) *openapi.Schema {
	switch n.Kind {
	case Boolean:
		return &openapi.Schema{Type: openapi.Types{"boolean"}}
	case Integer:
		return integerSchema(n.Go)
	case Number:
		s := &openapi.Schema{Type: openapi.Types{"number"}}
		switch n.Go.Kind() {
		case reflect.Float64:
			s.Format = "double"
		case reflect.Float32:
			s.Format = "float"
		}
		return s
	case String:
		if n.quotes != Any {
			return &openapi.Schema{Type: openapi.Types{"string"}, Pattern: quotedPatterns[n.quotes]}
		}
		s := &openapi.Schema{Type: openapi.Types{"string"}, Format: textFormats[n.Go.String()], Pattern: textForms[n.Go].pattern}
		if n.Go.Kind() == reflect.Slice && n.Go.Elem().Kind() == reflect.Uint8 && !reflect.PointerTo(n.Go).Implements(textUnmarshaler) {
			s.ContentEncoding = "base64"
		}
		return s
	}
	return &openapi.Schema{}
}

// textFormats are types whose text is one of the registered formats.
var textFormats = map[string]string{"time.Time": "date-time", "uuid.UUID": "uuid", "url.URL": "uri"}

// quotedSchema describes what the json option "string" makes of a scalar of these types.
func quotedSchema(types openapi.Types) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"string"}}
	for name, kind := range map[string]Kind{"boolean": Boolean, "integer": Integer, "number": Number} {
		if slices.Contains(types, name) {
			s.Pattern = quotedPatterns[kind]
		}
	}
	if slices.Contains(types, "null") {
		return s.Nullable()
	}
	return s
}

// integerSchema says what fits the Go type: the formats of the OpenAPI registry where they exist, else bounds.
func integerSchema(t reflect.Type) *openapi.Schema {
	s := &openapi.Schema{Type: openapi.Types{"integer"}}
	bits := uint(8 * t.Size())
	signed := t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64
	switch {
	case signed && bits >= 32:
		s.Format = "int" + strconv.Itoa(int(bits))
	case signed:
		s.Minimum, s.Maximum = number(-1<<(bits-1)), number(1<<(bits-1)-1)
	case bits >= 64:
		s.Minimum = "0"
	default:
		s.Minimum, s.Maximum = "0", number(1<<bits-1)
	}
	return s
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

// describe writes the rules into the schema of their place. Where the Go type bounds a number too, the narrower of the two stands.
func (r *Rules) describe(s *openapi.Schema, n *Node) {
	if r == nil {
		return
	}
	bound := func(to *json.Number, b *Bound) {
		if b != nil {
			*to = json.Number(b.Text)
		}
	}
	if r.Minimum.compareType(s.Minimum) >= 0 {
		bound(&s.Minimum, r.Minimum)
	}
	if r.Maximum.compareType(s.Maximum) <= 0 {
		bound(&s.Maximum, r.Maximum)
	}
	bound(&s.ExclusiveMinimum, r.ExclusiveMinimum)
	bound(&s.ExclusiveMaximum, r.ExclusiveMaximum)
	bound(&s.MultipleOf, r.MultipleOf)
	count := func(to **int, n int) {
		if n >= 0 {
			*to = &n
		}
	}
	count(&s.MinLength, r.MinLength)
	count(&s.MaxLength, r.MaxLength)
	count(&s.MinItems, r.MinItems)
	count(&s.MaxItems, r.MaxItems)
	count(&s.MinProperties, r.MinProperties)
	count(&s.MaxProperties, r.MaxProperties)
	s.UniqueItems = r.UniqueItems
	if r.Pattern != nil {
		s.Pattern = r.Pattern.String()
	}
	if r.Format != "" {
		s.Format = r.Format
	}
	r.describeValues(s)
}

// compareType compares a rule with what an integer type says, "" where that is nothing.
func (b *Bound) compareType(says json.Number) int {
	if b == nil || says == "" {
		return 0
	}
	n, _ := says.Int64() // integerSchema wrote it
	return cmp.Compare(b.Integer, n)
}

func (r *Rules) describeValues(s *openapi.Schema) {
	for _, text := range r.Enum {
		s.Enum = append(s.Enum, literal(s, text))
	}
	if r.HasConst {
		s.Const = literal(s, r.Const)
	}
	if r.Not != nil {
		s.Not = &openapi.Schema{}
		for _, text := range r.Not {
			s.Not.Enum = append(s.Not.Enum, literal(s, text))
		}
	}
}
