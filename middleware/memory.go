package middleware

import (
	"bytes"
	"time"
)

// memory keeps octets by name in this process, each for a time, and a bounded number of them; when there are more, those used least
// recently are forgotten.
type memory struct {
	entries *shards[remembered]
	now     func() time.Time
}

// remembered is octets and when they are over. The octets are never written to: those who were given them may still read them.
type remembered struct {
	data []byte
	ends time.Time
}

// newMemory makes room for limit names, or usual ones where that is 0 or less. now is the clock; nil is time.Now.
func newMemory(limit, usual int, now func() time.Time) memory {
	if limit <= 0 {
		limit = usual
	}
	if now == nil {
		now = time.Now
	}
	return memory{newShards[remembered](limit), now}
}

// remember copies data, which its owner may use again.
func remember(data []byte, ends time.Time) remembered { return remembered{bytes.Clone(data), ends} }

// put keeps e under name, in place of what there is.
func put(c *lru[remembered], name string, e remembered, now time.Time) {
	held := c.find(name)
	if held == nil {
		c.dropOldest(func(old *remembered) bool { return old.isOver(now) })
		held = c.insert(name)
	}
	*held = e
}

func (e *remembered) isOver(now time.Time) bool { return !now.Before(e.ends) }
