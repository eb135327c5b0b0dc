package http1

import (
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

func awaitingPreface() *Conn {
	c := New(Config{}.Settled(), epoch)
	c.AwaitPreface()
	return c
}

func TestPriorKnowledge(t *testing.T) {
	begin := func() exchange.Core { return awaitingPreface() }
	for _, c := range []struct{ wire, want string }{
		{preface, "upgrade"},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "request 1 POST / HTTP/1.1 host=a length=0|end 1"},
		{"PRI /x HTTP/1.1\r\nHost: a\r\n\r\n", "request 1 PRI /x HTTP/1.1 host=a length=0|end 1"},
		{"PRI * HTTP/2.0\r\n\r\nSM\r\n\rx", "closed 505 version_unknown"},
		{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "request 1 GET / HTTP/1.1 host=a length=0|end 1"},
	} {
		out := wiretest.Feed(t, wiretest.Case{New: begin, Wire: c.wire})
		if got := strings.Join(out.Events, "|"); got != c.want {
			t.Errorf("%q: %s", c.wire, got)
		}
	}
	out := wiretest.Feed(t, wiretest.Case{New: func() exchange.Core { return New(Config{}.Settled(), epoch) }, Wire: preface})
	if got := strings.Join(out.Events, "|"); got != "closed 505 version_unknown" {
		t.Errorf("unasked: %s", got)
	}
}

// Only the start of a connection is looked at, and a peer that stops in the middle
// has the time of a head.
func TestPriorKnowledgeBounds(t *testing.T) {
	peer := wiretest.NewPeer(awaitingPreface())
	peer.Answer = func(core exchange.Core, ev exchange.Event) {
		if ev.Kind == exchange.KindRequest {
			_ = core.Respond(ev.ID, web.Head{Status: 200}, true)
		}
	}
	peer.Receive([]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n" + preface))
	if events := peer.Events(); events[len(events)-1] != "closed 505 version_unknown" {
		t.Errorf("%q", events)
	}
	peer = wiretest.NewPeer(awaitingPreface())
	peer.Receive([]byte("P"))
	if !peer.Expire() || peer.Now.Sub(wiretest.Epoch) != (Config{}).Settled().HeaderTimeout {
		t.Errorf("after %v: %q", peer.Now.Sub(wiretest.Epoch), peer.Events())
	}
	if events := peer.Events(); len(events) != 1 || events[0] != "closed 408 header_timeout" {
		t.Errorf("%q", events)
	}
}
