package schema

import (
	"context"
	"strconv"
)

// decoder walks one body. It borrows data until the walk ends; nothing of data is kept.
type decoder struct {
	data    []byte
	ctx     context.Context // of the request, for Validate
	policy  Policy
	pos     int
	depth   int
	text    string // data, copied once for all strings of a small body
	block   []byte // where short strings of a larger body are copied to, one behind the other
	scratch []byte
	faults  []Fault
	trails  [][]step // of each fault, the way to it, innermost first; it is written only once there is one
	surveys []survey // where discriminators were found; see discriminator
	err     *SyntaxError
}

// fail ends the walk. The first reason stands.
func (d *decoder) fail(at int, reason string) bool {
	if d.err == nil {
		d.err = &SyntaxError{Offset: at, Reason: reason}
	}
	return false
}

// peek skips white space and returns the next byte, 0 at the end.
func (d *decoder) peek() byte {
	if d.pos < len(d.data) && d.data[d.pos] > ' ' {
		return d.data[d.pos]
	}
	return d.peekPastSpace()
}

func (d *decoder) peekPastSpace() byte {
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

func (d *decoder) unexpected(wanted string) bool {
	if d.pos >= len(d.data) {
		return d.fail(len(d.data), "it ends where "+wanted+" is due")
	}
	return d.fail(d.pos, "something else stands where "+wanted+" is due")
}

// literal takes the word, which begins at pos by its first byte.
func (d *decoder) literal(word string) bool {
	if len(d.data)-d.pos < len(word) || string(d.data[d.pos:d.pos+len(word)]) != word {
		return d.unexpected("a value")
	}
	d.pos += len(word)
	return true
}

// null takes null if that is next. When what begins like it is broken, it reports true and d.err is set.
func (d *decoder) null() bool {
	if d.peek() != 'n' {
		return false
	}
	d.literal("null")
	return true
}

// enter counts one more level and steps over its opening bracket.
func (d *decoder) enter() bool {
	if d.depth++; d.depth > MaxDepth {
		return d.fail(d.pos, "nested deeper than "+strconv.Itoa(MaxDepth)+" levels")
	}
	d.pos++
	return true
}

// more tells whether another entry follows in an array or object that ends with end. The first entry has no comma before it.
// It leaves pos at the entry or behind the end.
func (d *decoder) more(end byte, first bool) (another, ok bool) {
	c := d.peek()
	if c == end {
		d.pos++
		d.depth--
		return false, true
	}
	if first {
		return true, true
	}
	if c != ',' {
		return false, d.unexpected("a comma or the end of the array or object")
	}
	d.pos++
	if d.peek() == end {
		return false, d.fail(d.pos, "a comma with nothing behind it")
	}
	return true, true
}

// name takes a member's name and its colon. What it returns is borrowed until the next string.
func (d *decoder) name() ([]byte, bool) {
	if d.peek() != '"' {
		return nil, d.unexpected("a member name")
	}
	name, ok := d.bytes()
	return name, ok && d.colon()
}

// ownName is name, to be kept.
func (d *decoder) ownName() (string, bool) {
	if d.peek() != '"' {
		return "", d.unexpected("a member name")
	}
	name, ok := d.string()
	return name, ok && d.colon()
}

func (d *decoder) colon() bool {
	if d.peek() != ':' {
		return d.unexpected("a colon")
	}
	d.pos++
	return true
}
