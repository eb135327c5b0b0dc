package http1

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// vector is one line of testdata:
//
//	ID | EXPECTATION | BYTES
//
// The id is the row of the fault table and a number. The expectation is the answers, separated by commas, and then words: "keep" if the
// connection must take a probe afterwards, "close" if it must not; "fin" if the client ends its half instead of probing, "slow" if it
// falls silent. An answer is a status, or several with a slash between; "close" among them allows that there is none; a question mark
// allows any to be left out; ":N" is the length of the request body that the handler saw; "*N" repeats. In the bytes \r \n \t \\ and \xNN
// are escapes, and <<text*N>> stands for N times the text.
type vector struct {
	id, row string
	answers []wanted
	keep    bool
	fin     bool
	slow    bool
	line    string // as it is written
	wire    string
}

// wanted is one answer that must come.
type wanted struct {
	statuses []int
	optional bool
	body     int // -1 for any
}

func loadVectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors:", err)
	}
	var all []vector
	seen := map[string]bool{}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		for number := 1; lines.Scan(); number++ {
			if line := lines.Text(); line != "" && line[0] != '#' {
				v, err := parseVector(line)
				if err == nil && seen[v.id] {
					err = fmt.Errorf("%s stands there twice", v.id)
				}
				if err != nil {
					t.Fatalf("%s:%d: %v", name, number, err)
				}
				seen[v.id] = true
				all = append(all, v)
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		_ = file.Close()
	}
	return all
}

func parseVector(line string) (v vector, err error) {
	parts := strings.SplitN(line, " | ", 3)
	if len(parts) != 3 {
		parts = strings.SplitN(line+" ", " | ", 3)
		if len(parts) != 3 {
			return v, fmt.Errorf("%q is not id, expectation and bytes", line)
		}
		parts[2] = strings.TrimSuffix(parts[2], " ")
	}
	v = vector{id: parts[0], line: parts[2]}
	v.row, _, _ = strings.Cut(v.id, ".")
	words := strings.Fields(parts[1])
	if len(words) < 2 {
		return v, fmt.Errorf("the expectation %q lacks keep or close", parts[1])
	}
	if v.answers, err = parseWanted(words[0]); err != nil {
		return v, err
	}
	switch words[1] {
	case "keep":
		v.keep = true
	case "close":
	default:
		return v, fmt.Errorf("%q is neither keep nor close", words[1])
	}
	for _, word := range words[2:] {
		switch word {
		case "fin":
			v.fin = true
		case "slow":
			v.slow = true
		default:
			return v, fmt.Errorf("unknown word %q", word)
		}
	}
	if v.keep && (v.fin || v.slow) {
		return v, fmt.Errorf("without a probe nothing shows that the connection was kept")
	}
	v.wire, err = unescape(parts[2])
	return v, err
}

func parseWanted(text string) (all []wanted, err error) {
	for part := range strings.SplitSeq(text, ",") {
		w, times := wanted{body: -1}, 1
		if rest, count, ok := strings.Cut(part, "*"); ok {
			part = rest
			if times, err = strconv.Atoi(count); err != nil {
				return nil, err
			}
		}
		if rest, length, ok := strings.Cut(part, ":"); ok {
			part = rest
			if w.body, err = strconv.Atoi(length); err != nil {
				return nil, err
			}
		}
		if rest, ok := strings.CutSuffix(part, "?"); ok {
			part, w.optional = rest, true
		}
		for word := range strings.SplitSeq(part, "/") {
			if word == "close" {
				w.optional = true
				continue
			}
			status, err := strconv.Atoi(word)
			if err != nil || status < 100 || status > 999 {
				return nil, fmt.Errorf("%q is no status", word)
			}
			w.statuses = append(w.statuses, status)
		}
		for range times {
			all = append(all, w)
		}
	}
	return all, nil
}

// unescape resolves the escapes and repetitions of a line.
func unescape(s string) (string, error) {
	var out strings.Builder
	for s != "" {
		if strings.HasPrefix(s, "<<") {
			inside, rest, ok := strings.Cut(s[2:], ">>")
			star := strings.LastIndexByte(inside, '*')
			if !ok || star < 0 {
				return "", fmt.Errorf("a repetition is not <<text*N>>: %.40q", s)
			}
			times, err := strconv.Atoi(inside[star+1:])
			if err != nil {
				return "", err
			}
			text, err := unescape(inside[:star])
			if err != nil {
				return "", err
			}
			out.WriteString(strings.Repeat(text, times))
			s = rest
			continue
		}
		if s[0] != '\\' {
			out.WriteByte(s[0])
			s = s[1:]
			continue
		}
		octet, size, err := parseEscape(s)
		if err != nil {
			return "", err
		}
		out.WriteByte(octet)
		s = s[size:]
	}
	return out.String(), nil
}

func parseEscape(s string) (octet byte, n int, err error) {
	if len(s) >= 2 {
		if i := strings.IndexByte(`rnt\`, s[1]); i >= 0 {
			return "\r\n\t\\"[i], 2, nil
		}
		if s[1] == 'x' && len(s) >= 4 {
			value, err := strconv.ParseUint(s[2:4], 16, 8)
			return byte(value), 4, err
		}
	}
	return 0, 0, fmt.Errorf("unknown escape %.4q", s)
}

// judge says what is wrong with what came back, "" if nothing is.
func (v *vector) judge(got outcome) string {
	want := v.answers
	if v.keep {
		want = append(want[:len(want):len(want)], wanted{statuses: []int{200}, body: 0})
	}
	if !got.closed {
		return "the connection was left open: " + got.String()
	}
	if got.malformed != "" {
		return "malformed answers: " + got.malformed
	}
	i := 0
	for _, w := range want {
		switch {
		case i < len(got.answers) && w.matches(&got.answers[i]):
			i++
		case !w.optional:
			return "wrong answers: " + got.String()
		}
	}
	if i != len(got.answers) {
		return "too many answers: " + got.String()
	}
	if v.keep && got.answers[i-1].target != probeTarget {
		return "the last answer is not the probe's: " + got.String()
	}
	return ""
}

func (w *wanted) matches(a *answer) bool {
	for _, status := range w.statuses {
		if a.status == status {
			return w.body < 0 || a.body == w.body
		}
	}
	return false
}
