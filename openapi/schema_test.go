package openapi

import (
	"encoding/json"
	"strings"
	"testing"
)

// schemaCases are one model and what it is in 3.1, which is JSON Schema, and in 3.0.
var schemaCases = []struct {
	name   string
	schema *Schema
	v31    string
	v30    string
}{
	{"anything", &Schema{}, `{}`, `{}`},
	{"nothing", &Schema{Never: true}, `false`, `{"not":{}}`},
	{"one type", &Schema{Type: Types{"string"}}, `{"type":"string"}`, `{"type":"string"}`},
	{"null", &Schema{Type: Types{"null"}}, `{"type":"null"}`, `{"type":"object","enum":[null],"nullable":true}`},
	{"nullable", (&Schema{Type: Types{"string"}}).Nullable(), `{"type":["string","null"]}`, `{"type":"string","nullable":true}`},
	{"nullable twice", (&Schema{Type: Types{"string"}}).Nullable().Nullable(), `{"type":["string","null"]}`, `{"type":"string","nullable":true}`},
	{"nullable anything", (&Schema{}).Nullable(), `{}`, `{}`},
	{
		"nullable enum", (&Schema{Type: Types{"string"}, Enum: []any{"a"}}).Nullable(),
		`{"type":["string","null"],"enum":["a",null]}`, `{"type":"string","enum":["a",null],"nullable":true}`,
	},
	{
		"nullable constant", (&Schema{Type: Types{"string"}, Const: "a"}).Nullable(),
		`{"anyOf":[{"type":"string","const":"a"},{"type":"null"}]}`, `{"allOf":[{"type":"string","enum":["a"]}],"nullable":true}`,
	},
	{
		"nullable reference", (&Schema{Ref: "#/x"}).Nullable(),
		`{"anyOf":[{"$ref":"#/x"},{"type":"null"}]}`, `{"allOf":[{"$ref":"#/x"}],"nullable":true}`,
	},
	{
		"two types", &Schema{Type: Types{"string", "integer"}},
		`{"type":["string","integer"]}`, `{"anyOf":[{"type":"string"},{"type":"integer"}]}`,
	},
	{
		"reference with words", &Schema{Ref: "#/x", Description: "d"},
		`{"$ref":"#/x","description":"d"}`, `{"description":"d","allOf":[{"$ref":"#/x"}]}`,
	},
	{
		"tuple", &Schema{PrefixItems: []*Schema{{Type: Types{"string"}}}, Items: &Schema{Never: true}},
		`{"items":false,"prefixItems":[{"type":"string"}]}`, `{"items":{},"x-prefixItems":[{"type":"string"}]}`,
	},
	{
		"members by pattern", &Schema{PatternProperties: Map[*Schema]{{Name: "^a", Value: &Schema{}}}, AdditionalProperties: &Schema{Never: true}},
		`{"additionalProperties":false,"patternProperties":{"^a":{}}}`, `{"x-patternProperties":{"^a":{}}}`,
	},
	{"reference", &Schema{Ref: "#/x"}, `{"$ref":"#/x"}`, `{"$ref":"#/x"}`},
	{"constant", &Schema{Const: 0}, `{"const":0}`, `{"enum":[0]}`},
	{"bounds", &Schema{Minimum: "1", Maximum: "9"}, `{"minimum":1,"maximum":9}`, `{"minimum":1,"maximum":9}`},
	{
		"exclusive", &Schema{ExclusiveMinimum: "0", ExclusiveMaximum: "1.5"},
		`{"exclusiveMinimum":0,"exclusiveMaximum":1.5}`, `{"minimum":0,"maximum":1.5,"exclusiveMinimum":true,"exclusiveMaximum":true}`,
	},
	{
		"the stricter", &Schema{Minimum: "3", ExclusiveMinimum: "2", Maximum: "5", ExclusiveMaximum: "5"},
		`{"minimum":3,"exclusiveMinimum":2,"maximum":5,"exclusiveMaximum":5}`, `{"minimum":3,"maximum":5,"exclusiveMaximum":true}`,
	},
	{"examples", &Schema{Examples: []any{"a", "b"}}, `{"examples":["a","b"]}`, `{"example":"a"}`},
	{"base64", &Schema{Type: Types{"string"}, ContentEncoding: "base64"}, `{"type":"string","contentEncoding":"base64"}`, `{"type":"string","format":"byte"}`},
	{"file", &Schema{ContentMediaType: "application/octet-stream"}, `{"contentMediaType":"application/octet-stream"}`, `{"type":"string","format":"binary"}`},
	{"array", &Schema{Type: Types{"array"}}, `{"type":"array"}`, `{"type":"array","items":{}}`},
	{
		"members", &Schema{Properties: Map[*Schema]{{"b", &Schema{Const: 1}}, {"a", nil}}, Required: []string{"b"}, AdditionalProperties: &Schema{Never: true}},
		`{"properties":{"b":{"const":1},"a":{}},"required":["b"],"additionalProperties":false}`,
		`{"properties":{"b":{"enum":[1]},"a":{}},"required":["b"],"additionalProperties":{"not":{}}}`,
	},
	{
		"identity", &Schema{ID: "/s", Dialect: "d", Default: false, Extensions: Extensions{"x-b": 2, "x-a": []int{1}}},
		`{"$id":"/s","$schema":"d","default":false,"x-a":[1],"x-b":2}`, `{"default":false,"x-a":[1],"x-b":2}`,
	},
	{"large number", &Schema{Maximum: "18446744073709551615"}, `{"maximum":18446744073709551615}`, `{"maximum":18446744073709551615}`},
}

func TestSchema(t *testing.T) {
	for _, c := range schemaCases {
		before, _ := json.Marshal(c.schema)
		for version, want := range map[Version]string{V31: c.v31, V32: c.v31, V30: c.v30} {
			r := renderer{version: version}
			if err := r.schema(c.schema); err != nil || r.out.String() != want {
				t.Errorf("%s as %s: %s (%v), want %s", c.name, version, r.out.String(), err, want)
			}
		}
		if after, _ := json.Marshal(c.schema); string(after) != string(before) || string(after) != c.v31 {
			t.Errorf("%s was %s, and is %s after rendering", c.name, before, after)
		}
	}
}

func TestRenderingFails(t *testing.T) {
	for want, x := range map[string]Extensions{
		"does not begin with x-": {"note": 1},
		"unsupported type":       {"x-note": make(chan int)},
	} {
		d := &Document{Extensions: x}
		if _, err := d.Render(V31); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
