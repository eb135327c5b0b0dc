package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

type embedded struct {
	Shadow string `json:"shadow"`
	Deep   int
}

// Pointed is embedded by pointer.
type Pointed struct{ P string }

type everything struct {
	embedded
	*Pointed
	Shadow  string             `json:"shadow"`
	B       bool               `json:"b"`
	I       int8               `json:"i,omitempty"`
	U       uint64             `json:"u,omitzero"`
	F       float64            `json:"f"`
	F32     float32            `json:"f32"`
	S       string             `json:"s"`
	Bytes   []byte             `json:"bytes"`
	Ints    []int              `json:"ints"`
	Empty   []int              `json:"empty,omitempty"`
	Arr     [2]bool            `json:"arr"`
	M       map[string]any     `json:"m"`
	MI      map[int]string     `json:"mi,omitempty"`
	T       time.Time          `json:"t"`
	TZ      time.Time          `json:"tz,omitzero"`
	Addr    netip.Addr         `json:"addr"`
	P       *int               `json:"p"`
	Self    *everything        `json:"self,omitempty"`
	Any     any                `json:"any"`
	Quoted  int                `json:"quoted,string"`
	QuotedS string             `json:"quoted_s,string"`
	QuotedP *int               `json:"quoted_p,string"`
	QuotedN *bool              `json:"quoted_n,string"`
	Raw     json.RawMessage    `json:"raw,omitempty"`
	Dash    int                `json:"-"`
	Odd     int                `json:"<odd>"`
	Num     json.Number        `json:"num,omitempty"`
	Keys    map[netip.Addr]int `json:"keys,omitempty"`
	hidden  int
}

func standard(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func encoded[T any](t *testing.T, v T) (string, error) {
	t.Helper()
	e, err := CompileEncoder(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.Append(nil, TargetOf(&v))
	return string(b), err
}

// TestEncodeAgrees holds the encoder against encoding/json.
func TestEncodeAgrees(t *testing.T) {
	n := 7
	blank := everything{Bytes: []byte{}, Ints: []int{}, M: map[string]any{}}
	full := everything{
		embedded: embedded{Shadow: "hidden", Deep: 4}, Pointed: &Pointed{"x"}, Shadow: "seen", B: true, I: -8, U: math.MaxUint64,
		F: 1e21, F32: 3.4e-7, S: "a\"\\\b\f\n\r\t\x01\x7f<&>é\u2028\u2029😀\xff", Bytes: []byte{0, 255, 7}, Arr: [2]bool{true, false},
		M: map[string]any{"z": 1, "a": []any{nil, 2.5, "x", map[string]any{}}, "p": &n, "t": time.Unix(0, 1).UTC()}, MI: map[int]string{2: "b", 1: "a"},
		T: time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600)), Addr: netip.MustParseAddr("::1"), P: &n,
		Ints: []int{1, -2}, Self: &blank, Any: embedded{}, Quoted: -5, QuotedS: "a\"b", QuotedP: &n, Raw: json.RawMessage(`{"a":1}`), Num: "1.50",
		Keys: map[netip.Addr]int{netip.MustParseAddr("1.2.3.4"): 1}, hidden: 1,
	}
	for _, v := range []everything{full, blank} {
		got, err := encoded(t, v)
		if want := standard(t, v); err != nil || got != want {
			t.Errorf("\n got %s (%v)\nwant %s", got, err, want)
		}
	}
}

// A list that nobody filled is an empty one: null would be another type to all who read it.
func TestEncodeNil(t *testing.T) {
	type lists struct {
		L [][]string     `json:"l"`
		M map[string]int `json:"m"`
		B []byte         `json:"b"`
		O []int          `json:"o,omitempty"`
		Z []int          `json:"z,omitzero"`
		P *[]int         `json:"p"`
		A any            `json:"a"`
	}
	got, err := encoded(t, lists{L: [][]string{nil}, Z: []int{}, A: []int(nil)})
	if want := `{"l":[[]],"m":{},"b":"","z":[],"p":null,"a":[]}`; err != nil || got != want {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
}

func TestEncodeFloats(t *testing.T) {
	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1.5, 0.1, 1e20, 1e21, 1e-6, 9.99e-7, 1e-10, 1e100, math.MaxFloat64, math.SmallestNonzeroFloat64, 123456789.125} {
		if got, err := encoded(t, f); err != nil || got != standard(t, f) {
			t.Errorf("%g: got %s, want %s", f, got, standard(t, f))
		}
		if got, err := encoded(t, float32(f)); !math.IsInf(float64(float32(f)), 0) && (err != nil || got != standard(t, float32(f))) {
			t.Errorf("float32 %g: got %s, want %s", f, got, standard(t, float32(f)))
		}
	}
}

func TestEncodeFails(t *testing.T) {
	if _, err := encoded(t, math.NaN()); err == nil {
		t.Error("NaN was encoded")
	}
	circle := &everything{}
	circle.Self = circle
	if _, err := encoded(t, circle); !errors.Is(err, errCycle) {
		t.Errorf("a value that holds itself: %v", err)
	}
	if _, err := encoded(t, any(func() {})); err == nil {
		t.Error("a function behind an interface was encoded")
	}
	if _, err := encoded(t, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Error("the year 10000 was encoded")
	}
	if _, err := CompileEncoder(reflect.TypeFor[struct{ F func() }]()); err == nil || !strings.Contains(err.Error(), "field F") {
		t.Errorf("a function: %v", err)
	}
}

func TestEncodeOpt(t *testing.T) {
	type out struct {
		A Opt[int]    `json:"a,omitzero"`
		B Opt[int]    `json:"b,omitzero"`
		C Opt[string] `json:"c,omitzero"`
	}
	if got, err := encoded(t, out{B: Null[int](), C: Some("x")}); err != nil || got != `{"b":null,"c":"x"}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestEncodeLeavesTaggedFieldsOut(t *testing.T) {
	type out struct {
		ETag string `header:"ETag"`
		Code int    `status:""`
		A    int    `json:"a"`
	}
	if got, err := encoded(t, out{"x", 201, 1}); err != nil || got != `{"a":1}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func FuzzEncodeString(f *testing.F) {
	f.Add("a\x00\u2028\xff<\"")
	f.Fuzz(func(t *testing.T, s string) {
		if got, _ := encoded(t, s); got != standard(t, s) {
			t.Errorf("%q: got %s, want %s", s, got, standard(t, s))
		}
	})
}

// FuzzEncodeAny: what encoding/json reads of any text is written as it would write it, whatever types hold it.
func FuzzEncodeAny(f *testing.F) {
	for _, seed := range []string{`{"b":[1,2.5,"x\u0001",null,true],"a":{"k":-0.000001}}`, `[]`, `"\u2028é"`, `1e21`, `-0`, `[[[]],{}]`} {
		f.Add([]byte(seed))
	}
	dynamic, _ := CompileEncoder(reflect.TypeFor[any]())
	mapped, _ := CompileEncoder(reflect.TypeFor[map[string]any]())
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil {
			return
		}
		want := standard(t, v)
		got, err := dynamic.Append(nil, TargetOf(&v))
		if errors.Is(err, errCycle) {
			return // nested deeper than it writes
		}
		if err != nil || string(got) != want {
			t.Errorf("got %s (%v), want %s", got, err, want)
		}
		if m, ok := v.(map[string]any); ok {
			if got, err := mapped.Append(nil, TargetOf(&m)); err != nil || string(got) != want {
				t.Errorf("as a map: got %s (%v), want %s", got, err, want)
			}
		}
	})
}
