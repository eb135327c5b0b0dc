package http2_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// tested is the stream whose state the matrix varies.
const tested = 3

// bring makes a connection on which the tested stream is in state.
func bring(t *testing.T, state streamState) *wiretest.Peer {
	t.Helper()
	peer := wiretest.NewPeer(newCore())
	peer.Drain()
	b := wiretest.H2Bytes{}.Preface().Settings().SettingsAck()
	switch state {
	case idle:
		b = b.Get(1, "/")
	case open, closedByUs, halfClosedLocal:
		b = b.Post(tested, "/")
	case halfClosedRemote, closedByEnd:
		b = b.Get(tested, "/")
	case closedByPeer:
		b = b.Post(tested, "/").RSTStream(tested, 8)
	case skipped:
		b = b.Get(tested+2, "/")
	}
	peer.Receive(b)
	switch state {
	case idle:
		answerEmpty(t, peer, 1)
	case halfClosedLocal, closedByEnd:
		answerEmpty(t, peer, tested)
	case closedByUs:
		peer.Core.Reset(tested, nil)
	case skipped:
		answerEmpty(t, peer, tested+2)
	}
	peer.Drain()
	peer.Offer()
	if peer.Broken != nil || peer.Closed {
		t.Fatalf("%s: %v %q", state, peer.Broken, peer.Events())
	}
	peer.Sent = nil
	peer.Forget(len(peer.Events()))
	return peer
}

func answerEmpty(t *testing.T, peer *wiretest.Peer, id exchange.ID) {
	t.Helper()
	if err := peer.Core.Respond(id, web.Head{Status: 204, Length: -1}, true); err != nil {
		t.Fatal(err)
	}
}

// outcome reads what a frame on stream brought about.
func outcome(peer *wiretest.Peer, stream uint32) (string, error) {
	frames, err := wiretest.ParseH2Frames(peer.Sent)
	if err != nil {
		return "", err
	}
	out := ok
	for _, f := range frames {
		switch f.Type {
		case wiretest.H2RSTStream:
			if out != ok || f.Stream != stream {
				return "", fmt.Errorf("RST_STREAM %d after %s", f.Stream, out)
			}
			out = "stream " + wiretest.H2CodeName(binary.BigEndian.Uint32(f.Payload))
		case wiretest.H2Goaway:
			code := binary.BigEndian.Uint32(f.Payload[4:])
			if code == 0 && out == ok {
				continue // an answer to GOAWAY
			}
			if out != ok {
				return "", fmt.Errorf("GOAWAY after %s", out)
			}
			out = "connection " + wiretest.H2CodeName(code)
		}
	}
	if fault := strings.HasPrefix(out, "connection "); fault && !peer.Closed {
		return out, fmt.Errorf("GOAWAY, and the connection is not closed")
	}
	return out, nil
}

// alive asks for one more stream, which a connection without error serves.
func alive(peer *wiretest.Peer) error {
	peer.Sent = nil
	const fresh = 1001
	peer.Receive(wiretest.H2Bytes{}.Get(fresh, "/").Ping(0, "stillup?"))
	events := peer.Events()
	asked := fmt.Sprintf("request %d GET / HTTP/2.0 host=a length=0", fresh)
	if !slices.Contains(events, asked) {
		return fmt.Errorf("the next request did not arrive: %q", events)
	}
	if !strings.Contains(string(peer.Sent), "stillup?") {
		return fmt.Errorf("PING was not answered: %q", peer.Sent)
	}
	return nil
}

// TestMatrix: every frame, in every state of its stream, on streams of every sort, with
// and without flags that mean nothing, whole and byte by byte: what comes is among
// what RFC 9113 leaves.
func TestMatrix(t *testing.T) {
	cells := 0
	for _, state := range streamStates {
		for _, v := range variants() {
			for _, stream := range []uint32{0, tested, 2, 1<<31 | tested} {
				for _, noise := range []byte{0, ^definedFlags(v.kind)} {
					cells++
					checkCell(t, v, state, wiretest.H2Frame{Type: v.kind, Flags: v.flags | noise, Stream: stream})
				}
			}
		}
	}
	if cells < 3000 {
		t.Errorf("only %d cells", cells)
	}
}

func checkCell(t *testing.T, v variant, state streamState, f wiretest.H2Frame) {
	t.Helper()
	stream := f.Stream &^ (1 << 31)
	f.Payload = v.payload(stream)
	cell := fmt.Sprintf("%s on %#x (%s) with flags %#x", v.name, f.Stream, state, f.Flags)
	want := allowed(v, state, stream)
	wire := wiretest.H2Bytes{}.Frame(f)
	var last string
	for _, size := range []int{len(wire), 1} {
		if size == 1 && len(wire) > 1000 {
			continue
		}
		peer := bring(t, state)
		for part := range slices.Chunk(wire, size) {
			peer.Receive(part)
		}
		got, err := outcome(peer, stream)
		if err == nil {
			err = peer.Broken
		}
		if err != nil {
			t.Errorf("%s: %v", cell, err)
			return
		}
		if !slices.Contains(want, got) {
			t.Errorf("%s: %s, want %q", cell, got, want)
			return
		}
		if size == 1 && got != last {
			t.Errorf("%s: %s, but byte by byte %s", cell, last, got)
		}
		last = got
		if strings.HasPrefix(got, "connection ") || f.Type == wiretest.H2Goaway || v.block == unfinishedBlock {
			continue
		}
		if err := alive(peer); err != nil {
			t.Errorf("%s: %s, but then: %v", cell, got, err)
			return
		}
	}
}
