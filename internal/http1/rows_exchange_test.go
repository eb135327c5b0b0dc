package http1

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// answerAtOnce answers when the head is there, and reads no body.
func answerAtOnce(core exchange.Core, ev exchange.Event) {
	if ev.Kind == exchange.KindRequest {
		core.Respond(ev.ID, web.Head{Status: 200, Length: 0}, true)
	}
}

// visible leaves out what may come or not when nobody reads: data and end.
func visible(events []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(events), func(s string) bool {
		return strings.HasPrefix(s, "data ") || strings.HasPrefix(s, "end ")
	}), ", ")
}

// ignored feeds wire to a handler that reads no body.
func ignored(t *testing.T, wire string) (events, sent string) {
	t.Helper()
	var first string
	for size := range []int{1, 2, 3} {
		peer := wiretest.NewPeer(newCore())
		peer.Answer = answerAtOnce
		step := []int{len(wire), 1, 7}[size]
		for part := range slices.Chunk([]byte(wire), step) {
			peer.Receive(part)
		}
		events, sent = visible(peer.Events()), string(peer.Sent)
		if size == 0 {
			first = events + sent
		} else if events+sent != first {
			t.Errorf("pieces of %d give another outcome\n%s\n%s", step, events+sent, first)
		}
	}
	return events, sent
}

func TestH1_27_BodyOnAnyMethod(t *testing.T) {
	const hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE", "POST", "TRACE", "X"} {
		wire := fmt.Sprintf("%s / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", method, len(hidden), hidden)
		request := fmt.Sprintf("request 1 %s / HTTP/1.1 host=a length=%d", method, len(hidden))
		accepted(t, wire, request, "data 1 "+wiretest.Escape([]byte(hidden)), "end 1")
		events, sent := ignored(t, wire+next)
		if events != request+", drained 1, request 2 GET /next HTTP/1.1 host=a length=0, drained 2" {
			t.Error(events)
		}
		if strings.Count(sent, "HTTP/1.1 200 OK") != 2 {
			t.Errorf("%q", sent)
		}
	}
}

func TestH1_28_UnreadBody(t *testing.T) {
	body := strings.Repeat("x", 256<<10)
	events, sent := ignored(t, post("Content-Length: 262144\r\n", body)+next)
	if !strings.HasSuffix(events, "drained 2") || strings.Contains(sent, "close") {
		t.Error(events, sent)
	}
	// As much again as may lie in the input of the head, and one byte more.
	body += strings.Repeat("x", 64<<10+1)
	events, sent = ignored(t, post(fmt.Sprintf("Content-Length: %d\r\n", len(body)), body)+next)
	if !strings.HasSuffix(events, "drained 1, closed") || !strings.Contains(sent, "Connection: close\r\n") {
		t.Error(events, sent)
	}
	chunk := "1000\r\n" + strings.Repeat("x", 4096) + "\r\n"
	events, _ = ignored(t, post(chunked, strings.Repeat(chunk, 60)+"0\r\n\r\n")+next)
	if !strings.HasSuffix(events, "drained 2") {
		t.Error(events)
	}
	events, _ = ignored(t, post(chunked, strings.Repeat(chunk, 70)+"0\r\n\r\n")+next)
	if !strings.HasSuffix(events, "drained 1, closed") {
		t.Error(events)
	}
	// What is discarded is still checked, and what follows a fault never parsed.
	peer := wiretest.NewPeer(newCore())
	peer.Answer = answerAtOnce
	peer.Receive([]byte(post(chunked, "")))
	peer.Receive([]byte("x\r\n" + next))
	events, sent = visible(peer.Events()), string(peer.Sent)
	if !strings.HasSuffix(events, "drained 1, closed 400 chunk_size") || strings.Count(sent, "HTTP/1.1 ") != 1 {
		t.Error(events, sent)
	}
}

func TestH1_28_DrainTimeout(t *testing.T) {
	peer := wiretest.NewPeer(newCore())
	peer.Answer = answerAtOnce
	peer.Receive([]byte(post("Content-Length: 1000\r\n", "x")))
	if left := peer.Core.Deadline().Sub(peer.Now); left != 5*time.Second {
		t.Error(left)
	}
	peer.Now = peer.Now.Add(4 * time.Second)
	peer.Receive([]byte("x"))
	if !peer.Expire() || !peer.Closed || peer.Now.Sub(wiretest.Epoch) != 5*time.Second {
		t.Error(peer.Events(), peer.Now)
	}
}

func TestH1_29_Expect(t *testing.T) {
	for _, value := range []string{"x", "", "100", "100-continue, x", "100-continue;q=1", "100-continu", "200-ok", "\"100-continue\"", "100 continue"} {
		refused(t, post("Content-Length: 5\r\nExpect: "+value+"\r\n", "hello"), 417, "expectation")
	}
	refused(t, post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1\r\n", "x"), 417, "expectation")
	refused(t, post("Expect: 100-continue\x0b\r\nContent-Length: 1\r\n", "x"), 400, "field_value")
	for _, value := range []string{"100-continue", "100-Continue", " 100-CONTINUE "} {
		accepted(t, post("Content-Length: 5\r\nExpect:"+value+"\r\n", "hello"),
			"request 1 POST / HTTP/1.1 host=a length=5 expect", "data 1 hello", "end 1")
	}
	accepted(t, post("Expect: 100-continue\r\n", ""), "request 1 POST / HTTP/1.1 host=a length=0", "end 1")
	got := begun(t, "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
	if got.Events[0] != "request 1 POST / HTTP/1.0 host= length=5" {
		t.Error(got)
	}
}

func TestH1_30_Upgrade(t *testing.T) {
	const offer = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
	refused(t, post(offer+"Content-Length: 5\r\n", "hello"), 400, "upgrade")
	refused(t, post(offer+chunked, "0\r\n\r\n"), 400, "upgrade")
	for fields, want := range map[string]string{
		offer: " upgrade=websocket", "Upgrade: websocket\r\n": "", "Connection: Upgrade\r\n": "",
		"Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\n":       " upgrade=websocket",
		"Connection: x\r\nConnection: UPGRADE\r\nUpgrade: a/1, b\r\n":     " upgrade=a/1, b",
		"Connection: Upgrade\r\nUpgrade: h2c\r\n":                         "",
		"Connection: Upgrade\r\nUpgrade: H2C\r\nUpgrade: h2c\r\n":         "",
		"Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n":              " upgrade=websocket",
		"Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n":   " upgrade=websocket",
		"Connection: Upgrade\r\nUpgrade: web socket\r\n":                  "",
		"Connection: Upgrade\r\nUpgrade: a/b/c\r\n":                       "",
		"Connection: Upgrade\r\nUpgrade:\r\n":                             "",
		"Connection: xUpgrade\r\nUpgrade: websocket\r\n":                  "",
		"Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n": "",
	} {
		accepted(t, get(fields), plainGet+want, "end 1")
	}
	accepted(t, post("Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n", "x"),
		"request 1 POST / HTTP/1.1 host=a length=1", "data 1 x", "end 1")
	accepted(t, post(offer+"Content-Length: 0\r\n", ""), "request 1 POST / HTTP/1.1 host=a length=0 upgrade=websocket", "end 1")
	got := begun(t, "GET / HTTP/1.0\r\nHost: a\r\n"+offer+"\r\n")
	if got.Events[0] != "request 1 GET / HTTP/1.0 host=a length=0" {
		t.Error(got)
	}
	core := New(settled, wiretest.Epoch)
	core.Receive(wiretest.Epoch, []byte(get("Upgrade: websocket\r\n")))
	if err := core.Respond(1, web.Head{Status: 101}, false); err == nil {
		t.Error("101 without a valid offer")
	}
}

func TestH1_31_Pipelining(t *testing.T) {
	got := begun(t, strings.Repeat(next, 1000))
	if n := len(got.Events); n != 3000 || got.Events[n-1] != "drained 1000" || strings.Count(got.Sent, "HTTP/1.1 200") != 1000 {
		t.Error(n)
	}
	got = begun(t, next+next+"BAD\r\n\r\n"+next)
	if n := len(got.Events); n != 7 || got.Events[n-1] != "closed 400 request_line" || strings.Count(got.Sent, "HTTP/1.1 ") != 3 {
		t.Error(got)
	}
	got = begun(t, get("Connection: close\r\n")+next)
	if got.Events[len(got.Events)-1] != "closed" || strings.Count(got.Sent, "HTTP/1.1 ") != 1 || !strings.Contains(got.Sent, "Connection: close\r\n") {
		t.Error(got)
	}
	// Without an answer nothing more is taken.
	core := New(settled, wiretest.Epoch)
	in := []byte(next + next)
	if n, _ := core.Receive(wiretest.Epoch, in); n != len(next) {
		t.Error(n)
	}
	kindsOf(core)
	if n, _ := core.Receive(wiretest.Epoch, in[len(next):]); n != 0 {
		t.Error(n)
	}
}

func TestH1_32_ShortBody(t *testing.T) {
	for _, wire := range []string{
		post("Content-Length: 10\r\n", "hello"), post(chunked, "a\r\nhello"), post(chunked, "5\r\nhello\r\n"), post(chunked, "5\r\nhello\r\n0\r\nX: y\r\n"),
		post("Content-Length: 1\r\n", ""), post(chunked, "5"),
	} {
		peer := wiretest.NewPeer(newCore())
		var cause error
		peer.Answer = func(_ exchange.Core, ev exchange.Event) {
			if ev.Kind == exchange.KindReset {
				cause = ev.Err
			}
			if ev.Kind == exchange.KindEnd {
				t.Errorf("%q passes for whole", wire)
			}
		}
		peer.Receive([]byte(wire))
		peer.End()
		if !errors.Is(cause, io.ErrUnexpectedEOF) || !peer.Closed {
			t.Errorf("%q: %v, %q", wire, cause, peer.Events())
		}
		farewell(t, string(peer.Sent), 400)
	}
}

// Every message of the rows above goes through Feed; here is the whole of a
// conversation, cut in two everywhere.
func TestH1_34_SplitInvariance(t *testing.T) {
	wire := "\r\n" + next + post(chunked, "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n") + get("X: y\r\n")
	got := begun(t, wire)
	if got.Events[len(got.Events)-1] != "drained 3" || len(wire) > 256 {
		t.Error(got, len(wire))
	}
}
