package server

import "time"

// departures are the complete answers that were not sent yet and that have to be by
// a time: the oldest, and the newest, which stands for all behind it. There may
// always be more to send, so that it is their own last bytes which count.
type departures struct{ oldest, newest departure }

// departure is that of one answer.
type departure struct {
	due time.Time // zero: there is none
	end int64     // waits.sent when its last byte has left; 0: it is not in the output yet
}

func (d *departures) add(due time.Time) {
	if d.oldest.due.IsZero() {
		d.oldest = departure{due: due}
		return
	}
	if due.Before(d.newest.due) {
		due = d.newest.due
	}
	d.newest = departure{due: due}
}

// mark says where the output ends that all of them are in.
func (d *departures) mark(end int64) {
	for _, each := range []*departure{&d.oldest, &d.newest} {
		if each.end == 0 && !each.due.IsZero() {
			each.end = end
		}
	}
}

// leave says how much has left.
func (d *departures) leave(sent int64) {
	for d.oldest.end != 0 && d.oldest.end <= sent {
		d.oldest, d.newest = d.newest, departure{}
	}
}
