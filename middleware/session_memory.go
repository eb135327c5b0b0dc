package middleware

import (
	"context"
	"time"
)

// MemorySessionStore is a SessionStore in the memory of this process. It holds a bounded number of sessions; when there are more,
// those used least recently are forgotten.
type MemorySessionStore struct{ sessions memory }

// NewMemorySessionStore makes a store for maxSessions sessions, 100,000 when that is 0 or less. now is the clock; nil is time.Now.
func NewMemorySessionStore(maxSessions int, now func() time.Time) *MemorySessionStore {
	return &MemorySessionStore{newMemory(maxSessions, 100_000, now)}
}

// Load implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Load(_ context.Context, name string, life time.Duration) (data []byte, ok bool, _ error) {
	now := m.sessions.now()
	m.sessions.entries.with(name, func(c *lru[remembered]) {
		if e := c.find(name); e != nil && !e.isOver(now) {
			data, ok, e.ends = e.data, true, now.Add(life)
		} else if e != nil {
			c.remove(name)
		}
	})
	return data, ok, nil
}

// Create implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Create(_ context.Context, name string, data []byte, life time.Duration) error {
	now := m.sessions.now()
	m.sessions.entries.with(name, func(c *lru[remembered]) {
		put(c, name, remember(data, now.Add(life)), now)
	})
	return nil
}

// Replace implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Replace(_ context.Context, name string, data []byte, life time.Duration) (ok bool, _ error) {
	now := m.sessions.now()
	m.sessions.entries.with(name, func(c *lru[remembered]) {
		if e := c.find(name); e != nil && !e.isOver(now) {
			*e, ok = remember(data, now.Add(life)), true
		}
	})
	return ok, nil
}

// Delete implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Delete(_ context.Context, name string) error {
	m.sessions.entries.with(name, func(c *lru[remembered]) { c.remove(name) })
	return nil
}

// Len is how many sessions are held.
func (m *MemorySessionStore) Len() int { return m.sessions.entries.len() }
