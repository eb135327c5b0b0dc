package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// told decodes a text as a T and lists "pointer code" of what is wrong.
func told[T any](t *testing.T, text string) (v T, told []string) {
	t.Helper()
	n, err := Compile(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	faults, err := n.DecodeJSON(context.Background(), []byte(text), TargetOf(&v), Policy{})
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
	for _, f := range faults {
		told = append(told, f.Pointer+" "+f.Code)
	}
	return v, told
}

// TestPlacesAreBounded: mistakes below a long name say it again each, so there are as many as there is room for.
func TestPlacesAreBounded(t *testing.T) {
	name := strings.Repeat("n", 300_000)
	members := strings.Repeat(`{"a":"x"},`, 100)
	body := []byte(`{"` + name + `":[` + strings.TrimSuffix(members, ",") + `]}`)
	typed, err := Compile(reflect.TypeFor[map[string][]map[string]int]())
	if err != nil {
		t.Fatal(err)
	}
	runtime, err := FromJSON([]byte(`{"additionalProperties":{"items":{"additionalProperties":{"type":"integer"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := FromJSON([]byte(`{"additionalProperties":{"items":{"additionalProperties":{"minLength":2,"pattern":"y","enum":["z"]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for what, n := range map[string]*Node{"typed": typed, "runtime": runtime, "rules": rules} {
		faults, err := n.DecodeJSON(context.Background(), body, Target{reflect.New(n.Go).UnsafePointer()}, Policy{})
		size := 0
		for _, f := range faults {
			size += len(f.Pointer)
		}
		if err != nil || len(faults) == 0 || size > len(body) {
			t.Errorf("%s: %d faults of %d bytes, %v", what, len(faults), size, err)
		}
	}
	short, err := typed.DecodeJSON(context.Background(), bytes.Replace(body, []byte(name), []byte("n"), 1), Target{reflect.New(typed.Go).UnsafePointer()}, Policy{})
	if err != nil || len(short) != MaxFaults {
		t.Errorf("below a short name: %d faults, %v", len(short), err)
	}
}

func TestLongParamNames(t *testing.T) {
	in, err := CompileInput(reflect.TypeFor[struct {
		F map[string]struct{ A, B int } `query:"f"`
	}](), nil)
	if err != nil {
		t.Fatal(err)
	}
	var long *LongNameError
	if _, err := new(Deep).Add(&in.Query[0], "["+strings.Repeat("n", maxParamPath)+"][A]", "1"); !errors.As(err, &long) {
		t.Errorf("got %v", err)
	}
	if ok, err := new(Deep).Add(&in.Query[0], "["+strings.Repeat("n", maxParamPath-5)+"][A]", "1"); !ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
}

// TestTimesAreDateTimes: a time.Time takes what the format that its schema says takes, but for leap seconds.
func TestTimesAreDateTimes(t *testing.T) {
	for text, ok := range map[string]bool{
		"2020-01-01T01:00:00Z": true, "2020-01-01t01:00:00.5z": true, "2020-01-01T01:00:00.25+23:59": true, "2020-01-01T01:00:00-00:00": true,
		"2020-01-01T1:00:00Z": false, "2020-01-01T01:00:00,5Z": false, "2020-01-01T01:00:00+23:60": false, "2020-01-01T01:00:00+24:00": false,
		"2020-02-30T01:00:00Z": false, "2020-01-01T24:00:00Z": false, "2020-01-01 01:00:00Z": false, "2016-12-31T23:59:60Z": false,
	} {
		v, wrong := told[time.Time](t, `"`+text+`"`)
		if (wrong == nil) != ok || ok == v.IsZero() {
			t.Errorf("%s: got %v %v", text, v, wrong)
		}
	}
}

// TestUniqueOfWhatIsThere: elements that could not be filled are not equal for that, nor those that differ in what never leaves.
func TestUniqueOfWhatIsThere(t *testing.T) {
	type login struct {
		Name   string `json:"name"`
		Secret string `json:"secret" writeOnly:"true"`
	}
	type body struct {
		Numbers []int     `json:"numbers" uniqueItems:"true" maxItems:"3"`
		Logins  []login   `json:"logins" uniqueItems:"true"`
		Floats  []float32 `json:"floats" uniqueItems:"true"`
	}
	for text, want := range map[string][]string{
		`"numbers":["a","b"],"logins":[],"floats":[]`:                                             {"/numbers/0 type", "/numbers/1 type"},
		`"numbers":[0,"a",1,2],"logins":[],"floats":[]`:                                           {"/numbers/1 type", "/numbers maxItems"},
		`"numbers":[1,1],"logins":[],"floats":[0,-0]`:                                             {"/numbers uniqueItems", "/floats uniqueItems"},
		`"numbers":[],"logins":[{},{}],"floats":[]`:                                               {"/logins/0/name required", "/logins/0/secret required", "/logins/1/name required", "/logins/1/secret required"},
		`"numbers":[],"logins":[` + oneLogin + `],"floats":[]`:                                    {"/logins uniqueItems"},
		`"numbers":[],"logins":[{"name":"a","secret":"x"},{"name":"a","secret":"y"}],"floats":[]`: nil,
	} {
		if _, wrong := told[body](t, "{"+text+"}"); !slices.Equal(wrong, want) {
			t.Errorf("%s: got %q, want %q", text, wrong, want)
		}
	}
}

const oneLogin = `{"name":"a","secret":"x"},{"secret":"x","name":"a"}`

// lowered are names that their type reads itself.
type lowered string

func (l *lowered) UnmarshalText(text []byte) error {
	if len(text) > 3 {
		return errors.New("too long")
	}
	*l = lowered(bytes.ToLower(text))
	return nil
}

func TestNamesThatReadThemselves(t *testing.T) {
	v, wrong := told[map[lowered]int](t, `{"AB":1,"long":{"a":[2]},"c":"x"}`)
	if v["ab"] != 1 || !slices.Equal(wrong, []string{"/long propertyNames", "/c type"}) {
		t.Errorf("got %v %q", v, wrong)
	}
	n, _ := Compile(reflect.TypeFor[map[lowered]int]())
	var twice map[lowered]int
	if _, err := n.DecodeJSON(context.Background(), []byte(`{"a":1,"A":2}`), TargetOf(&twice), Policy{}); err == nil {
		t.Errorf("one key twice: %v", twice)
	}
	in, err := CompileInput(reflect.TypeFor[struct {
		F map[lowered]int `query:"f"`
	}](), nil)
	if err != nil {
		t.Fatal(err)
	}
	var target struct{ F map[lowered]int }
	deep := new(Deep)
	for path, value := range map[string]string{"[AB]": "1", "[long]": "2"} {
		if ok, err := deep.Add(&in.Query[0], path, value); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	faults := in.Query[0].Fill(TargetOf(&target), deep, false, nil)
	if target.F["ab"] != 1 || len(faults) != 1 || faults[0].Name != "f[long]" || faults[0].Code != "propertyNames" {
		t.Errorf("got %v %v", target.F, faults)
	}
}

// TestNumbersInTags: what a document says must be numbers of JSON, so rules and defaults are.
func TestNumbersInTags(t *testing.T) {
	for tag, good := range map[string]bool{
		`minimum:".5"`: false, `minimum:"+1"`: false, `maximum:"0x1p4"`: false, `multipleOf:"5."`: false, `enum:"1,01"`: false, `const:"1_0"`: false,
		`default:".5"`: false, `default:"+1"`: false, `default:"01"`: false, `minimum:"1e1"`: true, `default:"-0.5"`: true, `enum:"1,2.50"`: true,
	} {
		field := reflect.StructField{Name: "A", Type: reflect.TypeFor[float64](), Tag: reflect.StructTag(tag)}
		if _, err := Compile(reflect.StructOf([]reflect.StructField{field})); (err == nil) != good {
			t.Errorf("%s: got %v", tag, err)
		}
	}
}

// TestBoundsOfTypes: a rule that is wider than its type says nothing more.
func TestBoundsOfTypes(t *testing.T) {
	n, err := Compile(reflect.TypeFor[struct {
		A int8   `json:"a" minimum:"-1000" maximum:"1000"`
		B uint16 `json:"b" minimum:"-3" maximum:"70"`
		C int    `json:"c" minimum:"-3"`
	}]())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(NewDescriber().inputMembers(n.Members).Properties)
	const want = `[{"Name":"a","Value":{"type":"integer","minimum":-128,"maximum":127}},{"Name":"b","Value":{"type":"integer","minimum":0,"maximum":70}},` +
		`{"Name":"c","Value":{"type":"integer","format":"int64","minimum":-3}}]`
	if err != nil || string(text) != want {
		t.Errorf("got %s %v, want %s", text, err, want)
	}
}

// TestRefusedElementsAreNotKept: an array that is refused already takes no more memory, and its mistakes are told all the same.
func TestRefusedElementsAreNotKept(t *testing.T) {
	type large struct {
		A [1000]int `json:"-"`
		B int       `json:"b" default:"0"`
	}
	type few struct {
		L []large `json:"l" maxItems:"3"`
	}
	some, wrong := told[few](t, `{"l":[`+strings.Repeat("{},", 50_000)+`{"b":"x"},{}]}`)
	if cap(some.L) > 10 || !slices.Equal(wrong, []string{"/l/50000/b type", "/l maxItems"}) {
		t.Errorf("more than may be: %d elements, %q", cap(some.L), wrong)
	}
	all, wrong := told[[]large](t, `[`+strings.Repeat("1,", 50_000)+`1]`)
	if cap(all) > 2*MaxFaults || len(wrong) != MaxFaults || wrong[MaxFaults-1] != "/63 type" {
		t.Errorf("all wrong: %d elements, %q", cap(all), wrong)
	}
	three, wrong := told[few](t, `{"l":[{"b":1},{"b":2},{"b":3}]}`)
	if wrong != nil || len(three.L) != 3 || three.L[2].B != 3 {
		t.Errorf("as many as may be: %d elements, %q", len(three.L), wrong)
	}
}

func TestRefusedMembersAreNotKept(t *testing.T) {
	var members strings.Builder
	for i := range 10_000 {
		members.WriteString(`"` + strconv.Itoa(i) + `":1,`)
	}
	type few struct {
		M map[string]int `json:"m" maxProperties:"3"`
	}
	some, wrong := told[few](t, `{"m":{`+members.String()+`"last":"x"}}`)
	if len(some.M) != 4 || !slices.Equal(wrong, []string{"/m/last type", "/m maxProperties"}) {
		t.Errorf("more than may be: %d members, %q", len(some.M), wrong)
	}
	all, wrong := told[map[string]string](t, `{`+members.String()+`"last":"x"}`)
	if len(all) >= MaxFaults || len(wrong) != MaxFaults {
		t.Errorf("all wrong: %d members, %q", len(all), wrong)
	}
	three, wrong := told[few](t, `{"m":{"a":1,"b":2,"c":3}}`)
	if wrong != nil || len(three.M) != 3 {
		t.Errorf("as many as may be: %v, %q", three.M, wrong)
	}
}
