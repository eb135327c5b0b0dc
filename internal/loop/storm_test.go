package loop

import (
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// storm is what the guests of many connections do at random while thieves steal.
// Every visit begins with a byte of the peer and answers it once.
type storm struct {
	posted atomic.Int64
	ran    atomic.Int64
	robbed atomic.Int64
	kept   atomic.Int64
}

// odd is one connection of it. Its fields but sent are the baton's.
type odd struct {
	*lodge
	storm  *storm
	jobs   int
	marks  int
	sent   atomic.Int64 // jobs
	marked atomic.Int64
}

func (s *storm) session() *odd {
	o := &odd{storm: s}
	o.lodge = newLodge(func(l *lodge, p []byte) {
		for _, b := range p {
			l.guests = append(l.guests, &oddGuest{o, b})
		}
	})
	return o
}

// oddGuest lives for one byte.
type oddGuest struct {
	odd *odd
	b   byte
}

func (g *oddGuest) Perform() { g.InPlace(Visit{}) }

func (g *oddGuest) InPlace(v Visit) (kept bool) {
	defer func() {
		if kept = v.Leave(); kept {
			g.odd.storm.kept.Add(1)
			g.odd.marks++ // as its holder may
			g.odd.marked.Add(1)
		} else {
			g.odd.storm.robbed.Add(1)
		}
	}()
	for range rand.IntN(4) {
		g.odd.act(v)
	}
	switch rand.IntN(20) {
	case 0:
		g.odd.answer(v, g.b)
		runtime.Goexit()
	case 1:
		if v.Touch() {
			g.odd.out = append(g.odd.out, g.b)
			v.HandOver()
			runtime.Gosched()
			return kept
		}
	case 2:
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { g.odd.act(v) })
		}
		all.Wait()
	}
	g.odd.answer(v, g.b)
	return kept
}

// act does what a guest may do, on any of its goroutines.
func (o *odd) act(v Visit) {
	switch rand.IntN(4) {
	case 0:
		if v.Touch() {
			o.marks++
			o.marked.Add(1)
			v.Lift()
		}
	case 1:
		o.sent.Add(1)
		o.storm.posted.Add(1)
		o.sock.Post(testJob(func() { o.jobs++; o.storm.ran.Add(1) }))
	case 2:
		runtime.Gosched()
	}
}

// run exchanges bytes with the peer.
func (o *odd) run(t *testing.T, peer net.Conn, bytes int) {
	var one [1]byte
	for i := range bytes {
		if _, err := peer.Write([]byte{byte(i)}); err != nil {
			t.Error(err)
			return
		}
		if _, err := peer.Read(one[:]); err != nil || one[0] != byte(i) {
			t.Errorf("byte %d: answer %d, %v", i, one[0], err)
			return
		}
	}
}

// check compares what was done with what was asked for.
func (o *odd) check(t *testing.T) {
	perform(t, o.sock, func() {
		if o.jobs != int(o.sent.Load()) {
			t.Errorf("%d jobs ran of %d", o.jobs, o.sent.Load())
		}
		if o.marks != int(o.marked.Load()) {
			t.Errorf("%d marks of %d: the baton was in two hands", o.marks, o.marked.Load())
		}
		if len(o.guests) != 0 || len(o.out) != 0 {
			t.Errorf("%d guests and %d bytes were left unsettled", len(o.guests), len(o.out))
		}
	})
}

// weather steals until it is told to stop.
func weather(steal func() bool) (stop func()) {
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-over:
				return
			default:
				steal()
				runtime.Gosched()
			}
		}
	}()
	return func() { close(over); <-ended }
}

// play has every connection answered under weather.
func (s *storm) play(t *testing.T, open func(Opener) net.Conn, conns int, steal func() bool) {
	odds, peers := make([]*odd, conns), make([]net.Conn, conns)
	for i := range odds {
		odds[i] = s.session()
		peers[i] = open(odds[i].open)
	}
	stop := weather(steal)
	var all sync.WaitGroup
	for i, o := range odds {
		all.Go(func() { o.run(t, peers[i], 150) })
	}
	all.Wait()
	stop()
	// What was posted last is performed before what is posted now.
	for _, o := range odds {
		o.check(t)
	}
	if s.ran.Load() != s.posted.Load() {
		t.Errorf("%d jobs ran of %d", s.ran.Load(), s.posted.Load())
	}
	if s.robbed.Load() == 0 || s.kept.Load() == 0 {
		t.Errorf("%d robbed, %d kept: this was no storm", s.robbed.Load(), s.kept.Load())
	}
}

func TestStormOverPortable(t *testing.T) {
	g := NewPortable()
	t.Cleanup(g.Stop)
	new(storm).play(t, func(open Opener) net.Conn {
		near, far := tcpPair(t)
		opened := make(chan struct{})
		go g.Serve(near, func(s Socket) Session { defer close(opened); return open(s) })
		wait(t, opened, "the session")
		t.Cleanup(func() { _ = far.Close() })
		return withPatience(t, far)
	}, 16, g.Steal)
}
