package wiretest

import (
	"fmt"
	"slices"
	"strings"
)

// H2Wire is the notation of HTTP/2: a line is a frame. The package comment shows
// it.
type H2Wire struct {
	sent, script *h2Blocks
	tables       []uint32 // the sizes of settings that the core has not acknowledged
}

// NewH2Wire returns the notation for one connection.
func NewH2Wire() Wire { return &H2Wire{sent: newH2Blocks(), script: newH2Blocks()} }

// Encode gives the bytes of the frame that line describes.
func (w *H2Wire) Encode(line string) ([]byte, error) {
	name, rest, _ := strings.Cut(line, " ")
	switch name {
	case "PREFACE":
		return []byte(H2Preface), nil
	case "RAW":
		return Unescape(rest)
	case "FRAME":
		f, err := parseH2Raw(rest)
		return H2Bytes(nil).Frame(f), err
	}
	kind, ok := h2TypeOf(name)
	if !ok {
		return nil, fmt.Errorf("%q is no frame", name)
	}
	words := strings.Fields(rest)
	if kind == H2Settings && !slices.Contains(words, "ACK") {
		w.tables = append(w.tables, tableSize(words))
	}
	return encodeH2Line(kind, words)
}

// unchanged stands for settings that say nothing of the table.
const unchanged = 1<<32 - 1

// tableSize is the least that a frame of settings says: a table has to shrink to
// it even when a later line lets it grow again (RFC 7541, section 4.2).
func tableSize(words []string) uint32 {
	size := uint32(unchanged)
	for _, word := range words {
		if value, ok := strings.CutPrefix(word, "HEADER_TABLE_SIZE="); ok {
			if n, err := parseNumber(value); err == nil {
				size = min(size, n)
			}
		}
	}
	return size
}

// Match takes both sides through the same decoding, so that a line may leave to
// the core what the RFC leaves open: the order of settings, how fields are
// encoded, and the debug data of GOAWAY where the line has none.
func (w *H2Wire) Match(line string, sent []byte) (n int, err error) {
	if raw, ok := strings.CutPrefix(line, "RAW "); ok {
		return Plain{}.Match(raw, sent)
	}
	pending := w.tables
	expected, err := w.Encode(line)
	w.tables = pending // those that the line itself names are the core's
	if err != nil {
		return 0, err
	}
	want, _, err := showH2(expected, w.script)
	if err != nil {
		return 0, err
	}
	got, n, err := showH2(sent, w.sent)
	if err != nil {
		return 0, err
	}
	if strings.HasPrefix(want, "GOAWAY ") {
		got = firstWords(got, max(3, strings.Count(want, " ")+1))
	}
	if got == want {
		w.acknowledged(want)
		return n, nil
	}
	rest := sent[n:]
	if len(rest) > 0 {
		got += "\n\tand then " + w.Show(rest)
	}
	return 0, fmt.Errorf("there was sent %s", got)
}

// Show lists frames until one cannot be read.
func (w *H2Wire) Show(sent []byte) string {
	var lines []string
	for len(sent) > 0 {
		text, n, err := showH2(sent, w.sent)
		if err != nil {
			lines = append(lines, err.Error())
			break
		}
		lines, sent = append(lines, text), sent[n:]
	}
	if len(lines) == 0 {
		return "nothing"
	}
	return strings.Join(lines, "\n\t")
}

// acknowledged holds the core to the oldest settings of the script.
func (w *H2Wire) acknowledged(line string) {
	if line != "SETTINGS ACK" || len(w.tables) == 0 {
		return
	}
	if size := w.tables[0]; size != unchanged {
		w.sent.bound(size)
	}
	w.tables = w.tables[1:]
}

func firstWords(s string, n int) string {
	words := strings.SplitN(s, " ", n+1)
	return strings.Join(words[:min(n, len(words))], " ")
}

// parseH2Raw reads TYPE FLAGS STREAM PAYLOAD, the form for frames that the others
// cannot say.
func parseH2Raw(rest string) (f H2Frame, err error) {
	words := strings.SplitN(rest, " ", 4)
	if len(words) < 3 {
		return f, fmt.Errorf("FRAME needs type, flags and stream")
	}
	var numbers [3]uint32
	for i := range numbers {
		if numbers[i], err = parseNumber(words[i]); err != nil {
			return f, err
		}
	}
	f.Type, f.Flags, f.Stream = byte(numbers[0]), byte(numbers[1]), numbers[2]
	if len(words) == 4 {
		f.Payload, err = unescapeRuns(words[3])
	}
	return f, err
}
