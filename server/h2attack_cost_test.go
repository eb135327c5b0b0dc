package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http2"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// BenchmarkHostileBytes tells what a byte of each kind of input costs the core, beside
// that of plain requests. Requests are answered at once, and earn what they earn.
func BenchmarkHostileBytes(b *testing.B) {
	head := func(stream uint32, block []byte) wiretest.H2Bytes {
		return wiretest.H2Bytes{}.Frame(wiretest.H2Frame{Type: wiretest.H2Headers, Flags: wiretest.H2EndStream | wiretest.H2EndHeaders, Stream: stream, Payload: block})
	}
	get := wiretest.AppendLiterals(nil, wiretest.H2Request("GET", "/b")...)
	long := make([]byte, 0, 8<<10)
	var windows []uint32
	for i := range uint32(64) {
		windows = append(windows, 4, 1000+i%2)
	}
	huffman := append(append(append([]byte{}, get...), 0x10, 1, 'x', 0xff, 0xc1, 0x3d), []byte(strings.Repeat("\x18\xc6\x31\x8c\x63", 1600))...)
	for _, c := range []struct {
		name string
		one  func(stream uint32) wiretest.H2Bytes
	}{
		{"plain", func(s uint32) wiretest.H2Bytes { return head(s, get) }},
		{"plain large", func(s uint32) wiretest.H2Bytes {
			return head(s, wiretest.AppendLiterals(append(long[:0], get...), wiretest.H2Field{Name: "x", Value: strings.Repeat("a", 8000)}))
		}},
		{"huffman large", func(s uint32) wiretest.H2Bytes { return head(s, huffman) }},
		{"plain small", func(s uint32) wiretest.H2Bytes {
			return head(s, append(request[:len(request):len(request)], 0x10, 1, 'x', 1, byte('a'+s/2%20)))
		}},
		{"table resized", func(s uint32) wiretest.H2Bytes {
			return head(s, append([]byte{0x20, 0x3f, 0xe1, 0x1f}, append(request[:len(request):len(request)], 0x10, 1, 'x', 1, byte('a'+s/2%20))...))
		}},
		{"short integers", func(s uint32) wiretest.H2Bytes {
			block := append(get[:len(get):len(get)], 0x10, 1, 'x', 1, byte('a'+s/2%20))
			for range 60 {
				block = append(block, 0x1f, 0x00, 4, 'y', 'y', 'y', 'y')
			}
			return head(s, block)
		}},
		{"long integers", func(s uint32) wiretest.H2Bytes {
			block := append(get[:len(get):len(get)], 0x10, 1, 'x', 1, byte('a'+s/2%20))
			for range 60 {
				block = append(block, 0x1f, 0x80, 0x80, 0x80, 0x00, 1, 'y') // the name at 15
			}
			return head(s, block)
		}},
		{"PING within requests", func(s uint32) (b wiretest.H2Bytes) {
			b = head(s, get)
			for range 100 {
				b = b.Ping(0, "12345678")
			}
			return b
		}},
		{"SETTINGS within requests", func(s uint32) (b wiretest.H2Bytes) {
			b = head(s, get)
			for range 50 {
				b = b.Settings(windows...)
			}
			return b
		}},
	} {
		b.Run(c.name, func(b *testing.B) { feedHostile(b, c.one) })
	}
}

func feedHostile(b *testing.B, one func(uint32) wiretest.H2Bytes) {
	now := time.Unix(1<<30, 0)
	config := http2.Config{}.Settled()
	core := http2.New(config, now)
	input := wiretest.H2Bytes{}.Preface().Settings().SettingsAck()
	for n := range uint32(100) { // which stay
		input = input.Post(2*n+1, "/")
	}
	out := make([]byte, 0, 1<<20)
	stream, total, requests, ends := uint32(201), 0, 0, 0
	feed := func(in []byte) bool {
		for len(in) > 0 {
			n, err := core.Receive(now, in)
			if err != nil {
				return false
			}
			in = in[n:]
			for ev, ok := core.Next(); ok; ev, ok = core.Next() {
				if ev.Kind == exchange.KindRequest && ev.ID > 200 {
					_ = core.Respond(ev.ID, web.Head{Status: 200}, true)
				}
			}
			out = core.Append(out[:0])
		}
		return true
	}
	feed(input)
	for b.Loop() {
		now = now.Add(time.Millisecond)
		b.StopTimer()
		in := one(stream)
		b.StartTimer()
		stream += 2
		requests++
		total += len(in)
		if !feed(in) { // it had enough
			b.StopTimer()
			core, stream = http2.New(config, now), 201
			feed(input)
			ends++
			b.StartTimer()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(total), "ns/wire-byte")
	b.ReportMetric(float64(total)/float64(requests), "B/request")
	b.ReportMetric(float64(ends), "ends")
}
