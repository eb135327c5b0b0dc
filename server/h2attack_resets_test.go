package server_test

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
)

// takenBack are the ways to have a request begun and then taken back: by a reset, and
// by the faults for which the server resets the stream itself.
var takenBack = []struct {
	name string
	how  func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes
}{
	{"RST_STREAM", func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes { return b.RSTStream(stream, 8) }},
	{"WINDOW_UPDATE by 0", func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes { return b.WindowUpdate(stream, 0) }},
	{"WINDOW_UPDATE too far", func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes {
		return b.WindowUpdate(stream, 1<<31-1)
	}},
	{"HEADERS after the end", func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes { return b.Get(stream, "/") }},
	{"DATA after the end", func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes { return b.Data(stream, 0, "x") }},
	{"PRIORITY of 4 bytes", func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes {
		return b.Frame(wiretest.H2Frame{Type: wiretest.H2Priority, Stream: stream, Payload: make([]byte, 4)})
	}},
	{"PRIORITY on itself", func(b wiretest.H2Bytes, stream uint32) wiretest.H2Bytes { return b.Priority(stream, stream, 1) }},
}

// Requests that are taken back as fast as they are made cost few handlers, never more
// at once than a connection may have, and end the connection (CVE-2023-44487,
// CVE-2025-8671).
func TestTakenBack(t *testing.T) {
	const (
		conns    = 8
		running  = 128 // Limits.Streams
		resets   = 500 // at once, and later on
		perSec   = 50
		requests = 1000 // before the end of a connection
	)
	each := atSize(2500, 25_000)
	for _, way := range takenBack {
		t.Run(way.name, func(t *testing.T) {
			onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
				for _, path := range []string{"/block", "/wait", "/quick"} {
					slow := path == "/wait" || path == "/block" && way.name != "RST_STREAM"
					if slow && strings.HasSuffix(t.Name(), "in_place") {
						continue // each of them is a millisecond in which its loop is not robbed yet
					}
					runtime.GC()
					before := levelNow(t)
					g := newThrong()
					r := up(&server.Server{Handler: server.Raw(g)})
					v := r.victim()
					began := time.Now()
					var attack sync.WaitGroup
					all := make([]*hostile, conns)
					for i := range all {
						h := r.hostile()
						all[i] = h
						// What a quick handler has answered is not taken back any more.
						attack.Go(func() { h.takeBack(way.how, path, each, i%2 == 0 || path == "/quick") })
					}
					attack.Wait()
					for _, h := range all {
						h.calmed(t)
						if asked := h.last/2 + 1; asked > requests {
							t.Errorf("%s: the connection ended after %d requests", path, asked)
						}
					}
					took := time.Since(began)
					g.mu.Lock()
					started, most := g.started, g.most
					g.mu.Unlock()
					t.Logf("%s: %d handlers of %d, %d at once, the end after %d requests, %v", path, started, conns*each, most, all[0].last/2+1, took)
					if bound := conns * (running + resets + perSec*int(took/time.Second+1)); started > bound {
						t.Errorf("%s: %d handlers were started, at most %d wanted", path, started, bound)
					}
					if most > running {
						t.Errorf("%s: %d handlers of a connection ran at once", path, most)
					}
					v.goesOn(r)
					v.unharmed(t)
					close(g.let)
					r.quiet()
					for _, h := range all {
						_ = h.Close()
					}
					_ = v.wire.Close()
					r.shutdown()
					cameBack(t, before)
				}
			})
		})
	}
}

// takeBack makes requests and takes each back: at once, or fifty together when their
// handlers run.
func (h *hostile) takeBack(how func(wiretest.H2Bytes, uint32) wiretest.H2Bytes, path string, requests int, atOnce bool) {
	var asking, taking wiretest.H2Bytes
	for n := range uint32(requests) {
		stream := 2*n + 1
		if atOnce {
			asking = how(asking.Get(stream, path), stream)
		} else {
			asking, taking = asking.Get(stream, path), how(taking, stream)
		}
		if n%50 < 49 {
			continue
		}
		if !h.lap(asking) || !atOnce && !h.lap(taking) {
			return
		}
		asking, taking = asking[:0], taking[:0]
	}
}
