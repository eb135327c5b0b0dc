package wiretest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// run is a word such as x*16384: a byte repeated.
var run = regexp.MustCompile(`(^| )(\S)\*([0-9]+)( |$)`)

// minRun is from where on showRuns writes a run.
const minRun = 32

// expandRuns writes out the runs of a line.
func expandRuns(line string) string {
	return run.ReplaceAllStringFunc(line, func(word string) string {
		m := run.FindStringSubmatch(word)
		n, err := strconv.Atoi(m[3])
		if err != nil || n > 16<<20 {
			return word
		}
		return m[1] + strings.Repeat(m[2], n) + m[4]
	})
}

// unescapeRuns is Unescape of a line with runs.
func unescapeRuns(line string) ([]byte, error) { return Unescape(expandRuns(line)) }

// showRuns is Escape, but for bytes that are one run.
func showRuns(p []byte) string {
	if len(p) >= minRun && p[0] > ' ' && p[0] < 0x7f && strings.Count(string(p), string(p[:1])) == len(p) {
		return fmt.Sprintf("%c*%d", p[0], len(p))
	}
	return Escape(p)
}
