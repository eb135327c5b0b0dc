package server

import (
	"sync"

	"github.com/fasterapi-go/fasterapi/web"
)

// habits are the routes that requests have taken so far.
type habits struct {
	mu      sync.Mutex
	byRoute map[*web.Route]*habit
	order   []*habit
}

// stranger is what is known of routes beyond mostHabits: they run off the loop.
var stranger = &habit{mode: web.Blocking}

func (s *habits) of(route *web.Route) *habit {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.byRoute[route]; h != nil {
		return h
	}
	if len(s.order) == mostHabits {
		return stranger
	}
	h := &habit{route: route}
	if route != nil {
		h.mode = route.Mode
	}
	if s.byRoute == nil {
		s.byRoute = make(map[*web.Route]*habit)
	}
	s.byRoute[route] = h
	s.order = append(s.order, h)
	return h
}

func (s *habits) all() []*habit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.order[:len(s.order):len(s.order)]
}

// learned is what a lane knows of its routes without asking the engine.
type learned struct {
	habits  map[*web.Route]*habit // nil where a connection is alone in its lane
	turn    uint                  // counts visits, for sampling
	visitor *stay                 // who went in place last
	last    *habit                // asked for, or nil
}

// learn has the lane's routes learned: it is a loop's.
func (l *lane) learn() { l.learned.habits = make(map[*web.Route]*habit) }

func (l *lane) habitOf(route *web.Route) *habit {
	if last := l.learned.last; last != nil && last.route == route {
		return last
	}
	if h := l.learned.habits[route]; h != nil {
		l.learned.last = h
		return h
	}
	h := l.engine.habits.of(route)
	if l.learned.habits != nil && h != stranger {
		l.learned.habits[route] = h
	}
	if h != stranger {
		l.learned.last = h
	}
	return h
}

// inPlace decides where a run goes, and whether it is timed.
func (l *lane) inPlace(r *run) (visits bool) {
	// A visitor that has not left although others come was robbed. Its route is
	// to learn that now: it may return late, or never.
	if s := l.learned.visitor; s != nil && !s.kept {
		s.lose(r.conn.sock.Now())
	}
	l.learned.visitor = nil
	if visits = l.mayVisit(r); visits && l.learned.habits != nil {
		l.learned.visitor = &r.stay // elsewhere who may visit does not always
	}
	return visits
}

func (l *lane) mayVisit(r *run) bool {
	h := r.stay.habit
	if h.mode != web.Learned {
		// A blocking one is timed for its processor time, see gate.
		r.stay.timed = h.mode == web.Blocking && h != stranger && l.learned.habits != nil
		return h.mode == web.Inline
	}
	if l.learned.habits == nil {
		return false
	}
	if !h.mayVisit(r.conn.sock.Now()) {
		r.stay.timed = true
		return false
	}
	l.learned.turn++
	r.stay.timed = l.learned.turn%sampling == 0
	return true
}
