package schema

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// described is a schema as text, with its components.
func described(t *testing.T, s *openapi.Schema, d *Describer) string {
	t.Helper()
	all := d.Components()
	if len(all) > 0 {
		s = &openapi.Schema{AllOf: []*openapi.Schema{s}, Defs: all}
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), ComponentPrefix, "#")
}

func inputText[T any](t *testing.T) string {
	t.Helper()
	n, err := Compile(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	d := NewDescriber()
	return described(t, d.Input(n), d)
}

func outputText[T any](t *testing.T) string {
	t.Helper()
	d := NewDescriber()
	return described(t, d.Output(reflect.TypeFor[T]()), d)
}

type tree struct {
	_     struct{} `title:"A tree" doc:"Grows."`
	Value int8     `json:"value" doc:"what it holds" example:"7"`
	Left  *tree    `json:"left,omitempty"`
	Right *tree    `json:"right"`
}

// TestDescribe holds both directions of types against their schemas.
func TestDescribe(t *testing.T) {
	type prose struct {
		Secret string            `json:"secret" writeOnly:"true" deprecated:""`
		Kind   Opt[string]       `json:"kind" enum:"a,b" title:"Kind"`
		Level  float32           `json:"level" default:"0.5"`
		On     bool              `json:"on" default:"1"`
		Count  int64             `json:"count,string"`
		Status int               `json:"-"`
		At     time.Time         `json:"at,omitzero"`
		Raw    []byte            `json:"raw"`
		Any    any               `json:"any"`
		Names  []string          `json:"names,omitempty" minItems:"1"`
		Ages   map[string]uint16 `json:"ages"`
	}
	for name, c := range map[string]struct{ got, want string }{
		"int":     {inputText[int](t), `{"type":"integer","format":"int64"}`},
		"int8":    {inputText[int8](t), `{"type":"integer","minimum":-128,"maximum":127}`},
		"uint32":  {outputText[uint32](t), `{"type":"integer","minimum":0,"maximum":4294967295}`},
		"uint64":  {outputText[uint64](t), `{"type":"integer","minimum":0}`},
		"address": {outputText[netip.Addr](t), `{"type":"string"}`},
		"list":    {outputText[[]int32](t), `{"type":"array","items":{"type":"integer","format":"int32"}}`},
		"array":   {outputText[[2]bool](t), `{"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":2}`},
		"raw":     {outputText[json.RawMessage](t), `{}`},
		"pointer": {inputText[*string](t), `{"type":["string","null"]}`},
		"nothing": {inputText[map[string]any](t), `{"type":"object","additionalProperties":{}}`},
		"tree": {
			inputText[tree](t), `{"$defs":{"Tree":{"title":"A tree","description":"Grows.","type":"object","properties":{` +
				`"value":{"description":"what it holds","type":"integer","minimum":-128,"maximum":127,"examples":[7]},` +
				`"left":{"anyOf":[{"$ref":"#Tree"},{"type":"null"}]},"right":{"anyOf":[{"$ref":"#Tree"},{"type":"null"}]}},` +
				`"required":["value"]}},"allOf":[{"$ref":"#Tree"}]}`,
		},
		"output": {
			outputText[prose](t), `{"$defs":{"Prose":{"type":"object","properties":{` +
				`"secret":{"type":"string","writeOnly":true,"deprecated":true},` +
				`"kind":{"title":"Kind","type":["string","null"],"enum":["a","b",null]},"level":{"type":"number","format":"float"},` +
				`"on":{"type":"boolean"},"count":{"type":"string","pattern":"^-?(0|[1-9][0-9]*)$"},"at":{"type":"string","format":"date-time"},` +
				`"raw":{"type":"string","contentEncoding":"base64"},"any":{},` +
				`"names":{"type":"array","items":{"type":"string"},"minItems":1},` +
				`"ages":{"type":"object","additionalProperties":{"type":"integer","minimum":0,"maximum":65535}}},` +
				`"required":["kind","level","on","count","raw","any","ages"]}},"allOf":[{"$ref":"#Prose"}]}`,
		},
		"input": {
			inputText[prose](t), `{"$defs":{"Prose":{"type":"object","properties":{` +
				`"secret":{"type":"string","writeOnly":true,"deprecated":true},` +
				`"kind":{"title":"Kind","type":["string","null"],"enum":["a","b",null]},"level":{"type":"number","format":"float","default":0.5},` +
				`"on":{"type":"boolean","default":true},"count":{"type":"string","pattern":"^-?(0|[1-9][0-9]*)$"},"at":{"type":"string","format":"date-time"},` +
				`"raw":{"type":"string","contentEncoding":"base64"},"any":{},` +
				`"names":{"type":"array","items":{"type":"string"},"minItems":1},` +
				`"ages":{"type":"object","additionalProperties":{"type":"integer","minimum":0,"maximum":65535}}},` +
				`"required":["secret","count","at","raw","any","names","ages"]}},"allOf":[{"$ref":"#Prose"}]}`,
		},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, c.got, c.want)
		}
	}
}

// TestRulesAreDescribed: there is no rule that the decoder enforces and the document does not say.
func TestRulesAreDescribed(t *testing.T) {
	samples := map[string]string{"pattern": "^a", "format": "email", "enum": "1,2", "uniqueItems": "true"}
	types := map[Kind]reflect.Type{
		Integer: reflect.TypeFor[int](), Number: reflect.TypeFor[float64](), String: reflect.TypeFor[string](), Array: reflect.TypeFor[[]int](),
		Map: reflect.TypeFor[map[string]int](), Object: reflect.TypeFor[tree](), Boolean: reflect.TypeFor[bool](),
	}
	for _, word := range ruleWords {
		rule := word.word
		for _, kind := range word.kinds {
			text, there := samples[rule]
			switch {
			case kind == Boolean:
				text = "true"
			case !there:
				text = "3"
			}
			n, err := newCompiler().node(types[kind], reflect.StructTag(rule+`:"`+text+`"`))
			if err != nil {
				t.Errorf("%s for %s: %v", rule, kind, err)
				continue
			}
			if got, _ := json.Marshal(NewDescriber().Input(n)); !strings.Contains(string(got), `"`+rule+`":`) {
				t.Errorf("%s for %s is not in %s", rule, kind, got)
			}
		}
	}
}

type page[T any] struct {
	Items []T `json:"items"`
}

type pair[A, B any] struct {
	A A `json:"a"`
	B B `json:"b"`
}

type same struct {
	A int `json:"a"`
}

type holder struct {
	S same   `json:"s"`
	P *outer `json:"p"`
}

type outer struct {
	L []same `json:"l"`
}

// TestComponentNames: names tell types apart, whatever came first, and a struct that reads as it writes is one component.
func TestComponentNames(t *testing.T) {
	names := func(types ...reflect.Type) string {
		d := NewDescriber()
		for _, typ := range types {
			d.Output(typ)
		}
		return strings.Join(d.Components().Names(), " ")
	}
	client, jar := reflect.TypeFor[http.Cookie](), reflect.TypeFor[cookiejar.Options]()
	for _, c := range []struct{ got, want string }{
		{names(reflect.TypeFor[page[same]]()), "PageOfSame Same"},
		{names(reflect.TypeFor[pair[page[same], map[string]*same]]()), "PairOfPageOfSameAndMapOfStringToSame PageOfSame Same"},
		{names(reflect.TypeFor[page[[]int]]()), "PageOfListOfInt"},
		{names(client, jar), "Cookie Options"},
		{names(reflect.TypeFor[url.Error](), reflect.TypeFor[json.SyntaxError](), reflect.TypeFor[netip.Addr]()), "Error SyntaxError"},
		{names(reflect.TypeFor[struct{ A, B same }]()), "Same"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	local := func() reflect.Type { type same struct{ B int }; return reflect.TypeFor[same]() }
	if got := names(reflect.TypeFor[same](), local()); got != "Same Same2" {
		t.Error(got)
	}
}

func TestNamesOfTwoPackages(t *testing.T) {
	names := map[subject]string{}
	for _, typ := range []reflect.Type{reflect.TypeFor[http.Server](), reflect.TypeFor[Opt[int]](), reflect.TypeFor[url.URL]()} {
		names[subject{t: typ}] = "Thing"
	}
	NewDescriber().qualify(names)
	if got := names[subject{t: reflect.TypeFor[http.Server]()}]; got != "HttpServer" {
		t.Error(got)
	}
	if packageWords("example.com/shop/v2", 2) != "ShopV2" || packageWords("main", 3) != "Main" {
		t.Error(packageWords("example.com/shop/v2", 2), packageWords("main", 3))
	}
}

// TestBothDirections: what a client sends has a name of its own only where it differs, also through what it holds.
func TestBothDirections(t *testing.T) {
	d := NewDescriber()
	n, err := Compile(reflect.TypeFor[holder]())
	if err != nil {
		t.Fatal(err)
	}
	in, out := d.Input(n), d.Output(reflect.TypeFor[holder]())
	got := strings.Join(d.Components().Names(), " ")
	if got != "HolderInput Same Outer Holder" || in.Ref != ComponentPrefix+"HolderInput" || out.Ref != ComponentPrefix+"Holder" {
		t.Error(got, in.Ref, out.Ref)
	}
}
