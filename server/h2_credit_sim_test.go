package server

import (
	"io"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// Handlers that have read their whole bodies, and go on for long, hold nothing of the
// window that other uploads of the connection need.
func TestCreditOfCompleteBodies(t *testing.T) {
	read, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 4)
	l := newH2Lab(t, &Server{Handler: Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		<-read
		_, err := io.Copy(io.Discard, r.Body())
		done <- err
		<-release
		_ = w.Text(200, "ok")
	}))})
	k := l.openH2(-1, 65535)
	full := k.peer.Window
	piece := strings.Repeat("x", 16<<10)
	for id := uint32(1); id <= 7; id += 2 {
		k.send(frames(nil).Post(id, "/"))
		for left := k.peer.Of(id).Window - int64(len(piece)); left >= 0 && k.peer.Window >= int64(len(piece)); left -= int64(len(piece)) {
			k.send(frames(nil).Data(id, 0, piece))
			k.peer.Window -= int64(len(piece))
		}
		k.send(frames(nil).Data(id, wiretest.H2EndStream, ""))
	}
	if k.peer.Window > full/4 {
		t.Fatalf("%d of the window are left", k.peer.Window)
	}
	close(read)
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	k.until("the window", func() bool { return k.peer.Window >= full*3/4 })
	close(release)
	k.quiet()
	k.honest()
}

// Many small ones do not use the window up either.
func TestCreditOfSmallBodies(t *testing.T) {
	release := make(chan struct{})
	l := newH2Lab(t, &Server{Handler: Raw(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_, _ = io.Copy(io.Discard, r.Body())
		<-release
		_ = w.Text(200, "ok")
	}))})
	k := l.openH2(-1, 65535)
	full := k.peer.Window
	piece := strings.Repeat("x", 15<<10)
	for id := uint32(1); id < 2*100; id += 2 {
		k.send(frames(nil).Post(id, "/").Data(id, wiretest.H2EndStream, piece))
		if k.peer.Window -= int64(len(piece)); k.peer.Window < full/2 {
			t.Fatalf("%d of the window are left in the request %d", k.peer.Window, id)
		}
	}
	close(release)
	k.quiet()
	k.honest()
}
