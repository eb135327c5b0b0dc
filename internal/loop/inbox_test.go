//go:build linux

package loop

import (
	"sync"
	"syscall"
	"testing"
)

func openInbox(t *testing.T) *inbox {
	t.Helper()
	bell, err := newEventfd()
	if err != nil {
		t.Fatal(err)
	}
	return &inbox{bell: bell}
}

// rung takes what was rung since.
func rung(t *testing.T, b *inbox) int {
	t.Helper()
	var n [8]byte
	if _, err := syscall.Read(b.bell, n[:]); err != nil {
		return 0
	}
	return int(n[0])
}

func TestInboxRingsOnlySleepers(t *testing.T) {
	b := openInbox(t)
	defer b.close()
	b.post(letter{})
	if rung(t, b) != 0 {
		t.Error("rung for a loop that is awake")
	}
	if b.sleep() {
		t.Error("slept with a letter in the box")
	}
	if len(b.take()) != 1 || !b.empty() {
		t.Error("the letter is not there")
	}
	if !b.sleep() {
		t.Error("no sleep with an empty box")
	}
	b.post(letter{})
	b.post(letter{})
	if n := rung(t, b); n != 1 {
		t.Errorf("rung %d times for two letters", n)
	}
	b.take()
	b.sleep()
	b.awake()
	b.post(letter{})
	if rung(t, b) != 0 {
		t.Error("rung after awake")
	}
}

func TestInboxKeepsOrder(t *testing.T) {
	b := openInbox(t)
	const posters, each = 4, 2000
	var seen [posters]int
	var all sync.WaitGroup
	for i := range posters {
		all.Go(func() {
			for n := range each {
				b.post(letter{job: testJob(func() {
					if seen[i] != n {
						t.Errorf("poster %d: %d at the turn of %d", i, n, seen[i])
					}
					seen[i]++
				})})
			}
		})
	}
	take := func() {
		for _, x := range b.take() {
			x.job.Perform()
		}
	}
	for range 1000 {
		take()
	}
	all.Wait()
	take()
	b.close()
	for i, n := range seen {
		if n != each {
			t.Errorf("poster %d: %d letters", i, n)
		}
	}
}

// After close exactly one poster at a time has the duty to perform.
func TestInboxAfterClose(t *testing.T) {
	b := openInbox(t)
	b.close()
	if !b.post(letter{}) {
		t.Error("whoever closed it has not taken all yet, and another is to perform")
	}
	if len(b.take()) != 1 || len(b.take()) != 0 {
		t.Error("the letter is not there once")
	}
	if b.post(letter{}) {
		t.Error("nobody performs")
	}
	if !b.post(letter{}) {
		t.Error("two perform")
	}
	if len(b.take()) != 2 {
		t.Error("letters lost")
	}
}
