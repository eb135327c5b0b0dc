//go:build !race

package hpack

import (
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// browserRequest is what a browser sends for a resource of a page.
var browserRequest = web.Fields{
	{Name: ":method", Value: "GET"},
	{Name: ":authority", Value: "www.example.com"},
	{Name: ":scheme", Value: "https"},
	{Name: ":path", Value: "/api/v1/items?limit=20"},
	{Name: "user-agent", Value: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	{Name: "accept", Value: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{Name: "accept-language", Value: "en-US,en;q=0.5"},
	{Name: "accept-encoding", Value: "gzip, deflate, br, zstd"},
	{Name: "referer", Value: "https://www.example.com/start"},
	{Name: "cookie", Value: "session=0123456789abcdef0123456789abcdef"},
	{Name: "sec-fetch-mode", Value: "cors"},
	{Name: "te", Value: "trailers"},
}

func TestAllocSteadyState(t *testing.T) {
	p := newPair()
	p.send(t, browserRequest)
	p.send(t, browserRequest)
	block := p.send(t, browserRequest)
	fields := make(web.Fields, 0, 16)
	got := testing.AllocsPerRun(100, func() {
		block = p.Begin(block[:0])
		for i := range browserRequest {
			block = p.Append(block, browserRequest[i].Name, browserRequest[i].Value)
		}
		var err error
		if fields, err = p.Decode(fields[:0], block, &roomy); err != nil || len(fields) != len(browserRequest) {
			t.Fatal(len(fields), err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations for a block of indexed fields", got)
	}
}

func TestAllocLiterals(t *testing.T) {
	for _, c := range []struct {
		name  string
		field web.Field
		as    form
		ref   uint32
		want  float64
	}{
		{"name and value", web.Field{Name: "x-name", Value: "value"}, notIndexed, 0, 1},
		{"static name", web.Field{Name: "date", Value: "today"}, notIndexed, 33, 1},
		{"static name as a literal", web.Field{Name: "content-type", Value: "text/plain"}, notIndexed, 0, 1},
		{"static name as a literal, no value", web.Field{Name: "content-type"}, notIndexed, 0, 0},
		{"no value", web.Field{Name: "accept"}, neverIndexed, 19, 0},
		{"into the table", web.Field{Name: "x-name", Value: "value"}, nowIndexed, 0, 1},
	} {
		block := appendLiteral(nil, c.as, c.ref, c.field)
		var d Decoder
		d.Init(4096)
		fields := make(web.Fields, 0, 4)
		decode := func() {
			var err error
			if fields, err = d.Decode(fields[:0], block, &roomy); err != nil || fields[0] != c.field {
				t.Fatal(fields, err)
			}
		}
		for range 200 { // until the ring of the table has its size
			decode()
		}
		if got := testing.AllocsPerRun(100, decode); got != c.want {
			t.Errorf("%s: %v allocations, want %v", c.name, got, c.want)
		}
	}
}

func TestAllocNewValues(t *testing.T) {
	var e Encoder
	e.Init()
	values := []string{"Mon, 21 Oct 2013 20:13:21 GMT", "Mon, 21 Oct 2013 20:13:22 GMT"}
	dst := make([]byte, 0, 1024)
	n := 0
	got := testing.AllocsPerRun(100, func() {
		dst = e.AppendNever(e.AppendStatus(e.Begin(dst[:0]), 201), "X-Mixed-Case-Name", values[n%2])
		dst = e.Append(dst, "Set-Cookie", values[n%2])
		n++
	})
	if got != 0 {
		t.Errorf("%v allocations for fields that no table keeps", got)
	}
}

func TestAllocUntilUsed(t *testing.T) {
	if got := testing.AllocsPerRun(100, func() {
		var p pair
		p.Encoder.Init()
		p.Decoder.Init(1 << 20)
		if _, err := p.Decode(nil, nil, &roomy); err != nil {
			t.Fatal(err)
		}
		p.block = p.AppendStatus(p.Begin(p.block), 200)[:0]
		p.block = nil
	}); got > 1 { // the octets of the block
		t.Errorf("%v allocations for a new pair", got)
	}
}
