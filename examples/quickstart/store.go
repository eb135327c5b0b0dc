package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// item is one thing to do.
type item struct {
	ID      int       `json:"id"`
	Name    string    `json:"name"`
	By      string    `json:"by,omitempty" doc:"Who added it, if they have said."`
	Done    bool      `json:"done"`
	Created time.Time `json:"created"`
}

// maxItems bounds what strangers can make the program keep.
const maxItems = 10000

var (
	errNoItem = errors.New("there is no item")
	errFull   = fmt.Errorf("the list is full: it holds at most %d items", maxItems)
)

// store keeps items in the order of their making. It may be used from many goroutines.
type store struct {
	mu    sync.RWMutex
	items []item
	last  int
}

// open reads what a run before this one has saved in a file, and returns what saves it again. Without a name it does neither.
func (s *store) open(file string) (save func(context.Context) error, err error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = []byte("[]"), nil
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := json.Unmarshal(data, &s.items); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, it := range s.items {
		s.last = max(s.last, it.ID)
	}
	return func(context.Context) error { return s.save(file) }, nil
}

// save renames a whole file into place, so that a crash leaves the old or the new one.
func (s *store) save(file string) error {
	s.mu.RLock()
	data, err := json.Marshal(s.items)
	s.mu.RUnlock()
	if err == nil {
		err = os.WriteFile(file+".new", data, 0o600)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	return err
}

// add keeps all of the items, under identifiers of their own, or none. It returns the last one as it is kept.
func (s *store) add(made ...item) (it item, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items)+len(made) > maxItems {
		return item{}, errFull
	}
	for _, it = range made {
		s.last++
		it.ID = s.last
		s.items = append(s.items, it)
	}
	return it, nil
}

func (s *store) find(id int) (item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, err := s.index(id)
	if err != nil {
		return item{}, err
	}
	return s.items[i], nil
}

// search returns at most limit items whose name holds text, whatever the case, and how many there are in all.
func (s *store) search(text string, limit int) (found []item, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	text = strings.ToLower(text)
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

// change runs f on an item.
func (s *store) change(id int, f func(*item)) (item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.index(id)
	if err != nil {
		return item{}, err
	}
	f(&s.items[i])
	return s.items[i], nil
}

func (s *store) remove(id int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.index(id)
	if err == nil {
		s.items = slices.Delete(s.items, i, i+1)
	}
	return err
}

// clear removes what was made before a time, or everything, and returns how many items that were.
func (s *store) clear(before *time.Time) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n = len(s.items)
	s.items = slices.DeleteFunc(s.items, func(it item) bool { return before == nil || it.Created.Before(*before) })
	return n - len(s.items)
}

// index relies on identifiers that only grow.
func (s *store) index(id int) (int, error) {
	i, ok := slices.BinarySearchFunc(s.items, id, func(it item, id int) int { return it.ID - id })
	if !ok {
		return 0, fmt.Errorf("%w %d", errNoItem, id)
	}
	return i, nil
}
