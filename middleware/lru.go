package middleware

import (
	"hash/maphash"
	"sync"
)

// shards is a bounded map for many goroutines: keys are spread over parts, each with its own lock, so that requests seldom meet.
type shards[V any] struct {
	seed  maphash.Seed
	parts []shard[V]
}

type shard[V any] struct {
	mu sync.Mutex
	lru[V]
}

// shardCount parts: enough for some tens of processors.
const shardCount = 32

// newShards makes a map of at most about limit entries: the bound holds for each part, and keys spread evenly.
func newShards[V any](limit int) *shards[V] {
	n := min(shardCount, max(limit/64, 1)) // a small bound is kept exactly, by one part
	s := &shards[V]{seed: maphash.MakeSeed(), parts: make([]shard[V], n)}
	for i := range s.parts {
		s.parts[i].lru = lru[V]{limit: max(limit/n, 1), entries: map[string]*lruEntry[V]{}}
		s.parts[i].root.newer, s.parts[i].root.older = &s.parts[i].root, &s.parts[i].root
	}
	return s
}

// with runs f on the part that key belongs to, while nobody else does.
func (s *shards[V]) with(key string, f func(c *lru[V])) {
	part := &s.parts[maphash.String(s.seed, key)%uint64(len(s.parts))]
	part.mu.Lock()
	defer part.mu.Unlock()
	f(&part.lru)
}

func (s *shards[V]) len() (n int) {
	for i := range s.parts {
		s.parts[i].mu.Lock()
		n += len(s.parts[i].entries)
		s.parts[i].mu.Unlock()
	}
	return n
}

// lru holds at most limit entries; a new one takes the place of the one used least recently.
type lru[V any] struct {
	limit   int
	entries map[string]*lruEntry[V]
	root    lruEntry[V] // of a ring: root.older is the newest entry, root.newer the oldest
}

type lruEntry[V any] struct {
	key          string
	value        V
	newer, older *lruEntry[V]
}

// find returns the value, which may be changed in place until the part is left, or nil.
func (c *lru[V]) find(key string) *V {
	e := c.entries[key]
	if e == nil {
		return nil
	}
	e.unlink()
	c.link(e)
	return &e.value
}

// insert adds a zero value for a key that is not there.
func (c *lru[V]) insert(key string) *V {
	if len(c.entries) >= c.limit {
		c.remove(c.root.newer.key)
	}
	e := &lruEntry[V]{key: key}
	c.entries[key] = e
	c.link(e)
	return &e.value
}

func (c *lru[V]) remove(key string) {
	if e := c.entries[key]; e != nil {
		e.unlink()
		delete(c.entries, key)
	}
}

// dropOldest removes up to two of the oldest entries that are over: two for each that comes, so that what is over is gone before
// the bound is reached.
func (c *lru[V]) dropOldest(isOver func(*V) bool) {
	for range 2 {
		oldest := c.root.newer
		if oldest == &c.root || !isOver(&oldest.value) {
			return
		}
		c.remove(oldest.key)
	}
}

func (c *lru[V]) link(e *lruEntry[V]) {
	e.newer, e.older = &c.root, c.root.older
	e.older.newer, c.root.older = e, e
}

func (e *lruEntry[V]) unlink() {
	e.newer.older, e.older.newer = e.older, e.newer
}
