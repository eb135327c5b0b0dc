package loop

// Lodging is what can be seen of a loop's guests without its baton, and so while
// one of them is stuck.
type Lodging struct {
	InPlace  bool // a guest is there
	Touching bool // and holds the baton, so that nobody can take it
	Visits   uint64
	Robbed   uint64 // visits that ended because the baton was taken
}

// Lodging may be called by anybody, at any time.
func (l *Epoll) Lodging() Lodging {
	word := l.place.word.Load()
	state := word & visitStates
	return Lodging{
		InPlace:  state == inPlace || state == touching,
		Touching: state == touching || state == deserted,
		Visits:   word / nextVisit,
		Robbed:   l.place.robbed.Load(),
	}
}
