package loop

import (
	"sync"
	"sync/atomic"
	"time"
)

// workers are goroutines that run jobs one after another. A new goroutine begins
// with a small stack, and a handler makes it grow by copying, every time; one
// that has run a handler before has the room already.
type workers struct {
	mu     sync.Mutex
	idle   []*worker
	unused int // the fewest that were idle since the last look
	timer  *time.Timer
	closed bool
	busy   atomic.Int64 // jobs that are under way
}

// workerRest is how often workers that nobody needed are let go.
const workerRest = time.Second

type worker struct{ jobs chan Job }

// run has a worker perform j.
func (p *workers) run(j Job) {
	p.busy.Add(1)
	p.mu.Lock()
	n := len(p.idle) - 1
	if n < 0 {
		p.mu.Unlock()
		go p.work(&worker{make(chan Job, 1)}, j)
		return
	}
	w := p.idle[n]
	p.idle[n], p.idle = nil, p.idle[:n]
	p.unused = min(p.unused, n)
	p.mu.Unlock()
	w.jobs <- j
}

// work performs jobs until the worker is dismissed. A job that ends its goroutine
// ends the worker, which is then simply not among the idle ones.
func (p *workers) work(w *worker, j Job) {
	for j != nil && p.perform(j) && p.rest(w) {
		j = <-w.jobs
	}
}

func (p *workers) perform(j Job) bool {
	defer p.busy.Add(-1) // deferred, since a job may end its goroutine
	j.Perform()
	return true
}

// rest takes the worker back; false dismisses it.
func (p *workers) rest(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.idle = append(p.idle, w)
	if len(p.idle) == 1 {
		p.unused = 0
		if p.timer == nil {
			p.timer = time.AfterFunc(workerRest, p.look)
		}
	}
	return true
}

// look lets those go that were idle all the time since the last look. It may come after close, which could not stop it any more.
func (p *workers) look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dismiss(p.unused)
	p.unused = len(p.idle)
	if p.unused == 0 {
		p.timer = nil
		return
	}
	p.timer.Reset(workerRest)
}

// dismiss lets n of the idle go, those that have rested longest.
func (p *workers) dismiss(n int) {
	for _, w := range p.idle[:n] {
		close(w.jobs)
	}
	left := copy(p.idle, p.idle[n:])
	clear(p.idle[left:])
	p.idle = p.idle[:left]
	if left == 0 {
		p.idle = nil
	}
}

// close dismisses all, each when its job is done.
func (p *workers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.dismiss(len(p.idle))
	p.unused = 0
	if p.timer != nil {
		p.timer.Stop()
	}
}
