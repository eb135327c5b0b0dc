package http2_test

import (
	"encoding/binary"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// TestShortBesideTrailers: a response that ends too early is broken off alone,
// although trailers of another one wait for Append.
func TestShortBesideTrailers(t *testing.T) {
	peer := connected(t)
	peer.Receive(wiretest.H2Bytes{}.Get(1, "/").Get(3, "/"))
	peer.Core.Respond(3, web.Head{Status: 200, Length: 5}, false)
	peer.Core.Respond(1, web.Head{Status: 200, Length: -1}, false)
	peer.Drain()
	sent(t, peer)
	peer.Core.Finish(1, web.Fields{{Name: "sum", Value: "1"}})
	peer.Core.Finish(3, nil)
	peer.Drain()
	frames := sent(t, peer)
	if len(frames) != 2 {
		t.Fatalf("there was sent %v", frames)
	}
	if f := frames[0]; f.Type != wiretest.H2Headers || f.Stream != 1 || f.Flags&wiretest.H2EndStream == 0 {
		t.Errorf("instead of the trailers came %v", f)
	}
	if f := frames[1]; f.Type != wiretest.H2RSTStream || f.Stream != 3 || binary.BigEndian.Uint32(f.Payload) != 2 {
		t.Errorf("instead of a reset came %v", f)
	}
}

// TestFastDownload: who gives the window back for each piece of a long body is no
// flood, however fast that goes.
func TestFastDownload(t *testing.T) {
	peer := connected(t)
	peer.Receive(wiretest.H2Bytes{}.Get(1, "/").WindowUpdate(0, 1<<30).WindowUpdate(1, 1<<30))
	peer.Core.Respond(1, web.Head{Status: 200, Length: -1}, false)
	back := wiretest.H2Bytes{}.WindowUpdate(0, 1).WindowUpdate(1, 1)
	for n := range (16 << 20) / len(back) {
		if peer.Core.Write(1, []byte("x"), false) != 1 {
			t.Fatal("not accepted")
		}
		peer.Drain()
		peer.Receive(back)
		if peer.Closed || peer.Broken != nil {
			t.Fatalf("closed after %d pieces: %q", n, peer.Events())
		}
		peer.Sent = peer.Sent[:0]
	}
}

// TestNoTurnForWhoIsDone: a body whose rest was taken with the next Write waits for
// nothing, and takes no turn from others.
func TestNoTurnForWhoIsDone(t *testing.T) {
	peer := connected(t)
	peer.Receive(wiretest.H2Bytes{}.Get(1, "/").WindowUpdate(0, 1<<20).WindowUpdate(1, 1<<20))
	core := peer.Core
	core.Respond(1, web.Head{Status: 200, Length: -1}, false)
	peer.Drain()
	body := make([]byte, 100<<10)
	n := core.Write(1, body, false)
	core.Append(nil)
	if n == 0 || n == len(body) || core.Write(1, body[n:], false) != len(body)-n {
		t.Fatalf("%d were accepted at first", n)
	}
	core.Append(nil)
	if ev, ok := core.Next(); ok {
		t.Errorf("there is an event: %v %d", ev.Kind, ev.ID)
	}
}
