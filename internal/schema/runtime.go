package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// FromJSON compiles a JSON Schema (draft 2020-12) to a node without a Go type of its own: its memory is an any, to be filled with
// what encoding/json makes of a value (map[string]any, []any, string, float64, bool, nil), held against the schema with the same faults as
// those of types. Members that are absent and have a default get it.
//
// These words are understood: type, enum, const, the bounds of numbers, strings, arrays and objects, multipleOf, pattern (RE2), format
// (asserted), properties, required, additionalProperties, patternProperties, propertyNames, dependentRequired, dependentSchemas, items, prefixItems, contains with
// its bounds, allOf, anyOf, oneOf, not, if, $ref into the document itself, $defs, readOnly, and OpenAPI's discriminator beside a oneOf of
// references. Annotations are kept for documents. Every other word is an error, as are what is misspelt: nothing that would narrow what
// is valid is passed over. What begins with "x-" is not ours to judge.
func FromJSON(document []byte) (*Node, error) {
	s, err := parseSchemaDocument(document)
	if err != nil {
		return nil, err
	}
	n := &Node{Kind: Any, Go: reflect.TypeFor[any](), Nullable: s.accepts(nil), json: s}
	n.decode = func(d *decoder, p unsafe.Pointer) bool {
		v, ok := d.valid(s)
		*(*any)(p) = v
		return ok
	}
	return n, nil
}

// RawValue is the memory of a value that is kept as its JSON text too.
type RawValue struct {
	Value any
	Raw   []byte
}

// keepRaw makes a node that FromJSON compiled fill a RawValue.
func keepRaw(n *Node) *Node {
	raw := *n
	raw.Go = reflect.TypeFor[RawValue]()
	raw.decode = func(d *decoder, p unsafe.Pointer) bool {
		d.peek()
		start := d.pos
		v, ok := d.valid(n.json)
		if ok {
			*(*RawValue)(p) = RawValue{v, bytes.Clone(d.data[start:d.pos])}
		}
		return ok
	}
	return &raw
}

// valid takes any value and holds it against the schema. Where it cannot be represented that is the only fault.
func (d *decoder) valid(s *jsonSchema) (any, bool) {
	before := len(d.faults)
	v, ok := d.any()
	if !ok || len(d.faults) > before {
		return v, ok
	}
	c := checking{faults: d.faults}
	c.value(s, v)
	if d.faults = c.faults; len(d.faults) == before {
		c.settle()
	}
	return v, true
}

// schemaError says where in a schema document a mistake is.
func schemaError(at, format string, args ...any) error {
	return fmt.Errorf("the JSON Schema at #%s: "+format, append([]any{at}, args...)...)
}

// jsonSchema is one schema, compiled. It is immutable once its document has been parsed.
type jsonSchema struct {
	// at is where it stands in its document, a JSON Pointer; key names it and all that it refers to, for components.
	at, key string
	never   bool // the schema false
	types   typeSet
	rules   *Rules // of numbers, strings and sizes
	within  *Rules // what a format of numbers says of them
	enum    []listedValue
	// constant: enum is one value that was said by const.
	constant bool
	object   objectWords
	array    arrayWords
	applied  appliedWords
	prose    proseWords
}

// listedValue is one of an enum, a const or a default: as it is compared, and as it is written.
type listedValue struct {
	value any
	text  json.RawMessage
}

// objectWords are those for objects.
type objectWords struct {
	properties []property
	byName     map[string]int
	required   []string
	patterns   []patternProperty
	additional *jsonSchema // nil: anything
	names      *jsonSchema
	dependent  []dependency
}

type property struct {
	name   string
	schema *jsonSchema
}

// arrayWords are those for arrays. The counts are -1 where they say nothing.
type arrayWords struct {
	prefix                   []*jsonSchema
	items                    *jsonSchema
	contains                 *jsonSchema
	minContains, maxContains int
}

// appliedWords are schemas for the value itself.
type appliedWords struct {
	all, any, one []*jsonSchema
	not           *jsonSchema
	dependent     []property // for objects that have the member
	ref           *jsonSchema
	refText       *string // may be empty: the document itself
	condition     condition
	choice        *choice // OpenAPI's discriminator among one
}

type condition struct{ when, then, otherwise *jsonSchema }

// choice is a discriminator: which of the schemas holds is told by a member.
type choice struct {
	property string
	mapping  []mappedCase
	names    string // of all, for messages
}

type mappedCase struct {
	name, ref string
	schema    *jsonSchema
}

// proseWords say nothing about what is valid, but for readOnly, which binds the sender.
type proseWords struct {
	title, description            string
	deprecated                    bool
	readOnly, writeOnly           bool
	standard                      *listedValue // the default
	examples                      []json.RawMessage
	contentEncoding, contentMedia string
}
