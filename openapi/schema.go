package openapi

import (
	"encoding/json"
	"reflect"
)

// Schema is a JSON Schema of draft 2020-12 (section 4.24). The zero Schema allows every value.
//
//tidy:fields the names are those of the specification
type Schema struct {
	// Never makes it the schema false, which allows no value; nothing else of it counts then.
	Never bool `openapi:"-"`

	ID          string       `openapi:"$id"`
	Dialect     string       `openapi:"$schema"`
	Ref         string       `openapi:"$ref"`
	Defs        Map[*Schema] `openapi:"$defs"`
	Title       string       `openapi:"title"`
	Description string       `openapi:"description"`
	// Type lists the types; one is written as a string.
	Type    Types  `openapi:"type"`
	Format  string `openapi:"format"`
	Enum    []any  `openapi:"enum"`
	Const   any    `openapi:"const"`
	Default any    `openapi:"default"`
	// Bounds are written as they are, so that no digit is lost.
	Minimum          json.Number `openapi:"minimum"`
	ExclusiveMinimum json.Number `openapi:"exclusiveMinimum"`
	Maximum          json.Number `openapi:"maximum"`
	ExclusiveMaximum json.Number `openapi:"exclusiveMaximum"`
	MultipleOf       json.Number `openapi:"multipleOf"`
	MinLength        *int        `openapi:"minLength"`
	MaxLength        *int        `openapi:"maxLength"`
	Pattern          string      `openapi:"pattern"`
	ContentEncoding  string      `openapi:"contentEncoding"`
	ContentMediaType string      `openapi:"contentMediaType"`
	Items            *Schema     `openapi:"items"`
	// PrefixItems are for the first elements, Items then for those behind them.
	PrefixItems []*Schema    `openapi:"prefixItems,since=3.1"`
	Contains    *Schema      `openapi:"contains,since=3.1"`
	MinContains *int         `openapi:"minContains,since=3.1"`
	MaxContains *int         `openapi:"maxContains,since=3.1"`
	MinItems    *int         `openapi:"minItems"`
	MaxItems    *int         `openapi:"maxItems"`
	UniqueItems bool         `openapi:"uniqueItems"`
	Properties  Map[*Schema] `openapi:"properties"`
	Required    []string     `openapi:"required"`
	// AdditionalProperties is what members without a schema of their own are; nil says nothing of them.
	AdditionalProperties *Schema `openapi:"additionalProperties"`
	MinProperties        *int    `openapi:"minProperties"`
	MaxProperties        *int    `openapi:"maxProperties"`
	// PatternProperties are what members are whose names match.
	PatternProperties Map[*Schema]   `openapi:"patternProperties,since=3.1"`
	PropertyNames     *Schema        `openapi:"propertyNames,since=3.1"`
	DependentRequired Map[[]string]  `openapi:"dependentRequired,since=3.1"`
	DependentSchemas  Map[*Schema]   `openapi:"dependentSchemas,since=3.1"`
	AllOf             []*Schema      `openapi:"allOf"`
	AnyOf             []*Schema      `openapi:"anyOf"`
	OneOf             []*Schema      `openapi:"oneOf"`
	Not               *Schema        `openapi:"not"`
	If                *Schema        `openapi:"if,since=3.1"`
	Then              *Schema        `openapi:"then,since=3.1"`
	Else              *Schema        `openapi:"else,since=3.1"`
	Discriminator     *Discriminator `openapi:"discriminator"`
	ReadOnly          bool           `openapi:"readOnly"`
	WriteOnly         bool           `openapi:"writeOnly"`
	Deprecated        bool           `openapi:"deprecated"`
	Examples          []any          `openapi:"examples"`
	ExternalDocs      *ExternalDocs  `openapi:"externalDocs"`
	Extensions        Extensions     `openapi:",extensions"`

	// What only 3.0 says; toV30 sets them.
	nullable                       bool
	exclusiveBelow, exclusiveAbove bool
	example                        any
}

// Types are the names of JSON types: "null", "boolean", "integer", "number", "string", "array", "object".
type Types []string

// Discriminator tells members of a union apart by a property of theirs.
type Discriminator struct {
	PropertyName string      `openapi:"propertyName,always"`
	Mapping      Map[string] `openapi:"mapping"`
}

// Nullable allows null besides what s allows. It returns s, changed where it has types of its own, or a new schema around it.
func (s *Schema) Nullable() *Schema {
	if len(s.Type) > 0 && s.Const == nil {
		for _, t := range s.Type {
			if t == "null" {
				return s
			}
		}
		s.Type = append(s.Type, "null")
		if s.Enum != nil {
			s.Enum = append(s.Enum, nil)
		}
		return s
	}
	if s.isEmpty() {
		return s
	}
	return &Schema{AnyOf: []*Schema{s, {Type: Types{"null"}}}}
}

// isEmpty: it allows every value and says nothing about it.
func (s *Schema) isEmpty() bool { return reflect.ValueOf(s).Elem().IsZero() }
