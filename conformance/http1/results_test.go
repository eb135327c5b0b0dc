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
	more, less := tb.orient(t, vectors, control)
	failed := map[string]map[string]bool{}
	for _, f := range tb.failures {
		if failed[f.v.row] == nil {
			failed[f.v.row] = map[string]bool{}
		}
		failed[f.v.row][f.v.id] = true
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# HTTP/1.1 vectors\n\nWritten by `make conformance`; %s, %s/%s. One line of `conformance/http1/testdata` is one vector.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for i, name := range tb.names {
		fmt.Fprintf(&b, "- %s: %d connections\n", name, tb.conns[i])
	}
	b.WriteString("\nA vector passes if it does whole and in every cut, on the loops, the portable driver and pipes. The last columns are for\n" +
		"orientation: of how many vectors net/http's server takes more requests than the table allows, and of how many it takes fewer. Most of\n" +
		"the former it may: the table asks for refusal where the RFCs leave a choice.\n\n" +
		"| row | subject | vectors | pass | fail | net/http takes more | fewer |\n|---|---|---:|---:|---:|---:|---:|\n")
	sum := [5]int{}
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
		figures := [5]int{n, n - len(failed[title.row]), len(failed[title.row]), more[title.row], less[title.row]}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d | %d |\n", title.row, title.title, figures[0], figures[1], figures[2], figures[3], figures[4])
		for i := range sum {
			sum[i] += figures[i]
		}
	}
	fmt.Fprintf(&b, "| all | | %d | %d | %d | %d | %d |\n", sum[0], sum[1], sum[2], sum[3], sum[4])
	b.WriteString("\nExcluded: the vectors with `fin` do not go over pipes, which cannot be closed by half; vectors longer than 256 octets are cut in\n" +
		"two places only, those with `slow` and those longer than 1 MiB not at all. H1-34 is the cuts themselves. H1-36 and H1-37 are about\n" +
		"what handlers write and are tested in packages web and server.\n")
	writeResult(t, "http1-vectors.md", b.String())
}

// orient counts per row the vectors of which the control takes more requests than it should, and fewer.
func (tb *table) orient(t *testing.T, vectors []vector, control subject) (more, less map[string]int) {
	more, less = map[string]int{}, map[string]int{}
	for i := range vectors {
		v := &vectors[i]
		got, err := control.exchange(v, whole)
		if err != nil {
			t.Fatal(err)
		}
		balance := 0
		for _, a := range got.answers {
			if a.body >= 0 {
				balance++
			}
		}
		for _, w := range v.answers {
			if w.statuses != nil && w.statuses[0] == 200 {
				balance--
			}
		}
		if v.keep {
			balance-- // the probe
		}
		if balance > 0 {
			more[v.row]++
		} else if balance < 0 {
			less[v.row]++
		}
	}
	return more, less
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

// write makes the table of the comparison.
func (c *comparison) write(t *testing.T, messages, fromCorpus int) {
	var b strings.Builder
	fmt.Fprintf(&b, "# Comparison with net/http\n\nWritten by `make conformance`; %s, %s/%s. %d requests, mutated with seed %d out of %d messages, %d of them from\ngo-fuzz-corpus",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, *requests, *seed, messages, fromCorpus)
	if fromCorpus == 0 {
		b.WriteString(" (which is not there, so the vectors alone were mutated)")
	}
	fmt.Fprintf(&b, ". Both servers take each over loopback, with a probe behind it.\n\n"+
		"%d showed no difference at all; %d answers were compared in method, target, host, and length and digest of the request body.\n\n", c.equal, c.answered)
	b.WriteString("## Taken here, not by net/http\n\nWhere these end is the same for both readers; why they are taken is said beside.\n\n| class | times | why | shortest |\n|---|---:|---|---|\n")
	var refused strings.Builder
	for _, class := range sortedKeys(c.classes) {
		d := c.classes[class]
		name, taken := strings.CutPrefix(class, takenHere)
		switch {
		case taken && d.allowed:
			fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", name, d.n, whyOf(name), inTable(d.wire))
		case d.allowed:
			name := strings.TrimSpace(strings.TrimPrefix(class, "refused here only: "))
			if name == "400" {
				name = "400 (to HEAD, without a text)"
			}
			fmt.Fprintf(&refused, "| %s | %d | %s |\n", name, d.n, inTable(d.wire))
		default:
			fmt.Fprintf(&b, "| **%s** | %d | none: a failure | %s |\n", class, d.n, inTable(d.wire))
		}
	}
	b.WriteString("\n## Refused here, taken by net/http\n\nNo message is framed in two ways by being refused. The reasons are those of the answers.\n\n| answer | times | shortest |\n|---|---:|---|\n")
	b.WriteString(refused.String())
	writeResult(t, "http1-comparison.md", b.String())
}

// inTable makes octets readable within a table.
func inTable(wire string) string {
	text := fmt.Sprintf("%.120q", wire)
	return "`" + strings.NewReplacer("|", "\\x7c", "`", "\\x60").Replace(text) + "`"
}
