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

	"github.com/valyala/fasthttp"

	"github.com/fasterapi-go/fasterapi/bench/browser"
)

const picoProgram = "../bin/pico"

// BenchmarkParse parses the browser's request. What is kept differs and is named: picohttpparser and fasthttp leave
// the fields where they were read, net/http copies them into a map.
func BenchmarkParse(b *testing.B) {
	b.Run("pico", parsePico)
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
