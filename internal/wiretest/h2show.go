package wiretest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

var errH2Cut = errors.New("a frame is not complete")

// showH2 writes the first frame of b as a line. A header block with all its
// CONTINUATION frames is one line.
func showH2(b []byte, blocks *h2Blocks) (line string, n int, err error) {
	if len(b) == 0 {
		return "nothing", 0, nil
	}
	f, n := ParseH2Frame(b)
	if n == 0 {
		return "", 0, fmt.Errorf("%w: %q", errH2Cut, b)
	}
	if f.Type == H2Headers || f.Type == H2PushPromise {
		return showH2Block(f, b, blocks)
	}
	return showH2Frame(f), n, nil
}

func showH2Frame(f H2Frame) string {
	body, ok := showH2Payload(f)
	flags, known := showH2Flags(f.Type, f.Flags&^H2Padded)
	if f.Type == H2Data && f.Flags&H2Padded != 0 {
		content, padding, fits := unpad(f.Payload)
		ok = fits
		body = fmt.Sprintf("PADDED=%d %s", padding, showRuns(content))
	} else if f.Flags&H2Padded != 0 {
		known = false
	}
	if !ok || !known || !hasH2Stream(f.Type) && f.Stream != 0 {
		return fmt.Sprintf("FRAME %#x %#x %d %s", f.Type, f.Flags, f.Stream, Escape(f.Payload))
	}
	words := []string{h2TypeName(f.Type)}
	if hasH2Stream(f.Type) {
		words = append(words, fmt.Sprint(f.Stream))
	}
	return strings.Join(slices.DeleteFunc(append(words, flags, body), func(w string) bool { return w == "" }), " ")
}

// showH2Payload: ok is false when the payload is not what its type asks for.
func showH2Payload(f H2Frame) (body string, ok bool) {
	p := f.Payload
	number := func(i int) uint32 { return binary.BigEndian.Uint32(p[i:]) }
	switch {
	case f.Type == H2Data || f.Type == H2Ping || f.Type == H2AltSvc || f.Type == H2Origin || f.Type == H2Continuation:
		return showRuns(p), true
	case f.Type == H2Settings && len(p)%6 == 0:
		var words []string
		for ; len(p) > 0; p = p[6:] {
			words = append(words, fmt.Sprintf("%s=%d", nameOrNumber(h2SettingNames, uint32(binary.BigEndian.Uint16(p))), number(2)))
		}
		slices.Sort(words)
		return strings.Join(words, " "), true
	case f.Type == H2RSTStream && len(p) == 4:
		return H2CodeName(number(0)), true
	case f.Type == H2WindowUpdate && len(p) == 4:
		return fmt.Sprint(number(0)), true
	case f.Type == H2Priority && len(p) == 5:
		return showH2Priority(p), true
	case f.Type == H2Goaway && len(p) >= 8:
		return strings.TrimSuffix(fmt.Sprintf("%d %s %s", number(0), H2CodeName(number(4)), Escape(p[8:])), " "), true
	case f.Type == H2PriorityUpdate && len(p) >= 4:
		return fmt.Sprintf("%d %s", number(0), Escape(p[4:])), true
	}
	return "", false
}

func showH2Priority(p []byte) string {
	dependency := binary.BigEndian.Uint32(p)
	words := fmt.Sprintf("dep=%d weight=%d", dependency&(1<<31-1), int(p[4])+1)
	if dependency>>31 != 0 {
		words += " exclusive"
	}
	return words
}

// showH2Block writes HEADERS or PUSH_PROMISE, which b starts with.
func showH2Block(f H2Frame, b []byte, blocks *h2Blocks) (line string, n int, err error) {
	words := []string{h2TypeName(f.Type), fmt.Sprint(f.Stream)}
	fragment, padding := f.Payload, 0
	if f.Flags&H2Padded != 0 {
		var fits bool
		if fragment, padding, fits = unpad(fragment); !fits {
			return "", 0, fmt.Errorf("the padding of %s %d is longer than the frame", words[0], f.Stream)
		}
	}
	var behind []string
	switch {
	case f.Flags&H2PriorityFlag != 0 && len(fragment) >= 5:
		behind, fragment = append(behind, showH2Priority(fragment)), fragment[5:]
	case f.Type == H2PushPromise && len(fragment) >= 4:
		behind, fragment = append(behind, fmt.Sprint(binary.BigEndian.Uint32(fragment))), fragment[4:]
	}
	n = h2HeadSize + len(f.Payload)
	block, pieces := slices.Clone(fragment), 0
	for next := f; next.Flags&H2EndHeaders == 0; pieces++ {
		var size int
		if next, size = ParseH2Frame(b[n:]); size == 0 {
			return "", 0, fmt.Errorf("%w: the header block of stream %d", errH2Cut, f.Stream)
		}
		if next.Type != H2Continuation || next.Stream != f.Stream {
			return "", 0, fmt.Errorf("within the header block of stream %d stands %s", f.Stream, showH2Frame(next))
		}
		block, n = append(block, next.Payload...), n+size
	}
	flags, _ := showH2Flags(f.Type, f.Flags|H2EndHeaders)
	words = append(words, flags)
	if f.Flags&H2Padded != 0 {
		words = append(words, fmt.Sprintf("PADDED=%d", padding))
	}
	if pieces > 0 {
		words = append(words, fmt.Sprintf("CONTINUATIONS=%d", pieces))
	}
	fields, err := blocks.decode(block)
	if err != nil {
		return "", 0, fmt.Errorf("the header block %q: %w", block, err)
	}
	words = append(words, behind...)
	for _, field := range fields {
		words = append(words, ShowField(field.Name, field.Value))
	}
	return strings.Join(words, " "), n, nil
}

// ShowField writes a field as one word, name=value.
func ShowField(name, value string) string {
	return strings.ReplaceAll(Escape([]byte(name))+"="+showRuns([]byte(value)), " ", `\x20`)
}

func unpad(p []byte) (content []byte, padding int, fits bool) {
	if len(p) == 0 || int(p[0]) > len(p)-1 {
		return nil, 0, false
	}
	return p[1 : len(p)-int(p[0])], int(p[0]), true
}
