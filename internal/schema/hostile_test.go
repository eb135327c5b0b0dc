package schema

import (
	"encoding/json"
	"errors"
	"math/big"
	"reflect"
	"strings"
	"testing"
)

// nest holds itself in every way that a type can.
type nest struct {
	Sub  *nest            `json:"sub"`
	List *[]nest          `json:"list"`
	Map  *map[string]nest `json:"map"`
	Pair *[1]*nest        `json:"pair"`
	Raw  *json.RawMessage `json:"raw"`
	Any  *any             `json:"any"`
	Opt  Opt[int]         `json:"opt"`
}

// TestHostileDepth: a body is refused at the level that is too much, and the stack is bounded by that level.
func TestHostileDepth(t *testing.T) {
	const levels = 100_000
	for name, text := range map[string]string{
		"objects": strings.Repeat(`{"sub":`, levels) + "null" + strings.Repeat("}", levels),
		"lists":   strings.Repeat(`{"list":[`, levels) + strings.Repeat("]}", levels),
		"maps":    strings.Repeat(`{"map":{"k":`, levels) + "null" + strings.Repeat("}}", levels),
		"arrays":  strings.Repeat(`{"pair":[`, levels) + "null" + strings.Repeat("]}", levels),
		"raw":     `{"raw":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + "}",
		"any":     `{"any":` + strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels) + "}",
		"unknown": `{"x":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + "}",
		"open":    strings.Repeat("[", levels),
	} {
		_, _, err := decodeInto[nest](t, text)
		var syntax *SyntaxError
		if name == "open" {
			if _, _, err = decodeInto[any](t, text); err == nil {
				t.Error("brackets that stay open were taken")
			}
		}
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), "deeper than 512") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHostileNumbers: the text of a number is bounded wherever turning it into a number takes more than one pass.
func TestHostileNumbers(t *testing.T) {
	long := strings.Repeat("9", 1_000_000)
	expect := func(name string, faults []Fault, err error, want string) {
		t.Helper()
		if err != nil || len(faults) != 1 || faults[0].Code != "type" || !strings.Contains(faults[0].Detail, want) {
			t.Errorf("%s: %.100v %v", name, faults, err)
		}
	}
	_, faults, err := decodeInto[int](t, long)
	expect("int", faults, err, "an integer of 64 bits")
	_, faults, err = decodeInto[uint8](t, "-"+long)
	expect("uint8", faults, err, "a non-negative integer of 8 bits")
	_, faults, err = decodeInto[float64](t, long)
	expect("float64", faults, err, "fits 64 bits")
	_, faults, err = decodeInto[float64](t, "1e400")
	expect("1e400", faults, err, "fits 64 bits")
	_, faults, err = decodeInto[any](t, long)
	expect("any", faults, err, "fits 64 bits")
	_, faults, err = decodeInto[json.Number](t, long)
	expect("json.Number", faults, err, "at most 4300 characters")
	_, faults, err = decodeInto[big.Int](t, "-"+long)
	expect("big.Int", faults, err, "at most 4300 characters")

	if v, faults, err := decodeInto[json.Number](t, long[:MaxNumberText]); err != nil || faults != nil || len(v) != MaxNumberText {
		t.Errorf("%d digits: %v %v", MaxNumberText, faults, err)
	}
	if v, faults, err := decodeInto[json.RawMessage](t, long); err != nil || faults != nil || len(v) != len(long) {
		t.Errorf("a raw message: %v %v", faults, err)
	}
	if v, faults, err := decodeInto[float64](t, "0."+long); err != nil || faults != nil || v != 1 {
		t.Errorf("a long fraction: %v %v %v", v, faults, err)
	}
	if _, _, err := decodeInto[int](t, strings.Repeat("0", 1_000_000)); err == nil || !strings.Contains(err.Error(), "leading zero") {
		t.Errorf("zeros: %v", err)
	}
}

// TestHostileNames: names without end, members that stand twice at the end of many.
func TestHostileNames(t *testing.T) {
	name := strings.Repeat("n", 1<<20)
	_, faults, err := decodeInto[nest](t, `{"`+name+`":1}`)
	if err != nil || len(faults) != 1 || faults[0].Pointer != "/"+name {
		t.Errorf("a long name: %d faults, %v", len(faults), err)
	}
	deep := strings.Repeat(`{"sub":`, MaxDepth-1) + `{"opt":"x","raw":1,"nope":2}` + strings.Repeat("}", MaxDepth-1)
	_, faults, err = decodeInto[nest](t, deep)
	at := strings.Repeat("/sub", MaxDepth-1)
	if err != nil || len(faults) != 2 || faults[0].Pointer != at+"/opt" || faults[1].Pointer != at+"/nope" {
		t.Errorf("faults at the bottom: %d, %v", len(faults), err)
	}
}

type rich struct {
	plainPerson
	Nest  nest                             `json:"nest"`
	Login *login                           `json:"login"`
	Grid  Opt[[2][3]int8]                  `json:"grid"`
	Sets  map[string][]map[string]*float32 `json:"sets"`
	Big   *big.Int                         `json:"big_int"`
	Num   json.Number                      `json:"num"`
}

// FuzzDecodeRich: whatever a body says, there is an answer; what is taken is JSON, and so is what is written of it.
func FuzzDecodeRich(f *testing.F) {
	for _, seed := range []string{`{}`, `{"nest":{"sub":{"list":[{"any":[1]}],"map":{"k":{}}},"pair":[null]},"grid":[[1,2,3],[4,5,6]]}`,
		`{"name":"a","email":"a@b.c","age":3,"tags":["x"],"sets":{"a":[{"b":1.5}]},"big_int":12,"num":-1e5,"nest":{"raw":[1],"any":null},"login":{"name":"n","password":"p"}}`,
		`{"login":{"id":1,"name":"\u00e9\ud83d\ude00"},"sets":null,"Map":{"k":{"x":1}},"q":{"N":"7"}}`} {
		f.Add([]byte(seed), uint8(0))
		f.Add([]byte(seed[:len(seed)*2/3]), uint8(3))
	}
	node, err := Compile(reflect.TypeFor[rich]())
	if err != nil {
		f.Fatal(err)
	}
	encoder, err := CompileEncoder(reflect.TypeFor[rich]())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte, policy uint8) {
		var v rich
		faults, err := node.DecodeJSON(t.Context(), data, TargetOf(&v), Policy{AllowUnknown: policy&1 != 0, AllowDuplicates: policy&2 != 0})
		var syntax *SyntaxError
		if err != nil && !errors.As(err, &syntax) || err == nil && !json.Valid(data) || len(faults) > MaxFaults {
			t.Fatalf("%q: %d faults, %v", data, len(faults), err)
		}
		if err != nil || faults != nil {
			return
		}
		if text, err := encoder.Append(nil, TargetOf(&v)); err != nil || !json.Valid(text) {
			t.Fatalf("%q is written %q, %v", data, text, err)
		}
	})
}
