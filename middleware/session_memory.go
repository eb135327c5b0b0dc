package middleware

import (
	"bytes"
	"context"
	"time"
)

// MemorySessionStore is a SessionStore in the memory of this process. It holds a bounded number of sessions; when there are more,
// those used least recently are forgotten.
type MemorySessionStore struct {
	sessions *shards[sessionEntry]
	now      func() time.Time
}

type sessionEntry struct {
	data []byte
	ends time.Time
}

// NewMemorySessionStore makes a store for maxSessions sessions, 100,000 when that is 0 or less. now is the clock; nil is time.Now.
func NewMemorySessionStore(maxSessions int, now func() time.Time) *MemorySessionStore {
	if maxSessions <= 0 {
		maxSessions = 100_000
	}
	if now == nil {
		now = time.Now
	}
	return &MemorySessionStore{sessions: newShards[sessionEntry](maxSessions), now: now}
}

// Load implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Load(_ context.Context, name string, life time.Duration) (data []byte, ok bool, _ error) {
	now := m.now()
	m.sessions.with(name, func(c *lru[sessionEntry]) {
		if e := c.find(name); e != nil && now.Before(e.ends) {
			data, ok, e.ends = e.data, true, now.Add(life)
		} else if e != nil {
			c.remove(name)
		}
	})
	return data, ok, nil
}

// Create implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Create(_ context.Context, name string, data []byte, life time.Duration) error {
	now := m.now()
	m.sessions.with(name, func(c *lru[sessionEntry]) {
		e := c.find(name)
		if e == nil {
			c.dropOldest(func(old *sessionEntry) bool { return !now.Before(old.ends) })
			e = c.insert(name)
		}
		*e = sessionEntry{bytes.Clone(data), now.Add(life)}
	})
	return nil
}

// Replace implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Replace(_ context.Context, name string, data []byte, life time.Duration) (ok bool, _ error) {
	now := m.now()
	m.sessions.with(name, func(c *lru[sessionEntry]) {
		if e := c.find(name); e != nil && now.Before(e.ends) {
			// A copy: those who loaded the old bytes may still read them.
			*e, ok = sessionEntry{bytes.Clone(data), now.Add(life)}, true
		}
	})
	return ok, nil
}

// Delete implements [SessionStore]. Its error is always nil.
func (m *MemorySessionStore) Delete(_ context.Context, name string) error {
	m.sessions.with(name, func(c *lru[sessionEntry]) { c.remove(name) })
	return nil
}

// Len is how many sessions are held.
func (m *MemorySessionStore) Len() int { return m.sessions.len() }
