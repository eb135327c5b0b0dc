package http1

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// span is where one field line stands in its buffer: the name is
// [start:colon], the value, without whitespace around it, [value:end].
type span struct{ start, colon, value, end uint32 }

// tokenOctet is the table of web.IsTokenOctet, here so that scanning inlines.
var tokenOctet = func() (t [256]bool) {
	for c := range t {
		t[c] = web.IsTokenOctet(byte(c))
	}
	return t
}()

// bounds are the limits of one section of lines, and what passing them is.
type bounds struct {
	total, line, count int
	faults             *boundFaults
}

type boundFaults struct{ total, line, count *exchange.ConnError }

// overrun judges a line that starts at start and reaches to end, whether its
// last byte has come or not. Of two limits that are passed, the one whose edge
// comes first decides, so the verdict does not depend on how the bytes arrive.
func (l *bounds) overrun(start, end int) error {
	edge := start + l.line + len("\r\n")
	if end <= min(edge, l.total) {
		return nil
	}
	if edge < l.total {
		return l.faults.line
	}
	return l.faults.total
}

// parseFieldLines parses lines from at up to and with the empty line. Nothing
// is judged within a line before its LF is there.
func parseFieldLines(b []byte, at int, limits *bounds, spans []span) ([]span, int, error) {
	for {
		if at+1 < len(b) && b[at] == '\r' && b[at+1] == '\n' {
			if at+2 > limits.total {
				return spans, at, limits.faults.total
			}
			return spans, at + 2, nil
		}
		s, next, err := parseFieldLine(b, at)
		if err != nil {
			return spans, at, lineFault(b, at, limits, err)
		}
		if next-at > limits.line || next > limits.total {
			if err := limits.overrun(at, next); err != nil {
				return spans, at, err
			}
		}
		if len(spans) == limits.count {
			return spans, at, limits.faults.count
		}
		spans = append(spans, s)
		at = next
	}
}

// lineFault decides between a fault within the line at at and limits that the
// line passes; without its LF it is merely incomplete.
func lineFault(b []byte, at int, limits *bounds, fault error) error {
	end, complete := len(b), false
	if i := bytes.IndexByte(b[at:], '\n'); i >= 0 {
		end, complete = at+i+1, true
	}
	if err := limits.overrun(at, end); err != nil {
		return err
	}
	if !complete {
		return errIncomplete
	}
	return fault
}

// parseFieldLine parses the line at at, which is not the empty one:
// "field-line = field-name ":" OWS field-value OWS" (RFC 9112, section 5). The
// scans for what names and values are mostly made of come first; those for all
// that they may hold go on where these end.
func parseFieldLine(b []byte, at int) (span, int, error) {
	colon := at + leadingLetters(b[at:])
	if colon < len(b) && b[colon] != ':' {
		colon = indexNotName(b, colon)
	}
	if colon >= len(b) {
		return span{}, at, errIncomplete
	}
	if b[colon] != ':' || colon == at {
		return span{}, at, nameFault(b, at, colon)
	}
	value := colon + 1
	for value < len(b) && isBlank(b[value]) {
		value++
	}
	end := value + leadingPrintable(b[value:])
	if end < len(b) && b[end] != '\r' {
		end = indexControl(b, end)
	}
	next := end + len("\r\n")
	if next > len(b) || b[end] != '\r' || b[end+1] != '\n' {
		return span{}, at, valueFault(b[end:])
	}
	for end > value && isBlank(b[end-1]) {
		end--
	}
	return span{uint32(at), uint32(colon), uint32(value), uint32(end)}, next, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// valueFault says what is wrong with a value that is followed by rest.
func valueFault(rest []byte) error {
	switch {
	case len(rest) > 0 && rest[0] == '\n':
		return errLineEnd
	case len(rest) < 2:
		return errIncomplete
	case rest[0] == '\r':
		return errLineEnd
	}
	return errFieldValue
}

// nameFault says what is wrong with a line whose name ends at i. "No whitespace
// is allowed between the field name and colon" (RFC 9112, section 5.1); a server
// rejects a folded line (section 5.2).
func nameFault(b []byte, at, i int) error {
	switch c := b[i]; {
	case i == at && (c == ' ' || c == '\t'):
		return errFold
	case c == ':':
		return errFieldNameEmpty
	case c == ' ' || c == '\t':
		return errFieldNameSpace
	case c == '\n' || c == '\r' && i+1 < len(b) && b[i+1] != '\n':
		return errLineEnd
	case c == '\r':
		return errFieldColon
	}
	return errFieldName
}

// lanes are what the scans add to, subtract from or compare with every octet of
// a word. They are variables since the compiler builds a constant of 64 bits
// anew in each round of a loop, but keeps a variable in its register.
var lanes = struct{ one, space, del, dash, liftA, liftPastZ uint64 }{
	one:   0x0101010101010101,
	space: 0x2020202020202020,
	del:   0x7f7f7f7f7f7f7f7f,
	dash:  0x2d2d2d2d2d2d2d2d,
	// What lifts 'a', and what lies behind 'z', into the top bit.
	liftA:     0x1f1f1f1f1f1f1f1f,
	liftPastZ: 0x0505050505050505,
}

const topBits = 0x8080808080808080

// leadingPrintable is how many octets come before the first that is neither
// visible ASCII nor SP. It looks at sixteen at a time: subtracting SP borrows into
// the top bit of octets below it, adding one carries into that of DEL. Borrow
// and carry disturb only octets behind the first.
func leadingPrintable(b []byte) int {
	space, one := lanes.space, lanes.one
	i := 0
	for ; i <= len(b)-16; i += 16 {
		x, y := binary.LittleEndian.Uint64(b[i:]), binary.LittleEndian.Uint64(b[i+8:])
		x = (x - space) | (x + one)
		y = (y - space) | (y + one)
		if (x|y)&topBits == 0 {
			continue
		}
		if x &= topBits; x != 0 {
			return i + bits.TrailingZeros64(x)>>3
		}
		return i + 8 + bits.TrailingZeros64(y&topBits)>>3
	}
	for i < len(b) && b[i] >= 0x20 && b[i] < 0x7f {
		i++
	}
	return i
}

// indexControl returns the place of the first control character other than HTAB
// at or after i, or len(b).
func indexControl(b []byte, i int) int {
	for {
		i += leadingPrintable(b[i:])
		for i < len(b) && (b[i] >= 0x80 || b[i] == '\t') {
			i++
		}
		if i == len(b) || b[i] < 0x20 || b[i] == 0x7f {
			return i
		}
	}
}

// leadingLetters is how many letters and '-' come first. It looks at eight
// octets at a time; carries come only out of those that are not ASCII, so they
// disturb only octets behind the first.
func leadingLetters(b []byte) int {
	space, del, dash, liftA, liftPastZ := lanes.space, lanes.del, lanes.dash, lanes.liftA, lanes.liftPastZ
	i := 0
	for ; i <= len(b)-8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		lower := x | space
		letter := (lower + liftA) &^ (lower + liftPastZ)
		notDash := (x ^ dash) + del
		if other := (notDash&^letter | x) & topBits; other != 0 {
			return i + bits.TrailingZeros64(other)>>3
		}
	}
	for i < len(b) && (b[i] == '-' || 'a' <= b[i]|0x20 && b[i]|0x20 <= 'z') {
		i++
	}
	return i
}

// indexNotName returns the place of the first octet at or after i that is not of
// a token, or len(b).
func indexNotName(b []byte, i int) int {
	for i < len(b) && tokenOctet[b[i]] {
		i++
	}
	return i
}

// fieldsOf makes the field lines of text, which spans measure.
func fieldsOf(text string, spans []span) web.Fields {
	if len(spans) == 0 {
		return nil
	}
	fields := make(web.Fields, len(spans))
	for i := range spans {
		s := &spans[i]
		fields[i].Name = text[s.start:s.colon]
		fields[i].Value = text[s.value:s.end]
	}
	return fields
}
