package schema

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestCompileInputRefuses(t *testing.T) {
	cases := map[string]reflect.Type{
		"has no source": reflect.TypeFor[struct {
			A int `query:"a"`
			B int
		}](),
		"2 sources": reflect.TypeFor[struct {
			A int `query:"a" path:"a"`
		}](),
		"second field is tagged body": reflect.TypeFor[struct {
			A int `body:""`
			B int `body:""`
		}](),
		"takes no name": reflect.TypeFor[struct {
			A int `body:"x"`
		}](),
		"needs the parameter's name": reflect.TypeFor[struct {
			A int `query:""`
		}](),
		"takes the header parameter": reflect.TypeFor[struct {
			A int `header:"X-A"`
			B int `header:"x-a"`
		}](),
		"has one value": reflect.TypeFor[struct {
			A []int `path:"a"`
		}](),
		"cannot be filled from text": reflect.TypeFor[struct {
			A map[string]int `header:"a"`
		}](),
		"[]schema.deepRow cannot be filled": reflect.TypeFor[struct {
			A struct{ Rows []deepRow } `query:"a"`
		}](),
		"interface {} cannot be filled": reflect.TypeFor[struct {
			A map[string]any `query:"a"`
		}](),
		"given for scalars only": reflect.TypeFor[struct {
			A map[string]int `query:"a" default:"1"`
		}](),
		"explode is for slices": reflect.TypeFor[struct {
			A int `query:"a" explode:"false"`
		}](),
		`"true" or "false"`: reflect.TypeFor[struct {
			A []int `query:"a" explode:"no"`
		}](),
		"embed the struct itself": reflect.TypeFor[struct{ *page2sourced }](),
		"embeds itself":           reflect.TypeFor[Cycle](),
		"slice of scalars": reflect.TypeFor[struct {
			A [][]int `query:"a"`
		}](),
		"always there": reflect.TypeFor[struct {
			A int `path:"a" default:"1"`
		}](),
		"not exported": reflect.TypeFor[struct {
			a int `query:"a"`
		}](),
		"a body has no default": reflect.TypeFor[struct {
			A int `body:"" default:"1"`
		}](),
		"must be an integer": reflect.TypeFor[struct {
			A int `query:"a" default:"x"`
		}](),
		"a request has one body": reflect.TypeFor[struct {
			A int `form:"a"`
			B int `body:""`
		}](),
	}
	type sourced struct {
		A int `query:"a"`
	}
	cases["no effect inside a JSON value"] = reflect.TypeFor[*sourced]()
	cases["the tag query has no effect"] = reflect.TypeFor[struct {
		B []sourced `body:""`
	}]()
	for want, typ := range cases {
		if _, err := CompileInput(typ, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", typ, err, want)
		}
	}
}

func TestInputShapes(t *testing.T) {
	type page struct {
		Limit int `query:"limit" default:"10"`
	}
	in, err := CompileInput(reflect.TypeFor[struct {
		page
		ID int `path:"id"`
	}](), nil)
	if err != nil || len(in.Params()) != 2 || in.Body != nil {
		t.Errorf("embedded: %+v, %v", in, err)
	}
	if in, err := CompileInput(reflect.TypeFor[struct{}](), nil); err != nil || in.Body != nil || in.Params() != nil {
		t.Errorf("empty: %+v, %v", in, err)
	}
	if in, err := CompileInput(reflect.TypeFor[*page2](), nil); err != nil || in.Body == nil || in.Body.Required {
		t.Errorf("pointer: %+v, %v", in, err)
	}
}

type page2 struct{ A int }

func TestParamText(t *testing.T) {
	type in struct {
		I  int8      `query:"i"`
		U  uint      `query:"u"`
		F  float64   `query:"f"`
		B  bool      `query:"b"`
		S  string    `query:"s" maxLength:"2"`
		P  *int      `query:"p" maximum:"5"`
		L  []int     `query:"l" maxItems:"2"`
		X  []byte    `query:"x"`
		At Opt[bool] `query:"at"`
	}
	compiled, err := CompileInput(reflect.TypeFor[in](), nil)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{ // name=text to the code of the fault
		"i=-128": "", "i=127": "", "i=128": "type", "i=-129": "type", "i=": "type", "i=1.0": "type", "i=+1": "type", "i= 1": "type",
		"i=99999999999999999999999": "type", "u=18446744073709551615": "", "u=18446744073709551616": "type", "u=-1": "type",
		"f=1e3": "", "f=0x1p4": "type", "f=1_0": "type", "f=NaN": "type", "f=Inf": "type", "f=1e999": "type",
		"b=true": "", "b=0": "", "b=yes": "type", "b=": "type", "s=éé": "", "s=abc": "maxLength", "p=5": "", "p=6": "maximum",
		"x=AAEC": "", "x=A": "type", "at=false": "",
	}
	for text, want := range cases {
		var v in
		name, value, _ := strings.Cut(text, "=")
		var faults []Fault
		for i := range compiled.Query {
			if p := &compiled.Query[i]; p.Name == name {
				if faults, err = p.Set(TargetOf(&v), value, nil); err != nil {
					t.Error(err)
				}
			}
		}
		got := ""
		if len(faults) > 0 {
			got = faults[0].Code
			if faults[0].In != "query" || faults[0].Name != name {
				t.Errorf("%s: fault %+v", text, faults[0])
			}
		}
		if got != want || len(faults) > 1 {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	var v in
	var bad *TextError
	if _, err := compiled.Query[4].Set(TargetOf(&v), "\xff", nil); !errors.As(err, &bad) {
		t.Errorf("invalid UTF-8: %v", err)
	}
	list := &compiled.Query[6]
	var faults []Fault
	for range MaxRepeated + 1 {
		faults, _ = list.Set(TargetOf(&v), "1", faults)
	}
	if len(v.L) != MaxRepeated || len(faults) != 1 {
		t.Errorf("%d elements, faults %v", len(v.L), faults)
	}
	if faults = list.Settle(TargetOf(&v), MaxRepeated+1, nil); len(faults) != 1 || faults[0].Code != "maxItems" || faults[0].Name != "l" {
		t.Errorf("settled: %v", faults)
	}
}

// span is an input with a rule between its fields.
type span struct {
	From int `query:"from"`
	To   int `query:"to"`
}

func (s *span) Validate(context.Context) error {
	if s.From > s.To {
		return errors.New("from must not be beyond to")
	}
	return nil
}

// TestInputValidate: the whole is asked once its parts are right, and only then.
func TestInputValidate(t *testing.T) {
	in, err := CompileInput(reflect.TypeFor[span](), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		value  span
		before []Fault
		want   int
	}{{span{1, 2}, nil, 0}, {span{2, 1}, nil, 1}, {span{2, 1}, []Fault{{Code: "required"}}, 1}} {
		faults := in.Validate(context.Background(), TargetOf(&c.value), c.before)
		if len(faults) != c.want || c.before == nil && c.want == 1 && faults[0].Code != "invalid" {
			t.Errorf("%+v: %+v", c.value, faults)
		}
	}
}

// TestForeignFields: what somebody else fills needs no source, and is found in the memory of each input.
func TestForeignFields(t *testing.T) {
	type strange struct{ S string }
	type with struct {
		A int `query:"a"`
		X strange
	}
	in, err := CompileInput(reflect.TypeFor[with](), func(f reflect.StructField) bool { return f.Type == reflect.TypeFor[strange]() })
	if err != nil || len(in.Foreign) != 1 {
		t.Fatal(in, err)
	}
	var v with
	in.Foreign[0].Value(TargetOf(&v)).Set(reflect.ValueOf(strange{"here"}))
	if v.X.S != "here" {
		t.Error(v)
	}
}
