package http1

import (
	"runtime"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// browserHead is what a browser sends: ten fields, 700 bytes.
const browserHead = "GET /articles/2026/11/the-long-way-round?page=2 HTTP/1.1\r\n" +
	"Host: www.example.com\r\n" +
	"Connection: keep-alive\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3\r\n" +
	"Sec-Fetch-Site: same-origin\r\n" +
	"Sec-Fetch-Mode: navigate\r\n" +
	"Referer: https://www.example.com/articles/2026/11/\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
	"Accept-Language: en-GB,en-US;q=0.9,en;q=0.8,de;q=0.7\r\n" +
	"Cookie: session=3f1b9c2e5d7a4e0f8b6c1d2e3f4a5b6c; theme=dark; consent=yes; _ga=GA1.1.123456789.1700000000\r\n" +
	"\r\n"

// BenchmarkParseFirst has next to nothing on its heap, so the collector runs every
// few thousand heads: the worst case.
func BenchmarkParseFirst(b *testing.B) { parseFirst(b) }

// BenchmarkParseFirstServer holds as much memory as a server with some thousands
// of connections, so the collector runs as seldom as it does there.
func BenchmarkParseFirstServer(b *testing.B) {
	live := make([]byte, 64<<20)
	runtime.GC() // paces the collector by what is live now
	parseFirst(b)
	runtime.KeepAlive(live)
}

func parseFirst(b *testing.B) {
	limits := &(Config{}.Settled().Limits)
	wire := []byte(browserHead)
	b.SetBytes(int64(len(wire)))
	b.ReportAllocs()
	for b.Loop() {
		var m memory
		if _, err := m.parseHead(wire, limits); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRepeat(b *testing.B) {
	limits := &(Config{}.Settled().Limits)
	heads := [2][]byte{[]byte(browserHead), []byte(browserHead)}
	var m memory
	b.SetBytes(int64(len(browserHead)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := m.parseHead(heads[i&1], limits); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkParseRepeatFields: the fields repeat, the target does not.
func BenchmarkParseRepeatFields(b *testing.B) {
	limits := &(Config{}.Settled().Limits)
	heads := [2][]byte{[]byte(browserHead), []byte(browserHead)}
	heads[1][6] = 'x'
	var m memory
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := m.parseHead(heads[i&1], limits); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkCycle is a repeated request with a small answer.
func BenchmarkCycle(b *testing.B) {
	date := new(exchange.Date)
	date.Set(epoch)
	c := New(Config{Date: date}.Settled(), epoch)
	wire, body, dst := []byte(browserHead), []byte("Hello, World!"), make([]byte, 0, 1024)
	fields := web.Fields{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}
	b.ReportAllocs()
	for b.Loop() {
		dst = cycle(c, wire, dst[:0], web.Head{Status: 200, Fields: fields, Length: int64(len(body))}, body)
	}
	if len(dst) < 100 {
		b.Fatalf("%q", dst)
	}
}
