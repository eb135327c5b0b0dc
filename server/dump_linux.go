package server

import "fmt"

// carriers are the loops as a dump shows them.
func (l *loops) carriers() (all []carrier) {
	for i, each := range l.all {
		c := carrier{name: fmt.Sprintf("loop %d", i), counters: l.lanes[each].counters}
		lodging := each.Lodging()
		c.visits, c.robbed = lodging.Visits, lodging.Robbed
		switch {
		case lodging.Touching:
			c.guest = fmt.Sprintf("visit %d, at work on the loop", c.visits)
		case lodging.InPlace:
			c.guest = fmt.Sprintf("visit %d", c.visits)
		}
		all = append(all, c)
	}
	return all
}
