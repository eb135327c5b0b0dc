package http1

import (
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// plainHead is what wrk sends.
const plainHead = "GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"

// toolHead is what a fetch of five fields sends.
const toolHead = "GET /plaintext HTTP/1.1\r\n" +
	"Host: 127.0.0.1:8080\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n" +
	"Accept-Encoding: gzip, deflate, br\r\n" +
	"Connection: keep-alive\r\n" +
	"\r\n"

// BenchmarkExchange is what a driver does for one request of a connection that
// repeats it, through the interface as the driver does: the second Append is the
// one that finds nothing.
func BenchmarkExchange(b *testing.B) {
	for _, row := range []struct{ name, head string }{
		{"plain", plainHead}, {"five", toolHead}, {"browser", browserHead},
	} {
		b.Run(row.name, func(b *testing.B) { exchanges(b, row.head) })
	}
}

func exchanges(b *testing.B, wire string) {
	epoch := time.Now() // a monotonic reading, as a driver has it
	date := new(exchange.Date)
	date.Set(epoch)
	var core exchange.Core = New(Config{Date: date}.Settled(), epoch)
	in, body, dst := []byte(wire), []byte("Hello, World!"), make([]byte, 0, 1024)
	head := web.Head{Status: 200, Length: int64(len(body))}
	head.Fields = web.Fields{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}
	b.ReportAllocs()
	for b.Loop() {
		if n, _ := core.Receive(epoch, in); n != len(in) {
			b.Fatal(n)
		}
		var id exchange.ID
		for ev, ok := core.Next(); ok; ev, ok = core.Next() {
			id = ev.ID
		}
		if err := core.Respond(id, head, false); err != nil {
			b.Fatal(err)
		}
		core.Write(id, body, true)
		dst = dst[:0]
		for range 2 {
			for _, ok := core.Next(); ok; _, ok = core.Next() {
			}
			dst = core.Append(dst)
		}
		if core.Deadline().IsZero() {
			b.Fatal("no deadline")
		}
	}
}
