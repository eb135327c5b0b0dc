package main

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// item is one thing to do.
type item struct {
	ID      int       `json:"id"`
	Name    string    `json:"name"`
	Done    bool      `json:"done"`
	Created time.Time `json:"created"`
}

// maxItems bounds what strangers can make the program keep.
const maxItems = 10000

// store keeps items in the order of their making. It may be used from many goroutines.
type store struct {
	mu    sync.RWMutex
	items []item
	last  int
}

// add reports false when the store is full.
func (s *store) add(name string, now time.Time) (item, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items) >= maxItems {
		return item{}, false
	}
	s.last++
	made := item{ID: s.last, Name: name, Created: now}
	s.items = append(s.items, made)
	return made, true
}

func (s *store) find(id int) (item, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, ok := s.index(id)
	if !ok {
		return item{}, false
	}
	return s.items[i], true
}

// search returns at most limit items whose name holds text, whatever the case, and how many there are in all.
func (s *store) search(text string, limit int) (found []item, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, text = []item{}, strings.ToLower(text)
	for _, it := range s.items {
		if !strings.Contains(strings.ToLower(it.Name), text) {
			continue
		}
		if total++; len(found) < limit {
			found = append(found, it)
		}
	}
	return found, total
}

// change runs f on an item and reports whether there is one.
func (s *store) change(id int, f func(*item)) (item, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.index(id)
	if !ok {
		return item{}, false
	}
	f(&s.items[i])
	return s.items[i], true
}

func (s *store) remove(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.index(id)
	if ok {
		s.items = slices.Delete(s.items, i, i+1)
	}
	return ok
}

// index relies on identifiers that only grow.
func (s *store) index(id int) (int, bool) {
	return slices.BinarySearchFunc(s.items, id, func(it item, id int) int { return it.ID - id })
}
