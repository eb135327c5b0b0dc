//go:build !race

package fasterapi

import (
	"context"
	"testing"
)

// TestAllocDependencies: a dependency costs what its provider allocates, and one context when something is to be closed. Tasks cost three more.
func TestAllocDependencies(t *testing.T) {
	type pool struct{ size int }
	type row struct{ id int }
	shared := &pool{3}
	app := New()
	Provide(app, func(context.Context, struct{}) (*pool, error) { return shared, nil })
	Provide(app, func(_ context.Context, in struct {
		Pool Dep[*pool]
		ID   int `path:"id"`
	}) (row, error) {
		return row{in.ID + in.Pool.Value.size}, nil
	})
	closed := 0
	end := func(context.Context) { closed++ }
	type lease struct{}
	ProvideScoped(app, func(context.Context, struct{}) (lease, Scope, error) { return lease{}, Scope{Close: end}, nil })
	Get(app, "/rows/{id}", func(_ context.Context, in struct{ Row Dep[row] }) (allocUser, error) {
		return allocUser{in.Row.Value.id, "row"}, nil
	})
	Get(app, "/leases", func(_ context.Context, in struct{ Lease Dep[lease] }) (allocUser, error) {
		return allocUser{1, "lease"}, nil
	})
	Get(app, "/tasks", func(_ context.Context, in struct{ Tasks Dep[*Tasks] }) (allocUser, error) {
		return allocUser{1, "none"}, nil
	})
	x := &exchange{app: app}
	for path, most := range map[string]float64{"/rows/42": 1, "/leases": 2, "/tasks": 4} {
		allocs := testing.AllocsPerRun(500, func() {
			if status := x.run("GET", path, "", nil); status != 200 {
				t.Fatalf("%s: %d", path, status)
			}
		})
		if allocs > most {
			t.Errorf("%s: %v allocations, at most %v", path, allocs, most)
		}
	}
	if closed == 0 {
		t.Error("nothing was closed")
	}
}
