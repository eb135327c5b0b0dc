package server

func (l *loops) steal() {
	for _, each := range l.all {
		each.Steal()
	}
}
