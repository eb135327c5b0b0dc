package http2_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
)

// flood is one way to cost a server more than it costs the peer.
type flood struct {
	name string
	// first comes once.
	first wiretest.H2Bytes
	// round makes what comes again and again; n counts from 0.
	round func(n uint32) wiretest.H2Bytes
	// most is how many rounds may be taken.
	most int
	// answered says that handlers answer at once; otherwise they never do.
	answered bool
}

// id is the stream of a round.
func id(n uint32) uint32 { return 2*n + 1 }

func same(b wiretest.H2Bytes) func(uint32) wiretest.H2Bytes {
	return func(uint32) wiretest.H2Bytes { return b }
}

// floods have the bounds of the reliability plan: 1000 streams that are taken back,
// 2000 frames without content.
func floods() []flood {
	const end, ends = wiretest.H2EndHeaders, wiretest.H2EndHeaders | wiretest.H2EndStream
	get := func(n uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.Get(id(n), "/") }
	after := func(f func(stream uint32) wiretest.H2Bytes) func(uint32) wiretest.H2Bytes {
		return func(n uint32) wiretest.H2Bytes { return append(get(n), f(id(n))...) }
	}
	empty, opened := wiretest.H2Bytes(nil), wiretest.H2Bytes{}.Post(1, "/")
	block := wiretest.H2Bytes{}.Headers(1, 0, wiretest.H2Request("GET", "/")...)
	return []flood{
		{"rapid reset", empty, after(func(s uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.RSTStream(s, 8) }), 1000, false},
		{"rapid reset of uploads", empty, func(n uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.Post(id(n), "/").RSTStream(id(n), 8) }, 1000, false},
		// The six ways of having the server reset.
		{"WINDOW_UPDATE of 0", empty, after(func(s uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.WindowUpdate(s, 0) }), 1000, false},
		{"WINDOW_UPDATE too much", empty, after(func(s uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.WindowUpdate(s, 1<<31-1) }), 1000, false},
		{"HEADERS after the end", empty, after(func(s uint32) wiretest.H2Bytes {
			return wiretest.H2Bytes{}.Headers(s, ends, wiretest.H2Field{Name: "a", Value: "b"})
		}), 1000, false},
		{"DATA after the end", empty, after(func(s uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.Data(s, 0, "x") }), 1000, false},
		{"PRIORITY of 4", empty, after(func(s uint32) wiretest.H2Bytes {
			return wiretest.H2Bytes{}.Frame(wiretest.H2Frame{Type: wiretest.H2Priority, Stream: s, Payload: make([]byte, 4)})
		}), 1000, false},
		{"PRIORITY on itself", empty, after(func(s uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.Priority(s, s, 0) }), 1000, false},
		{"malformed requests", empty, func(n uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.Headers(id(n), ends) }, 1000, false},
		{"requests beyond the limit", empty, get, 2000, false},
		// Frames without content.
		{"PING", empty, same(wiretest.H2Bytes{}.Ping(0, "12345678")), 2000, false},
		{"PING, ACK", empty, same(wiretest.H2Bytes{}.Ping(wiretest.H2Ack, "12345678")), 2000, false},
		{"SETTINGS", empty, same(wiretest.H2Bytes{}.Settings()), 2000, false},
		{"SETTINGS with values", empty, same(wiretest.H2Bytes{}.Settings(4, 1, 4, 65535)), 2000, false},
		{"SETTINGS, ACK", empty, same(wiretest.H2Bytes{}.SettingsAck()), 2000, false},
		{"PRIORITY", empty, func(n uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.Priority(id(n), 0, 15) }, 2000, false},
		{"PRIORITY_UPDATE", empty, func(n uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.PriorityUpdate(id(n), "u=1") }, 2000, false},
		{"WINDOW_UPDATE of the connection", empty, same(wiretest.H2Bytes{}.WindowUpdate(0, 1)), 2000, false},
		{"WINDOW_UPDATE of a stream", opened, same(wiretest.H2Bytes{}.WindowUpdate(1, 1)), 2000, false},
		{"WINDOW_UPDATE of a closed stream", wiretest.H2Bytes{}.Get(1, "/"), same(wiretest.H2Bytes{}.WindowUpdate(1, 1)), 2000, true},
		{"RST_STREAM of a closed stream", wiretest.H2Bytes{}.Get(1, "/"), same(wiretest.H2Bytes{}.RSTStream(1, 8)), 2000, true},
		{"empty DATA", opened, same(wiretest.H2Bytes{}.Data(1, 0, "")), 2000, false},
		{"DATA of padding only", opened, same(wiretest.H2Bytes{}.Data(1, wiretest.H2Padded, "\x05\x00\x00\x00\x00\x00")), 2000, false},
		{"unknown frames", empty, same(wiretest.H2Bytes{}.Frame(wiretest.H2Frame{Type: 0x2a})), 2000, false},
		{"ALTSVC", empty, same(wiretest.H2Bytes{}.Frame(wiretest.H2Frame{Type: wiretest.H2AltSvc, Payload: []byte("\x00\x01ah2")})), 2000, false},
		{"GOAWAY", opened, same(wiretest.H2Bytes{}.Goaway(0, 0)), 2000, false},
		// What carries a little is bounded by the ratio of the bytes, at 9 MiB of them.
		{"twenty DATA of one byte", opened, same(bytes.Repeat(wiretest.H2Bytes{}.Data(1, 0, "x"), 20)), 9 << 20 / 200, false},
		// Header blocks that do not end.
		{"CONTINUATION, empty", block, same(wiretest.H2Bytes{}.Continuation(1, 0)), 100, false},
		{"CONTINUATION, small", block, func(n uint32) wiretest.H2Bytes {
			return wiretest.H2Bytes{}.Continuation(1, 0, wiretest.H2Field{Name: fmt.Sprint("a", n), Value: "b"})
		}, 100, false},
		{"CONTINUATION, full", block, same(wiretest.H2Bytes{}.Continuation(1, 0, wiretest.H2Field{Name: "a", Value: strings.Repeat("x", 16000)})), 256 << 10 / 16000, false},
		{"empty HEADERS with a block", empty, func(n uint32) wiretest.H2Bytes {
			return wiretest.H2Bytes{}.Headers(id(n), ends&^end).Continuation(id(n), end)
		}, 1000, false},
	}
}

// TestFloods: the connection is closed with ENHANCE_YOUR_CALM before the flood has
// had its rounds, and no time passes in which anything could wear off.
func TestFloods(t *testing.T) {
	for _, f := range floods() {
		t.Run(f.name, func(t *testing.T) {
			peer := connected(t)
			if f.answered {
				peer.Answer = answerAtOnce
			}
			peer.Receive(f.first)
			rounds := 0
			for ; !peer.Closed && rounds <= f.most; rounds++ {
				peer.Receive(f.round(uint32(rounds)))
			}
			if peer.Broken != nil {
				t.Fatal(peer.Broken)
			}
			code, _ := farewell(sent(t, peer))
			if !peer.Closed || code != "ENHANCE_YOUR_CALM" {
				t.Errorf("after %d rounds: closed %t, GOAWAY %q; want ENHANCE_YOUR_CALM within %d", rounds, peer.Closed, code, f.most)
			}
			t.Logf("%d rounds", rounds)
		})
	}
}

// TestFloodsStartFewRequests: as many handlers as the bucket holds see a request, and
// never more at once than there may be streams.
func TestFloodsStartFewRequests(t *testing.T) {
	const mostStarted, mostAtOnce = 628, 128
	for _, f := range floods() {
		if f.most != 1000 || f.answered {
			continue
		}
		peer := connected(t)
		started, running, highest := 0, 0, 0
		peer.Answer = func(_ exchange.Core, ev exchange.Event) {
			switch ev.Kind {
			case exchange.KindRequest:
				started++
				running++
				highest = max(highest, running)
			case exchange.KindReset, exchange.KindDrained:
				running--
			}
		}
		for n := uint32(0); !peer.Closed && n < 20000; n++ {
			peer.Receive(f.round(n))
		}
		if started > mostStarted || highest > mostAtOnce {
			t.Errorf("%s: %d requests, at most %d, %d at once, at most %d", f.name, started, mostStarted, highest, mostAtOnce)
		}
	}
}

// patience is a peer that does what a flood does, but no faster than people do.
type patience struct {
	name   string
	rounds int
	pause  time.Duration
	round  func(n uint32) wiretest.H2Bytes
}

// TestHonestPeersAreNotFloods: what browsers, proxies and gRPC clients do goes on for as long as they like.
func TestHonestPeersAreNotFloods(t *testing.T) {
	get := func(n uint32) wiretest.H2Bytes { return wiretest.H2Bytes{}.Get(id(n), "/") }
	for _, p := range []patience{
		{"requests without pause", 20000, 0, get},
		{"a request and a cancelled one", 5000, 50 * time.Millisecond, func(n uint32) wiretest.H2Bytes {
			return append(get(2*n), wiretest.H2Bytes{}.Post(id(2*n+1), "/").RSTStream(id(2*n+1), 8)...)
		}},
		{"resets that come too late", 5000, 0, func(n uint32) wiretest.H2Bytes { return get(n).RSTStream(id(n), 8) }},
		{"a ping a second", 5000, time.Second, same(wiretest.H2Bytes{}.Ping(0, "12345678"))},
		{"a request and a ping", 5000, 0, func(n uint32) wiretest.H2Bytes { return get(n).Ping(0, "12345678") }},
		{"a request, its priority, its update, its window", 5000, 0, func(n uint32) wiretest.H2Bytes {
			return wiretest.H2Bytes{}.Priority(id(n), 0, 200).PriorityUpdate(id(n), "u=2").Get(id(n), "/").WindowUpdate(0, 100)
		}},
		{"uploads in frames of 1000 bytes", 3000, 0, func(n uint32) wiretest.H2Bytes {
			body := strings.Repeat("x", 1000)
			return wiretest.H2Bytes{}.Post(id(n), "/").Data(id(n), 0, body).Data(id(n), 0, body).Data(id(n), wiretest.H2EndStream, "")
		}},
		{"settings every ten seconds", 1000, 10 * time.Second, same(wiretest.H2Bytes{}.Settings(4, 100000))},
	} {
		t.Run(p.name, func(t *testing.T) {
			peer := connected(t)
			peer.Answer = answerAtEnd
			// One stream stays open, so that the connection is never idle.
			peer.Receive(wiretest.H2Bytes{}.Post(1, "/"))
			for n := range uint32(p.rounds) {
				peer.Now = peer.Now.Add(p.pause)
				peer.Receive(p.round(n + 1))
				if peer.Closed {
					t.Fatalf("closed after %d rounds: %q", n, peer.Events()[len(peer.Events())-1])
				}
				peer.Sent = nil
				peer.Forget(len(peer.Events()))
			}
		})
	}
}
