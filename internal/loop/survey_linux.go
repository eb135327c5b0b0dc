package loop

// Survey has the holder of the baton look at every session, soon, and then call
// done. look must change nothing: no session is settled for it.
func (l *Epoll) Survey(look func(Session), done func()) {
	l.Do(func() {
		for _, s := range l.sockets {
			if s != nil {
				look(s.session)
			}
		}
		done()
	})
}
