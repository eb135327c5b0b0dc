package loop

// Stage runs guests in place on the caller's goroutine, without a carrier, for
// benchmarks of what is above one.
type Stage struct{ place place }

// Host runs g; nobody steals the baton meanwhile.
func (s *Stage) Host(g Guest) { s.place.host(g, s.place.enter()) }
