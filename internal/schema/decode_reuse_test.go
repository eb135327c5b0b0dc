package schema

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestFaultsAreTheCallers: decoders are used again, and what one call was told must not change with the next one.
func TestFaultsAreTheCallers(t *testing.T) {
	type body struct {
		Rows []struct {
			Name string `json:"name" minLength:"2"`
		} `json:"rows"`
	}
	node, err := Compile(reflect.TypeFor[body]())
	if err != nil {
		t.Fatal(err)
	}
	decode := func(rows int, name string) []Fault {
		var in body
		row := fmt.Sprintf(`{"name":"x",%q:1}`, name)
		text := `{"rows":[` + strings.TrimSuffix(strings.Repeat(row+",", rows), ",") + `]}`
		faults, err := node.DecodeJSON(context.Background(), []byte(text), TargetOf(&in), Policy{})
		if err != nil {
			t.Fatal(err)
		}
		return faults
	}
	check := func(faults []Fault, rows int, name string) {
		t.Helper()
		if len(faults) != min(2*rows, MaxFaults) {
			t.Fatalf("%d faults of %d rows", len(faults), rows)
		}
		for i, f := range faults {
			want := Fault{In: "body", Pointer: fmt.Sprintf("/rows/%d/name", i/2), Code: "minLength", Detail: "must have at least 2 characters"}
			if i%2 == 1 {
				want = Fault{In: "body", Pointer: fmt.Sprintf("/rows/%d/%s", i/2, name), Code: "unknown_field", Detail: f.Detail}
			}
			if f != want {
				t.Fatalf("fault %d is %+v, want %+v", i, f, want)
			}
		}
	}
	first := decode(3, "first")
	for rows := 2 * keptFaults; rows >= 0; rows-- {
		check(decode(rows, "other"), rows, "other")
	}
	check(first, 3, "first")
}
