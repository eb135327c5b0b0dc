//go:build linux

package loop

import (
	"math/rand/v2"
	"runtime"
	"testing"
)

// One puts, one takes: nothing is lost, doubled or out of order, and what a slot
// points to is seen as it was when it was put.
func TestRingKeepsOrder(t *testing.T) {
	const n = 200_000
	r := new(ring[*int])
	go func() {
		for i := 0; i < n; {
			v := i
			if r.put(&v) {
				i++
			} else {
				runtime.Gosched()
			}
		}
	}()
	for i := 0; i < n; {
		v, ok := r.take()
		if !ok {
			runtime.Gosched()
			continue
		}
		if *v != i {
			t.Fatalf("took %d, want %d", *v, i)
		}
		i++
	}
	if _, ok := r.take(); ok || !r.empty() {
		t.Error("more was taken than put")
	}
}

// Runs of puts and takes of every length, against a slice.
func FuzzRing(f *testing.F) {
	f.Add([]byte{1, 255, 255, 3, 255, 255, 0, 1})
	f.Add([]byte{255, 254, 253, 1, 1, 1, 128, 128})
	random := rand.New(rand.NewPCG(1, 2))
	long := make([]byte, 256)
	for i := range long {
		long[i] = byte(random.Uint32())
	}
	f.Add(long)
	f.Fuzz(func(t *testing.T, steps []byte) {
		r := new(ring[int])
		var model []int
		put := 0
		for i, n := range steps {
			for range n {
				if i%2 == 0 {
					ok := r.put(put)
					if ok != (len(model) < ringSize) {
						t.Fatalf("put with %d inside: %v", len(model), ok)
					}
					if ok {
						model = append(model, put)
					}
					put++
					continue
				}
				v, ok := r.take()
				if ok != (len(model) > 0) || ok && v != model[0] {
					t.Fatalf("took %d, %v; want the first of %d", v, ok, len(model))
				}
				if ok {
					model = model[1:]
				}
			}
			if r.empty() != (len(model) == 0) {
				t.Fatalf("empty with %d inside", len(model))
			}
		}
	})
}

// A ring keeps nothing alive that was taken from it.
func TestRingForgets(t *testing.T) {
	r := new(ring[*int])
	for range ringSize + 3 {
		r.put(new(int))
		r.take()
	}
	for i, p := range r.slots {
		if p != nil {
			t.Fatalf("slot %d holds what was taken", i)
		}
	}
}
