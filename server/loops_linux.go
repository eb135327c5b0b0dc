package server

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
)

// loops are the engine's event loops.
type loops struct {
	all   []*loop.Epoll
	lanes map[*loop.Epoll]*lane
}

func (l *loops) usable() bool { return len(l.all) > 0 }

func (e *engine) startLoops() error {
	e.loops.lanes = make(map[*loop.Epoll]*lane)
	for range e.server.loopCount() {
		l, err := loop.NewEpoll()
		if err != nil {
			e.loops.stop()
			return err
		}
		e.loops.all = append(e.loops.all, l)
		e.loops.lanes[l] = e.newLane(e.newCounters())
		e.loops.lanes[l].learn()
		l.Start()
	}
	return nil
}

func (l *loops) stop() {
	for _, each := range l.all {
		each.Stop()
	}
}

func (l *loops) count() int { return len(l.all) }

// survey has look called with every session and the number of its loop. Loops do
// not wait for each other; survey waits for all.
func (l *loops) survey(look func(at int, s loop.Session)) {
	var looking sync.WaitGroup
	looking.Add(len(l.all))
	for at, each := range l.all {
		each.Survey(func(s loop.Session) { look(at, s) }, looking.Done)
	}
	looking.Wait()
}

func (l *loops) broadcast(f func(loop.Session)) {
	for _, each := range l.all {
		each.Broadcast(f)
	}
}

// listenOnLoops gives each loop a socket of its own on one address.
func (e *engine) listenOnLoops(network, address string, said speech) error {
	sockets, err := loop.ListenReusePort(network, address, len(e.loops.all))
	if err != nil {
		return err
	}
	served := &listener{
		addr: sockets[0].Addr(), base: e.server.base(sockets[0]), speech: said,
		closed: make(chan struct{}),
	}
	accepting := make([]acceptedBy, len(sockets))
	for i, own := range e.loops.all {
		accepting[i] = acceptedBy{own, e.accepted(served, nil), sockets[i]}
	}
	return e.accept(served, accepting)
}

// attachToLoops has the first loop accept for all.
func (e *engine) attachToLoops(served *listener) error {
	first := e.loops.all[0]
	return e.accept(served, []acceptedBy{{first, e.accepted(served, e.loops.all), served.own}})
}

// acceptedBy is a listening socket and the loop that accepts from it.
type acceptedBy struct {
	loop   *loop.Epoll
	ln     *loop.Listener
	socket net.Listener
}

func (e *engine) accepted(served *listener, spread []*loop.Epoll) *loop.Listener {
	return &loop.Listener{
		Open: func(l *loop.Epoll) loop.Opener {
			lane := e.loops.lanes[l]
			return func(sock loop.Socket) loop.Session { return e.newConn(lane, sock, served) }
		},
		Admit:   e.admit,
		Release: e.release,
		Full:    e.makeRoom,
		Refuse:  func(remote netip.AddrPort) bool { return e.refuse(served, remote) },
		Spread:  spread,
		Fault:   func(err error, pause time.Duration) { e.acceptFault(err, pause) },
	}
}

func (e *engine) accept(served *listener, by []acceptedBy) error {
	served.resume = func() {
		for _, a := range by {
			a.loop.Resume(a.ln)
		}
	}
	served.retire = func() {
		for _, a := range by {
			retired := make(chan struct{})
			a.loop.Retire(a.ln, func() {
				_ = a.socket.Close()
				close(retired)
			})
			<-retired
		}
		close(served.closed)
	}
	served.close = func() {
		for _, a := range by {
			_ = a.socket.Close()
		}
	}
	var err error
	for _, a := range by {
		if err == nil {
			err = a.loop.Accept(a.socket, a.ln)
		}
	}
	// Known only now that every loop has it: whoever is told that the server is
	// ready may end it at once, and what ends must have begun.
	if err == nil || e.currentPhase() != running {
		err = e.enlist(served)
	}
	if err != nil {
		served.retire()
		return err
	}
	served.resume() // no release could tell it of room before
	return nil
}
