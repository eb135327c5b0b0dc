package middleware

import (
	"bytes"
	"context"
	"time"
)

// MemoryIdempotencyStore is an IdempotencyStore in the memory of this process. It holds a bounded number of keys; when there are
// more, those used least recently are forgotten, and their requests can be done again.
type MemoryIdempotencyStore struct{ keys memory }

// NewMemoryIdempotencyStore makes a store for maxKeys keys, 10,000 when that is 0 or less: with answers as long as are kept, a third more than
// maxKeys times AnswerBytes. now is the clock; nil is time.Now.
func NewMemoryIdempotencyStore(maxKeys int, now func() time.Time) *MemoryIdempotencyStore {
	return &MemoryIdempotencyStore{newMemory(maxKeys, 10_000, now)}
}

// Claim implements [IdempotencyStore]. Its error is always nil.
func (m *MemoryIdempotencyStore) Claim(_ context.Context, e IdempotencyEntry) (held []byte, _ error) {
	now := m.keys.now()
	m.keys.entries.with(e.Key, func(c *lru[remembered]) {
		if there := c.find(e.Key); there != nil && !there.isOver(now) {
			held = there.data
			return
		}
		put(c, e.Key, remember(e.Data, now.Add(e.Life)), now)
	})
	return held, nil
}

// Replace implements [IdempotencyStore]. Its error is always nil.
func (m *MemoryIdempotencyStore) Replace(_ context.Context, held []byte, e IdempotencyEntry) (ok bool, _ error) {
	now := m.keys.now()
	m.keys.entries.with(e.Key, func(c *lru[remembered]) {
		if there := c.find(e.Key); there != nil && !there.isOver(now) && bytes.Equal(there.data, held) {
			*there, ok = remember(e.Data, now.Add(e.Life)), true
		}
	})
	return ok, nil
}

// Release implements [IdempotencyStore]. Its error is always nil.
func (m *MemoryIdempotencyStore) Release(_ context.Context, key string, held []byte) error {
	m.keys.entries.with(key, func(c *lru[remembered]) {
		if there := c.find(key); there != nil && bytes.Equal(there.data, held) {
			c.remove(key)
		}
	})
	return nil
}

// Len is how many keys are held.
func (m *MemoryIdempotencyStore) Len() int { return m.keys.entries.len() }
