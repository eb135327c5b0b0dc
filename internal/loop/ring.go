//go:build linux

package loop

import "sync/atomic"

// ringSize is how much a ring holds; a power of two.
const ringSize = 256

// ring is a queue from one goroutine to another without a lock: only the
// producer stores tail, only the consumer head, and a slot belongs to whom the
// two say. Each goroutine may be replaced by another as long as something else,
// such as a baton, orders the two.
type ring[T any] struct {
	// Producer and consumer run on different processors. On one cache line, each
	// store of one would take the line from the other.
	_     [64]byte
	head  atomic.Uint64 // the next to be taken
	_     [56]byte
	tail  atomic.Uint64 // the next to be put
	_     [56]byte
	slots [ringSize]T
}

// put is false when there is no room; the producer calls it.
func (r *ring[T]) put(v T) bool {
	tail := r.tail.Load()
	if tail-r.head.Load() == ringSize {
		return false
	}
	r.slots[tail%ringSize] = v
	r.tail.Store(tail + 1)
	return true
}

// take returns the oldest, or false when there is none; the consumer calls it.
func (r *ring[T]) take() (v T, ok bool) {
	head := r.head.Load()
	if head == r.tail.Load() {
		return v, false
	}
	var none T // so that an empty slot keeps nothing alive
	slot := &r.slots[head%ringSize]
	v, *slot = *slot, none
	r.head.Store(head + 1)
	return v, true
}

// empty is certain for the consumer when it is false, and for the producer when
// it is true.
func (r *ring[T]) empty() bool { return r.head.Load() == r.tail.Load() }
