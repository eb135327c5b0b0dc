package openapi

import (
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
)

// toV30 gives the schema in the words of OpenAPI 3.0.3 (section 4.7.24), a shallow copy: what is inside is turned when it is
// written. Where 3.0 cannot say it, the schema allows more than it did, never less.
func (s *Schema) toV30() *Schema {
	if s.Never {
		return &Schema{Not: &Schema{}}
	}
	t := *s
	t.ID, t.Dialect, t.Defs = "", "", nil
	if t.Ref != "" {
		// "This object cannot be extended with additional properties and any properties added SHALL be ignored" (section 4.7.23).
		ref := &Schema{Ref: t.Ref}
		t.Ref = ""
		if t.isEmpty() {
			return ref
		}
		t.AllOf = append(slices.Clone(t.AllOf), ref)
	}
	t.typesToV30()
	t.nullToV30()
	t.boundsToV30()
	if t.Const != nil {
		t.Enum, t.Const = []any{t.Const}, nil
	}
	if len(t.Examples) > 0 {
		t.example, t.Examples = t.Examples[0], nil
	}
	if slices.Contains(t.Type, "array") && t.Items == nil {
		t.Items = &Schema{} // "items MUST be present if the type is array"
	}
	if t.PrefixItems != nil {
		t.Items = &Schema{} // here it would be for the first elements too
	}
	if t.PatternProperties != nil {
		t.AdditionalProperties = nil // here it would be for the members that match too
	}
	if t.ContentEncoding == "base64" && t.Format == "" {
		t.Format = "byte"
	}
	if t.ContentMediaType != "" && t.ContentEncoding == "" && t.Type == nil {
		t.Type, t.Format = Types{"string"}, "binary"
	}
	t.ContentEncoding, t.ContentMediaType = "", ""
	return &t
}

// typesToV30: "Value MUST be a string. Multiple types via an array are not supported."
func (s *Schema) typesToV30() {
	kept := slices.DeleteFunc(slices.Clone(s.Type), func(name string) bool { return name == "null" })
	s.nullable = len(kept) < len(s.Type)
	switch {
	case len(kept) > 1:
		for _, name := range kept {
			s.AnyOf = append(slices.Clone(s.AnyOf), &Schema{Type: Types{name}})
		}
		kept = nil
	case len(kept) == 0 && s.nullable:
		// Null alone: "nullable" only counts beside a type, so it is a type of which only null is left.
		kept, s.Enum = Types{"object"}, []any{nil}
	}
	s.Type = kept
}

// nullToV30: "anyOf a schema or null" is the schema, nullable. The specification leaves open what nullable means beside a reference;
// generators of clients understand it as it is meant.
func (s *Schema) nullToV30() {
	isNull := func(x *Schema) bool { return len(x.Type) == 1 && x.Type[0] == "null" }
	for _, list := range []*[]*Schema{&s.AnyOf, &s.OneOf} {
		rest := slices.DeleteFunc(slices.Clone(*list), isNull)
		if len(rest) == len(*list) {
			continue
		}
		s.nullable = true
		*list = rest
		if len(rest) == 1 {
			s.AllOf, *list = append(slices.Clone(s.AllOf), rest[0]), nil
		}
	}
}

// boundsToV30: in 3.0 the exclusive bounds are booleans beside the inclusive ones. Of two bounds the stricter is kept.
func (s *Schema) boundsToV30() {
	if s.ExclusiveMinimum != "" {
		if s.Minimum == "" || compare(s.ExclusiveMinimum, s.Minimum) >= 0 {
			s.Minimum, s.exclusiveBelow = s.ExclusiveMinimum, true
		}
		s.ExclusiveMinimum = ""
	}
	if s.ExclusiveMaximum != "" {
		if s.Maximum == "" || compare(s.ExclusiveMaximum, s.Maximum) <= 0 {
			s.Maximum, s.exclusiveAbove = s.ExclusiveMaximum, true
		}
		s.ExclusiveMaximum = ""
	}
}

func compare(a, b json.Number) int {
	x, _ := new(big.Float).SetString(a.String())
	y, _ := new(big.Float).SetString(b.String())
	if x == nil || y == nil {
		return 0
	}
	return x.Cmp(y)
}

// onlyV30 are the words that the model does not have.
func (s *Schema) onlyV30() []Entry[any] {
	var extra []Entry[any]
	if s.nullable {
		extra = append(extra, Entry[any]{"nullable", true})
	}
	if s.exclusiveBelow {
		extra = append(extra, Entry[any]{"exclusiveMinimum", true})
	}
	if s.exclusiveAbove {
		extra = append(extra, Entry[any]{"exclusiveMaximum", true})
	}
	if s.example != nil {
		extra = append(extra, Entry[any]{"example", s.example})
	}
	return extra
}

// requirementsV30: "For other security scheme types, the array MUST be empty" (section 4.7.30). Ways that are the same without their roles
// stand there once.
func (r *renderer) requirementsV30(ways []SecurityRequirement) []SecurityRequirement {
	told := make([]SecurityRequirement, 0, len(ways))
	for _, way := range ways {
		way = slices.Clone(way)
		for i := range way {
			if s, _ := r.schemes.Get(way[i].Name); s.Type != "oauth2" && s.Type != "openIdConnect" {
				way[i].Value = nil
			}
		}
		if !slices.ContainsFunc(told, func(other SecurityRequirement) bool { return reflect.DeepEqual(other, way) }) {
			told = append(told, way)
		}
	}
	return told
}
