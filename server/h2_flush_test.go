package server

import (
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// A Flush waits for what its stream has said, not for a pause in what all the others
// say.
func TestFlushBesideADownload(t *testing.T) {
	flushed := make(chan error, 1)
	l := h2handed(t, &Server{}, paths{"/down": writes(64 << 20), "/tick": func(w *web.Response, r *web.Request) {
		_, _ = w.WriteString("tick")
		flushed <- w.Flush()
	}}.serve)
	k := l.openH2(0, 1<<30)
	k.Grant(1000)
	k.send(append(k.peer.Grant(0, 1<<30), frames(nil).Get(1, "/down")...))
	k.awaitWriterOf(1)
	k.send(frames(nil).Get(3, "/tick"))
	for i := 0; ; i++ {
		k.Grant(50_000) // never all there is
		k.look()
		k.until("what the flush waits for", func() bool {
			r := k.conn.runs.find(3)
			return r == nil || r.outbound.command == flush || r.outbound.command == write
		})
		if k.conn.runs.find(3) == nil {
			break
		}
		if k.conn.out.len() == 0 {
			t.Fatal("the connection has nothing to send")
		}
		if i > 20 {
			t.Fatal("nothing is flushed")
		}
	}
	if err := <-flushed; err != nil || !strings.Contains(string(k.peer.Of(3).Body), "tick") {
		t.Errorf("%v, %q", err, k.peer.Of(3).Body)
	}
	k.Break(errEnough)
	k.rest()
	k.honest()
}
