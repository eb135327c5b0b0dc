package schema

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

type deepRow struct{ A int }

type page2sourced struct {
	A int `query:"a"`
}

// Cycle embeds a pointer to itself.
type Cycle struct {
	*Cycle
	A int `query:"a"`
}

type deepFilter struct {
	Name  string               `json:"name" maxLength:"3"`
	Price *deepRange           `json:"price"`
	Tags  []string             `json:"tags" maxItems:"2"`
	Limit int                  `json:"limit" default:"10"`
	Extra map[string]deepRange `json:"extra"`
	Next  *deepFilter          `json:"next"`
	Only  Opt[bool]            `json:"only"`
}

type deepRange struct {
	Min int  `json:"min" minimum:"0"`
	Max *int `json:"max"`
}

// fillDeep fills the first query parameter of In from pairs "path=value".
func fillDeep[In any](t *testing.T, strict bool, pairs ...string) (in In, faults []string) {
	t.Helper()
	compiled, err := CompileInput(reflect.TypeFor[In](), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &compiled.Query[0]
	var sent *Deep
	for _, pair := range pairs {
		if sent == nil {
			sent = &Deep{}
		}
		path, value, _ := strings.Cut(pair, "=")
		if ok, err := sent.Add(p, path, value); !ok || err != nil {
			t.Fatalf("%s: %t, %v", pair, ok, err)
		}
	}
	for _, f := range p.Fill(TargetOf(&in), sent, strict, nil) {
		if f.In != "query" {
			t.Errorf("%+v is not of the query", f)
		}
		faults = append(faults, f.Name+" "+f.Code)
	}
	return in, faults
}

type deepInput struct {
	F deepFilter `query:"f"`
}

func TestDeepFills(t *testing.T) {
	in, faults := fillDeep[deepInput](t, true, "[name]=abc", "[price][min]=1", "[price][max]=5", "[tags]=a", "[tags]=b",
		"[extra][x][min]=7", "[extra][y][min]=8", "[next][name]=in", "[only]=true")
	five := 5
	want := deepInput{deepFilter{
		Name: "abc", Price: &deepRange{1, &five}, Tags: []string{"a", "b"}, Limit: 10, Only: Some(true),
		Extra: map[string]deepRange{"x": {Min: 7}, "y": {Min: 8}}, Next: &deepFilter{Name: "in", Limit: 10},
	}}
	if faults != nil || !reflect.DeepEqual(in, want) {
		t.Errorf("got %+v, %v", in, faults)
	}
	if in, faults := fillDeep[struct {
		M map[string][]int `query:"m"`
	}](t, false, "[a]=1", "[b]=2", "[a]=3"); faults != nil || !reflect.DeepEqual(in.M, map[string][]int{"a": {1, 3}, "b": {2}}) {
		t.Errorf("got %+v, %v", in, faults)
	}
	if in, faults := fillDeep[struct {
		P *deepFilter `query:"p"`
	}](t, false); faults != nil || in.P != nil {
		t.Errorf("an absent pointer: %+v, %v", in, faults)
	}
}

func TestDeepFaults(t *testing.T) {
	for _, c := range []struct {
		pairs []string
		want  string
	}{
		{nil, "f[name] required"},
		{[]string{"=x"}, "f type"},
		{[]string{"[name]=abcd", "[limit]=x"}, "f[name] maxLength, f[limit] type"},
		{[]string{"[name]=a", "[price][max]=1"}, "f[price][min] required"},
		{[]string{"[name]=a", "[price]=1"}, "f[price] type"},
		{[]string{"[name]=a", "[extra][k][min]=-1"}, "f[extra][k][min] minimum"},
		{[]string{"[name]=a", "[name]=b"}, "f[name] repeated"},
		{[]string{"[name][x]=a"}, "f[name] type"},
		{[]string{"[name]=a", "[tags]=1", "[tags]=2", "[tags]=3"}, "f[tags] maxItems"},
		{[]string{"[name]=a", "[tags][99999999]=1"}, "f[tags] type"},
		{[]string{"[name]=a", "[nmae]=b", "[next][name]=a", "[next][q]=1"}, "f[next][q] unknown_field, f[nmae] unknown_field"},
	} {
		if _, got := fillDeep[deepInput](t, true, c.pairs...); strings.Join(got, ", ") != c.want {
			t.Errorf("%q: got %q, want %q", c.pairs, got, c.want)
		}
	}
	if _, got := fillDeep[deepInput](t, false, "[name]=a", "[nmae]=b"); got != nil {
		t.Errorf("lenient: %v", got)
	}
}

func TestDeepLimits(t *testing.T) {
	p := &Param{In: "query", Name: "f"}
	var d Deep
	if ok, err := d.Add(p, strings.Repeat("[next]", MaxParamDepth), ""); !ok || err != nil {
		t.Errorf("at the limit: %t, %v", ok, err)
	}
	var deep *DepthError
	if _, err := d.Add(p, strings.Repeat("[next]", MaxParamDepth+1), ""); !errors.As(err, &deep) || err.Error() == "" {
		t.Errorf("beyond the limit: %v", err)
	}
	var text *TextError
	if _, err := d.Add(p, "[\xff]", ""); !errors.As(err, &text) {
		t.Errorf("no text: %v", err)
	}
	for _, path := range []string{"[", "[]", "[a", "[a]b", "[a]]", "[a[b]]", "[[a]"} {
		if ok, err := d.Add(p, path, ""); ok || err != nil {
			t.Errorf("%s: %t, %v", path, ok, err)
		}
	}
	sent := &Deep{}
	for range MaxRepeated + 1 {
		if _, err := sent.Add(p, "[tags]", "x"); err != nil {
			t.Fatal(err)
		}
	}
	compiled, err := CompileInput(reflect.TypeFor[struct {
		F struct {
			Tags []string `json:"tags"`
		} `query:"f"`
	}](), nil)
	if err != nil {
		t.Fatal(err)
	}
	var in struct{ F struct{ Tags []string } }
	if faults := compiled.Query[0].Fill(TargetOf(&in), sent, false, nil); len(faults) != 1 || len(in.F.Tags) != MaxRepeated {
		t.Errorf("%d elements, %v", len(in.F.Tags), faults)
	}
}

func TestCommaLists(t *testing.T) {
	type in struct {
		L []int `query:"l" explode:"false" maxItems:"3"`
	}
	compiled, err := CompileInput(reflect.TypeFor[in](), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &compiled.Query[0]
	for text, want := range map[string]string{
		"": "", "1": "", "1,2,3": "", "1,2,3,4": "maxItems", "1,,2": "type", ",": "type type", "1,x": "type",
		strings.Repeat("1,", 5000) + "1": "maxItems maxItems",
	} {
		var v in
		faults, err := p.Set(TargetOf(&v), text, nil)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, f := range p.Settle(TargetOf(&v), 1, faults) {
			codes = append(codes, f.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%.20q: got %q, want %q", text, got, want)
		}
	}
	var v in
	if faults := p.Settle(TargetOf(&v), 2, nil); len(faults) != 1 || faults[0].Code != "repeated" {
		t.Errorf("given twice: %v", faults)
	}
}

// Paging is embedded by pointer.
type Paging struct {
	Limit int `query:"limit" default:"10"`
}

func TestEmbeddedPointerIsMade(t *testing.T) {
	type in struct {
		*Paging
		ID int `path:"id"`
	}
	compiled, err := CompileInput(reflect.TypeFor[in](), nil)
	if err != nil {
		t.Fatal(err)
	}
	var v in
	if faults := compiled.Query[0].Settle(TargetOf(&v), 0, nil); faults != nil || v.Paging == nil || v.Limit != 10 {
		t.Errorf("%+v, %v", v, faults)
	}
}
