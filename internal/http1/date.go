package http1

import "time"

// Date is the Date field of responses (RFC 9110, section 6.6.1), made once a
// second instead of once a response, and the time of commands, which carry none.
// It belongs to whoever runs the connections that share it.
type Date struct {
	// origin is where the times of those connections count from: the first time
	// that the Date heard of. It keeps its monotonic reading, so that they are
	// deaf to a clock that is set.
	origin time.Time
	now    int64
	last   moment
	line   [dateSize]byte
	dated  bool // line is filled in
}

// moment is a time that was asked for last: what one round of a loop brought waits
// alike, and most of it asks for the same.
type moment struct {
	at   int64
	time time.Time
}

// dateSize is the length of "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".
const dateSize = 37

// Set refreshes the date. It allocates nothing.
func (d *Date) Set(now time.Time) {
	d.begin(now)
	d.now = d.at(now)
	line := append(d.line[:0], "Date: "...)
	line = now.UTC().AppendFormat(line, "Mon, 02 Jan 2006 15:04:05 GMT")
	// The format has no room for a year of more than four digits.
	d.dated = len(append(line, "\r\n"...)) == dateSize
}

func (d *Date) begin(now time.Time) {
	if d.origin.IsZero() {
		d.origin = now
	}
}

// at is a time in nanoseconds from the origin.
func (d *Date) at(t time.Time) int64 { return int64(t.Sub(d.origin)) }

// timeOf is the time that at stands for.
func (d *Date) timeOf(at int64) time.Time {
	if at != d.last.at || d.last.time.IsZero() {
		d.last = moment{at, d.origin.Add(time.Duration(at))}
	}
	return d.last.time
}

func (d *Date) append(dst []byte) []byte {
	if !d.dated {
		return dst
	}
	return append(dst, d.line[:]...)
}
