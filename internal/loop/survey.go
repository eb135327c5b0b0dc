package loop

// Survey looks at the session of every connection that nobody is at, each under
// its own baton. look must change nothing that would have to be settled.
func (g *Portable) Survey(look func(Session)) {
	for _, s := range g.all() {
		if !s.baton.try() {
			continue
		}
		if s.state == carried {
			look(s.session)
		}
		if s.baton.lay() {
			continue
		}
		// Somebody has posted meanwhile, and what that writes may have to wait for a
		// peer; see turnAside.
		if s.state == released {
			s.finish()
		} else {
			s.group.running.Go(s.finish)
		}
	}
}

// try takes the baton if it is free.
func (b *baton) try() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held {
		return false
	}
	b.held = true
	return true
}
