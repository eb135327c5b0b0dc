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
	total, line, count            int
	errTotal, errLine, errTooMany *exchange.ConnError
}

// overrun judges a line that starts at start and reaches to end, whether its
// last byte has come or not. Of two limits that are passed, the one whose edge
// comes first decides, so the verdict does not depend on how the bytes arrive.
func (l *bounds) overrun(start, end int) error {
	edge := start + l.line + len("\r\n")
	if end <= min(edge, l.total) {
		return nil
	}
	if edge < l.total {
		return l.errLine
	}
	return l.errTotal
}

// parseFieldLines parses lines from at up to and with the empty line. Nothing
// is judged within a line before its LF is there.
func parseFieldLines(b []byte, at int, limits *bounds, spans []span) ([]span, int, error) {
	for {
		if at+1 < len(b) && b[at] == '\r' && b[at+1] == '\n' {
			if at+2 > limits.total {
				return spans, at, limits.errTotal
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
			return spans, at, limits.errTooMany
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
// "field-line = field-name ":" OWS field-value OWS" (RFC 9112, section 5).
func parseFieldLine(b []byte, at int) (span, int, error) {
	i := indexNotName(b, at)
	if i >= len(b) {
		return span{}, at, errIncomplete
	}
	if b[i] != ':' || i == at {
		return span{}, at, nameFault(b, at, i)
	}
	colon := i
	i++
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	value := i
	i = indexControl(b, i)
	if i+1 >= len(b) {
		if i < len(b) && b[i] == '\n' {
			return span{}, at, errLineEnd
		}
		return span{}, at, errIncomplete
	}
	if b[i] != '\r' || b[i+1] != '\n' {
		if b[i] == '\r' || b[i] == '\n' {
			return span{}, at, errLineEnd
		}
		return span{}, at, errFieldValue
	}
	end := i
	for end > value && (b[end-1] == ' ' || b[end-1] == '\t') {
		end--
	}
	return span{uint32(at), uint32(colon), uint32(value), uint32(end)}, i + 2, nil
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

const (
	every01   = 0x0101010101010101
	every20   = 0x2020202020202020
	every7f   = 0x7f7f7f7f7f7f7f7f
	every80   = 0x8080808080808080
	everyDash = 0x2d2d2d2d2d2d2d2d
	// What lifts 'a', and what lies behind 'z', into the top bit.
	aboveA = 0x1f1f1f1f1f1f1f1f
	aboveZ = 0x0505050505050505
)

// controls marks, in the top bit of each octet of x, those below 0x20 and DEL:
// the subtraction borrows into the top bit of the former, the addition carries
// into that of the latter. A borrow can only disturb octets behind the first.
func controls(x uint64) uint64 {
	return ((x - every20) | (x&every7f + every01)) &^ x & every80
}

// indexControl returns the place of the first control character other than HTAB
// at or after i, or len(b). It looks at sixteen octets at a time.
func indexControl(b []byte, i int) int {
	for {
		p := b[i:]
		for len(p) >= 16 {
			first, second := controls(binary.LittleEndian.Uint64(p)), controls(binary.LittleEndian.Uint64(p[8:]))
			if first|second != 0 {
				break
			}
			p = p[16:]
		}
		i = len(b) - len(p)
		if len(p) >= 8 {
			hit := controls(binary.LittleEndian.Uint64(p))
			if hit == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(hit) >> 3
			if b[i] != '\t' {
				return i
			}
			i++
			continue
		}
		for i < len(b) && (b[i] >= 0x20 && b[i] != 0x7f || b[i] == '\t') {
			i++
		}
		return i
	}
}

// indexNotName returns the place of the first octet at or after i that is not of
// a token, or len(b). Letters and '-', of which nearly all names are made, go
// eight at a time.
func indexNotName(b []byte, i int) int {
	for i+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[i:])
		lower := (x | every20) & every7f
		letter := (lower + aboveA) &^ (lower + aboveZ)
		dash := x ^ everyDash
		dash = ^((dash&every7f + every7f) | dash)
		other := (^(letter | dash) | x) & every80
		if other == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(other) >> 3
		if !tokenOctet[b[i]] {
			return i
		}
		i++
	}
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
