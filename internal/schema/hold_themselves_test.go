package schema

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// Types that hold themselves without a struct with a name between.
type (
	listOfItself    []listOfItself
	mapOfItself     map[string]mapOfItself
	oneAndOther     []otherAndOne
	otherAndOne     map[string]oneAndOther
	pointerToItself *pointerToItself
	namelessBetween []struct{ Inside namelessBetween }
)

// TestTypesThatHoldThemselves: such a type is refused, or described once, rather than looked into without end.
func TestTypesThatHoldThemselves(t *testing.T) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[listOfItself](), reflect.TypeFor[mapOfItself](), reflect.TypeFor[oneAndOther](), reflect.TypeFor[pointerToItself](),
		reflect.TypeFor[struct{ A struct{ B listOfItself } }](),
	} {
		if _, err := Compile(of); err == nil || strings.Count(err.Error(), "holds itself without a struct between") != 1 {
			t.Errorf("%s: got %v", of, err)
		}
		if _, err := CompileEncoder(of); err != nil {
			t.Errorf("%s can be written, but %v", of, err)
		}
		if _, err := json.Marshal(NewDescriber().Output(of)); err != nil {
			t.Errorf("%s: %v", of, err)
		}
	}
	n, err := Compile(reflect.TypeFor[namelessBetween]())
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(NewDescriber().Input(n))
	const want = `{"type":"array","items":{"type":"object","properties":{"Inside":{}},"required":["Inside"]}}`
	if err != nil || string(got) != want {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
	if _, wrong := told[namelessBetween](t, `[{"Inside":[{"Inside":[]}]}]`); wrong != nil {
		t.Errorf("got %v", wrong)
	}
}
