package schema

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

type login struct {
	ID       int    `json:"id" readOnly:"true" minimum:"10"`
	Name     string `json:"name" readOnly:"false"`
	Password string `json:"password" writeOnly:"true"`
	State    string `json:"state" readOnly:"true" default:"new"`
}

// TestReadOnly: what the server alone sets is not required in a body, and a fault there that never reaches the struct.
func TestReadOnly(t *testing.T) {
	v, faults, err := decodeInto[login](t, `{"name":"a","password":"p"}`)
	if err != nil || faults != nil || v != (login{0, "a", "p", "new"}) {
		t.Errorf("without them: %+v %v %v", v, faults, err)
	}
	v, faults, err = decodeInto[login](t, `{"id":[7,{"x":1}],"name":"a","password":"p","state":"old"}`)
	var got []string
	for _, f := range faults {
		got = append(got, f.Pointer+" "+f.Code)
	}
	if want := []string{"/id readOnly", "/state readOnly"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v %v, want %v", got, err, want)
	}
	if v.ID != 0 || v.State != "" {
		t.Errorf("a body set %+v", v)
	}
	if _, _, err := decodeInto[login](t, `{"id":01,"name":"a","password":"p"}`); err == nil || !strings.Contains(err.Error(), "leading zero") {
		t.Errorf("its syntax was not checked: %v", err)
	}
}

// TestWriteOnly: what only comes in never goes out, at any depth and behind interfaces.
func TestWriteOnly(t *testing.T) {
	secret := login{3, "a", "secret", "on"}
	const want = `{"id":3,"name":"a","state":"on"}`
	for got, wanted := range map[any]string{
		secret:                          want,
		&secret:                         want,
		[1]login{secret}:                "[" + want + "]",
		struct{ L *login }{&secret}:     `{"L":` + want + `}`,
		struct{ login }{secret}:         want,
		struct{ A any }{[1]any{secret}}: `{"A":[` + want + `]}`,
	} {
		if text, err := encoded(t, got); err != nil || text != wanted {
			t.Errorf("%T: got %s, %v; want %s", got, text, err, wanted)
		}
	}
	if _, err := CompileEncoder(reflect.TypeFor[struct {
		A int `writeOnly:"1"`
	}]()); err == nil || !strings.Contains(err.Error(), "writeOnly") {
		t.Errorf("a tag of no meaning: %v", err)
	}
}

func TestArrays(t *testing.T) {
	type in struct {
		At  [2]float64 `json:"at"`
		All [0]int     `json:"all"`
		B   [3]byte    `json:"b"`
		Row [2][2]Small
	}
	const rows = `[[{"x":1},{"x":2}],[{"x":3},{"x":4,"b":false}]]`
	v, faults, err := decodeInto[in](t, `{"at":[1.5,-2],"all":[],"b":[1,2,255],"Row":`+rows+`}`)
	want := in{[2]float64{1.5, -2}, [0]int{}, [3]byte{1, 2, 255}, [2][2]Small{{{1, true}, {2, true}}, {{3, true}, {4, false}}}}
	if err != nil || faults != nil || v != want {
		t.Errorf("got %+v %v %v", v, faults, err)
	}
	for text, want := range map[string]string{
		`{"at":[1],"all":[],"b":[1,2,3],"Row":` + rows + `}`:                       "/at minItems",
		`{"at":[1,2,3],"all":[],"b":[1,2,3],"Row":` + rows + `}`:                   "/at maxItems",
		`{"at":[1,2],"all":["x"],"b":[1,2,3],"Row":` + rows + `}`:                  "/all maxItems",
		`{"at":[1,2],"all":[],"b":[1,2,256],"Row":` + rows + `}`:                   "/b/2 type",
		`{"at":[1,2],"all":[],"b":"AQID","Row":` + rows + `}`:                      "/b type",
		`{"at":[1,2],"all":[],"b":[1,2,3],"Row":[[{"x":1},{"x":1}],[{"x":1},{}]]}`: "/Row/1/1/x required",
	} {
		_, faults, err := decodeInto[in](t, text)
		if err != nil || len(faults) != 1 || faults[0].Pointer+" "+faults[0].Code != want {
			t.Errorf("%s: got %v %v, want %s", text, faults, err, want)
		}
	}
	node, _ := Compile(reflect.TypeFor[[2]int]())
	text, _ := json.Marshal(NewDescriber().Input(node))
	if want := `"minItems":2,"maxItems":2`; !strings.Contains(string(text), want) {
		t.Errorf("described as %s, which lacks %s", text, want)
	}
	if _, err := CompileInput(reflect.TypeFor[struct {
		A [2]int `query:"a"`
	}](), nil); err == nil || !strings.Contains(err.Error(), "use a slice") {
		t.Errorf("an array as a parameter: %v", err)
	}
}
