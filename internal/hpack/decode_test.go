package hpack

import (
	"errors"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name, block string
		want        error
	}{
		{"index 0", "80", errIndexZero},
		{"index of an empty table", "be", errIndexUnknown},
		{"large index", "ff8080808001", errIndexUnknown},
		{"index of 32 bits", "ff80ffffff0f", errIndexUnknown},
		{"name index unknown", "7e0161", errIndexUnknown},
		{"name index unknown, not indexed", "0f2f0161", errIndexUnknown},
		{"name index unknown, never indexed", "1f2f0161", errIndexUnknown},
		{"index cut off", "ff", errIntegerTruncated},
		{"index cut off later", "ff8080", errIntegerTruncated},
		{"6 continuations", "ff80808080808001", errIntegerLong},
		{"6 continuations, all that is there", "ff808080808080", errIntegerLong},
		{"zeros at the end", "ff80808080808000", errIntegerLong},
		{"4 continuations cut off", "ff80808080", errIntegerTruncated},
		{"5 continuations that do not end", "ff8080808080", errIntegerLong},
		{"33 bits", "ffffffffff7f", errIntegerOverflow},
		{"just over 32 bits", "ff81ffffff0f", errIntegerOverflow},
		{"no name", "40", errStringTruncated},
		{"name cut off", "400361", errStringTruncated},
		{"no value", "400161", errStringTruncated},
		{"value cut off", "4001610362", errStringTruncated},
		{"value of 4 GiB", "4001617f80ffffff0f", errStringTruncated},
		{"value length cut off", "4001617f", errIntegerTruncated},
		{"eos in a name", "4084ffffffff0161", errHuffmanEOS},
		{"eos in a value", "40016184ffffffff", errHuffmanEOS},
		{"8 bits of padding", "40016181ff", errPaddingLong},
		{"wrong padding", "4001618100", errPaddingBits},
		{"size update behind a field", "8220", errSizeUpdateLate},
		{"three size updates", "202020", errSizeUpdateExcess},
		{"size update too big", "3fe21f", errSizeUpdateTooBig},
		{"size update cut off", "3f", errIntegerTruncated},
		{"size update of 33 bits", "3fffffffff7f", errIntegerOverflow},
	} {
		var d Decoder
		d.Init(4096)
		fields, err := d.Decode(nil, unhex(t, c.block), &roomy)
		if err != c.want || fields != nil && c.block[:2] != "82" {
			t.Errorf("%s: %s gives %v, %v; want %v", c.name, c.block, fields, err, c.want)
		}
		var final *DecodingError
		if !errors.As(err, &final) || !strings.HasPrefix(err.Error(), "hpack: ") {
			t.Errorf("%s: %v is no DecodingError", c.name, err)
		}
	}
}

func TestTaken(t *testing.T) {
	for _, c := range []struct{ name, block, want string }{
		{"empty block", "", ""},
		{"only size updates", "203fe11f", ""},
		{"two size updates and a field", "203fe11f82", ":method: GET"},
		{"empty name and value", "000000100000", ": \n: "},
		{"empty texts with the Huffman code", "408080be", ": \n: "},
		{"entry larger than the table", "2a40016101624001610163", "a: b\na: c"},
		{"length in 5 continuations", "0001617f8180808000" + strings.Repeat("62", 128), "a: " + strings.Repeat("b", 128)},
	} {
		var d Decoder
		d.Init(4096)
		fields, err := d.Decode(nil, unhex(t, c.block), &roomy)
		if err != nil || written(fields) != c.want {
			t.Errorf("%s: %s gives %q, %v; want %q", c.name, c.block, written(fields), err, c.want)
		}
	}
}

// What was announced binds a peer once it has acknowledged it; until then it may use the initial size.
func TestAcknowledged(t *testing.T) {
	var d Decoder
	d.Init(100)
	decode := func(block string) error {
		_, err := d.Decode(nil, unhex(t, block), &roomy)
		return err
	}
	if err := decode("3fe11f82"); err != nil {
		t.Fatal("before the acknowledgement:", err)
	}
	saved := d
	d.Acknowledged()
	if err := decode("82"); err != errSizeUpdateMissing {
		t.Errorf("without a size update: %v", err)
	}
	d = saved
	d.Acknowledged()
	if err := decode("3f4682"); err != errSizeUpdateTooBig {
		t.Errorf("one byte too many: %v", err)
	}
	d = saved
	d.Acknowledged()
	if err := decode("3f4582"); err != nil {
		t.Errorf("as announced: %v", err)
	}
	if err := decode("82"); err != nil {
		t.Errorf("the next block: %v", err)
	}
	d.Init(65536)
	if err := decode("3fe1ff0382"); err != nil || d.table.max != 65536 {
		t.Errorf("a larger table: %v, size %d", err, d.table.max)
	}
}

// An entry may refer to the name of one that it evicts (RFC 7541, section 4.4).
func TestNameOfTheEvicted(t *testing.T) {
	var d Decoder
	d.Init(4096)
	// A table of 50 bytes; "name: value" takes 41, and so does "name: other".
	fields, err := d.Decode(nil, unhex(t, "3f13"+"40046e616d650576616c7565"+"7e056f74686572"+"be"), &roomy)
	if err != nil || written(fields) != "name: value\nname: other\nname: other" {
		t.Errorf("got %q, %v", written(fields), err)
	}
	if d.table.count != 1 || d.table.size != 41 {
		t.Errorf("%d entries in %d bytes", d.table.count, d.table.size)
	}
	live := 0
	for _, f := range d.table.ring {
		if f != (web.Field{}) {
			live++
		}
	}
	if live != 1 {
		t.Errorf("the ring holds the strings of %d entries, 1 is live", live)
	}
}

func TestLimits(t *testing.T) {
	literal := func(name, value string) string {
		var e Encoder
		e.Init()
		if e.recent == nil {
			e.recent = new(recent)
		}
		e.recent.note(hashPair(hashName(name), value)) // so that it is indexed
		return string(e.Append(nil, name, value))
	}
	crumb := literal("cookie", strings.Repeat("c", 20))
	for _, c := range []struct {
		name   string
		block  string
		limits Limits
		want   error
		fields int
	}{
		{"bytes just fit", "\x82\x84", Limits{42 + 38, 2, 0}, nil, 2},
		{"one byte too many", "\x82\x84", Limits{42 + 37, 2, 0}, ErrBytes, 1},
		{"a field too many", "\x82\x84\x84", Limits{1000, 2, 0}, ErrFields, 2},
		{"pseudo-fields count", "\x82", Limits{1000, 0, 9}, ErrFields, 0},
		{"cookies just fit", crumb + "\xbe\xbe\x82", Limits{1000, 1, 3}, nil, 4},
		{"a cookie too many", crumb + "\xbe\xbe\x82", Limits{1000, 1, 2}, ErrCookies, 2},
		{"nothing behind the first that did not fit", "\x82" + crumb + "\x84", Limits{42 + 57, 10, 10}, ErrBytes, 1},
		{"the first broken limit", "\x82\x84" + crumb, Limits{1000, 1, 0}, ErrFields, 1},
	} {
		var d Decoder
		d.Init(4096)
		fields, err := d.Decode(nil, []byte(c.block+literal("last", "one")), &c.limits)
		if c.want == nil {
			c.want = ErrFields // the last one
			if c.limits.Bytes < 1000 {
				c.want = ErrBytes
			}
		}
		if err != c.want || len(fields) != c.fields {
			t.Errorf("%s: %d fields, %v; want %d, %v", c.name, len(fields), err, c.fields, c.want)
		}
		if f, ok := d.table.at(0); !ok || *f != (web.Field{Name: "last", Value: "one"}) {
			t.Errorf("%s: the table is out of step, its newest entry is %v", c.name, f)
		}
	}
}

// The bomb: one entry of nearly the table's size, referred to by one octet each.
func TestBomb(t *testing.T) {
	var e Encoder
	e.Init()
	value := strings.Repeat("x", 4000)
	block := append(appendLiteral(nil, nowIndexed, 0, web.Field{Name: "bomb", Value: value}), strings.Repeat("\xbe", 16000)...)
	var d Decoder
	d.Init(4096)
	fields, err := d.Decode(make(web.Fields, 0, 8), block, &Limits{Bytes: 16 << 10, Fields: 100, Cookies: 512})
	if err != ErrBytes || len(fields) != 4 || cap(fields) != 8 {
		t.Errorf("%d fields (room for %d), %v", len(fields), cap(fields), err)
	}
	tiny := append([]byte("\x40\x01a\x00"), strings.Repeat("\xbe", 16000)...)
	fields, err = d.Decode(make(web.Fields, 0, 128), tiny, &Limits{Bytes: 16 << 10, Fields: 100, Cookies: 512})
	if err != ErrFields || len(fields) != 100 || cap(fields) != 128 {
		t.Errorf("%d fields (room for %d), %v", len(fields), cap(fields), err)
	}
}

// An entry that neither the limits nor the table have room for empties the table and becomes no string.
func TestOversizedEntry(t *testing.T) {
	var d Decoder
	d.Init(4096)
	huge := appendLiteral(nil, nowIndexed, 0, web.Field{Name: "huge", Value: strings.Repeat("x", 8000)})
	block := append([]byte("\x40\x01a\x01b"), huge...)
	if fields, err := d.Decode(nil, block, &roomy); err != nil || len(fields) != 2 || d.table.count != 0 || d.table.size != 0 {
		t.Errorf("%d fields, %v, %d entries in %d bytes", len(fields), err, d.table.count, d.table.size)
	}
	if fields, err := d.Decode(nil, block, &Limits{100, 9, 9}); err != ErrBytes || len(fields) != 1 || d.table.count != 0 || d.table.size != 0 {
		t.Errorf("over the limit: %d fields, %v, %d entries in %d bytes", len(fields), err, d.table.count, d.table.size)
	}
	if cap(d.scratch) > maxScratch {
		t.Errorf("%d octets of scratch stay", cap(d.scratch))
	}
	d.Idle()
	if d.scratch != nil {
		t.Error("an idle decoder keeps scratch")
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "\x82\x84", "\x40\x01a\x01b\xbe", "\x20\x3f\xe1\x1f\x82", "\x40\x84\xff\xff\xff\xff\x01a", "\xff\x80\x80\x80\x80\x01",
		"\x48\x82\x64\x02\x58\x85\xae\xc3\x77\x1a\x4b\x61\x96\xd0\x7a\xbe\x94\x10\x54\xd4\x44\xa8\x20\x05\x95\x04\x0b\x81\x66\xe0\x82\xa6\x2d\x1b\xff"} {
		f.Add([]byte(s), uint16(0), uint8(3))
	}
	f.Fuzz(func(t *testing.T, block []byte, bytes uint16, lines uint8) {
		limits := Limits{int(bytes), int(lines), int(lines)}
		var free, bound Decoder
		free.Init(4096)
		bound.Init(4096)
		for range 2 {
			all, err := free.Decode(nil, block, &roomy)
			some, limited := bound.Decode(nil, block, &limits)
			if err != nil {
				if limited != err {
					t.Fatalf("%v without limits, %v with", err, limited)
				}
				return
			}
			checkLimited(t, all, some, limited, &limits)
			checkTables(t, &free.table, &bound.table)
		}
	})
}

// checkLimited: some is the longest prefix of all that keeps the limits, and err names the one that the next field breaks.
func checkLimited(t *testing.T, all, some web.Fields, err error, limits *Limits) {
	t.Helper()
	left := *limits
	for i := range all {
		left.Bytes -= fieldBytes(&all[i])
		counter, broken := &left.Fields, ErrFields
		if all[i].Name == "cookie" {
			counter, broken = &left.Cookies, ErrCookies
		}
		if *counter--; left.Bytes < 0 {
			broken = ErrBytes
		}
		if left.Bytes < 0 || *counter < 0 {
			if err != broken || len(some) != i {
				t.Fatalf("%d fields and %v, want %d and %v", len(some), err, i, broken)
			}
			return
		}
		if i >= len(some) || some[i] != all[i] {
			t.Fatalf("field %d is missing or differs", i)
		}
	}
	if err != nil || len(some) != len(all) {
		t.Fatalf("%d of %d fields, %v", len(some), len(all), err)
	}
}

func checkTables(t *testing.T, a, b *table) {
	t.Helper()
	sum := 0
	for age := range max(a.count, b.count) {
		x, _ := a.at(age)
		y, _ := b.at(age)
		if x == nil || y == nil || *x != *y {
			t.Fatalf("entry %d is %v and %v", age, x, y)
		}
		sum += fieldBytes(x)
	}
	if sum != a.size || sum != b.size || sum > a.max || a.max != b.max {
		t.Fatalf("the sizes are %d of %d and %d of %d, the entries have %d bytes", a.size, a.max, b.size, b.max, sum)
	}
}
