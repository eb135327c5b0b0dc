package main

import "slices"

// saturated is the share of its core that a server must use for its load to count as enough.
const saturated = 0.95

// median returns the middle value, or the mean of the two middle ones; 0 for none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// A ratio compares a server with another: below 1 it needs less. ok is false when there is nothing to divide by.
type ratio struct {
	ofMedians, ofRounds float64
	ok                  bool
}

// compare returns the ratio of the medians of a to b and the median of the ratios inside each round. Both hold one
// value a round, in the same order.
func compare(a, b []float64) ratio {
	rounds := make([]float64, 0, len(a))
	for i := range a {
		if b[i] <= 0 {
			return ratio{}
		}
		rounds = append(rounds, a[i]/b[i])
	}
	if len(rounds) == 0 {
		return ratio{}
	}
	return ratio{median(a) / median(b), median(rounds), true}
}

// verdict says what limited a load that sends all that the server takes: the server's core was fully used, by the server
// or by others too, or it was idle because the load was not enough.
func verdict(busy, others float64) string {
	switch {
	case busy >= saturated:
		return "server-bound"
	case busy+others >= saturated:
		return "disturbed"
	}
	return "load-bound"
}
