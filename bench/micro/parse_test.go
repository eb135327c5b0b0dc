package micro

import (
	"bufio"
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/fasterapi-go/fasterapi/bench/browser"
	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http1"
	"github.com/fasterapi-go/fasterapi/web"
)

const picoProgram = "../bin/pico"

// BenchmarkParse parses the browser's request. What is kept differs and is named: picohttpparser and fasthttp leave
// the fields where they were read, net/http copies them into a map; ours makes strings that may be kept for ever, checks
// target, host and framing, and here also takes and writes an empty answer, since its parser is a part of the connection.
func BenchmarkParse(b *testing.B) {
	b.Run("pico", parsePico)
	b.Run("fasterapi", func(b *testing.B) {
		other := bytes.Replace(browser.Request, []byte("Accept-Language: en"), []byte("Accept-Language: fr"), 1)
		if bytes.Equal(other, browser.Request) {
			b.Fatal("the second request does not differ")
		}
		exchanges(b, browser.Request, other)
	})
	b.Run("fasterapi-repeated", func(b *testing.B) { exchanges(b, browser.Request) })
	b.Run("fasthttp", func(b *testing.B) {
		source := bytes.NewReader(nil)
		reader := bufio.NewReaderSize(source, 4096)
		var head fasthttp.RequestHeader
		b.SetBytes(int64(len(browser.Request)))
		b.ReportAllocs()
		for b.Loop() {
			source.Reset(browser.Request)
			reader.Reset(source)
			if err := head.Read(reader); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("nethttp", func(b *testing.B) {
		source := bytes.NewReader(nil)
		reader := bufio.NewReaderSize(source, 4096)
		b.SetBytes(int64(len(browser.Request)))
		b.ReportAllocs()
		for b.Loop() {
			source.Reset(browser.Request)
			reader.Reset(source)
			if _, err := http.ReadRequest(reader); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// exchanges has one connection receive these requests in turn and answer them. One request alone repeats itself.
func exchanges(b *testing.B, requests ...[]byte) {
	now := time.Unix(1_800_000_000, 0)
	conn := http1.New(http1.Config{}.Settled(), now)
	dst, turn := make([]byte, 0, 256), 0
	b.SetBytes(int64(len(browser.Request)))
	b.ReportAllocs()
	for b.Loop() {
		in := requests[turn%len(requests)]
		turn++
		if n, err := conn.Receive(now, in); n != len(in) || err != nil {
			b.Fatal(n, err)
		}
		ev, ok := conn.Next()
		if !ok || ev.Kind != exchange.KindRequest || len(ev.Request.Fields) != 10 {
			b.Fatal(ev, ok)
		}
		id := ev.ID
		if err := conn.Respond(id, web.Head{Status: 204, Length: -1}, true); err != nil {
			b.Fatal(err)
		}
		dst = conn.Append(dst[:0])
		for ok {
			_, ok = conn.Next()
		}
	}
}

// parsePico has the C program parse b.N times and reports the time that it measured itself, without that of its start.
func parsePico(b *testing.B) {
	if _, err := os.Stat(picoProgram); err != nil {
		b.Skip("not built: run bench/pico/build")
	}
	cmd := exec.Command(picoProgram, "../browser/request.txt", strconv.Itoa(b.N))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	total, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(total)/float64(b.N), "ns/op")
}
