//go:build !race

package router

import (
	"strings"
	"testing"
)

func TestAllocMatch(t *testing.T) {
	lines := []string{"GET /", "GET /users/{id}", "GET /users/{id:int}/x", "POST /users/me", "PUT /users/{id}", "GET /files/{p...}",
		"* /mount/{p...}", "GET /{p}"}
	many := ""
	for k := range MaxParams {
		many += "/{p" + strings.Repeat("x", k) + "}"
	}
	lines = append(lines, "GET "+many)
	for _, c := range []struct {
		name, method, path string
		policy             SlashPolicy
		want               Outcome
	}{
		{"static", "GET", "/", Strict, Found},
		{"parameter", "GET", "/users/7", Strict, Found},
		{"converter", "GET", "/users/7/x", Strict, Found},
		{"remainder", "GET", "/files/a/b/c.txt", Strict, Found},
		{"dot at the start of a segment", "GET", "/files/.git/x", Strict, Found},
		{"32 parameters", "GET", strings.Repeat("/v", MaxParams), Strict, Found},
		{"HEAD falls back", "HEAD", "/users/7", Strict, Found},
		{"any method", "BREW", "/mount/x", Strict, Found},
		{"not found", "GET", "/users/7/nothing", Strict, NotFound},
		{"unknown method, not found", "BREW", "/users/7/nothing", Strict, NotFound},
		{"not allowed", "DELETE", "/users/7", Strict, MethodNotAllowed},
		{"not allowed, methods of two patterns", "DELETE", "/users/me", Strict, MethodNotAllowed},
		{"dot segment", "GET", "/users/..", Strict, BadPath},
		{"no leading slash", "GET", "users", Strict, BadPath},
		{"slash to drop", "GET", "/users/7/", Redirect, DropSlash},
		{"slash ignored", "GET", "/users/7/", Ignore, Found},
	} {
		tree := newTree(t, Options{TrailingSlash: c.policy}, lines...)
		var p Params
		if r := tree.Match(c.method, c.path, &p); r.Outcome != c.want {
			t.Errorf("%s: %v, want %v", c.name, r.Outcome, c.want)
			continue
		}
		if n := testing.AllocsPerRun(100, func() { tree.Match(c.method, c.path, &p) }); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

// TestAllocationsOfDecoding: the buffer and the copy without escapes; with an encoded slash a second copy.
func TestAllocationsOfDecoding(t *testing.T) {
	tree := newTree(t, Options{}, "GET /users/{id}")
	var p Params
	for path, limit := range map[string]float64{"/users/a%20b": 2, "/users/a%2Fb": 3} {
		if n := testing.AllocsPerRun(100, func() { tree.Match("GET", path, &p) }); n > limit {
			t.Errorf("%s: %v allocations, limit %v", path, n, limit)
		}
	}
}

// TestAllowCacheIsBounded: sets of methods beyond the cache cost an allocation, never more memory.
func TestAllowCacheIsBounded(t *testing.T) {
	tree := New[int](Options{})
	for k := range 12 {
		// Pattern k matches segment k of the path if it says "y": each path selects its own set.
		pattern := ""
		for j := range 12 {
			if j == k {
				pattern += "/y"
			} else {
				pattern += "/{p" + strings.Repeat("x", j) + "}"
			}
		}
		if err := tree.Add("M"+strings.Repeat("x", k), pattern, k, ""); err != nil {
			t.Fatal(err)
		}
	}
	for bits := 1; bits < 1<<12; bits++ {
		path, methods := "", 1 // OPTIONS
		for j := range 12 {
			if bits>>j&1 == 1 {
				path, methods = path+"/y", methods+1
			} else {
				path += "/n"
			}
		}
		if got := strings.Count(tree.Allowed(path), ",") + 1; got != methods {
			t.Fatalf("%s: %d methods, want %d", path, got, methods)
		}
	}
	if n := len(*tree.allow.Load()); n > maxAllowCache {
		t.Errorf("%d texts kept, limit %d", n, maxAllowCache)
	}
}
