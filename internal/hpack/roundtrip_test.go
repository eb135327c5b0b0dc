package hpack

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// pair is an encoder and the decoder at its other end.
type pair struct {
	Encoder
	Decoder
	block []byte
}

func newPair() *pair {
	p := new(pair)
	p.Encoder.Init()
	p.Decoder.Init(initialTableBytes)
	return p
}

// send passes fields through the pair, and returns the block.
func (p *pair) send(t testing.TB, fields web.Fields) []byte {
	t.Helper()
	p.block = p.Begin(p.block[:0])
	for _, f := range fields {
		p.block = p.Append(p.block, f.Name, f.Value)
	}
	p.check(t, fields)
	return p.block
}

func (p *pair) check(t testing.TB, fields web.Fields) {
	t.Helper()
	got, err := p.Decode(nil, p.block, &roomy)
	if err != nil {
		t.Fatalf("%x: %v", p.block, err)
	}
	if len(got) != len(fields) {
		t.Fatalf("%d fields became %d", len(fields), len(got))
	}
	for i := range got {
		if want := (web.Field{Name: strings.ToLower(fields[i].Name), Value: fields[i].Value}); got[i] != want {
			t.Fatalf("field %d is %q, want %q", i, got[i], want)
		}
	}
	a, b := &p.Encoder.table.table, &p.Decoder.table
	if a.size != b.size || a.count != b.count || a.max != b.max {
		t.Fatalf("the encoder has %d entries in %d of %d bytes, the decoder %d in %d of %d", a.count, a.size, a.max, b.count, b.size, b.max)
	}
	for age := range a.count {
		x, _ := a.at(age)
		if y, _ := b.at(age); *x != *y {
			t.Fatalf("entry %d is %q here and %q there", age, x, y)
		}
	}
}

func TestRepeatedFieldsAreIndexed(t *testing.T) {
	p := newPair()
	fields := web.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Custom", Value: "some value"}, {Name: "date", Value: "Mon, 21 Oct 2013 20:13:21 GMT"}}
	first := len(p.send(t, fields))
	if p.Encoder.table.count != 0 || p.Encoder.table.ring != nil {
		t.Error("what came once is in the table")
	}
	if second := len(p.send(t, fields)); second > first {
		t.Errorf("the second block has %d octets, the first %d", second, first)
	}
	if third := p.send(t, fields); len(third) != len(fields) {
		t.Errorf("the third block is %x, want one octet a field", third)
	}
	fields[2].Value = "Mon, 21 Oct 2013 20:13:22 GMT"
	p.send(t, fields)
	p.send(t, fields)
	if block := p.send(t, fields); len(block) != len(fields) {
		t.Errorf("with a new date the third block is %x, want one octet a field", block)
	}
}

func TestManyFieldsAreLearned(t *testing.T) {
	p := newPair()
	var fields web.Fields
	for i := range 64 {
		fields = append(fields, web.Field{Name: "n", Value: fmt.Sprint("v", i)})
	}
	p.send(t, fields)
	p.send(t, fields)
	if block := p.send(t, fields); len(block) > 2*len(fields) {
		t.Errorf("the third block has %d octets", len(block))
	}
}

func TestSensitive(t *testing.T) {
	p := newPair()
	fields := web.Fields{{Name: "Set-Cookie", Value: "session=0123456789abcdefghij"}, {Name: "authorization", Value: "Bearer 0123456789abcdefghij"},
		{Name: "proxy-authorization", Value: "x"}, {Name: "cookie", Value: "short"}}
	for range 3 {
		p.send(t, fields)
	}
	p.block = p.AppendNever(p.Begin(p.block[:0]), "X-Secret", "s")
	if p.block[0] != 0x10 {
		t.Errorf("AppendNever gives %x", p.block)
	}
	p.check(t, web.Fields{{Name: "x-secret", Value: "s"}})
	if p.Encoder.table.changes != 0 {
		t.Error("a secret is in the table")
	}
	long := web.Fields{{Name: "cookie", Value: "a-long-session-identifier"}}
	p.send(t, long)
	p.send(t, long)
	if block := p.send(t, long); len(block) != 1 {
		t.Errorf("a long cookie is sent as %x", block)
	}
	p.block = p.AppendNever(p.Begin(p.block[:0]), "Cookie", long[0].Value)
	if p.block[0] != 0x1f {
		t.Errorf("AppendNever gives %x", p.block)
	}
	p.check(t, long)
}

func TestStatus(t *testing.T) {
	p := newPair()
	for range 3 {
		for status := 100; status <= 999; status++ {
			p.block = p.AppendStatus(p.Begin(p.block[:0]), status)
			p.check(t, web.Fields{{Name: ":status", Value: fmt.Sprint(status)}})
			if _, ok := map[int]bool{200: true, 204: true, 206: true, 304: true, 400: true, 404: true, 500: true}[status]; ok && len(p.block) != 1 {
				t.Errorf("%d is sent as %x", status, p.block)
			}
		}
	}
}

func TestLargeFieldsStayOut(t *testing.T) {
	p := newPair()
	for _, n := range []int{3000, 3072 - 33, 3072 - 32, 4096, 70000} {
		f := web.Fields{{Name: "a", Value: strings.Repeat("x", n)}}
		p.send(t, f)
		p.send(t, f)
		if kept := len(p.send(t, f)) == 1; kept != (n+33 <= 3072) {
			t.Errorf("a value of %d octets: indexed is %v", n, kept)
		}
	}
}

// Generations rest while the same fields give the same octets.
func TestGenerations(t *testing.T) {
	p := newPair()
	fields := web.Fields{{Name: "a", Value: "b"}, {Name: ":status", Value: "200"}}
	seen := []uint32{}
	for range 5 {
		p.send(t, fields)
		seen = append(seen, p.Encoder.Generation())
	}
	if seen[0] == 0 || seen[1] == seen[0] || seen[2] != seen[1] || seen[4] != seen[2] {
		t.Errorf("generations are %v: want a change by what is learned and by what is inserted, and rest", seen)
	}
	before, table := p.Decoder.Generation(), p.TableGeneration()
	p.send(t, web.Fields{{Name: "new", Value: "once"}})
	if p.Decoder.Generation() != before || p.TableGeneration() != table {
		t.Error("the table changed by a literal that is not indexed")
	}
	p.SetLimit(100)
	if p.TableGeneration() == table {
		t.Error("the table's generation stays when its size changes")
	}
	learned := p.Encoder.Generation()
	p.send(t, nil)
	if p.Encoder.Generation() == learned || p.Decoder.Generation() == before {
		t.Error("a generation stays though a size update was sent")
	}
}

func TestSizeUpdates(t *testing.T) {
	for _, c := range []struct {
		limits []uint32
		want   string
	}{
		{nil, ""},
		{[]uint32{4096}, ""},
		{[]uint32{1<<32 - 1}, ""},
		{[]uint32{100}, "3f45"},
		{[]uint32{0}, "20"},
		{[]uint32{100, 0, 100}, "203f45"},
		{[]uint32{100, 5000}, "3f453fe11f"},
		{[]uint32{5000, 10, 200, 20}, "2a34"},
		{[]uint32{200, 30}, "3e"},
	} {
		p := newPair()
		for _, l := range c.limits {
			p.SetLimit(l)
		}
		p.block = p.Begin(nil)
		if !bytes.Equal(p.block, unhex(t, c.want)) {
			t.Errorf("after %v a block starts with %x, want %s", c.limits, p.block, c.want)
		}
		p.check(t, nil)
		if p.block = p.Begin(nil); len(p.block) != 0 {
			t.Errorf("after %v the second block starts with %x", c.limits, p.block)
		}
		p.SetLimit(0)
		p.send(t, nil)
		p.SetLimit(10)
		if p.block = p.Begin(nil); !bytes.Equal(p.block, []byte{0x2a}) {
			t.Errorf("a table that only grows is announced by %x", p.block)
		}
	}
}

// A storm of everything at once: new, repeated, large and empty fields, and sizes that change all the time.
func TestStorm(t *testing.T) {
	r := rand.New(rand.NewPCG(7541, 1))
	names := []string{"", "a", "X-Mixed-Case", "date", "content-type", ":path", "accept-encoding", "cookie", strings.Repeat("LongName", 20)}
	p := newPair()
	for range 3000 {
		if r.IntN(20) == 0 {
			for range r.IntN(4) {
				p.SetLimit([]uint32{0, 40, 100, 1000, 4096, 1 << 20}[r.IntN(6)])
			}
		}
		var fields web.Fields
		for range r.IntN(20) {
			value := fmt.Sprint("value ", r.IntN(60))
			switch r.IntN(20) {
			case 0:
				value = strings.Repeat("\xff\x00", r.IntN(3000))
			case 1:
				value = ""
			case 2:
				value = "gzip, deflate"
			}
			fields = append(fields, web.Field{Name: names[r.IntN(len(names))], Value: value})
		}
		p.send(t, fields)
	}
	if p.Encoder.table.changes < 1000 {
		t.Errorf("only %d changes: the storm was calm", p.Encoder.table.changes)
	}
}

// Entries whose numbers wrap around are found all the same.
func TestNumbersWrap(t *testing.T) {
	p := newPair()
	p.Encoder.table.next = 1<<32 - 40
	for i := range 200 {
		f := web.Fields{{Name: "n", Value: fmt.Sprint("value", i)}}
		p.send(t, f)
		p.send(t, f)
		if block := p.send(t, f); len(block) != 1 {
			t.Fatalf("entry %d is sent as %x", i, block)
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("\x01a\x01b\x01a\x01b\x01a\x01b"))
	f.Add([]byte("\xf0\x04date\x05today\x04date\x05today\xf1\x04date\x05today"))
	f.Fuzz(func(t *testing.T, script []byte) {
		p := newPair()
		var fields web.Fields
		for len(script) > 0 {
			switch c := script[0]; {
			case c >= 0xf8:
				p.SetLimit(uint32(c&7) * 60)
				script = script[1:]
			case c >= 0xf0:
				p.send(t, slices.Repeat(fields, int(c&7)+1))
				fields = nil
				script = script[1:]
			default:
				var field web.Field
				field.Name, script = cut(script)
				field.Value, script = cut(script)
				if isASCII(field.Name) {
					fields = append(fields, field)
				}
			}
		}
		p.send(t, fields)
	})
}

// cut takes a string behind its length.
func cut(b []byte) (string, []byte) {
	if len(b) == 0 {
		return "", nil
	}
	n := min(int(b[0]), len(b)-1)
	return string(b[1 : 1+n]), b[1+n:]
}

// isASCII holds for the names that strings.ToLower treats as the encoder does.
func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}
