package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBucketsJoin(t *testing.T) {
	end := bucket(1<<63 - 1)
	for i := range end {
		if bucket(last(i)) != i || bucket(last(i)+1) != i+1 {
			t.Fatalf("bucket %d ends at %d, which is in %d, the next in %d", i, last(i), bucket(last(i)), bucket(last(i)+1))
		}
	}
	if end >= len(histogram{}.counts) {
		t.Errorf("bucket %d of %d", end, len(histogram{}.counts))
	}
}

func TestQuantileNearTheSorted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var h histogram
	var all []time.Duration
	for range 5000 {
		d := time.Duration(random.ExpFloat64() * float64(300*time.Microsecond))
		h.add(d)
		all = append(all, d)
	}
	slices.Sort(all)
	for _, share := range []float64{0, 0.01, 0.5, 0.9, 0.99, 0.999} {
		want := all[int(share*float64(len(all)))]
		if got := h.quantile(share); got < want || got > want+want/64 {
			t.Errorf("quantile %v is %v, want %v", share, got, want)
		}
	}
	if h.min != all[0] || h.max != all[len(all)-1] || h.quantile(1) != h.max || h.total != len(all) {
		t.Errorf("%v %v %d, want %v %v", h.min, h.max, h.total, all[0], all[len(all)-1])
	}
}

func TestEmptyHistogram(t *testing.T) {
	if h := (&histogram{}); h.quantile(0.5) != 0 || h.quantile(1) != 0 {
		t.Error("a quantile of nothing")
	}
}
