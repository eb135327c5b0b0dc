//go:build !race

package schema

import (
	"context"
	"reflect"
	"testing"
)

type order struct {
	ID    int     `json:"id" minimum:"1"`
	Name  string  `json:"name" maxLength:"40"`
	Price float64 `json:"price"`
	Paid  bool    `json:"paid"`
}

var orderText = []byte(`{"id":12,"name":"a name","price":12.5,"paid":true}`)

// TestAllocDecode: one copy of the text, for its strings.
func TestAllocDecode(t *testing.T) {
	n, err := Compile(reflect.TypeFor[order]())
	if err != nil {
		t.Fatal(err)
	}
	v := new(order)
	target := TargetOf(v)
	if allocs := testing.AllocsPerRun(1000, func() {
		*v = order{}
		if faults, err := n.DecodeJSON(context.Background(), orderText, target, Policy{}); err != nil || faults != nil || v.Name != "a name" {
			t.Fatal(faults, err)
		}
	}); allocs > 1 {
		t.Errorf("%v allocations, at most 1", allocs)
	}
}

func TestAllocEncode(t *testing.T) {
	e, err := CompileEncoder(reflect.TypeFor[[]order]())
	if err != nil {
		t.Fatal(err)
	}
	v := &[]order{{1, "a", 1.5, true}, {2, "b", 2, false}}
	buffer := make([]byte, 0, 1024)
	target := TargetOf(v)
	if allocs := testing.AllocsPerRun(1000, func() { e.Append(buffer, target) }); allocs != 0 {
		t.Errorf("%v allocations, want 0", allocs)
	}
}

func BenchmarkDecode(b *testing.B) {
	n, _ := Compile(reflect.TypeFor[order]())
	v := new(order)
	for b.Loop() {
		*v = order{}
		n.DecodeJSON(context.Background(), orderText, TargetOf(v), Policy{})
	}
}

func BenchmarkEncode(b *testing.B) {
	e, _ := CompileEncoder(reflect.TypeFor[order]())
	v := &order{1, "a name", 12.5, true}
	buffer := make([]byte, 0, 1024)
	for b.Loop() {
		e.Append(buffer, TargetOf(v))
	}
}
