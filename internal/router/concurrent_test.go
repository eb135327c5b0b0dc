package router

import (
	"sync"
	"testing"
)

// TestMatchIsConcurrent: the Allow text of a union of patterns is the one thing that matching writes.
func TestMatchIsConcurrent(t *testing.T) {
	tree := newTree(t, Options{}, "GET /u/{id}", "POST /u/me", "PUT /{a}/me", "PATCH /{a}/{b:int}")
	want := map[string]string{
		"/u/me": "method not allowed: GET, HEAD, OPTIONS, POST, PUT",
		"/x/me": "method not allowed: OPTIONS, PUT",
		"/u/12": "method not allowed: GET, HEAD, OPTIONS, PATCH",
		"/u/x":  "method not allowed: GET, HEAD, OPTIONS",
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var p Params
			for range 50 {
				for path, want := range want {
					r := tree.Match("DELETE", path, &p)
					if got := answer(r, &p); got != want {
						t.Errorf("%s: %s, want %s", path, got, want)
					}
				}
			}
		})
	}
	all.Wait()
}
