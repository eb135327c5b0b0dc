package server

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/loop"
)

// shedding makes room under the connection cap by ending the connections that
// have been idle for longest. Nobody keeps them in order: they are looked for
// when a newcomer finds no room, and then some are ended at once.
type shedding struct {
	// searching is set during a search and for a while after it, which bounds what
	// searches cost however many newcomers there are.
	searching atomic.Bool
	// underway counts told: as long as there are any no others are ended.
	underway atomic.Int64
	mu       sync.Mutex
	told     map[*conn]struct{} // to end, and have not yet
}

// At most one in shedPart connections is ended at once. A search that has found
// some is followed by a pause of shedPause for each connection it looked at, so
// that searching takes a part of the time that does not grow with the cap; one
// that has found none by shedRest.
const (
	shedPart  = 64
	shedPause = time.Microsecond
	shedRest  = 100 * time.Millisecond
)

var errShed = errors.New("server: idle for longest when others found no room")

// makeRoom follows a newcomer that found none. Any goroutine may call it.
func (e *engine) makeRoom() {
	if e.shedding.underway.Load() == 0 && e.shedding.searching.CompareAndSwap(false, true) {
		go e.search()
	}
}

// search ends some idle connections. Whoever waits is asked again afterwards,
// also when there were none, for there may be by then.
func (e *engine) search() {
	limit := e.server.Limits.Conns
	var found []idleConn
	if e.open.Load() >= int64(limit) { // or somebody has left since
		found = e.longestIdle(max(1, limit/shedPart))
	}
	e.shedding.tell(found)
	for i := range found {
		found[i].conn.sock.Post(&found[i])
	}
	pause := time.Duration(limit) * shedPause
	if len(found) == 0 {
		pause = shedRest
	}
	time.AfterFunc(pause, func() {
		e.shedding.searching.Store(false)
		e.askAgain()
	})
}

// askAgain has everybody who waits for room look for it once more.
func (e *engine) askAgain() {
	e.mu.Lock()
	e.room.Broadcast()
	listeners := e.listeners
	e.mu.Unlock()
	// Without the lock: a loop that has ended performs on this goroutine what is
	// posted to it, and that may ask for the lock.
	for _, ln := range listeners {
		ln.resume()
	}
}

// idleConn is a connection that was found idle, and the job that ends it.
type idleConn struct {
	conn  *conn
	since time.Time
}

// longestIdle are at most n of the connections that are idle, those that have
// been for longest.
func (e *engine) longestIdle(n int) []idleConn {
	loops := e.loops.count()
	lists := make([]idleList, loops+1) // one for each baton
	for i := range lists {
		lists[i].most = n
	}
	e.loops.survey(func(at int, s loop.Session) { lists[at].add(driverOf(s)) })
	e.portable.Survey(func(s loop.Session) { lists[loops].add(driverOf(s)) })
	all := lists[0]
	for _, list := range lists[1:] {
		all.conns = append(all.conns, list.conns...)
	}
	all.cut()
	return all.conns
}

// idleList keeps the most connections that have been idle for longest, and twice
// as many while it grows.
type idleList struct {
	conns []idleConn
	most  int
}

func (l *idleList) add(c *conn) {
	if since, ok := c.idle(); ok {
		l.put(idleConn{c, since})
	}
}

func (l *idleList) put(c idleConn) {
	if len(l.conns) >= 2*l.most {
		l.cut()
	}
	l.conns = append(l.conns, c)
}

func (l *idleList) cut() {
	slices.SortFunc(l.conns, func(a, b idleConn) int { return a.since.Compare(b.since) })
	l.conns = l.conns[:min(len(l.conns), l.most)]
}

// idle reports since when the connection waits for another request, with nothing
// else to do; the holder of its baton calls it.
func (c *conn) idle() (since time.Time, ok bool) {
	quiet := c.state == serving && c.runs.first == nil && !c.peer.hungUp
	if !quiet || c.held.len() > 0 || c.out.len() > 0 || c.sock.Unsent() > 0 {
		return time.Time{}, false
	}
	core, tells := c.core.(interface{ Idle() (time.Time, bool) })
	if !tells {
		return time.Time{}, false
	}
	return core.Idle()
}

// Perform ends the connection, unless it has come to life meanwhile.
func (i *idleConn) Perform() {
	c := i.conn
	e := c.lane.engine
	if since, ok := c.idle(); !ok || !since.Equal(i.since) {
		if left := e.shedding.forget(c); left == 0 {
			e.askAgain()
		}
		return
	}
	e.reject("idle_shed", errShed, c.now())
	if c.now().Sub(i.since) >= e.server.Limits.DrainTimeout {
		// It has lingered for as long as any: the peer has taken its last answer, and
		// whoever keeps an end open after a FIN would keep the place.
		c.shut()
		return
	}
	if core, says := c.core.(interface{ Leave() }); says {
		core.Leave()
		c.collect()
		return
	}
	c.close(nil)
}

func (s *shedding) tell(found []idleConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told == nil {
		s.told = make(map[*conn]struct{})
	}
	for _, i := range found {
		s.told[i.conn] = struct{}{}
	}
	s.underway.Store(int64(len(s.told)))
}

// forget is told of every connection that ends while some are underway, and
// returns how many still are.
func (s *shedding) forget(c *conn) (left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.told, c)
	left = len(s.told)
	s.underway.Store(int64(left))
	return left
}
