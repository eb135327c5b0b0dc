package http1

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var results = flag.String("results", "", "folder for the result tables; what is slow runs only with it")

// titles name the rows of the fault table.
var titles = []struct{ row, title string }{
	{"H1-01", "Content-Length before Transfer-Encoding"}, {"H1-02", "Transfer-Encoding before Content-Length"},
	{"H1-03", "two Content-Lengths that differ"}, {"H1-04", "two Content-Lengths that are equal"},
	{"H1-05", "syntax of Content-Length"}, {"H1-06", "Content-Length overflows"}, {"H1-07", "leading zeros in Content-Length"},
	{"H1-08", "huge Content-Length, no body"}, {"H1-09", "forms of Transfer-Encoding"}, {"H1-10", "two Transfer-Encodings"},
	{"H1-11", "Transfer-Encoding obfuscated"}, {"H1-12", "Transfer-Encoding in HTTP/1.0"}, {"H1-13", "syntax of a chunk size"},
	{"H1-14", "chunk size overflows"}, {"H1-15", "chunk extensions"}, {"H1-16", "ends of chunks"}, {"H1-17", "chunk overhead"},
	{"H1-18", "trailers"}, {"H1-19", "bare LF and CR"}, {"H1-20", "control octets and obs-text"}, {"H1-21", "whitespace and names"},
	{"H1-22", "folded lines"}, {"H1-23", "request line and version"}, {"H1-24", "target"}, {"H1-25", "Host"},
	{"H1-26", "absolute form against Host"}, {"H1-27", "bodies on any method"}, {"H1-28", "unread body"}, {"H1-29", "Expect"},
	{"H1-30", "Upgrade"}, {"H1-31", "pipelining"}, {"H1-32", "short body"}, {"H1-33", "HTTP/2 preface"},
	{"H1-34", "cuts (all vectors, all cuts)"}, {"H1-35", "huge tokens"},
}

func rowOrder() (rows []string) {
	for _, t := range titles {
		rows = append(rows, t.row)
	}
	return rows
}

// table gathers what the subjects did.
type table struct {
	names    []string
	conns    []int
	failures []failure
}

func (tb *table) add(name string, conns int, failures []failure) {
	tb.names, tb.conns, tb.failures = append(tb.names, name), append(tb.conns, conns), append(tb.failures, failures...)
}

// writeVectors runs the control and writes the table. The control decides nothing.
func (tb *table) writeVectors(t *testing.T, vectors []vector, control subject) {
	_, differs := control.run(t, vectors, false)
	failed := map[string]map[string]bool{}
	for _, f := range tb.failures {
		if failed[f.v.row] == nil {
			failed[f.v.row] = map[string]bool{}
		}
		failed[f.v.row][f.v.id] = true
	}
	other := map[string]map[string]bool{}
	for _, f := range differs {
		if f.how == whole {
			if other[f.v.row] == nil {
				other[f.v.row] = map[string]bool{}
			}
			other[f.v.row][f.v.id] = true
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# HTTP/1.1 vectors\n\nWritten by `make conformance`; %s, %s/%s. One line of `conformance/http1/testdata` is one vector.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for i, name := range tb.names {
		fmt.Fprintf(&b, "- %s: %d connections\n", name, tb.conns[i])
	}
	b.WriteString("\nA vector passes if it does whole and in every cut, on the loops, the portable driver and pipes. The last column is for\n" +
		"orientation: how many vectors net/http's server answers otherwise. Most of these it may: the table asks for refusal where the RFCs\n" +
		"leave a choice.\n\n| row | subject | vectors | pass | fail | net/http differs |\n|---|---|---:|---:|---:|---:|\n")
	sum := [4]int{}
	for _, title := range titles {
		n := 0
		for i := range vectors {
			if vectors[i].row == title.row {
				n++
			}
		}
		if title.row == "H1-34" {
			continue
		}
		bad, diff := len(failed[title.row]), len(other[title.row])
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d |\n", title.row, title.title, n, n-bad, bad, diff)
		sum[0], sum[1], sum[2], sum[3] = sum[0]+n, sum[1]+n-bad, sum[2]+bad, sum[3]+diff
	}
	fmt.Fprintf(&b, "| all | | %d | %d | %d | %d |\n", sum[0], sum[1], sum[2], sum[3])
	b.WriteString("\nExcluded: the vectors with `fin` do not go over pipes, which cannot be closed by half; vectors longer than 256 octets are cut in\n" +
		"two places only, those with `slow` and those longer than 1 MiB not at all. H1-34 is the cuts themselves. H1-36 and H1-37 are about\n" +
		"what handlers write and are tested in packages web and server.\n")
	writeResult(t, "http1-vectors.md", b.String())
}

func writeResult(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(*results, name), []byte(text), 0o644); err != nil {
		t.Error(err)
	}
}

// sortedKeys makes the order of a table stable.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
