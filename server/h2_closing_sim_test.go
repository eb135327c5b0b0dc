package server

import (
	"sync/atomic"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// Requests that wait for a handler when their connection ends are answered by nobody.
func TestNothingIsStartedForAnEndedConnection(t *testing.T) {
	release := make(chan struct{})
	var started atomic.Int32
	s := &Server{Handler: Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		started.Add(1)
		<-release
		_ = w.Text(200, "ok")
	}))}
	s.Limits.Streams = 2
	l := newH2Lab(t, s)
	k := l.openH2(-1, 65535)
	k.send(h2get(1))
	k.send(h2get(3))
	// Their handlers go on after this, and have the places of the next ones.
	k.send(frames(nil).RSTStream(1, 8).RSTStream(3, 8))
	k.send(h2get(5))
	k.send(h2get(7))
	if n := k.conn.runs.count; n != 4 {
		t.Fatalf("%d exchanges are known", n)
	}
	k.send(frames(nil).Data(0, 0, "x")) // no stream has this number
	close(release)
	k.quiet()
	if n := started.Load(); n != 2 {
		t.Errorf("%d handlers were started", n)
	}
	if n := k.conn.runs.count; n != 0 {
		t.Errorf("%d exchanges are still known", n)
	}
	k.Finish()
	k.gone()
}
