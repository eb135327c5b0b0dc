package server_test

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// flood is what is sent again and again.
type flood struct {
	name string
	// one appends the frame number n. Stream 1 is a request whose body goes on, and
	// stream 3 one whose response waits for a window.
	one func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes
	// class is what the end is counted as; frames is after how many it comes at most.
	class  string
	frames int
}

var floods = []flood{
	{"PING", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Ping(0, "12345678") }, "control_flood", 2000},
	{"PING acknowledged", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Ping(wiretest.H2Ack, "12345678") }, "control_flood", 2000},
	{"SETTINGS", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Settings() }, "control_flood", 2000},
	{"SETTINGS of windows", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes {
		pairs := make([]uint32, 0, 128)
		for i := range uint32(64) {
			pairs = append(pairs, 0x4, i%2)
		}
		return b.Settings(pairs...)
	}, "control_flood", 2000},
	{"SETTINGS of tables", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Settings(0x1, n%2*4096) }, "control_flood", 2000},
	{"SETTINGS acknowledged", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.SettingsAck() }, "control_flood", 2000},
	{"SETTINGS of 16 KiB", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Settings(make([]uint32, 2*2730)...) }, "settings_flood", 1},
	{"PRIORITY", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Priority(2*n+101, 0, 1) }, "control_flood", 2000},
	{"PRIORITY_UPDATE", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.PriorityUpdate(2*n+101, "u=1") }, "control_flood", 2000},
	{"WINDOW_UPDATE", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.WindowUpdate(0, 1) }, "control_flood", 2000},
	{"WINDOW_UPDATE of a stream", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.WindowUpdate(1, 1) }, "control_flood", 2000},
	{"WINDOW_UPDATE of a response", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.WindowUpdate(3, 1) }, "control_flood", 2000},
	{"empty DATA", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Data(1, 0, "") }, "control_flood", 2000},
	{"DATA of padding", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes {
		return b.Frame(wiretest.H2Frame{Type: wiretest.H2Data, Flags: wiretest.H2Padded, Stream: 1, Payload: append([]byte{255}, make([]byte, 255)...)})
	}, "control_flood", 2000},
	{"empty HEADERS", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Headers(2*n+101, wiretest.H2EndHeaders) }, "reset_flood", 2000},
	{"HEADERS of padding", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes {
		return b.Frame(wiretest.H2Frame{Type: wiretest.H2Headers, Flags: wiretest.H2Padded | wiretest.H2EndHeaders, Stream: 2*n + 101, Payload: append([]byte{255}, make([]byte, 255)...)})
	}, "reset_flood", 2000},
	{"unknown", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes {
		return b.Frame(wiretest.H2Frame{Type: 0x42, Stream: n})
	}, "control_flood", 2000},
	{"unknown of 16 KiB", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes {
		return b.Frame(wiretest.H2Frame{Type: 0x42, Payload: make([]byte, 16<<10)})
	}, "overhead", 600},
	{"RST_STREAM", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.RSTStream(5, 8) }, "control_flood", 2000},
	{"GOAWAY", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Goaway(0, 0) }, "control_flood", 2000},
}

// vast is what handlers answer: what they hold themselves is not the server's.
var vast = make([]byte, 1<<20)

// handlerOfFloods reads bodies slowly enough to be behind, and answers more than any
// window takes.
func handlerOfFloods() web.HandlerFunc {
	return func(w *web.Response, r *web.Request) {
		switch r.RawPath {
		case "/", "/short":
			_ = w.Text(200, "hello")
		case "/page": // a few hundred fill what the kernel keeps for a connection
			_ = w.Bytes(200, "text/plain", vast[:8<<10])
		case "/body":
			p := make([]byte, 1<<10)
			for {
				if _, err := r.Body().Read(p); err != nil {
					break
				}
			}
		case "/large":
			_, _ = w.Write(vast)
		}
	}
}

// Frames that ask for something and bring nothing end the connection soon, cost little
// memory until then, and harm nobody (CVE-2019-9512 to -9518).
func TestFloods(t *testing.T) {
	for _, f := range floods {
		t.Run(f.name, func(t *testing.T) {
			onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
				if f.frames > 100 && strings.HasSuffix(t.Name(), "in_place") {
					return
				}
				r := up(&server.Server{Handler: server.Raw(handlerOfFloods())})
				v := r.victim()
				debug.FreeOSMemory()
				before := residentKiB(t)
				h := r.hostile(0x4, 0)
				h.lap(wiretest.H2Bytes{}.Post(1, "/body").Get(3, "/large").Get(5, "/short"))
				step := 100
				if len(f.one(nil, 0)) > 1<<10 {
					step = 10
				}
				sent, goes := 0, true
				for offered := atSize(100_000, 1_000_000); goes && sent < offered; sent += step {
					var b wiretest.H2Bytes
					for n := range step {
						b = f.one(b, uint32(sent+n))
					}
					goes = h.lap(b)
				}
				grown := residentKiB(t) - before
				if goes {
					t.Fatalf("%d frames did not end the connection", sent)
				}
				if sent > f.frames+step {
					t.Errorf("the connection ended after %d frames, at most %d wanted", sent, f.frames)
				}
				t.Logf("the end after %d frames, %d bytes, %d KiB", sent, h.sent, grown)
				h.calmed(t)
				if got := r.srv.Stats().Rejected[f.class]; got != 1 {
					t.Errorf("counted as %v", r.srv.Stats().Rejected)
				}
				if grown > 20<<10 && !underRace {
					t.Errorf("%d KiB of memory", grown)
				}
				if h.sent > 9<<20 {
					t.Errorf("%d bytes were taken", h.sent)
				}
				v.goesOn(r)
				v.unharmed(t)
			})
		})
	}
}

// Peers that ask and never read are held to what fits the buffers, and to the bounds
// on slow readers, even if they take care to have no more streams than they may.
func TestFloodsUnread(t *testing.T) {
	for _, f := range []flood{
		{"requests", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Get(2*n+1, "/page") }, "write_timeout", 50},
		{"requests beyond the streams", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Get(2*n+1, "/page") }, "reset_flood", 100_000},
		{"PING within requests", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes {
			for range 50 {
				b = b.Ping(0, "12345678")
			}
			return b.Get(2*n+1, "/page")
		}, "write_timeout", 50},
		{"SETTINGS within requests", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes { return b.Settings().Get(2*n+1, "/page") }, "write_timeout", 50},
		{"large answers", func(b wiretest.H2Bytes, n uint32) wiretest.H2Bytes {
			return b.WindowUpdate(0, 1<<20).Get(2*n+1, "/large")
		}, "write_timeout", 50},
	} {
		t.Run(f.name, func(t *testing.T) {
			onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
				s := &server.Server{Handler: server.Raw(handlerOfFloods())}
				s.Limits.WriteIdle = 200 * time.Millisecond
				r := up(s)
				v := r.victim()
				before := heap()
				h := r.deaf(0x4, 1<<20)
				go func() {
					defer close(h.over)
					for n := uint32(0); h.send(f.one(nil, n)); n++ {
						for int(n)-int(r.srv.Stats().Requests[web.HTTP2]) > f.frames && r.srv.Stats().Rejected[f.class] == 0 {
							runtime.Gosched()
						}
					}
				}()
				r.until("the end", func() bool { return r.srv.Stats().Rejected[f.class] > 0 })
				grown := (int64(heap()) - int64(before)) >> 10
				if grown > 8<<10 && !underRace { // the victim makes some of it
					t.Errorf("%d KiB of heap", grown)
				}
				wait(t, "the end", h.over)
				t.Logf("%d KiB of heap after %d bytes", grown, h.sent)
				r.until("connections to end", func() bool { s := r.srv.Stats(); return s.Active+s.Idle == 1 })
				v.goesOn(r)
				v.unharmed(t)
			})
		})
	}
}

// A window opened a byte at a time is work for each byte of the answer, and earns its
// peer nothing.
func TestWindowDrip(t *testing.T) {
	onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: server.Raw(handlerOfFloods())})
		h := r.hostile(0x4, 0)
		h.lap(wiretest.H2Bytes{}.Get(1, "/large"))
		began := time.Now()
		n := 0
		for n < 20_000 && h.lap(wiretest.H2Bytes{}.WindowUpdate(1, 1)) {
			n++
		}
		// A lap has a PING and an update, and a hundred frames a second wear off.
		if bound := 600 + 100*int(time.Since(began)/time.Second+1); n > bound {
			t.Errorf("the connection ended after %d bytes of window, at most %d wanted", n, bound)
		}
		_ = h.Close()
		wait(t, "the end", h.over)
		if h.code != calm {
			t.Errorf("the connection ended with code %#x", h.code)
		}
	})
}

// An answer that the peer takes in small pieces, as clients do that give back what
// their readers have taken, is no abuse.
func TestSmallWindows(t *testing.T) {
	onAttack(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: server.Raw(handlerOfFloods())})
		h := r.hostile(0x4, 1000)
		h.lap(wiretest.H2Bytes{}.Get(1, "/large"))
		// Nothing is given back before it was sent.
		r.until("the first window", func() bool { return r.srv.Stats().BytesOut >= 1000 })
		for n := range 1 << 10 {
			if !h.send(wiretest.H2Bytes{}.WindowUpdate(0, 1024).WindowUpdate(1, 1024)) {
				t.Fatalf("refused after %d KiB", n)
			}
			if n%50 == 0 && !h.lap(nil) {
				t.Fatalf("refused after %d KiB", n)
			}
		}
		if !h.lap(nil) {
			t.Error("refused at the end")
		}
	})
}
