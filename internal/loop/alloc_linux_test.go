//go:build !race

package loop

import (
	"net/netip"
	"syscall"
	"testing"
)

// A ping-pong with a loop that parks in between costs it nothing on the heap.
func TestAllocPingPong(t *testing.T) {
	l := runEpoll(t)
	p := newProbe()
	p.spare = make([]byte, 0, 1024)
	p.out = p.spare
	near, far := socketPair(t, 0)
	defer syscall.Close(far)
	l.Do(func() { l.adopt(near, netip.AddrPort{}, p.open) })
	in, out := make([]byte, 64), make([]byte, 64)
	allocs := testing.AllocsPerRun(500, func() {
		if _, err := syscall.Write(far, in); err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(in); {
			m, err := syscall.Read(far, out)
			if err != nil && err != syscall.EINTR {
				t.Fatal(err)
			}
			n += max(m, 0)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a round", allocs)
	}
}

type embedded struct{ done chan struct{} }

func (e *embedded) Perform() { e.done <- struct{}{} }

// A posted job that is part of something costs nothing, nor does a deadline.
func TestAllocPostAndDeadline(t *testing.T) {
	l := runEpoll(t)
	p := newProbe()
	near, far := socketPair(t, 0)
	defer syscall.Close(far)
	l.Do(func() { l.adopt(near, netip.AddrPort{}, p.open) })
	rounds(t, l, 1)
	e := &embedded{make(chan struct{})}
	if allocs := testing.AllocsPerRun(500, func() { p.sock.Post(e); <-e.done }); allocs != 0 {
		t.Errorf("%v allocations a job", allocs)
	}
	perform(t, p.sock, func() {
		due := p.sock.Now()
		allocs := testing.AllocsPerRun(100, func() {
			due = due.Add(1 << 30)
			p.sock.SetDeadline(due)
		})
		if allocs != 0 {
			t.Errorf("%v allocations a deadline", allocs)
		}
	})
}
