package middleware

import (
	"context"
	"time"
)

// MemoryRateStore is a RateStore in the memory of this process. It holds a bounded number of keys; when there are more, those used
// least recently are forgotten, and start afresh.
type MemoryRateStore struct {
	keys *shards[rateEntry]
	now  func() time.Time
}

type rateEntry struct {
	state rateState
	stale int64 // microseconds since 1970; from then on the entry says nothing
}

// defaultRateKeys take about 15 MB.
const defaultRateKeys = 100_000

// NewMemoryRateStore makes a store for maxKeys keys, 100,000 when that is 0 or less. now is the clock; nil is time.Now.
func NewMemoryRateStore(maxKeys int, now func() time.Time) *MemoryRateStore {
	if maxKeys <= 0 {
		maxKeys = defaultRateKeys
	}
	if now == nil {
		now = time.Now
	}
	return &MemoryRateStore{keys: newShards[rateEntry](maxKeys), now: now}
}

// Take implements [RateStore]. Its error is always nil.
func (m *MemoryRateStore) Take(_ context.Context, key string, policy RatePolicy) (verdict RateVerdict, _ error) {
	now := m.now().UnixMicro()
	m.keys.with(key, func(c *lru[rateEntry]) {
		e := c.find(key)
		if e == nil {
			c.dropOldest(func(old *rateEntry) bool { return old.stale <= now })
			e = c.insert(key)
		}
		verdict, e.stale = policy.take(&e.state, now)
	})
	return verdict, nil
}

// Len is how many keys are held.
func (m *MemoryRateStore) Len() int { return m.keys.len() }
