package http2_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// scripted are the bytes of every connection of the dialogues.
func scripted(t testing.TB) (inputs [][]byte) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no dialogues", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		wire, in := wiretest.NewH2Wire(), []byte(nil)
		for line := range strings.Lines(string(text)) {
			verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch verb {
			case "connection":
				inputs, in = append(inputs, in), nil
				if rest == "opened.part" {
					in = wiretest.H2Bytes{}.Preface().Settings().SettingsAck()
				}
			case "recv", "hold":
				p, err := wire.Encode(rest)
				if err != nil {
					t.Fatalf("%s: %s: %v", path, line, err)
				}
				in = append(in, p...)
			}
		}
		inputs = append(inputs, in)
	}
	return slices.DeleteFunc(inputs, func(in []byte) bool { return len(in) == 0 || len(in) > 64<<10 })
}

// corpus are the inputs that other fuzzers found for readers of HTTP/2.
func corpus(t testing.TB) (found [][]byte) {
	const archive = "../../../shared/corpora/go-fuzz-corpus.tar.xz"
	packed, err := exec.Command("xz", "-dc", archive).Output()
	if err != nil {
		return nil
	}
	in := tar.NewReader(bytes.NewReader(packed))
	for {
		entry, err := in.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry.Typeflag != tar.TypeReg || !strings.HasPrefix(entry.Name, "./http2/corpus/") {
			continue
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, text)
	}
}

// pieces is a handler that answers when the request is complete, in as many pieces
// as the windows ask for.
type pieces struct{ owed map[exchange.ID][]byte }

func (h pieces) answer(core exchange.Core, ev exchange.Event) {
	switch ev.Kind {
	case exchange.KindEnd:
		body := []byte("hello")
		if core.Respond(ev.ID, web.Head{Status: 200, Length: int64(len(body))}, false) != nil {
			return
		}
		h.owed[ev.ID] = body
	case exchange.KindWritable:
	case exchange.KindReset:
		delete(h.owed, ev.ID)
		return
	default:
		return
	}
	if body := h.owed[ev.ID]; len(body) > 0 {
		h.owed[ev.ID] = body[core.Write(ev.ID, body, true):]
	}
}

// play gives a core the bytes in pieces of size and looks at what must hold of any
// input: the contract of Core, whole frames from the core, header blocks that
// decode, and nothing behind a GOAWAY that ends.
func play(t testing.TB, in []byte, size int, answer func(exchange.Core, exchange.Event)) wiretest.Outcome {
	t.Helper()
	peer := wiretest.NewPeer(newCore())
	peer.Answer = answer
	peer.Drain()
	for part := range slices.Chunk(in, max(size, 1)) {
		peer.Receive(part)
	}
	if peer.Broken != nil {
		t.Fatalf("%q: %v", in, peer.Broken)
	}
	frames, err := wiretest.ParseH2Frames(peer.Sent)
	if err != nil {
		t.Fatalf("%q: %v", in, err)
	}
	if err := plausible(frames); err != nil {
		t.Fatalf("%q: %v", in, err)
	}
	return wiretest.Outcome{Events: peer.Events(), Sent: string(peer.Sent), Closed: peer.Closed}
}

// plausible holds of every sequence of frames that a server may send when it only
// answers: at most one head and one end a stream, and nothing after the end or a
// reset but resets.
func plausible(frames []wiretest.H2Frame) error {
	const (
		begun = iota + 1
		ended
		reset
	)
	state := map[uint32]int{}
	for i, f := range frames {
		if len(f.Payload) > 16384 {
			return fmt.Errorf("a frame of %d bytes", len(f.Payload))
		}
		switch f.Type {
		case wiretest.H2Headers, wiretest.H2Data:
			if f.Stream%2 == 0 || state[f.Stream] >= ended || f.Type == wiretest.H2Data && state[f.Stream] != begun {
				return fmt.Errorf("frame %d: type %d on stream %d in state %d", i, f.Type, f.Stream, state[f.Stream])
			}
			state[f.Stream] = begun
			if f.Flags&wiretest.H2EndStream != 0 {
				state[f.Stream] = ended
			}
		case wiretest.H2RSTStream:
			if f.Stream == 0 {
				return fmt.Errorf("frame %d: RST_STREAM 0", i)
			}
			state[f.Stream] = reset
		case wiretest.H2WindowUpdate:
			if state[f.Stream] == reset || bytes.Equal(f.Payload, make([]byte, 4)) {
				return fmt.Errorf("frame %d: WINDOW_UPDATE %d %q", i, f.Stream, f.Payload)
			}
		}
	}
	return nil
}

// alike: however the bytes are cut, the peer did the same and is told the same. With
// bodies in the answers that would not hold: they end earlier where windows grow in
// a read of their own.
func alike(t testing.TB, in []byte, size int) {
	t.Helper()
	play(t, in, size, pieces{map[exchange.ID][]byte{}}.answer)
	whole, cut := play(t, in, len(in), answerAtEnd), play(t, in, size, answerAtEnd)
	if !slices.Equal(whole.Events, cut.Events) || whole.Closed != cut.Closed {
		t.Fatalf("%q in pieces of %d\nwhole %q\ncut   %q", in, size, whole.Events, cut.Events)
	}
	if told, toldCut := show(t, whole.Sent), show(t, cut.Sent); told != toldCut {
		t.Fatalf("%q in pieces of %d\nwhole %s\ncut   %s", in, size, told, toldCut)
	}
}

// show also reads all header blocks.
func show(t testing.TB, sent string) string {
	t.Helper()
	shown := wiretest.NewH2Wire().Show([]byte(sent))
	if strings.Contains(shown, `the header block "`) {
		t.Fatal(shown)
	}
	return shown
}

// FuzzConn: whatever comes, what must hold does, however it is cut.
func FuzzConn(f *testing.F) {
	for i, in := range scripted(f) {
		f.Add(in, uint16(i%7+1))
	}
	for _, in := range corpus(f) {
		f.Add(in, uint16(1))
	}
	f.Fuzz(func(t *testing.T, in []byte, size uint16) {
		if len(in) == 0 || len(in) > 64<<10 {
			return
		}
		alike(t, in, int(size))
	})
}

// FuzzFrames: the same behind an opening, which random bytes never find.
func FuzzFrames(f *testing.F) {
	opening := wiretest.H2Bytes{}.Preface().Settings().SettingsAck()
	for i, in := range scripted(f) {
		if frames, ok := bytes.CutPrefix(in, opening); ok {
			f.Add(frames, uint16(i%7+1))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, size uint16) {
		if len(in) > 64<<10 {
			return
		}
		alike(t, slices.Concat(opening, in), int(size))
	})
}

// TestCuts takes every connection of the dialogues, behind an opening and with
// one byte changed at each of the first places, whole and cut.
func TestCuts(t *testing.T) {
	for _, in := range scripted(t) {
		alike(t, in, 1)
		if len(in) > 1000 {
			continue
		}
		for i := len(wiretest.H2Preface); i < min(len(in), 120); i++ {
			for _, flip := range []byte{0x01, 0x88} {
				changed := slices.Clone(in)
				changed[i] ^= flip
				alike(t, changed, 3)
			}
		}
	}
}

func TestCorpus(t *testing.T) {
	inputs := corpus(t)
	if len(inputs) == 0 {
		t.Skip("go-fuzz-corpus is not there")
	}
	opening := wiretest.H2Bytes{}.Preface().Settings()
	for _, in := range inputs {
		if len(in) > 0 {
			alike(t, in, 1)
			alike(t, slices.Concat(opening, in), 1)
		}
	}
	t.Logf("%d inputs", len(inputs))
}
