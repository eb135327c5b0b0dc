package middleware

import (
	"bytes"
	"context"
	"time"
)

// MemoryIdempotencyStore is an IdempotencyStore in the memory of this process. It holds a bounded number of keys; when there are
// more, those used least recently are forgotten, and their requests can be done again.
type MemoryIdempotencyStore struct {
	keys *shards[idempotencyHeld]
	now  func() time.Time
}

type idempotencyHeld struct {
	data []byte
	ends time.Time
}

// NewMemoryIdempotencyStore makes a store for maxKeys keys, 10,000 when that is 0 or less: with answers as long as are kept, a third more than
// maxKeys times AnswerBytes. now is the clock; nil is time.Now.
func NewMemoryIdempotencyStore(maxKeys int, now func() time.Time) *MemoryIdempotencyStore {
	if maxKeys <= 0 {
		maxKeys = 10_000
	}
	if now == nil {
		now = time.Now
	}
	return &MemoryIdempotencyStore{keys: newShards[idempotencyHeld](maxKeys), now: now}
}

// Claim implements [IdempotencyStore]. Its error is always nil.
func (m *MemoryIdempotencyStore) Claim(_ context.Context, e IdempotencyEntry) (held []byte, _ error) {
	now := m.now()
	m.keys.with(e.Key, func(c *lru[idempotencyHeld]) {
		there := c.find(e.Key)
		if there != nil && now.Before(there.ends) {
			held = there.data
			return
		}
		if there == nil {
			c.dropOldest(func(old *idempotencyHeld) bool { return !now.Before(old.ends) })
			there = c.insert(e.Key)
		}
		*there = idempotencyHeld{bytes.Clone(e.Data), now.Add(e.Life)}
	})
	return held, nil
}

// Replace implements [IdempotencyStore]. Its error is always nil.
func (m *MemoryIdempotencyStore) Replace(_ context.Context, held []byte, e IdempotencyEntry) (ok bool, _ error) {
	now := m.now()
	m.keys.with(e.Key, func(c *lru[idempotencyHeld]) {
		if there := c.find(e.Key); there != nil && now.Before(there.ends) && bytes.Equal(there.data, held) {
			*there, ok = idempotencyHeld{bytes.Clone(e.Data), now.Add(e.Life)}, true
		}
	})
	return ok, nil
}

// Release implements [IdempotencyStore]. Its error is always nil.
func (m *MemoryIdempotencyStore) Release(_ context.Context, key string, held []byte) error {
	m.keys.with(key, func(c *lru[idempotencyHeld]) {
		if there := c.find(key); there != nil && bytes.Equal(there.data, held) {
			c.remove(key)
		}
	})
	return nil
}

// Len is how many keys are held.
func (m *MemoryIdempotencyStore) Len() int { return m.keys.len() }
