package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// term is a union whose types hold it.
type term interface{ isTerm() }

type number64 struct {
	Value float64 `json:"value" minimum:"0"`
}

type sum struct {
	Kind  string `json:"kind" doc:"which one"` // the discriminator, as a field
	Left  term   `json:"left"`
	Right term   `json:"right"`
}

func (number64) isTerm() {}
func (*sum) isTerm()     {}

func (s *sum) Validate(context.Context) error {
	if s.Left == s.Right {
		return errors.New("the sides are the same")
	}
	return nil
}

type listOf struct {
	Terms []term           `json:"terms" maxItems:"3"`
	Extra Opt[term]        `json:"extra,omitzero"`
	Named *map[string]term `json:"named,omitempty"`
}

func (listOf) isTerm() {}

func init() {
	err := DeclareUnion(Union{reflect.TypeFor[term](), "kind", []UnionCase{
		{"number", reflect.TypeFor[number64]()}, {"sum", reflect.TypeFor[*sum]()}, {"list", reflect.TypeFor[listOf]()},
	}})
	if err != nil {
		panic(err)
	}
}

func decodeTerm(t testing.TB, text string, policy Policy) (term, []string, error) {
	t.Helper()
	n, err := Compile(reflect.TypeFor[term]())
	if err != nil {
		t.Fatal(err)
	}
	var v term
	faults, err := n.DecodeJSON(context.Background(), []byte(text), TargetOf(&v), policy)
	var list []string
	for _, f := range faults {
		list = append(list, f.Pointer+" "+f.Code)
	}
	return v, list, err
}

func TestUnionDecode(t *testing.T) {
	one := number64{1}
	for text, want := range map[string]any{
		`{"kind":"number","value":1}`:                                                                   one,
		` { "value" : 1 , "kind" : "number" } `:                                                         one,
		`{"value":1,"\u006bind":"num\u0062er"}`:                                                         one,
		`{"left":{"value":1,"kind":"number"},"kind":"sum","right":{"kind":"number","value":2}}`:         &sum{"sum", one, number64{2}},
		`{"terms":[{"value":1,"kind":"number"},{"terms":[],"kind":"list"}],"extra":null,"kind":"list"}`: listOf{Terms: []term{one, listOf{Terms: []term{}}}, Extra: Null[term]()},
		`{"kind":"list","terms":[],"extra":{"value":1,"kind":"number"},"named":{"a":{"kind":"number","value":1}}}`: listOf{
			Terms: []term{}, Extra: Some[term](one), Named: &map[string]term{"a": one}},
	} {
		got, faults, err := decodeTerm(t, text, Policy{})
		if err != nil || faults != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v %v %v, want %#v", text, got, faults, err, want)
		}
	}
}

func TestUnionFaults(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                                 "/kind required",
		`[]`:                                 " type",
		`null`:                               " type",
		`{"kind":1}`:                         "/kind type",
		`{"x":2,"kind":{"kind":"number"}}`:   "/kind type",
		`{"kind":"Number","value":1}`:        "/kind enum",
		`{"kind":"number"}`:                  "/value required",
		`{"kind":"number","value":-1,"a":1}`: "/value minimum,/a unknown_field",
		`{"a":{"kind":"number"}}`:            "/kind required",
		`{"right":{"kind":"number","value":-1},"kind":"sum","left":{"value":"","kind":"number"}}`:                         "/right/value minimum,/left/value type",
		`{"terms":[{"value":-1,"kind":"number"},{"value":1},{"kind":"?"}],"kind":"list","extra":{"kind":"number"}}`:       "/terms/0/value minimum,/terms/1/kind required,/terms/2/kind enum,/extra/value required",
		`{"kind":"sum","left":{"kind":"number","value":1},"right":{"kind":"number","value":1}}`:                           " invalid",
		`{"kind":"list","terms":[{"left":{"kind":"number","value":1},"right":{"kind":"number","value":1},"kind":"sum"}]}`: "/terms/0 invalid",
	} {
		_, faults, err := decodeTerm(t, text, Policy{})
		if got := strings.Join(faults, ","); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		`{"kind":"number","value":1,"kind":"number"}`, `{"value":1,"kind":"number","value":1}`, `{"kind":"number"`, `{"a":"b`, `{"a":1,}`, `{"kind"}`,
		`{"kind":"\ud800"}`, `{"a":[1,"kind":"number"]}`, `{"a":{"b":x},"kind":"number"}`, `{"kind":"number","value":1}x`,
	} {
		if _, _, err := decodeTerm(t, text, Policy{}); err == nil {
			t.Errorf("%s is no JSON, or has a name twice", text)
		}
	}
}

// TestUnionDuplicates: of discriminators that stand twice the last one holds, where that passes at all.
func TestUnionDuplicates(t *testing.T) {
	const text = `{"kind":"list","terms":[{"kind":"sum","value":1,"kind":"number"}],"x":1,"kind":"number","value":3,"kind":"list"}`
	got, faults, err := decodeTerm(t, text, Policy{AllowDuplicates: true, AllowUnknown: true})
	if want := (listOf{Terms: []term{number64{1}}}); err != nil || faults != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%#v %v %v", got, faults, err)
	}
}

func nestedSums(depth int, last string) string {
	return strings.Repeat(`{"left":`, depth) + last + strings.Repeat(`,"right":{"value":0,"kind":"number"},"kind":"sum"}`, depth)
}

// TestUnionSurveyedOnce: unions in unions with their discriminators last are not looked through again at each level.
func TestUnionSurveyedOnce(t *testing.T) {
	text := nestedSums(200, `{"value":7,"kind":"number"}`)
	n, err := Compile(reflect.TypeFor[term]())
	if err != nil {
		t.Fatal(err)
	}
	var v term
	d := &decoder{data: []byte(text), ctx: context.Background()}
	if !n.whole(d, TargetOf(&v).p) || len(d.faults) > 0 {
		t.Fatal(d.err, d.faults)
	}
	s := d.survey("kind")
	// The outermost is surveyed as far as its discriminator; each inner object, 200 on the right among them, is known from that.
	if len(s.found) != 400 || s.until < len(text)-20 {
		t.Errorf("%d found until %d of %d", len(s.found), s.until, len(text))
	}
	depth := 0
	for inner, ok := v.(*sum); ok; inner, ok = inner.Left.(*sum) {
		depth++
	}
	if depth != 200 {
		t.Error(depth)
	}
	if _, _, err := decodeTerm(t, nestedSums(MaxDepth, `0`), Policy{}); err == nil {
		t.Error("no bound of depth")
	}
}

func TestUnionEncode(t *testing.T) {
	e, err := CompileEncoder(reflect.TypeFor[[]term]())
	if err != nil {
		t.Fatal(err)
	}
	one := number64{1}
	list := []term{one, &one, &sum{Kind: "wrong", Left: one}, listOf{}, nil, (*sum)(nil)}
	got, err := e.Append(nil, TargetOf(&list))
	const want = `[{"kind":"number","value":1},{"kind":"number","value":1},{"kind":"sum","left":{"kind":"number","value":1},"right":null},{"kind":"list","terms":[]},null,null]`
	if string(got) != want || err != nil {
		t.Errorf("%s %v", got, err)
	}
	circle := &sum{Left: one}
	circle.Right = circle
	for _, bad := range []term{&list2{}, circle} {
		list := []term{bad}
		if got, err := e.Append(nil, TargetOf(&list)); err == nil {
			t.Errorf("%T was written as %s", bad, got)
		}
	}
}

// list2 is a term that the union does not have.
type list2 struct{}

func (*list2) isTerm() {}

func TestUnionDescribed(t *testing.T) {
	type both struct {
		Term  term      `json:"term"`
		Plain *number64 `json:"plain"`
	}
	const ref = `{"$ref":"#%s"}`
	number := `{"type":"object","properties":{"kind":{"type":"string","const":"number"},"value":{"type":"number","format":"double","minimum":0}},"required":["kind","value"]}`
	got := inputText[both](t)
	for _, want := range []string{
		`"Term":{"oneOf":[{"$ref":"#Number64OfTerm"},{"$ref":"#Sum"},{"$ref":"#ListOf"}],"discriminator":{"propertyName":"kind",` +
			`"mapping":{"number":"#Number64OfTerm","sum":"#Sum","list":"#ListOf"}}}`,
		`"Number64OfTerm":` + number,
		`"Number64":` + strings.Replace(strings.Replace(number, `"kind":{"type":"string","const":"number"},`, "", 1), `"kind",`, "", 1),
		`"Sum":{"type":"object","properties":{"kind":{"description":"which one","type":"string","const":"sum"},"left":` + fmt.Sprintf(ref, "Term") +
			`,"right":{"$ref":"#Term"}},"required":["kind","left","right"]}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if got := outputText[term](t); !strings.Contains(got, `{"anyOf":[{"$ref":"#Term"},{"type":"null"}]}`) ||
		!strings.Contains(got, `"mapping":{"number":"#Number64","sum":"#Sum","list":"#ListOf"}`) {
		t.Error(got)
	}
}

type (
	narrow   interface{ isNarrow() }
	early    interface{ isEarly() }
	intKind  struct{ Kind int }
	enumKind struct {
		Kind string `json:"Kind" enum:"a,b"`
	}
	readKind struct {
		Kind string `json:"Kind" readOnly:"true"`
	}
	mapForm  map[string]int
	noTerm   struct{ C chan int }
	plainOne struct{ A int }
)

func (intKind) isNarrow()  {}
func (enumKind) isNarrow() {}
func (readKind) isNarrow() {}
func (mapForm) isNarrow()  {}
func (noTerm) isNarrow()   {}
func (plainOne) isNarrow() {}
func (plainOne) isEarly()  {}

func TestUnionMisuse(t *testing.T) {
	narrowType, plain := reflect.TypeFor[narrow](), reflect.TypeFor[plainOne]()
	of := func(cases ...UnionCase) Union { return Union{narrowType, "Kind", cases} }
	for want, u := range map[string]Union{
		"is no interface with methods":                {reflect.TypeFor[any](), "kind", []UnionCase{{"a", plain}}},
		"schema.plainOne is no interface":             {plain, "kind", []UnionCase{{"a", plain}}},
		"has no name; declare a type":                 {reflect.TypeFor[interface{ isNarrow() }](), "kind", []UnionCase{{"a", plain}}},
		"the discriminator has no name":               {narrowType, "", []UnionCase{{"a", plain}}},
		"has no types":                                of(),
		"has no name for the discriminator":           of(UnionCase{"", plain}),
		"mapForm is no struct":                        of(UnionCase{"a", reflect.TypeFor[mapForm]()}),
		"RawMessage is no struct":                     of(UnionCase{"a", reflect.TypeFor[json.RawMessage]()}),
		"bytes.Buffer does not implement":             of(UnionCase{"a", reflect.TypeFor[bytes.Buffer]()}),
		`both named "a"`:                              of(UnionCase{"a", plain}, UnionCase{"a", reflect.TypeFor[intKind]()}),
		`is there twice, as "a" and as "b"`:           of(UnionCase{"a", plain}, UnionCase{"b", reflect.PointerTo(plain)}),
		"declared already, with other types":          {reflect.TypeFor[term](), "kind", []UnionCase{{"sum", reflect.TypeFor[*sum]()}}},
		"is declared already, with other types or an": {reflect.TypeFor[term](), "type", declaredUnion(reflect.TypeFor[term]()).Cases},
	} {
		if err := DeclareUnion(u); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, err := CompileEncoder(reflect.TypeFor[early]()); err != nil {
		t.Fatal(err)
	}
	if err := DeclareUnion(Union{reflect.TypeFor[early](), "Kind", []UnionCase{{"a", plain}}}); err == nil {
		t.Error("it was declared too late")
	}
	if _, err := Compile(narrowType); err == nil || !strings.Contains(err.Error(), "OneOf") {
		t.Error(err)
	}
	// These are found when a type that uses the union is compiled.
	for want, one := range map[string]UnionCase{
		"must be a string, not int": {"a", reflect.TypeFor[intKind]()},
		`it cannot be "c"`:          {"c", reflect.TypeFor[enumKind]()},
		"cannot be readOnly":        {"a", reflect.TypeFor[readKind]()},
		"chan int has no JSON form": {"a", reflect.TypeFor[noTerm]()},
		"":                          {"a", plain},
	} {
		u := of(one)
		unions.Store(narrowType, &u)
		_, err := Compile(reflect.TypeFor[[]narrow]())
		unions.Delete(narrowType)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// FuzzUnion: what is decoded without faults is written so that it decodes to the same, and nothing panics.
func FuzzUnion(f *testing.F) {
	f.Add(`{"kind":"number","value":1}`, true)
	f.Add(nestedSums(3, `{"value":7,"kind":"number"}`), false)
	f.Add(`{"terms":[{"value":-1,"kind":"number"},{"value":1},{"kind":"?"}],"kind":"list","extra":{"kind":"number"}}`, false)
	f.Add(`{"kind":"list","kind":"number","value":0}`, true)
	e, err := CompileEncoder(reflect.TypeFor[term]())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, loose bool) {
		v, faults, err := decodeTerm(t, text, Policy{AllowDuplicates: loose, AllowUnknown: loose})
		if err != nil || len(faults) > 0 {
			return
		}
		written, err := e.Append(nil, TargetOf(&v))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		again, faults, err := decodeTerm(t, string(written), Policy{})
		if err != nil || faults != nil || !reflect.DeepEqual(v, again) {
			t.Fatalf("%s was written as %s: %v %v", text, written, faults, err)
		}
	})
}
