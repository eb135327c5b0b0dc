package hpack

import (
	"math"

	"github.com/fasterapi-go/fasterapi/internal/huffman"
	"github.com/fasterapi-go/fasterapi/web"
)

// Decoder decodes the field blocks of one connection in the order in which they
// come. Call Init before anything else.
type Decoder struct {
	table     table
	announced int    // what our SETTINGS say
	limit     int    // the largest size that an update may set now
	owed      bool   // the next block must reduce the table
	scratch   []byte // the octets of the literal being decoded
}

// Init makes d the decoder of a new connection whose SETTINGS announce a table of
// tableBytes bytes (SETTINGS_HEADER_TABLE_SIZE). The table starts with the 4,096
// bytes that a peer assumes until it reads them.
func (d *Decoder) Init(tableBytes uint32) {
	announced := int(min(tableBytes, math.MaxInt32))
	*d = Decoder{announced: announced, limit: max(announced, initialTableBytes)}
	d.table.max = initialTableBytes
}

// Acknowledged tells that the peer has acknowledged our SETTINGS. From then on its
// tables are held to a size below 4,096 bytes too: "This dynamic table size update MUST
// occur at the beginning of the first header block following the change to the
// dynamic table size" (RFC 7541, section 4.2).
func (d *Decoder) Acknowledged() {
	d.limit = d.announced
	d.owed = d.table.max > d.limit
}

// Generation changes whenever the dynamic table does. A block that did not change
// it decodes to the same fields while it stays.
func (d *Decoder) Generation() uint32 { return d.table.changes }

// Idle gives back memory that only decoding needs; the table stays.
func (d *Decoder) Idle() { d.scratch = nil }

// Decode appends the fields of one complete block to dst and returns it. It keeps nothing of block.
// The spare capacity of dst is the caller's; the strings are immutable and nobody's.
//
// After [ErrBytes], [ErrFields] or [ErrCookies] the table is as the peer's is, though dst
// holds only the fields before the one that broke a limit. Any other error is a
// [*DecodingError], after which the decoder must not be used.
func (d *Decoder) Decode(dst web.Fields, block []byte, limits *Limits) (web.Fields, error) {
	left := budget{Limits: *limits}
	i, err := d.resize(block)
	if err != nil {
		return dst, err
	}
	for i < len(block) {
		var n int
		if block[i] < 0x80 {
			dst, n, err = d.literal(dst, block[i:], &left)
		} else if dst, n = d.indexedRun(dst, block[i:], &left); n == 0 {
			dst, n, err = d.indexed(dst, block[i:], &left)
		}
		if err != nil {
			return dst, err
		}
		i += n
	}
	return dst, left.err
}

// indexedRun decodes the fields at the start of b that are of one octet each, are not called cookie, and fit: in the steady
// state of a connection that is a whole block. What it does not take is for indexed to judge.
func (d *Decoder) indexedRun(dst web.Fields, b []byte, left *budget) (web.Fields, int) {
	ring, newest, count := d.table.ring, d.table.next-1, d.table.count
	bytes, fields, n := left.Bytes, left.Fields, 0
	for n < len(b) && b[n]-0x81 < 0x7e {
		var f *web.Field
		if index := uint32(b[n] & 0x7f); index < firstDynamic {
			f = &static[index]
		} else if age := index - firstDynamic; age < count {
			f = &ring[(newest-age)&uint32(len(ring)-1)]
		} else {
			break
		}
		size := fieldBytes(f)
		if size > bytes || fields == 0 || f.Name == "cookie" {
			break
		}
		bytes -= size
		fields--
		n++
		dst = append(dst, *f)
	}
	left.Bytes, left.Fields = bytes, fields
	return dst, n
}

// indexed decodes one indexed field (RFC 7541, section 6.1).
func (d *Decoder) indexed(dst web.Fields, b []byte, left *budget) (web.Fields, int, error) {
	index, n, err := parseInteger(b, 0x7f)
	if err != nil {
		return dst, 0, err
	}
	f, ok := d.field(index)
	if !ok {
		return dst, 0, indexError(index)
	}
	if left.admit(f) {
		dst = append(dst, *f)
	}
	return dst, n, nil
}

// field looks index up in both tables (RFC 7541, section 2.3.3).
func (d *Decoder) field(index uint64) (*web.Field, bool) {
	if index-1 < uint64(firstDynamic-1) {
		return &static[index], true
	}
	// Index 0 becomes an age that no entry has.
	return d.table.at(uint32(index) - firstDynamic)
}

func indexError(index uint64) error {
	if index == 0 {
		return errIndexZero
	}
	return errIndexUnknown
}

// resize applies the size updates at the start of block (RFC 7541, section 6.3) and
// returns their length.
func (d *Decoder) resize(block []byte) (n int, err error) {
	for updates := 0; n < len(block) && block[n]>>5 == 1; updates++ {
		if updates == maxSizeUpdates {
			return n, errSizeUpdateExcess
		}
		size, octets, err := parseInteger(block[n:], 0x1f)
		if err != nil {
			return n, err
		}
		if size > uint64(d.limit) {
			return n, errSizeUpdateTooBig
		}
		d.table.resize(int(size))
		d.owed = false
		n += octets
	}
	if d.owed {
		return n, errSizeUpdateMissing
	}
	return n, nil
}

// literal is a field that is not in a table, as it lies in the block.
type literal struct {
	known   *web.Field // whose name it has, if it refers to one
	name    text       // its name otherwise
	value   text
	indexed bool // it goes into the dynamic table
}

// text is a string literal (RFC 7541, section 5.2).
type text struct {
	octets []byte
	coded  bool // with the Huffman code
}

// parseLiteral reads a literal (RFC 7541, section 6.2). That it shall never be indexed matters to
// those alone who encode it again.
func (d *Decoder) parseLiteral(b []byte) (lit literal, n int, err error) {
	mask := byte(0x0f)
	switch {
	case b[0]&0xc0 == 0x40:
		mask, lit.indexed = 0x3f, true
	case b[0]&0xe0 == 0x20:
		return lit, 0, errSizeUpdateLate
	}
	index, n, err := parseInteger(b, mask)
	if err != nil {
		return lit, 0, err
	}
	var octets int
	if index == 0 {
		if lit.name, octets, err = parseText(b[n:]); err != nil {
			return lit, 0, err
		}
		n += octets
	} else {
		var ok bool
		if lit.known, ok = d.field(index); !ok {
			return lit, 0, errIndexUnknown
		}
	}
	lit.value, octets, err = parseText(b[n:])
	return lit, n + octets, err
}

func parseText(b []byte) (t text, n int, err error) {
	if len(b) == 0 {
		return t, 0, errStringTruncated
	}
	size, n, err := parseInteger(b, 0x7f)
	if err != nil {
		return t, 0, err
	}
	if size > uint64(len(b)-n) {
		return t, 0, errStringTruncated
	}
	end := n + int(size)
	return text{b[n:end], b[0] >= 0x80}, end, nil
}

// literal decodes one literal.
func (d *Decoder) literal(dst web.Fields, b []byte, left *budget) (web.Fields, int, error) {
	lit, n, err := d.parseLiteral(b)
	if err != nil {
		return dst, 0, err
	}
	dst, err = d.keep(dst, &lit, left)
	return dst, n, err
}

// keep turns a literal into a field, and that into strings only if the limits or the table
// have room for it.
func (d *Decoder) keep(dst web.Fields, lit *literal, left *budget) (web.Fields, error) {
	buf, err := appendDecoded(d.scratch[:0], lit.name)
	if err != nil {
		return dst, err
	}
	octets := len(buf) // of the name, unless a table has it
	var f web.Field
	if lit.known != nil {
		f.Name = lit.known.Name
	} else if index := staticName(string(buf)); index != 0 && static[index].Name == string(buf) {
		f.Name, octets = static[index].Name, 0
		buf = buf[:0]
	}
	if buf, err = appendDecoded(buf, lit.value); err != nil {
		return dst, err
	}
	if d.scratch = buf; cap(buf) > maxScratch {
		d.scratch = nil
	}
	size := len(f.Name) + len(buf) + fieldOverhead
	if size > left.Bytes && (!lit.indexed || size > d.table.max) {
		left.refuse(ErrBytes)
		if lit.indexed {
			d.table.empty()
		}
		return dst, nil
	}
	s := string(buf)
	if f.Value = s[octets:]; octets > 0 {
		f.Name = s[:octets]
	}
	if left.admit(&f) {
		dst = append(dst, f)
	}
	if lit.indexed {
		d.table.insert(f)
	}
	return dst, nil
}

func appendDecoded(dst []byte, t text) ([]byte, error) {
	if !t.coded {
		return append(dst, t.octets...), nil
	}
	dst, err := huffman.AppendDecoded(dst, t.octets)
	if err != nil {
		return dst, decodingError(err)
	}
	return dst, nil
}
