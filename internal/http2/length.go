package http2

import "strconv"

// lengths are the lengths of bodies as text, since most responses repeat those of
// others.
type lengths [64]struct {
	n    int64
	text string
}

func (l *lengths) text(n int64) string {
	known := &l[uint64(n)%uint64(len(l))]
	if known.n != n || known.text == "" {
		known.n, known.text = n, strconv.FormatInt(n, 10)
	}
	return known.text
}
