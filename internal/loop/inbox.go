//go:build linux

package loop

import (
	"sync"
	"sync/atomic"
	"syscall"
)

// inbox is how other goroutines reach the holder of the baton. Its order is the
// order of Post.
type inbox struct {
	mu     sync.Mutex
	posted []letter
	spare  []letter // the slice that was read last, to be filled next
	bell   int      // the eventfd that wakes the loop
	asleep bool
	closed bool
	taking bool // after close: somebody performs what is posted
	// deaf is asleep or closed, for those who leave something elsewhere than here:
	// the loop will not look there unless they post, too.
	deaf atomic.Bool
}

// letter is a job and the socket to settle after it; job is nil for a bare
// wake-up, socket for work on the loop itself.
type letter struct {
	socket *socket
	job    Job
}

// post wakes the loop if it sleeps, with the lock held, so that the bell is never
// rung after close. It is false when the loop has ended and the caller has to
// perform what is posted, until take returns nothing. A job that posts is not
// among those callers, and nobody waits for another.
func (b *inbox) post(l letter) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.posted = append(b.posted, l)
	if b.closed {
		taken := b.taking
		b.taking = true
		return taken
	}
	if b.asleep {
		b.asleep = false
		b.deaf.Store(false)
		ringBell(b.bell)
	}
	return true
}

// close ends the inbox; what was posted before is the caller's to take, until
// take returns nothing.
func (b *inbox) close() {
	b.mu.Lock()
	b.closed, b.taking = true, true
	b.deaf.Store(true)
	_ = syscall.Close(b.bell)
	b.mu.Unlock()
}

// take returns what was posted; the slice holds until the next take.
func (b *inbox) take() []letter {
	b.mu.Lock()
	letters := b.posted
	b.posted, b.spare = b.spare[:0], letters
	if len(letters) == 0 {
		b.taking = false
	}
	b.mu.Unlock()
	return letters
}

// sleep is the last look before the loop waits: it fails when something was
// posted, and otherwise the next post will wake the loop.
func (b *inbox) sleep() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asleep = len(b.posted) == 0
	b.deaf.Store(b.asleep)
	return b.asleep
}

func (b *inbox) awake() {
	b.mu.Lock()
	b.asleep = false
	b.deaf.Store(false)
	b.mu.Unlock()
}

func (b *inbox) empty() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.posted) == 0
}
