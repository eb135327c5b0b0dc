package main

import "testing"

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{9, 1, 5}, 5},
		{[]float64{4, 1, 2, 9}, 3},
	} {
		if got := median(test.values); got != test.want {
			t.Errorf("median(%v) = %v, want %v", test.values, got, test.want)
		}
	}
	values := []float64{3, 1, 2}
	if median(values); values[0] != 3 {
		t.Error("the argument was sorted, and with it the rounds' order lost")
	}
}

func TestCompareHoldsRoundsTogether(t *testing.T) {
	// The second round was slow for both: the rounds agree on 2, the medians do not.
	got := compare([]float64{2, 20, 6}, []float64{1, 10, 3})
	if !got.ok || got.ofRounds != 2 || got.ofMedians != 2 {
		t.Errorf("%+v", got)
	}
	got = compare([]float64{2, 20, 8}, []float64{1, 10, 2})
	if !got.ok || got.ofRounds != 2 || got.ofMedians != 4 {
		t.Errorf("%+v", got)
	}
	if compare([]float64{1}, []float64{0}).ok || compare(nil, nil).ok {
		t.Error("a ratio over nothing")
	}
}

func TestVerdict(t *testing.T) {
	for _, test := range []struct {
		busy, others float64
		want         string
	}{
		{0.5, 0, "load-bound"},
		{0.949, 0, "load-bound"},
		{0.95, 0, "server-bound"},
		{1, 0.02, "server-bound"},
		{0.6, 0.3, "load-bound"},
		{0.6, 0.4, "disturbed"},
	} {
		if got := verdict(test.busy, test.others); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}
