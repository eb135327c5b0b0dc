package hpack

// recent remembers the last fields that were sent and not put into the table, by 15
// bits of their hashes. It forgets in the order of coming: a response of up to that
// many new fields is recognised whole when it comes again. A mistake, one in 500, only puts a field
// into the table early.
type recent struct {
	tags [64]uint16
	at   uint8
}

// take reports whether a field was noted, and forgets it.
func (r *recent) take(hash uint32) bool {
	tag := recentTag(hash)
	for i := range r.tags {
		if r.tags[i] == tag {
			r.tags[i] = 0
			return true
		}
	}
	return false
}

func (r *recent) note(hash uint32) {
	r.tags[r.at%uint8(len(r.tags))] = recentTag(hash)
	r.at++
}

// recentTag is never 0, the mark of an empty place. The slots of the table use the low bits.
func recentTag(hash uint32) uint16 { return uint16(hash>>16) | 1 }
