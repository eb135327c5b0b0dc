package server_test

import (
	"io"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

const oneGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

// sitter is a client that has asked once and keeps its connection, as long as the
// server does.
type sitter struct {
	*wire
	end chan error // the end that it saw; nil after a FIN
}

func (r *rig) sit() *sitter {
	r.t.Helper()
	s := &sitter{wire: r.dial(), end: make(chan error, 1)}
	s.send(oneGet)
	if _, body := s.answer("GET"); body != "hello" {
		r.t.Fatalf("%q", body)
	}
	return s
}

// watch closes as soon as the server has, as clients do.
func (s *sitter) watch() {
	go func() {
		n, err := io.Copy(io.Discard, s.in)
		if n > 0 {
			err = io.ErrNoProgress
		}
		_ = s.Close()
		s.end <- err
	}()
}

// Under a full cap each newcomer comes in, and for each the connection goes that
// has been idle for longest; those that work are left alone. One whose goroutine
// has not come to rest after its answer is passed over, so that a few may change
// their places.
func TestIdleLongestGoFirst(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		const sitting, working, coming, passed = 24, 4, 16, 4
		s := &server.Server{Handler: hello()}
		s.Limits.Conns = sitting + working // of which one is ended at a time
		r := up(s)
		first := r.sit()
		sitters := []*sitter{}
		for range sitting - 1 {
			sitters = append(sitters, r.sit())
		}
		// The first has slept least of all now.
		first.send(oneGet)
		first.answer("GET")
		sitters = append(sitters, first)
		type end struct {
			of  int
			err error
		}
		ends := make(chan end, sitting)
		for i, each := range sitters {
			each.watch()
			go func() { ends <- end{i, <-each.end} }()
		}
		stop, failed := make(chan struct{}), make(chan error, working)
		var workers sync.WaitGroup
		for range working {
			c := r.dial()
			if err := c.roundTrip(); err != nil {
				t.Fatal(err)
			}
			workers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if err := c.roundTrip(); err != nil {
						failed <- err
						return
					}
				}
			})
		}
		for i := range coming {
			r.sit()
			if next := wait(t, "the next to go", ends); next.err != nil || next.of > i+passed {
				t.Errorf("sitter %d is the one in place %d to go, %v", next.of, i, next.err)
			}
		}
		close(stop)
		workers.Wait()
		for range len(failed) {
			t.Errorf("a connection at work: %v", <-failed)
		}
		if len(ends) > 0 {
			t.Errorf("sitter %d went as well", (<-ends).of)
		}
		if n := r.srv.Stats().Rejected["idle_shed"]; n != coming {
			t.Errorf("%d were shed for %d newcomers", n, coming)
		}
	})
}

// Who has a handler, or has sent a part of a head, or nothing yet, is not idle:
// newcomers wait until somebody is.
func TestOnlyIdleAreShed(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, leave := make(chan bool, 1), make(chan bool)
		s := &server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/wait" {
				entered <- true
				<-leave
			}
			_ = w.Text(200, "hello")
		})}
		s.Limits.Conns = 4
		r := up(s)
		silent := r.dial()
		head := r.dial()
		head.send(oneGet + "GET / HTTP/1.1\r\nHo")
		head.answer("GET")
		line := r.dial()
		line.send(oneGet + "\r")
		line.answer("GET")
		busy := r.dial()
		busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
		wait(t, "the handler", entered)
		r.until("four connections", func() bool { return r.srv.Stats().Accepted == 4 })

		newcomer := r.dial()
		newcomer.send(oneGet)
		head.send("st: a\r\n\r\nG")
		head.answer("GET")
		line.send("\n" + oneGet + "G")
		line.answer("GET")
		if n := r.srv.Stats(); n.Accepted != 4 || n.Rejected["idle_shed"] != 0 {
			t.Errorf("%d accepted, %v", n.Accepted, n.Rejected)
		}
		close(leave)
		busy.answer("GET") // now it is idle
		busy.ended()
		_ = busy.Close()
		newcomer.answer("GET")
		silent.send(oneGet)
		silent.answer("GET")
		if n := r.srv.Stats().Rejected["idle_shed"]; n != 1 {
			t.Errorf("%d were shed, want the one", n)
		}
	})
}

// A peer that keeps its end open after the FIN does not keep the place, once it
// has been idle for as long as an end may linger.
func TestShedPlaceIsFreeAtOnce(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		s := &server.Server{Handler: hello()}
		s.Limits.Conns, s.Limits.DrainTimeout = 2, time.Nanosecond
		r := up(s)
		for range 8 {
			r.sit()
		}
		if n := r.srv.Stats(); n.Rejected["idle_shed"] != 6 || n.Active+n.Idle > 2 {
			t.Errorf("%+v", n)
		}
	})
}

func TestConnsPerIP(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		const limit = 3
		s := &server.Server{Handler: hello()}
		s.Limits.ConnsPerIP = limit
		r := up(s)
		var open []*sitter
		for range limit {
			open = append(open, r.sit())
		}
		for range 5 {
			r.dial().ended()
		}
		if n := r.srv.Stats(); n.Rejected["per_ip"] != 5 || n.Accepted != limit {
			t.Errorf("%+v", n)
		}
		for _, each := range open {
			if err := each.roundTrip(); err != nil {
				t.Errorf("one that was open: %v", err)
			}
		}
		_ = open[0].Close()
		r.until("room for another", func() bool { return r.dial().roundTrip() == nil })
	})
}
