package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestStringsAgree puts every octet at every place of strings around the eight octets that are looked at at once.
func TestStringsAgree(t *testing.T) {
	decoder, _ := Compile(reflect.TypeFor[string]())
	encoder, _ := CompileEncoder(reflect.TypeFor[string]())
	const filler = "\x7fabcdefgé ABCDEFGHI~"
	for _, length := range []int{1, 7, 8, 9, 15, 16, 18} {
		for at := range length {
			for c := range 256 {
				value := []byte(filler[:length])
				value[at] = byte(c)
				s := string(value)
				out, err := encoder.Append(nil, TargetOf(&s))
				if want := standard(t, s); err != nil || string(out) != want {
					t.Fatalf("%q is written %s, not %s", s, out, want)
				}
				agreeOnString(t, decoder, `"`+s+`"`)
			}
		}
	}
}

func agreeOnString(t *testing.T, decoder *Node, text string) {
	t.Helper()
	var got, want string
	_, err := decoder.DecodeJSON(t.Context(), []byte(text), TargetOf(&got), Policy{})
	wantErr := json.Unmarshal([]byte(text), &want)
	if refused := wantErr != nil || !utf8.ValidString(text); refused != (err != nil) || err == nil && got != want {
		t.Fatalf("%q is read %q, %v; encoding/json reads %q, %v", text, got, err, want, wantErr)
	}
}

// TestNumbersAgree reads numbers of all lengths and forms into each type.
func TestNumbersAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	digits := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(byte('0' + r.IntN(10)))
		}
		return b.String()
	}
	texts := []string{"0", "-0", "-0.0", "00", "-", "1.", ".5", "1e5", "1E+2", "1e", "127", "128", "-128", "-129", "255", "256", "32767", "32768", "65535",
		"65536", "2147483647", "2147483648", "4294967296", "999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "0.1", "123456789012.345", "1234567890123456.7",
		"9007199254740993", "1e22", "1e23", "4.35", "0.000001", "1.7976931348623157e308", "1e309", "3.4028235e38", "3.5e38", "16777217.0"}
	for range 3000 {
		text := []string{"", "-"}[r.IntN(2)] + digits(1+r.IntN(20))
		if r.IntN(2) == 0 {
			text += "." + digits(r.IntN(18))
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		agreeOnNumber[int](t, text)
		agreeOnNumber[int8](t, text)
		agreeOnNumber[int32](t, text)
		agreeOnNumber[int64](t, text)
		agreeOnNumber[uint16](t, text)
		agreeOnNumber[uint64](t, text)
		agreeOnNumber[float32](t, text)
		agreeOnNumber[float64](t, text)
	}
}

func agreeOnNumber[T comparable](t *testing.T, text string) {
	t.Helper()
	got, faults, err := decodeInto[T](t, " "+text+" ")
	var want T
	wantErr := json.Unmarshal([]byte(text), &want)
	if (err == nil && faults == nil) != (wantErr == nil) || wantErr == nil && fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s as %T: %v %v %v; encoding/json %v %v", text, got, got, faults, err, want, wantErr)
	}
}

// TestFloatsAgree writes floats, among them many with few digits and their neighbours.
func TestFloatsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	encoder, _ := CompileEncoder(reflect.TypeFor[float64]())
	for range 20000 {
		short := float64(r.Int64N(1e15)) / math.Pow10(r.IntN(20)) * float64(1-2*r.IntN(2))
		for _, f := range []float64{short, math.Nextafter(short, 0), math.Trunc(short), math.Float64frombits(r.Uint64())} {
			if math.IsNaN(f) || math.IsInf(f, 0) {
				continue
			}
			got, err := encoder.Append(nil, TargetOf(&f))
			want, _ := json.Marshal(f)
			if back, _ := strconv.ParseFloat(string(got), 64); err != nil || string(got) != string(want) || back != f {
				t.Fatalf("%v is written %s (%v), not %s", f, got, err, want)
			}
		}
	}
}

// TestStringsOfLargeBodies: those that share a block keep their values when more follow.
func TestStringsOfLargeBodies(t *testing.T) {
	var want []string
	for i := range 3000 {
		want = append(want, strings.Repeat(string(rune('a'+i%26)), i%300)+strconv.Itoa(i)+[]string{"", "\n"}[i%2])
	}
	text, _ := json.Marshal(want)
	got, faults, err := decodeInto[[]string](t, string(text))
	if err != nil || faults != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%d strings differ, %v %v", len(got), faults, err)
	}
}
