package schema

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Target is the memory of one Go value, to be filled. It must not outlive the value.
type Target struct{ p unsafe.Pointer }

// TargetOf takes a pointer to a value of the type that was compiled.
func TargetOf(pointer any) Target { return Target{reflect.ValueOf(pointer).UnsafePointer()} }

// Policy is what an application lets pass in bodies; the zero Policy is the strict one.
type Policy struct {
	// AllowUnknown: a member that the type lacks is stepped over, not a fault.
	AllowUnknown bool
	// AllowDuplicates: of members with the same name the last one holds, as with encoding/json.
	AllowDuplicates bool
}

// DecodeJSON fills target, which must be zero, from a whole JSON text. The error is a *SyntaxError; faults say what else is wrong.
// data is borrowed until it returns. ctx goes to the Validate methods of the types.
func (n *Node) DecodeJSON(ctx context.Context, data []byte, target Target, policy Policy) ([]Fault, error) {
	d := decoders.Get().(*decoder)
	defer d.release()
	d.data, d.ctx, d.policy = data, ctx, policy
	if n.whole(d, target.p); d.err != nil {
		return nil, d.err
	}
	d.place()
	if len(d.faults) == 0 {
		return nil, nil
	}
	return slices.Clone(d.faults), nil
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// release keeps the small buffers and forgets everything that the caller owns now.
func (d *decoder) release() {
	scratch := d.scratch[:0]
	if cap(scratch) > sharedTextBytes {
		scratch = nil
	}
	faults, trails := d.faults, d.trails
	*d = decoder{scratch: scratch}
	if len(faults) <= keptFaults {
		clear(faults)
		d.faults, d.trails = faults[:0], emptied(trails)
	}
	decoders.Put(d)
}

// keptFaults is up to how many faults a decoder keeps the memory of, and of how many steps to each.
const keptFaults = 16

// emptied is the memory of trails without the names in it, which may be what a client sent.
func emptied(trails [][]step) [][]step {
	for i, trail := range trails {
		clear(trail)
		if trails[i] = trail[:0]; cap(trail) > keptFaults {
			trails[i] = nil
		}
	}
	return trails[:0]
}

// byteOrderMark: "Implementations MUST NOT add a byte order mark (U+FEFF) to the beginning of a networked-transmitted JSON
// text" (RFC 8259, section 8.1).
const byteOrderMark = "\ufeff"

func (n *Node) whole(d *decoder, p unsafe.Pointer) bool {
	if len(d.data) >= 3 && string(d.data[:3]) == byteOrderMark {
		return d.fail(0, "a byte order mark")
	}
	if !utf8.Valid(d.data) {
		return d.fail(validPrefix(d.data), "invalid UTF-8")
	}
	if !n.decode(d, p) {
		return false
	}
	if d.peek() != 0 || d.pos < len(d.data) {
		return d.fail(d.pos, "something follows the value")
	}
	return true
}

func validPrefix(b []byte) int {
	i := 0
	for i < len(b) {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}

// fault notes a mistake of the value that is being decoded.
func (d *decoder) fault(code, detail string) {
	if len(d.faults) < MaxFaults {
		d.faults = append(d.faults, Fault{In: "body", Code: code, Detail: detail})
	}
}

// faultAt notes a mistake at a member of the current object.
func (d *decoder) faultAt(name, code, detail string) {
	before := len(d.faults)
	d.fault(code, detail)
	d.inside(before, step{name, -1})
}

// inside says of the faults from the index before on that they are in a member or element of the value that is being decoded. So the
// way to a fault is written from its end, when there is one; decoding without faults keeps no way at all.
func (d *decoder) inside(before int, at step) {
	for len(d.trails) < len(d.faults) {
		if n := len(d.trails); n < cap(d.trails) {
			d.trails = d.trails[:n+1] // with the memory that an earlier body left there
		} else {
			d.trails = append(d.trails, nil)
		}
	}
	for i := before; i < len(d.faults); i++ {
		d.trails[i] = append(d.trails[i], at)
	}
}

// place writes the pointers of the faults, as many as there is room for. What a fault has for a pointer already is relative to its value.
func (d *decoder) place() {
	places := 0
	for i := range d.faults {
		if places >= maxPlaces {
			d.faults = d.faults[:i]
			return
		}
		if i < len(d.trails) {
			slices.Reverse(d.trails[i])
			d.faults[i].Pointer = pointer(d.trails[i]) + d.faults[i].Pointer
		}
		places += len(d.faults[i].Pointer)
	}
}

// obey runs the rules on the value just stored.
func (d *decoder) obey(check checkFunc, p unsafe.Pointer) {
	before := len(d.faults)
	faults := check(p, d.faults)
	if len(faults) == before {
		return
	}
	d.faults = faults
	for i := before; i < len(d.faults); i++ {
		d.faults[i].In = "body"
	}
	d.faults = d.faults[:min(len(d.faults), MaxFaults)]
}

// mismatch notes that a value has another type, and steps over it.
func (d *decoder) mismatch(wanted string) bool {
	found := "a number"
	switch d.peek() {
	case '{':
		found = "an object"
	case '[':
		found = "an array"
	case '"':
		found = "a string"
	case 't', 'f':
		found = "a boolean"
	case 'n':
		found = "null"
	}
	if !d.skip() {
		return false
	}
	d.fault("type", "must be "+wanted+", not "+found)
	return true
}

// decodeText is for what stands in a JSON string and is made from its text.
func decodeText(n *Node) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() != '"' {
			return d.mismatch("a string")
		}
		s, ok := d.string()
		if !ok {
			return false
		}
		if wanted := n.text(s, p); wanted != "" {
			d.fault("type", "must be "+wanted)
		} else if n.check != nil {
			d.obey(n.check, p)
		}
		return true
	}
}

// decodeLiteral keeps a number as it was written, for json.Number.
func decodeLiteral(d *decoder, p unsafe.Pointer) bool {
	if c := d.peek(); c != '-' && !isDigit(c) {
		return d.mismatch("a number")
	}
	literal, _, ok := d.number()
	switch {
	case !ok:
		return false
	case len(literal) > MaxNumberText:
		d.fault("type", numberTooLong)
	default:
		*(*string)(p) = string(literal)
	}
	return true
}

const numberTooLong = "must be a number of at most 4300 characters"

// decodeUnmarshaler hands the value to the type's own UnmarshalJSON, after its syntax was checked here.
func decodeUnmarshaler(t reflect.Type) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		first := d.peek()
		start := d.pos
		if !d.skip() {
			return false
		}
		if (first == '-' || isDigit(first)) && d.pos-start > MaxNumberText && t != rawMessageType {
			d.fault("type", numberTooLong)
			return true
		}
		value := reflect.NewAt(t, p).Interface().(interface{ UnmarshalJSON([]byte) error })
		if err := value.UnmarshalJSON(d.data[start:d.pos]); err != nil {
			d.fault("type", "is not what "+strings.TrimPrefix(t.String(), "*")+" accepts")
		}
		return true
	}
}
