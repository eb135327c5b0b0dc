package hpack

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/hpack"
	"github.com/fasterapi-go/fasterapi/web"
	xhpack "golang.org/x/net/http2/hpack"
)

// request is what a browser sends for a resource of a page.
var request = web.Fields{
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

// small is what a load generator sends.
var small = web.Fields{
	{Name: ":method", Value: "GET"},
	{Name: ":scheme", Value: "https"},
	{Name: ":authority", Value: "www.example.com"},
	{Name: ":path", Value: "/"},
	{Name: "user-agent", Value: "load/1.0"},
}

// blocks are the steady state of the fields, and the first block of a connection.
func blocks(fields web.Fields) (steady, first []byte) {
	var wire bytes.Buffer
	e := xhpack.NewEncoder(&wire)
	for i := range 2 {
		if i == 1 {
			first = bytes.Clone(wire.Bytes())
			wire.Reset()
		}
		for _, f := range fields {
			e.WriteField(xhpack.HeaderField{Name: f.Name, Value: f.Value})
		}
	}
	return wire.Bytes(), first
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		name   string
		fields web.Fields
	}{{"browser", request}, {"five", small}} {
		steady, first := blocks(c.fields)
		b.Run(c.name+"/ours", func(b *testing.B) {
			var d hpack.Decoder
			d.Init(4096)
			fields := make(web.Fields, 0, 16)
			limits := hpack.Limits{Bytes: 16 << 10, Fields: 100, Cookies: 100}
			d.Decode(nil, first, &limits)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Decode(fields, steady, &limits); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/xnet", func(b *testing.B) {
			fields := make(web.Fields, 0, 16)
			d := xhpack.NewDecoder(4096, func(f xhpack.HeaderField) { fields = append(fields, web.Field{Name: f.Name, Value: f.Value}) })
			d.Write(first)
			d.Close()
			b.ReportAllocs()
			for b.Loop() {
				fields = fields[:0]
				if _, err := d.Write(steady); err != nil || d.Close() != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDecodeFirst decodes the first block of a connection, all literals.
func BenchmarkDecodeFirst(b *testing.B) {
	_, first := blocks(request)
	b.Run("ours", func(b *testing.B) {
		fields := make(web.Fields, 0, 16)
		b.ReportAllocs()
		for b.Loop() {
			var d hpack.Decoder
			d.Init(4096)
			if _, err := d.Decode(fields, first, &roomy); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("xnet", func(b *testing.B) {
		fields := make(web.Fields, 0, 16)
		b.ReportAllocs()
		for b.Loop() {
			fields = fields[:0]
			d := xhpack.NewDecoder(4096, func(f xhpack.HeaderField) { fields = append(fields, web.Field{Name: f.Name, Value: f.Value}) })
			if _, err := d.Write(first); err != nil || d.Close() != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range []struct {
		name   string
		fields web.Fields
	}{{"browser", request}, {"five", small}} {
		b.Run(c.name+"/ours", func(b *testing.B) {
			var e hpack.Encoder
			e.Init()
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				dst = e.Begin(dst[:0])
				for i := range c.fields {
					dst = e.Append(dst, c.fields[i].Name, c.fields[i].Value)
				}
			}
		})
		b.Run(c.name+"/xnet", func(b *testing.B) {
			var wire bytes.Buffer
			e := xhpack.NewEncoder(&wire)
			b.ReportAllocs()
			for b.Loop() {
				wire.Reset()
				for i := range c.fields {
					e.WriteField(xhpack.HeaderField{Name: c.fields[i].Name, Value: c.fields[i].Value})
				}
			}
		})
	}
}

// BenchmarkResponse is a quick endpoint under load: the date changes once in 1,000 responses, the length not at all or each time.
func BenchmarkResponse(b *testing.B) {
	dates := make([]string, 60)
	for i := range dates {
		dates[i] = fmt.Sprintf("Mon, 21 Oct 2013 20:13:%02d GMT", i)
	}
	lengths := make([]string, 1000)
	for i := range lengths {
		lengths[i] = fmt.Sprint(1000 + i*7)
	}
	for _, c := range []struct {
		name   string
		length func(n int) string
	}{
		{"same length", func(int) string { return lengths[0] }},
		{"new lengths", func(n int) string { return lengths[n%len(lengths)] }},
	} {
		b.Run(c.name+"/ours", func(b *testing.B) {
			var e hpack.Encoder
			e.Init()
			dst := make([]byte, 0, 256)
			n, sent := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				dst = e.AppendStatus(e.Begin(dst[:0]), 200)
				dst = e.Append(dst, "Content-Type", "application/json")
				dst = e.Append(dst, "Content-Length", c.length(n))
				dst = e.Append(dst, "Date", dates[n/1000%60])
				dst = e.Append(dst, "Server", "fasterapi")
				n++
				sent += len(dst)
			}
			b.ReportMetric(float64(sent)/float64(n), "octets/op")
		})
		b.Run(c.name+"/xnet", func(b *testing.B) {
			var wire bytes.Buffer
			e := xhpack.NewEncoder(&wire)
			n, sent := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				wire.Reset()
				e.WriteField(xhpack.HeaderField{Name: ":status", Value: "200"})
				e.WriteField(xhpack.HeaderField{Name: "content-type", Value: "application/json"})
				e.WriteField(xhpack.HeaderField{Name: "content-length", Value: c.length(n)})
				e.WriteField(xhpack.HeaderField{Name: "date", Value: dates[n/1000%60]})
				e.WriteField(xhpack.HeaderField{Name: "server", Value: "fasterapi"})
				n++
				sent += wire.Len()
			}
			b.ReportMetric(float64(sent)/float64(n), "octets/op")
		})
	}
}

// BenchmarkHostile decodes 32 KiB that cost the most with the Huffman code, beside plain fields of the same size.
func BenchmarkHostile(b *testing.B) {
	literal := func(coded byte, value string) []byte {
		n := len(value) - 127
		block := []byte{0x00, 0x01, 'a', coded | 0x7f}
		for ; n >= 0x80; n >>= 7 {
			block = append(block, byte(n)|0x80)
		}
		return append(append(block, byte(n)), value...)
	}
	const size = 32 << 10
	plain := bytes.Repeat([]byte("\x00\x06x-name\x10sixteen octets.."), size/25)
	for name, block := range map[string][]byte{
		"one plain value":    literal(0, strings.Repeat("a", size)),
		"plain fields":       plain,
		"5-bit codes":        literal(0x80, strings.Repeat("\x00\x00\x00\x00\x00", size/5)),
		"30-bit codes":       literal(0x80, string(xhpack.AppendHuffmanString(nil, strings.Repeat("\n\r\x16", size*8/90)))),
		"5 and 30 in turns":  literal(0x80, string(xhpack.AppendHuffmanString(nil, strings.Repeat("0\n", size*8/35)))),
		"one entry, indexed": append([]byte("\x40\x01a\x01b"), bytes.Repeat([]byte{0xbe}, size)...),
		"new entries":        bytes.Repeat([]byte("\x40\x01a\x01b"), size/5),
		"size updates":       []byte("\x20\x3f\xe1\x1f"),
	} {
		for _, limits := range []struct {
			name string
			hpack.Limits
		}{{"all kept", roomy}, {"over the limit", hpack.Limits{}}} {
			b.Run(name+"/"+limits.name, func(b *testing.B) {
				var d hpack.Decoder
				d.Init(4096)
				fields := make(web.Fields, 0, size+2)
				b.SetBytes(int64(len(block)))
				for b.Loop() {
					if _, err := d.Decode(fields, block, &limits.Limits); err != nil && err != hpack.ErrBytes {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
