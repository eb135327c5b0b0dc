package http1

import "time"

// Date is the Date field of responses (RFC 9110, section 6.6.1), made once a
// second instead of once a response, and the time of commands, which carry none.
// It belongs to whoever runs the connections that share it.
type Date struct {
	now  time.Time
	line [37]byte // "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	size int
}

// Set refreshes the date. It allocates nothing.
func (d *Date) Set(now time.Time) {
	d.now = now
	line := append(d.line[:0], "Date: "...)
	line = now.UTC().AppendFormat(line, "Mon, 02 Jan 2006 15:04:05 GMT")
	d.size = len(append(line, '\r', '\n'))
}

func (d *Date) append(dst []byte) []byte {
	if d == nil {
		return dst
	}
	return append(dst, d.line[:d.size]...)
}
