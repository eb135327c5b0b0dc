package schema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Small stands in maps.
type Small struct {
	X float32 `json:"x" exclusiveMinimum:"0"`
	B bool    `json:"b" default:"true"`
}

type plainPerson struct {
	Name  string   `json:"name" minLength:"1" maxLength:"4"`
	Email string   `json:"email" format:"email"`
	Age   uint8    `json:"age" maximum:"150"`
	Nick  *string  `json:"nick" maxLength:"2"`
	Color string   `json:"color" enum:"red,green" default:"red"`
	Tags  []string `json:"tags,omitempty" minItems:"1"`
	Opt   Opt[int] `json:"opt" minimum:"3"`
	Map   *map[string]Small
	Sub   *plainPerson `json:"sub"`
	Big   *int64       `json:"big"`
	Q     *quoted      `json:"q"`
}

type quoted struct {
	N int `json:",string"`
}

func decodeInto[T any](t *testing.T, text string) (T, []Fault, error) {
	t.Helper()
	var v T
	n, err := Compile(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	faults, err := n.DecodeJSON(context.Background(), []byte(text), TargetOf(&v), Policy{})
	return v, faults, err
}

func TestDecode(t *testing.T) {
	v, faults, err := decodeInto[plainPerson](t, ` { "name" : "a\u00e9\ud83d\ude00\n", "email":"a.b@c.de","age":150,"nick":"xy",
		"tags":["a","b","c","d","e","f"],"opt":3,"Map":{"k":{"x":1.5e0}},"sub":null,"big":-9223372036854775808,"q":{"N":"-12"}} `)
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	if v.Name != "aé😀\n" || v.Email != "a.b@c.de" || v.Age != 150 || *v.Nick != "xy" || v.Color != "red" ||
		strings.Join(v.Tags, "") != "abcdef" || v.Opt != Some(3) || (*v.Map)["k"] != (Small{1.5, true}) || v.Sub != nil ||
		*v.Big != math.MinInt64 || v.Q.N != -12 {
		t.Errorf("got %+v", v)
	}
}

// TestPresence: absent, null and zero are three things.
func TestPresence(t *testing.T) {
	type in struct {
		O Opt[int] `json:"o"`
		P *int     `json:"p"`
	}
	for text, want := range map[string]Opt[int]{`{}`: {}, `{"o":null}`: Null[int](), `{"o":0}`: Some(0)} {
		v, faults, err := decodeInto[in](t, text)
		if err != nil || len(faults) > 0 || v.O != want || v.P != nil {
			t.Errorf("%s: %+v %v %v", text, v, faults, err)
		}
	}
	v, _, _ := decodeInto[in](t, `{"p":0}`)
	if v.P == nil || *v.P != 0 {
		t.Error("zero was taken for absent")
	}
}

func TestFaults(t *testing.T) {
	const valid = `"name":"a","email":"a@b","age":1,"tags":["a"]`
	cases := map[string][]string{
		`{}`:                               {"/name required", "/email required", "/age required", "/tags required"},
		`[]`:                               {" type"},
		`null`:                             {" type"},
		`{` + valid + `,"nick":null}`:      nil,
		`{` + valid + `,"opt":2}`:          {"/opt minimum"},
		`{` + valid + `,"opt":"x"}`:        {"/opt type"},
		`{` + valid + `,"nick":"abc"}`:     {"/nick maxLength"},
		`{` + valid + `,"color":"blue"}`:   {"/color enum"},
		`{` + valid + `,"color":null}`:     {"/color type"},
		`{` + valid + `,"Name":"x"}`:       {"/Name unknown_field"},
		`{` + valid + `,"a/b~":{"x":[1]}}`: {"/a~1b~0 unknown_field"},
		`{"name":"","email":"x","age":151,"tags":[]}`: {"/name minLength", "/email format", "/age maximum", "/tags minItems"},
		`{"name":"abcde","email":1,"age":-1,"tags":[1,"a",null]}`: {
			"/name maxLength", "/email type", "/age type", "/tags/0 type", "/tags/2 type"},
		`{"name":"ääää","email":"a@b","age":1.0,"tags":{}}`: {"/age type", "/tags type"},
		`{` + valid + `,"Map":{"k/":{"x":0},"l":{}}}`:       {"/Map/k~1/x exclusiveMinimum", "/Map/l/x required"},
		`{` + valid + `,"Map":{"k":{"x":1e39}}}`:            {"/Map/k/x type"},
		`{` + valid + `,"sub":{` + valid + `,"age2":1}}`:    {"/sub/age2 unknown_field"},
		`{` + valid + `,"big":9223372036854775808}`:         {"/big type"},
		`{` + valid + `,"q":{"N":"1x"}}`:                    {"/q/N type"},
		`{` + valid + `,"q":{"N":1}}`:                       {"/q/N type"},
	}
	for text, want := range cases {
		_, faults, err := decodeInto[plainPerson](t, text)
		var got []string
		for _, f := range faults {
			if f.In != "body" || f.Detail == "" {
				t.Errorf("%s: incomplete fault %+v", text, f)
			}
			got = append(got, f.Pointer+" "+f.Code)
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %q, %v\nwant %q", text, got, err, want)
		}
	}
}

func TestSyntax(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	cases := map[string]string{
		"":                                     "it ends",
		" ":                                    "it ends",
		"\xef\xbb\xbf{}":                       "byte order mark",
		`{"name":"` + "\xff" + `"}`:            "invalid UTF-8",
		`{"name":"\ud800"}`:                    "no character",
		`{"name":"\ud800\u0041"}`:              "no character",
		`{"name":"\x"}`:                        "unknown escape",
		"{\"name\":\"a\nb\"}":                  "control character",
		`{"name":"a`:                           "does not end",
		`{"name":"a\`:                          "does not end",
		`{"name":"a\"`:                         "does not end",
		`{"name":"a","name":"b"}`:              "stands twice",
		`{"name":"a","n\u0061me":"b"}`:         "stands twice",
		`{"zz":1,"zz":2}`:                      "stands twice",
		`{"zz":{"a":1,"a":2}}`:                 "stands twice",
		`{"Map":{"a":{},"a":{}}}`:              "stands twice",
		`{} {}`:                                "follows",
		"{}\x00":                               "follows",
		`{,}`:                                  "a member name",
		`{"zz":1,}`:                            "nothing behind",
		`{,"name":"a"}`:                        "a member name",
		`{"name":"a",,"email":"b"}`:            "a member name",
		`{"name":"a""email":"b"}`:              "a comma",
		`{"email":"a","name":"b","email":"c"}`: "stands twice",
		`{"zz" 1}`:                             "a colon",
		`{"zz":01}`:                            "leading zero",
		`{"zz":-}`:                             "a digit",
		`{"zz":1.}`:                            "fraction",
		`{"zz":1e}`:                            "exponent",
		`{"zz":+1}`:                            "a value",
		`{"zz":NaN}`:                           "a value",
		`{"zz":tru}`:                           "a value",
		`{"zz":nul}`:                           "a value",
		`{"zz":[1 2]}`:                         "a comma",
		`{"zz":[1`:                             "it ends",
		`{'zz':1}`:                             "a member name",
		`{"zz":` + deep(MaxDepth) + `}`:        "deeper",
		deep(100000):                           "deeper",
	}
	for text, want := range cases {
		_, _, err := decodeInto[plainPerson](t, text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", text, err, want)
		}
	}
	if _, _, err := decodeInto[any](t, deep(MaxDepth)); err != nil {
		t.Errorf("depth %d: %v", MaxDepth, err)
	}
}

// TestAnyAgrees holds decoding into any against encoding/json.
func TestAnyAgrees(t *testing.T) {
	for _, text := range []string{`{"a":[1,2.5,-3e2,"x\t",null,true,false,{}],"b":{"c":[]}}`, `"s"`, `0`, `[]`, `null`, ` true `} {
		got, faults, err := decodeInto[any](t, text)
		var want any
		if json.Unmarshal([]byte(text), &want); err != nil || len(faults) > 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v, %v", text, got, faults, err)
		}
	}
	if _, faults, err := decodeInto[any](t, `[1e400]`); err != nil || len(faults) != 1 || faults[0].Pointer != "/0" {
		t.Errorf("1e400: %v %v", faults, err)
	}
}

func TestFaultsAreBounded(t *testing.T) {
	_, faults, err := decodeInto[[]int](t, "["+strings.Repeat(`"x",`, 5000)+"1]")
	if err != nil || len(faults) != MaxFaults {
		t.Errorf("%d faults, %v", len(faults), err)
	}
}

func TestManyUnknownNames(t *testing.T) {
	var b strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&b, `"k%d":0,`, i)
	}
	if _, _, err := decodeInto[struct{ A *int }](t, "{"+b.String()+`"z":1}`); err != nil {
		t.Error(err)
	}
	if _, _, err := decodeInto[struct{ A *int }](t, "{"+b.String()+`"k7":1}`); err == nil {
		t.Error("a name that stands twice was not found")
	}
}

// TestStringsAreOwned: what was decoded does not change with the buffer it came from.
func TestStringsAreOwned(t *testing.T) {
	for _, pad := range []int{0, sharedTextBytes} {
		data := []byte(`["abc","d\u0065f",{"k":"v"}` + strings.Repeat(" ", pad) + `]`)
		n, _ := Compile(reflect.TypeFor[[]any]())
		var v []any
		if _, err := n.DecodeJSON(context.Background(), data, TargetOf(&v), Policy{}); err != nil {
			t.Fatal(err)
		}
		clear(data)
		if got := fmt.Sprint(v); got != "[abc def map[k:v]]" {
			t.Errorf("got %s", got)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	cases := map[string]reflect.Type{
		"rule minimum is not for a string": reflect.TypeFor[struct {
			A string `minimum:"1"`
		}](),
		"rule minLength is not for": reflect.TypeFor[struct {
			A int `minLength:"1"`
		}](),
		"no such format": reflect.TypeFor[struct {
			A string `format:"colour"`
		}](),
		"not supported": reflect.TypeFor[struct {
			A int `contains:"2"`
		}](),
		"must be an integer": reflect.TypeFor[struct {
			A int `default:"x"`
		}](),
		"breaks its own rule maximum": reflect.TypeFor[struct {
			A int `default:"5" maximum:"4"`
		}](),
		"scalars only": reflect.TypeFor[struct {
			A []int `default:"1"`
		}](),
		"takes no rules": reflect.TypeFor[struct {
			A [2]int `minItems:"1"`
		}](),
		"is \"true\" or \"false\"": reflect.TypeFor[struct {
			A int `readOnly:"yes"`
		}](),
		"would never be seen": reflect.TypeFor[struct {
			A int `readOnly:"true" writeOnly:"true"`
		}](),
		"chan int has no JSON form":        reflect.TypeFor[struct{ A chan int }](),
		"interface with methods":           reflect.TypeFor[struct{ A fmt.Stringer }](),
		"only strings can be member names": reflect.TypeFor[struct{ A map[int]int }](),
		"one pointer says as much":         reflect.TypeFor[struct{ A **int }](),
		"missing closing": reflect.TypeFor[struct {
			A string `pattern:"("`
		}](),
		"it must be a whole number from 0": reflect.TypeFor[struct {
			A string `maxLength:"-1"`
		}](),
		"field A of struct": reflect.TypeFor[struct{ B struct{ A func() } }](),
		"option \"string\" is for plain": reflect.TypeFor[struct {
			A *int `json:",string"`
		}](),
	}
	for want, typ := range cases {
		if _, err := Compile(typ); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", typ, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2,{"b":"c\u0041"}]}`, `[]`, `"\ud83d\ude00"`, `-0.5e+7`, `{"a":1,"a":2}`, "\xef\xbb\xbf1", `nul`} {
		f.Add([]byte(seed))
	}
	n, _ := Compile(reflect.TypeFor[any]())
	f.Fuzz(func(t *testing.T, data []byte) {
		var v, want any
		_, err := n.DecodeJSON(context.Background(), data, TargetOf(&v), Policy{})
		if err == nil && !json.Valid(data) {
			t.Errorf("%q was taken, encoding/json refuses it", data)
		}
		if faults, _ := n.DecodeJSON(context.Background(), data, TargetOf(&v), Policy{}); err == nil && len(faults) == 0 {
			if json.Unmarshal(data, &want); !reflect.DeepEqual(v, want) {
				t.Errorf("%q: %#v, encoding/json %#v", data, v, want)
			}
		}
		skipped := &decoder{data: data}
		if ok := skipped.skip(); ok != (skipped.err == nil) {
			t.Errorf("%q: skip says %v, its error is %v", data, ok, skipped.err)
		}
	})
}

// TestPolicy: what the strict policy refuses the others let pass, at any depth.
func TestPolicy(t *testing.T) {
	type inner struct {
		B []int `json:"b"`
	}
	type outer struct {
		A int            `json:"a"`
		I *inner         `json:"i"`
		M map[string]int `json:"m"`
	}
	n, err := Compile(reflect.TypeFor[outer]())
	if err != nil {
		t.Fatal(err)
	}
	decode := func(text string, policy Policy) (v outer, faults []Fault, err error) {
		faults, err = n.DecodeJSON(context.Background(), []byte(text), TargetOf(&v), policy)
		return
	}
	const twice = `{"a":1,"i":{"b":[1,2,3],"b":[4]},"m":{"x":1,"x":2},"a":3}`
	if _, _, err := decode(twice, Policy{AllowUnknown: true}); err == nil {
		t.Error("a duplicate passed")
	}
	v, faults, err := decode(twice, Policy{AllowDuplicates: true})
	if err != nil || faults != nil || v.A != 3 || !slices.Equal(v.I.B, []int{4}) || v.M["x"] != 2 {
		t.Errorf("%+v %v %v", v, faults, err)
	}
	const more = `{"a":1,"i":null,"m":{},"z":{"q":[1]}}`
	if _, faults, err := decode(more, Policy{AllowDuplicates: true}); err != nil || len(faults) != 1 || faults[0].Code != "unknown_field" {
		t.Error(faults, err)
	}
	if v, faults, err := decode(more, Policy{AllowUnknown: true}); err != nil || faults != nil || v.A != 1 {
		t.Error(v, faults, err)
	}
}
