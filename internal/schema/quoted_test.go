package schema

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestQuoted: in the string that the json option "string" asks for stands JSON and nothing else, and the document says so.
func TestQuoted(t *testing.T) {
	type quoted struct {
		B bool    `json:"b,string" default:"false"`
		I int8    `json:"i,string" default:"0"`
		F float64 `json:"f,string" default:"0"`
	}
	n, err := Compile(reflect.TypeFor[quoted]())
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]*regexp.Regexp{}
	for i := range n.Members.List {
		m := &n.Members.List[i]
		patterns[m.Name] = regexp.MustCompile(NewDescriber().Input(m.Node).Pattern)
	}
	for text, ok := range map[string]bool{
		"b true": true, "b false": true, "b 1": false, "b TRUE": false, "b ": false, "i 7": true, "i -7": true, "i 07": false, "i +7": false, "i ": false,
		"f 1.5e3": true, "f -0": true, "f .5": false, "f 5.": false, "f +1": false, "f 1_0": false, "f 0x1p4": false, "f NaN": false,
	} {
		name, value, _ := strings.Cut(text, " ")
		body, _ := json.Marshal(map[string]string{name: value})
		_, wrong := told[quoted](t, string(body))
		if (wrong == nil) != ok || patterns[name].MatchString(value) != ok {
			t.Errorf("%s: got %q, and the document says %s", body, wrong, patterns[name])
		}
	}
}

// TestInsistedPointers: where a tag asks for a value there is no null, in the document neither.
func TestInsistedPointers(t *testing.T) {
	n, err := Compile(reflect.TypeFor[struct {
		A *int `json:"a" validate:"required"`
		B *int `json:"b"`
	}]())
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(NewDescriber().Input(n))
	const want = `{"type":"object","properties":{"a":{"type":"integer","format":"int64"},"b":{"type":["integer","null"],"format":"int64"}},"required":["a"]}`
	if err != nil || string(got) != want {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
}

// TestQuotedOutputs: an answer is described as it is written, with null where a pointer holds nothing.
func TestQuotedOutputs(t *testing.T) {
	type quoted struct {
		I int      `json:"i,string"`
		B *bool    `json:"b,string"`
		F *float64 `json:"f,string,omitempty"`
	}
	d := NewDescriber()
	d.Output(reflect.TypeFor[quoted]())
	got, err := json.Marshal(d.Components())
	const want = `"properties":{"i":{"type":"string","pattern":"^-?(0|[1-9][0-9]*)$"},"b":{"type":["string","null"],"pattern":"^(true|false)$"},` +
		`"f":{"type":"string","pattern":"^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"}}`
	if err != nil || !strings.Contains(string(got), want) {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
}
