package exchange

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
	line   string // "" before the first Set
}

// moment is a time that was asked for last: what one round of a loop brought waits
// alike, and most of it asks for the same.
type moment struct {
	at   int64
	time time.Time
}

const (
	dateName   = "Date: "
	dateFormat = "Mon, 02 Jan 2006 15:04:05 GMT"
	lineEnd    = "\r\n"
)

// Set refreshes the date, at the price of one string.
func (d *Date) Set(now time.Time) {
	d.Begin(now)
	d.now = d.At(now)
	line := make([]byte, 0, len(dateName)+len(dateFormat)+len(lineEnd))
	line = now.UTC().AppendFormat(append(line, dateName...), dateFormat)
	// The format has no room for a year of more than four digits.
	if line = append(line, lineEnd...); len(line) == cap(line) {
		d.line = string(line)
	}
}

// Begin has the times count from now, unless they count already.
func (d *Date) Begin(now time.Time) {
	if d.origin.IsZero() {
		d.origin = now
	}
}

// Now is when Set was called last, in nanoseconds from the origin.
func (d *Date) Now() int64 { return d.now }

// At is a time in nanoseconds from the origin.
func (d *Date) At(t time.Time) int64 { return int64(t.Sub(d.origin)) }

// TimeOf is the time that at stands for.
func (d *Date) TimeOf(at int64) time.Time {
	if at != d.last.at || d.last.time.IsZero() {
		d.last = moment{at, d.origin.Add(time.Duration(at))}
	}
	return d.last.time
}

// Line is the whole field line of HTTP/1, or "" before the first Set.
func (d *Date) Line() string { return d.line }

// Value is the value of the field, or "" before the first Set.
func (d *Date) Value() string {
	if d.line == "" {
		return ""
	}
	return d.line[len(dateName) : len(d.line)-len(lineEnd)]
}
