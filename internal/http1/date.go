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
	line   [dateSize]byte
	dated  bool // line is filled in
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

func (d *Date) append(dst []byte) []byte {
	if !d.dated {
		return dst
	}
	return append(dst, d.line[:]...)
}
