package http2_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// granted adds up what the core gives of its connection's window.
func granted(t testing.TB, peer *wiretest.Peer) (sum int) {
	t.Helper()
	for _, f := range sent(t, peer) {
		if f.Type == wiretest.H2WindowUpdate && f.Stream == 0 {
			sum += int(binary.BigEndian.Uint32(f.Payload))
		}
	}
	return sum
}

// TestConnectionWindowIsNotLost: what arrives for streams that are reset, by whichever
// side and at whatever moment, is given back to the connection, although no handler
// consumes it.
func TestConnectionWindowIsNotLost(t *testing.T) {
	body := strings.Repeat("x", 1000)
	for name, round := range map[string]func(peer *wiretest.Peer, s uint32){
		"reset by the peer": func(peer *wiretest.Peer, s uint32) {
			peer.Receive(wiretest.H2Bytes{}.Post(s, "/").Data(s, 0, body).RSTStream(s, 8))
		},
		"reset by the handler": func(peer *wiretest.Peer, s uint32) {
			peer.Receive(wiretest.H2Bytes{}.Post(s, "/").Data(s, 0, body))
			peer.Core.Reset(exchange.ID(s), nil)
			peer.Drain()
			peer.Receive(wiretest.H2Bytes{}.Data(s, wiretest.H2EndStream, body))
		},
		"padded, after the reset": func(peer *wiretest.Peer, s uint32) {
			peer.Receive(wiretest.H2Bytes{}.Post(s, "/"))
			peer.Core.Reset(exchange.ID(s), nil)
			peer.Drain()
			peer.Receive(wiretest.H2Bytes{}.Data(s, wiretest.H2Padded, "\x05"+body[:994]+"\x00\x00\x00\x00\x00"))
		},
		"malformed length": func(peer *wiretest.Peer, s uint32) {
			head := wiretest.H2Request("POST", "/", wiretest.H2Field{Name: "content-length", Value: "5"})
			peer.Receive(wiretest.H2Bytes{}.Headers(s, wiretest.H2EndHeaders, head...).Data(s, 0, body))
		},
		"answered without reading": func(peer *wiretest.Peer, s uint32) {
			peer.Receive(wiretest.H2Bytes{}.Post(s, "/").Data(s, 0, body))
			peer.Core.Respond(exchange.ID(s), web.Head{Status: 204, Length: -1}, true)
			peer.Drain()
			peer.Receive(wiretest.H2Bytes{}.Data(s, 0, body).RSTStream(s, 8))
		},
		"in the same read as its end": func(peer *wiretest.Peer, s uint32) {
			peer.Receive(wiretest.H2Bytes{}.Post(s, "/").Data(s, 0, body).Headers(s, wiretest.H2EndHeaders))
		},
	} {
		t.Run(name, func(t *testing.T) {
			peer := wiretest.NewPeer(newCore())
			peer.Keep = true
			peer.Drain()
			peer.Receive(wiretest.H2Bytes{}.Preface().Settings().SettingsAck())
			window := 65535 + granted(t, peer)
			full := window
			for n := range uint32(3000) {
				peer.Now = peer.Now.Add(100 * time.Millisecond) // so that resets are no flood
				s := id(n)
				before := len(peer.Rest)
				round(peer, s)
				if peer.Closed || peer.Broken != nil || before != 0 {
					t.Fatalf("round %d: %v %q", n, peer.Broken, peer.Events())
				}
				// The most that a round carries is two frames.
				window += granted(t, peer) - usedBy(name, body)
				if window < full/4 {
					t.Fatalf("after %d streams the window is %d of %d", n+1, window, full)
				}
				peer.Forget(len(peer.Events()))
			}
		})
	}
}

// usedBy is what a round of that name takes of the window.
func usedBy(name, body string) int {
	switch name {
	case "reset by the handler", "answered without reading":
		return 2 * len(body)
	}
	return len(body)
}

// TestRefusedStreams: one stream more than announced is refused, and one that ends
// makes room.
func TestRefusedStreams(t *testing.T) {
	peer := connected(t)
	const most = 128
	for n := range uint32(most) {
		peer.Receive(wiretest.H2Bytes{}.Get(id(n), "/"))
	}
	if frames := sent(t, peer); len(frames) != 0 {
		t.Fatalf("within the limit there was sent %v", frames)
	}
	peer.Receive(wiretest.H2Bytes{}.Get(id(most), "/"))
	frames := sent(t, peer)
	if len(frames) != 1 || frames[0].Type != wiretest.H2RSTStream || binary.BigEndian.Uint32(frames[0].Payload) != 7 {
		t.Fatalf("one too many: %v, want REFUSED_STREAM", frames)
	}
	peer.Core.Respond(1, web.Head{Status: 204, Length: -1}, true)
	peer.Drain()
	peer.Sent = nil
	peer.Receive(wiretest.H2Bytes{}.Get(id(most+1), "/"))
	if frames := sent(t, peer); len(frames) != 0 || peer.Closed {
		t.Errorf("with room again there was sent %v", frames)
	}
}

// TestUnreadAcknowledgements: a client that never reads cannot make the core heap up
// what it owes.
func TestUnreadAcknowledgements(t *testing.T) {
	for name, frame := range map[string]wiretest.H2Bytes{
		"PING":     wiretest.H2Bytes{}.Ping(0, "12345678"),
		"SETTINGS": wiretest.H2Bytes{}.Settings(),
	} {
		core := connected(t).Core
		for range 100000 {
			in := frame
			for len(in) > 0 {
				n, err := core.Receive(wiretest.Epoch, in)
				if err != nil || n == 0 {
					break
				}
				in = in[n:]
			}
			for _, ok := core.Next(); ok; _, ok = core.Next() {
			}
		}
		if owed := len(core.Append(nil)); owed > 64<<10 {
			t.Errorf("%s: %d bytes are owed", name, owed)
		}
	}
}
