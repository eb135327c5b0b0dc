package schema

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/fasterapi-go/fasterapi/openapi"
)

func fromJSON(t testing.TB, document string) *Node {
	t.Helper()
	n, err := FromJSON([]byte(document))
	if err != nil {
		t.Fatalf("%s: %v", document, err)
	}
	return n
}

// runtimeFaults are "pointer code" of each mistake.
func runtimeFaults(t testing.TB, n *Node, text string) (v any, list string) {
	t.Helper()
	faults, err := n.DecodeJSON(context.Background(), []byte(text), TargetOf(&v), Policy{})
	if err != nil {
		return nil, err.Error()
	}
	var all []string
	for _, f := range faults {
		if f.In != "body" || f.Detail == "" {
			t.Errorf("%s: %+v", text, f)
		}
		all = append(all, f.Pointer+" "+f.Code)
	}
	return v, strings.Join(all, ",")
}

const orderSchema = `{
	"title": "Order", "type": "object", "required": ["id", "lines", "kind"], "additionalProperties": false,
	"properties": {
		"id": {"type": "integer", "minimum": 1, "readOnly": true},
		"kind": {"enum": ["new", 2, null]},
		"mail": {"anyOf": [{"type": "string", "format": "email", "maxLength": 10}, {"type": "null"}], "default": null},
		"lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Line"}},
		"pay": {"oneOf": [{"$ref": "#/$defs/Card"}, {"$ref": "#/$defs/Cash"}],
			"discriminator": {"propertyName": "by", "mapping": {"card": "#/$defs/Card", "cash": "#/$defs/Cash"}}}
	},
	"$defs": {
		"Line": {"type": "object", "required": ["price"], "properties": {
			"price": {"type": "number", "multipleOf": 0.01}, "count": {"type": "integer", "default": 1}, "tags": {"default": []}}},
		"Card": {"type": "object", "required": ["number"], "properties": {"by": {"const": "card"}, "number": {"type": "string", "pattern": "^[0-9]+$"}}},
		"Cash": {"type": "object", "properties": {"by": {"const": "cash"}}, "additionalProperties": {"type": "integer"}}
	}
}`

func TestFromJSONFaults(t *testing.T) {
	n := fromJSON(t, orderSchema)
	for text, want := range map[string]string{
		`{"kind":"new","lines":[{"price":0.07}]}`:                               "",
		`{"kind":2.0,"lines":[{"price":1,"x":1}],"mail":"a@b.de"}`:              "",
		`{"kind":null,"lines":[{"price":1}],"pay":{"by":"cash","a":1}}`:         "",
		`{"lines":[{"price":0.075},{}],"id":1,"z":1,"y":2,"kind":"old"}`:        "/id readOnly,/kind enum,/lines/0/price multipleOf,/lines/1/price required,/y unknown_field,/z unknown_field",
		`{"kind":"new","lines":[],"mail":"somebody@example.com"}`:               "/mail maxLength,/lines minItems",
		`{"kind":"new","lines":{},"mail":1}`:                                    "/mail type,/lines type",
		`{"kind":"new","lines":[{"price":1}],"pay":{"number":"1"}}`:             "/pay/by required",
		`{"kind":"new","lines":[{"price":1}],"pay":{"by":1}}`:                   "/pay/by type",
		`{"kind":"new","lines":[{"price":1}],"pay":{"by":"check"}}`:             "/pay/by enum",
		`{"kind":"new","lines":[{"price":1}],"pay":[]}`:                         "/pay type",
		`{"kind":"new","lines":[{"price":1}],"pay":{"by":"card","number":"a"}}`: "/pay/number pattern",
		`{"kind":"new","lines":[{"price":1}],"pay":{"by":"cash","a/b~":""}}`:    "/pay/a~1b~0 type",
		`[]`:                  " type",
		`{"kind":1e400}`:      "/kind type",
		`{"kind":1,"kind":1}`: "the body is not valid JSON at byte 10: a member name stands twice in one object",
		`{"kind":"new"} {}`:   "the body is not valid JSON at byte 15: something follows the value",
	} {
		if _, got := runtimeFaults(t, n, text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, one := range [][3]string{
		{`{"type":["string","null"]}`, `1`, "must be a string or null, not a number"},
		{`{"type":["integer","number"]}`, `"1"`, "must be a number, not a string"},
		{`{"const":{"a":1}}`, `1`, `must be {"a":1}`},
		{`{"enum":["a",1]}`, `2`, "must be one of a, 1"},
		{`{"format":"int32"}`, `3000000000`, "must be of the format int32"},
		{`{"contains":{"const":1},"minContains":2}`, `[1]`, "must have at least 2 elements of the kind that is asked for"},
		{`{"not":{"type":"string"}}`, `""`, "is what must not be here"},
		{`{"uniqueItems":true}`, `[{"a":[1]},2,{"a":[1.0]}]`, "must have no two equal elements; 0 and 2 are"},
		{`{"oneOf":[{"minimum":1},{"maximum":5}]}`, `3`, "must be valid by exactly one of 2 alternatives, not by 2"},
		{`{"dependentRequired":{"a":["b"]}}`, `{"a":1}`, `is required beside "a"`},
	} {
		var v any
		faults, err := fromJSON(t, one[0]).DecodeJSON(context.Background(), []byte(one[1]), TargetOf(&v), Policy{})
		if err != nil || len(faults) != 1 || faults[0].Detail != one[2] {
			t.Errorf("%s for %s: %v %v", one[1], one[0], faults, err)
		}
	}
}

// TestFromJSONDefaults: they stand where nothing was sent, each request has its own, and a broken value has none.
func TestFromJSONDefaults(t *testing.T) {
	n := fromJSON(t, orderSchema)
	const text = `{"kind":null,"lines":[{"price":1},{"price":2,"count":0}]}`
	for range 2 {
		v, faults := runtimeFaults(t, n, text)
		want := map[string]any{"kind": nil, "mail": nil, "lines": []any{
			map[string]any{"price": 1.0, "count": 1.0, "tags": []any{}}, map[string]any{"price": 2.0, "count": 0.0, "tags": []any{}}}}
		if faults != "" || !reflect.DeepEqual(v, want) {
			t.Fatalf("%v %s", v, faults)
		}
		line := v.(map[string]any)["lines"].([]any)[0].(map[string]any)
		line["tags"] = append(line["tags"].([]any), "mine")
	}
	if v, _ := runtimeFaults(t, n, `{"lines":[{"price":1}]}`); len(v.(map[string]any)) != 1 {
		t.Error(v)
	}
	if fromJSON(t, `{"type":["string","null"]}`).Nullable != true || fromJSON(t, `{"type":"string"}`).Nullable {
		t.Error("null")
	}
}

func TestFromJSONMistakes(t *testing.T) {
	for document, want := range map[string]string{
		`{"type":"strnig"}`: `at #/type: there is no type "strnig"`,
		`{"minLenght":1}`:   `the word "minLenght" is not supported`,
		`{"properties":{"a/b":{"unevaluatedItems":false}}}`: `at #/properties/a~1b: the word "unevaluatedItems" is not supported`,
		`{"$ref":"#/$defs/a"}`:                              "leads to #/$defs/a, where no schema is",
		`{"$ref":"other.json"}`:                             "leads out of the document",
		`{"$ref":"#%zz"}`:                                   "no URI reference",
		`{"$ref":"#"}`:                                      "without end",
		`{"$ref":""}`:                                       "without end",
		`{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}`: "without end",
		`{"pattern":"(?=a)"}`:               "at #/pattern: error parsing regexp",
		`{"patternProperties":{"(":true}}`:  "at #/patternProperties: error parsing regexp",
		`{"format":"creditcard"}`:           `no such format is known: "creditcard"`,
		`{"multipleOf":0}`:                  "must be more than 0",
		`{"minimum":"1"}`:                   "at #/minimum: it must be a number",
		`{"minLength":-1}`:                  "an integer from 0",
		`{"minLength":1.5}`:                 "an integer from 0",
		`{"required":["a","a"]}`:            "strings that differ",
		`{"required":"a"}`:                  "an array of strings",
		`{"enum":[]}`:                       "not empty",
		`{"enum":[1],"const":1}`:            "one is enough",
		`{"anyOf":{}}`:                      "must be an array",
		`{"items":[{}]}`:                    "at #/items: a schema is an object, true or false",
		`{"properties":[]}`:                 "at #/properties: it must be an object",
		`{"uniqueItems":1}`:                 "must be true or false",
		`{"title":1}`:                       "must be a string",
		`{"type":"object","type":"object"}`: `the word "type" stands twice`,
		`{"properties":{"a":{},"a":{}}}`:    `the name "a" stands twice`,
		`{"$schema":"http://json-schema.org/draft-07/schema#"}`:                "is not draft 2020-12",
		`{"items":{"$id":"x"}}`:                                                "at the root",
		`{"then":{}}`:                                                          "without if",
		`{"maxContains":1}`:                                                    "without contains",
		`{"discriminator":{"propertyName":"a"}}`:                               "there is none",
		`{"oneOf":[{}],"discriminator":{"propertyName":"a"}}`:                  "each schema of oneOf must be a reference",
		`{"oneOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{}},"discriminator":{}}`: "must say a propertyName",
		`{"oneOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{}},"discriminator":{"propertyName":"a","mapping":{}}}`:                       "nothing is mapped to #/$defs/a",
		`{"oneOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{},"b":{}},"discriminator":{"propertyName":"a","mapping":{"x":"#/$defs/b"}}}`: "is not in oneOf",
		`{"a":1`: "not valid JSON",
		`1`:      "a schema is an object, true or false",
		strings.Repeat(`{"not":`, 600) + "{}" + strings.Repeat("}", 600): "nested more than 512 deep",
	} {
		if _, err := FromJSON([]byte(document)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.100s: %v, want %q", document, err, want)
		}
	}
	for _, fine := range []string{`{"x-anything":1,"$comment":"a","$id":"urn:x","$schema":"https://json-schema.org/draft/2020-12/schema","format":"password"}`, `true`} {
		fromJSON(t, fine)
	}
}

// TestFromJSONOnce: however many ways lead to a place, each schema is held against it once.
func TestFromJSONOnce(t *testing.T) {
	const twice = `{"properties":{"x":{"$ref":"#"}},"allOf":[{"properties":{"x":{"$ref":"#"}}}],"maxProperties":1}`
	const either = `{"anyOf":[{"properties":{"x":{"$ref":"#"},"a":{"type":"string"}},"minProperties":1},{"properties":{"x":{"$ref":"#"}},"minProperties":1}]}`
	const unique = `{"items":{"$ref":"#"},"uniqueItems":true}`
	for document, want := range map[string]string{twice: " maxProperties", either: " anyOf"} {
		text := strings.Repeat(`{"x":`, 500) + `{"x":{},"y":{}}` + strings.Repeat("}", 500)
		if document == either {
			text = strings.Repeat(`{"x":`, 500) + `{}` + strings.Repeat("}", 500)
		}
		_, got := runtimeFaults(t, fromJSON(t, document), text)
		if !strings.HasSuffix(got, want) || strings.Contains(got, ",") {
			t.Errorf("%s: %q", document, got)
		}
	}
	lists := strings.Repeat(`[[1],`, 250) + "2" + strings.Repeat("]", 250)
	if _, got := runtimeFaults(t, fromJSON(t, unique), lists); got != "" {
		t.Error(got)
	}
}

func TestFromJSONDescribed(t *testing.T) {
	d := NewDescriber()
	first, again := d.Input(fromJSON(t, orderSchema)), d.Input(fromJSON(t, " "+orderSchema))
	other := d.Input(fromJSON(t, `{"title":"Line","properties":{"a":{"title":"not named"}}}`))
	got := described(t, &openapi.Schema{AllOf: []*openapi.Schema{first, again, other}}, d)
	for _, want := range []string{
		`{"allOf":[{"$ref":"#Order"},{"$ref":"#Order"},{"$ref":"#Line2"}]}`,
		`"Order":{"title":"Order","type":"object","properties":{"id":{"type":"integer","minimum":1,"readOnly":true},"kind":{"enum":["new",2,null]},`,
		`"mail":{"default":null,"anyOf":[{"type":"string","format":"email","maxLength":10},{"type":"null"}]}`,
		`"discriminator":{"propertyName":"by","mapping":{"card":"#Card","cash":"#Cash"}}`,
		`"required":["id","lines","kind"],"additionalProperties":false}`,
		`"Line":{"type":"object","properties":{"price":{"type":"number","multipleOf":0.01},`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

// FuzzFromJSON: any document is compiled or refused, any value then decoded or refused, and what comes of it holds again: a schema that is
// described means the same.
func FuzzFromJSON(f *testing.F) {
	f.Add(orderSchema, `{"kind":"new","lines":[{"price":0.07}],"pay":{"by":"cash"}}`)
	f.Add(`{"$ref":"#/$defs/a%25~1","$defs":{"a%/":{"items":{"$ref":"#"},"uniqueItems":true}}}`, `[[1],[1]]`)
	f.Add(`{"if":{"minLength":2},"then":{"pattern":"^a"},"else":{"maxLength":1},"not":{"const":"ab"}}`, `"abc"`)
	f.Add(`{"patternProperties":{"^x":false},"propertyNames":{"maxLength":3},"dependentSchemas":{"a":{"minProperties":2}}}`, `{"a":1,"b":2}`)
	f.Add(`{"prefixItems":[{"type":"integer"}],"items":false,"contains":true,"maxContains":1}`, `[1.0]`)
	f.Fuzz(func(t *testing.T, document, text string) {
		n, err := FromJSON([]byte(document))
		if err != nil {
			return
		}
		v, faults := runtimeFaults(t, n, text)
		d := NewDescriber()
		s := d.Input(n)
		all := d.Components()
		written, err := json.Marshal(&openapi.Schema{AllOf: []*openapi.Schema{s}, Defs: all})
		if err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		again, err := FromJSON([]byte(strings.ReplaceAll(string(written), ComponentPrefix, "#/$defs/")))
		if err != nil {
			t.Fatalf("%s was described as %s: %v", document, written, err)
		}
		v2, faults2 := runtimeFaults(t, again, text)
		if faults != faults2 || faults == "" && !reflect.DeepEqual(v, v2) {
			t.Fatalf("%s was described as %s: %s gives %q %v and %q %v", document, written, text, faults, v, faults2, v2)
		}
	})
}

func TestKeepRaw(t *testing.T) {
	var v RawValue
	n := keepRaw(fromJSON(t, `{"type":"array","items":{"default":1}}`))
	data := []byte(` [1 , 9007199254740993] `)
	faults, err := n.DecodeJSON(context.Background(), data, Target{unsafe.Pointer(&v)}, Policy{})
	clear(data)
	if err != nil || faults != nil || string(v.Raw) != `[1 , 9007199254740993]` || len(v.Value.([]any)) != 2 {
		t.Errorf("%s %v %v %v", v.Raw, v.Value, faults, err)
	}
}
