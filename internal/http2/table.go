package http2

// table finds the streams that run. Identifiers that run together are close to one
// another, so half an identifier is a good place to look, and the next one is when
// that is taken.
type table struct {
	slots []*stream // a power of two, never full
	count int
}

const fewestSlots = 16

func (t *table) find(id uint32) *stream {
	if t.count == 0 {
		return nil
	}
	mask := uint32(len(t.slots) - 1)
	for i := id >> 1 & mask; ; i = (i + 1) & mask {
		if s := t.slots[i]; s == nil || s.id == id {
			return s
		}
	}
}

func (t *table) add(s *stream, from *spare) {
	if 2*(t.count+1) > len(t.slots) {
		t.grow(from)
	}
	t.place(s)
	t.count++
}

func (t *table) place(s *stream) {
	mask := uint32(len(t.slots) - 1)
	i := s.id >> 1 & mask
	for t.slots[i] != nil {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

func (t *table) grow(from *spare) {
	old := t.slots
	if old == nil {
		t.slots = from.takeTable()
		return
	}
	t.slots = make([]*stream, 2*len(old))
	for _, s := range old {
		if s != nil {
			t.place(s)
		}
	}
}

// remove closes the gap that a stream leaves, so that those behind it are found.
func (t *table) remove(s *stream) {
	mask := uint32(len(t.slots) - 1)
	i := s.id >> 1 & mask
	for t.slots[i] != s {
		i = (i + 1) & mask
	}
	gap := i
	for {
		i = (i + 1) & mask
		next := t.slots[i]
		if next == nil {
			break
		}
		if home := next.id >> 1 & mask; (i-home)&mask >= (i-gap)&mask {
			t.slots[gap] = next
			gap = i
		}
	}
	t.slots[gap] = nil
	t.count--
}

// release gives an empty table back.
func (t *table) release(to *spare) {
	if len(t.slots) == fewestSlots && len(to.tables) < spareTables {
		to.tables = append(to.tables, t.slots)
	}
	t.slots = nil
}
