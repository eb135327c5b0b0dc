package loop

import (
	"sync"
	"testing"
)

// errand is a job that waits for the others, so that each has a worker of its own.
type errand struct{ begun, leave *sync.WaitGroup }

func (e errand) Perform() {
	e.begun.Done()
	e.leave.Wait()
}

// rested makes n workers that have nothing to do.
func rested(n int) *workers {
	p := new(workers)
	var begun, leave, over sync.WaitGroup
	begun.Add(n)
	leave.Add(1)
	over.Add(n)
	for range n {
		w := &worker{make(chan Job, 1)}
		go func() {
			defer over.Done()
			p.perform(errand{&begun, &leave})
			p.rest(w)
		}()
	}
	begun.Wait()
	leave.Done()
	over.Wait()
	return p
}

// The timer that close could not stop any more finds nobody to let go.
func TestWorkersLookAfterClose(t *testing.T) {
	p := rested(7)
	p.look() // from here on all seven are known to be idle
	if p.unused != 7 {
		t.Fatalf("%d unused", p.unused)
	}
	p.close()
	p.look()
	if len(p.idle) != 0 || p.unused != 0 || p.timer != nil {
		t.Errorf("%d idle, %d unused, timer %v", len(p.idle), p.unused, p.timer)
	}
	if p.rest(&worker{make(chan Job, 1)}) {
		t.Error("a worker rests after the end")
	}
}

// Those that nobody needed between two looks are let go, and no others.
func TestWorkersUnneededAreLetGo(t *testing.T) {
	p := rested(5)
	defer p.close()
	p.look()
	var begun, leave sync.WaitGroup
	begun.Add(2)
	leave.Add(1)
	for range 2 {
		w := p.idle[len(p.idle)-1]
		p.run(errand{&begun, &leave})
		go p.work(w, <-w.jobs)
	}
	begun.Wait()
	p.look()
	if len(p.idle) != 0 {
		t.Errorf("%d of three unneeded ones are kept", len(p.idle))
	}
	leave.Done()
}
