package main

import (
	"math/bits"
	"time"
)

// fine is the number of bits that a latency keeps: its bucket is at most 1/64 of it wide.
const fine = 6

// histogram counts latencies in buckets whose width grows with the latency. Its zero value is empty.
type histogram struct {
	counts   [(64 - fine + 1) << fine]int
	total    int
	min, max time.Duration
}

func (h *histogram) add(d time.Duration) {
	d = max(0, d)
	if h.total == 0 || d < h.min {
		h.min = d
	}
	h.max = max(h.max, d)
	h.total++
	h.counts[bucket(uint64(d))]++
}

// quantile returns a latency that share of all do not exceed, exact to 1/64 and never above the greatest; 0 for none.
func (h *histogram) quantile(share float64) time.Duration {
	rank, seen := int(share*float64(h.total)), 0
	for i, n := range h.counts {
		if seen += n; seen > rank {
			return min(time.Duration(last(i)), h.max)
		}
	}
	return h.max
}

// bucket numbers latencies below 2^fine one by one, and from there each power of two in 2^fine equal steps.
func bucket(ns uint64) int {
	octave := max(0, bits.Len64(ns)-1-fine)
	return octave<<fine + int(ns>>octave)
}

// last is the greatest latency of a bucket.
func last(i int) uint64 {
	octave := max(0, i>>fine-1)
	return (uint64(i-octave<<fine)+1)<<octave - 1
}
