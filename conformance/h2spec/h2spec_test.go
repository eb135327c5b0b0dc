package h2spec

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

var resultsDir = flag.String("results", "", "folder for the table; with it the suite runs twice, and against net/http")

// column is one subject's runs.
type column struct {
	subject subject
	runs    [][]result
}

// TestH2Spec: all cases pass, in every run.
func TestH2Spec(t *testing.T) {
	addresses := startArena(t)
	const path = "/baseline11?a=1000000&b=1"
	columns := []*column{
		{subject: subject{name: "h2c", address: addresses["h2c"], path: path}},
		{subject: subject{name: "https", address: addresses["https"], tls: true, path: path}},
	}
	rounds := 1
	if *resultsDir != "" {
		rounds = 2
	}
	for _, c := range columns {
		for round := range rounds {
			got := run(t, c.subject)
			c.runs = append(c.runs, got)
			if len(got) != cases {
				t.Errorf("%s, run %d: %d cases, want %d", c.subject.name, round+1, len(got), cases)
			}
			for _, line := range failures(got) {
				t.Errorf("%s, run %d: %s", c.subject.name, round+1, line)
			}
		}
	}
	if *resultsDir == "" {
		return
	}
	control := &column{subject: startNetHTTP(t)}
	control.runs = [][]result{run(t, control.subject)}
	writeTable(t, columns, control)
}

// startNetHTTP serves the same path with the standard library.
func startNetHTTP(t *testing.T) subject {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Protocols: protocols, ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, "1000001")
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return subject{name: "net/http, h2c", address: listener.Addr().String(), path: "/"}
}

// passed counts cases.
func passed(results []result) int { return len(results) - len(failures(results)) }

func writeTable(t *testing.T, columns []*column, control *column) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "# h2spec\n\nWritten by `make conformance`; %s, %s/%s. h2spec 2.2.1 in strict mode, against `examples/arena`.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH)
	b.WriteString("| server | run | cases | pass | fail or skipped |\n|---|---:|---:|---:|---:|\n")
	for _, c := range append(columns, control) {
		for i, results := range c.runs {
			fmt.Fprintf(&b, "| %s | %d | %d | %d | %d |\n", c.subject.name, i+1, len(results), passed(results), len(results)-passed(results))
		}
	}
	b.WriteString("\nNothing is excluded. net/http stands there for orientation.\n")
	for _, c := range columns {
		for i, results := range c.runs {
			if lines := failures(results); len(lines) > 0 {
				fmt.Fprintf(&b, "\n## What %s did not pass, run %d\n\n- %s\n", c.subject.name, i+1, strings.Join(lines, "\n- "))
			}
		}
	}
	if err := os.WriteFile(filepath.Join(*resultsDir, "h2spec.md"), []byte(b.String()), 0o644); err != nil {
		t.Error(err)
	}
}

// TestSuiteCanFail: the cases reach a server, tell a right answer from none, and are counted in full.
func TestSuiteCanFail(t *testing.T) {
	const pings = "http2/6.7"
	right := run(t, startNetHTTP(t), pings)
	if len(failures(right)) != len(right)-4 {
		t.Errorf("of the four cases about PING net/http fails some:\n%s", strings.Join(failures(right), "\n"))
	}
	if len(right) != cases {
		t.Errorf("%d cases, want %d", len(right), cases)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0)}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	wrong := run(t, subject{name: "HTTP/1.1 only", address: listener.Addr().String(), path: "/"}, pings)
	if passed(wrong) == 4 {
		t.Errorf("a server without HTTP/2 passes %d cases", passed(wrong))
	}
}
