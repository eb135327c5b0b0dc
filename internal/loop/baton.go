package loop

import "sync"

// baton is the right to run one Portable connection. It is no mutex, since who
// posts must neither wait for the holder nor, being the holder, for himself:
// what is posted meanwhile is the holder's to perform before it lays the baton
// down.
type baton struct {
	mu      sync.Mutex
	free    sync.Cond // held has fallen
	changed sync.Cond // the holder has changed what the reader waits for
	held    bool
	posted  []Job
}

// init makes a baton that the caller holds.
func (b *baton) init() {
	b.free.L, b.changed.L = &b.mu, &b.mu
	b.held = true
}

func (b *baton) take() {
	b.mu.Lock()
	b.seize()
	b.mu.Unlock()
}

func (b *baton) seize() {
	for b.held {
		b.free.Wait()
	}
	b.held = true
}

// lay fails, and the caller holds the baton still, when jobs are posted.
func (b *baton) lay() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.posted) > 0 {
		return false
	}
	b.held = false
	b.free.Signal()
	return true
}

// sleep lays the baton down until changed is told, and takes it again. It fails
// as lay does.
func (b *baton) sleep() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.posted) > 0 {
		return false
	}
	b.held = false
	b.free.Signal()
	b.changed.Wait()
	b.seize()
	return true
}

// post reports whether the caller has taken the baton, and with it the duty to
// perform what is posted.
func (b *baton) post(j Job) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.posted = append(b.posted, j)
	if b.held {
		return false
	}
	b.held = true
	return true
}

// jobs takes what is posted.
func (b *baton) jobs() []Job {
	b.mu.Lock()
	defer b.mu.Unlock()
	posted := b.posted
	b.posted = nil
	return posted
}
