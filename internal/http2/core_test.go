package http2_test

import (
	"encoding/binary"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/http2"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

func newCore() exchange.Core { return http2.New(new(http2.Config), wiretest.Epoch) }

// connected is a peer on a connection whose settings are done.
func connected(t testing.TB) *wiretest.Peer {
	t.Helper()
	peer := wiretest.NewPeer(newCore())
	peer.Drain()
	peer.Receive(wiretest.H2Bytes{}.Preface().Settings().SettingsAck())
	if peer.Closed || peer.Broken != nil {
		t.Fatalf("the connection did not open: %v %q", peer.Broken, peer.Events())
	}
	peer.Sent = nil
	return peer
}

// sent takes what the core sent, as frames.
func sent(t testing.TB, peer *wiretest.Peer) []wiretest.H2Frame {
	t.Helper()
	frames, err := wiretest.ParseH2Frames(peer.Sent)
	if err != nil {
		t.Fatal(err)
	}
	peer.Sent = nil
	return frames
}

// farewell is the code of the GOAWAY that ended the connection, if one did.
func farewell(frames []wiretest.H2Frame) (code string, ok bool) {
	for _, f := range frames {
		if f.Type == wiretest.H2Goaway {
			code, ok = wiretest.H2CodeName(binary.BigEndian.Uint32(f.Payload[4:])), true
		}
	}
	return code, ok
}

// answerAtOnce is a handler that answers as soon as it is asked.
func answerAtOnce(core exchange.Core, ev exchange.Event) {
	if ev.Kind == exchange.KindRequest {
		core.Respond(ev.ID, web.Head{Status: 204, Length: -1}, true)
	}
}

// answerAtEnd is one that waits for the whole request.
func answerAtEnd(core exchange.Core, ev exchange.Event) {
	if ev.Kind == exchange.KindEnd {
		core.Respond(ev.ID, web.Head{Status: 204, Length: -1}, true)
	}
}
