package hpack

import "github.com/fasterapi-go/fasterapi/web"

// table is a dynamic table (RFC 7541, section 2.3.2): a ring in which nothing
// moves. Entries are numbered in the order of insertion; entry n lies at n modulo
// the length of the ring, a power of two. Numbers may wrap around.
type table struct {
	ring    []web.Field
	next    uint32 // the number of the next entry
	count   uint32 // live entries: next-count up to next-1
	size    int    // bytes of all live entries (section 4.1)
	max     int    // the current maximum of size
	changes uint32
}

const initialRing = 8

// at gives the entry inserted age entries ago; 0 is the newest. The entry is valid until
// the next insertion.
func (t *table) at(age uint32) (*web.Field, bool) {
	if age >= t.count {
		return nil, false
	}
	return &t.ring[(t.next-1-age)&uint32(len(t.ring)-1)], true
}

// insert adds f and reports whether it stayed: "an attempt to add an entry larger
// than the maximum size causes the table to be emptied of all existing entries and
// results in an empty table" and "is not an error" (RFC 7541, section 4.4).
func (t *table) insert(f web.Field) bool {
	bytes := fieldBytes(&f)
	if bytes > t.max {
		t.empty()
		return false
	}
	t.changes++
	t.shrink(t.max - bytes)
	if int(t.count) == len(t.ring) {
		t.grow()
	}
	t.ring[t.next&uint32(len(t.ring)-1)] = f
	t.next++
	t.count++
	t.size += bytes
	return true
}

// empty evicts everything.
func (t *table) empty() {
	t.changes++
	t.shrink(0)
}

// resize sets the maximum size and evicts what no longer fits (section 4.3).
func (t *table) resize(limit int) {
	if limit == t.max {
		return
	}
	t.changes++
	t.max = limit
	t.shrink(limit)
}

// shrink evicts the oldest entries until all are at most size bytes.
func (t *table) shrink(size int) {
	for t.size > size {
		oldest := &t.ring[(t.next-t.count)&uint32(len(t.ring)-1)]
		t.size -= fieldBytes(oldest)
		*oldest = web.Field{}
		t.count--
	}
}

func (t *table) grow() {
	ring := make([]web.Field, max(initialRing, 2*len(t.ring)))
	for n := t.next - t.count; n != t.next; n++ {
		ring[n&uint32(len(ring)-1)] = t.ring[n&uint32(len(t.ring)-1)]
	}
	t.ring = ring
}
