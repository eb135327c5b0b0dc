package schema

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestRangesAgree holds the quick check of a minimum and a maximum against the one of all rules, at and beside every bound.
func TestRangesAgree(t *testing.T) {
	bounds := []string{"", "0", "-3", "7", "2147483647", "-2147483648", "9223372036854775807", "-9223372036854775808"}
	values := []int64{0, -1, 1, -3, -4, 6, 7, 8, math.MaxInt32, math.MaxInt32 - 1, math.MinInt32, math.MaxInt64, math.MinInt64}
	for _, kind := range []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[int32](), reflect.TypeFor[int64](), reflect.TypeFor[float64]()} {
		for _, least := range bounds {
			for _, most := range bounds {
				checkRange(t, kind, least, most, values)
			}
		}
	}
}

func checkRange(t *testing.T, kind reflect.Type, least, most string, values []int64) {
	t.Helper()
	r, node := newRules(), &Node{Go: kind, Kind: Integer}
	if kind.Kind() == reflect.Float64 {
		node.Kind = Number
	}
	for word, bound := range map[string]string{"minimum": least, "maximum": most} {
		if bound == "" {
			continue
		}
		if err := r.parse(word, bound, node); err != nil {
			t.Fatal(err)
		}
	}
	quick := r.rangeChecker(kind.Kind())
	if quick == nil {
		t.Fatalf("no quick check of %s for %q to %q", kind, least, most)
	}
	for _, number := range values {
		v := reflect.New(kind)
		v.Elem().Set(reflect.ValueOf(number).Convert(kind))
		got, want := quick(v.UnsafePointer(), nil), r.checkNumber(loader(kind.Kind())(v.UnsafePointer()), nil)
		if !slices.Equal(got, want) {
			t.Errorf("%s %v in %q to %q: %v, want %v", kind, v.Elem(), least, most, got, want)
		}
	}
}

func TestRangesLeaveOtherRules(t *testing.T) {
	node, err := Compile(reflect.TypeFor[int]())
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range ruleWords {
		if !slices.Contains(rule.kinds, Integer) || rule.word == "minimum" || rule.word == "maximum" {
			continue
		}
		r := newRules()
		if err := r.parse(rule.word, "2", node); err != nil {
			t.Fatal(err)
		}
		if r.rangeChecker(reflect.Int) != nil {
			t.Errorf("the quick check would pass over %s", rule.word)
		}
	}
}

// TestLengthsAreOfCharacters: what the number of octets already decides is decided as counting would.
func TestLengthsAreOfCharacters(t *testing.T) {
	for _, character := range []string{"a", "ä", "€", "😀"} {
		for n := range 9 {
			for _, s := range []string{strings.Repeat(character, n), strings.Repeat(character, n) + "xy"} {
				for least := -1; least < 12; least++ {
					for most := -1; most < 12; most++ {
						r := newRules()
						r.MinLength, r.MaxLength = least, most
						var want []string
						count := utf8.RuneCountInString(s)
						if count < least {
							want = append(want, "minLength")
						}
						if most >= 0 && count > most {
							want = append(want, "maxLength")
						}
						var got []string
						for _, fault := range r.checkString(s, nil) {
							got = append(got, fault.Code)
						}
						if !slices.Equal(got, want) {
							t.Fatalf("%q, %d to %d: %v, want %v", s, least, most, got, want)
						}
					}
				}
			}
		}
	}
}
