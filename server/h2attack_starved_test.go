package server

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// openHTTP2 is open for a connection of HTTP/2 whose peer gives each stream a window.
func (l *lab) openHTTP2(room int, window uint32) *link {
	var clear http.Protocols
	clear.SetUnencryptedHTTP2(true)
	l.from.speech.protocols = clear
	k := l.open(room)
	k.Deliver(wiretest.H2Bytes{}.Preface().Settings(0x4, window).SettingsAck())
	return k
}

// frames takes what was sent, a frame at a time.
func (k *link) frames() []wiretest.H2Frame {
	k.lab.t.Helper()
	frames, err := wiretest.ParseH2Frames(k.Sent())
	if err != nil {
		k.lab.t.Fatal(err)
	}
	return frames
}

// awaitWriters performs jobs until n handlers wait for the peer to take bytes.
func (k *link) awaitWriters(n int) {
	k.lab.t.Helper()
	k.lab.until("writers", func() bool {
		waiting := 0
		for r := k.conn.runs.first; r != nil; r = r.next {
			if r.outbound.command == write {
				waiting++
			}
		}
		return waiting == n
	})
}

// A stream to which the peer gives no window, or one by drips, is broken off alone,
// in the time that a connection of HTTP/1 has.
func TestStarvedStream(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits Limits
		each   uint32 // window given in a second
		whole  bool   // it is the connection's
		want   time.Duration
	}{
		{"stops", Limits{}, 0, false, 20 * time.Second},
		{"idle", Limits{WriteIdle: 7 * time.Second}, 0, false, 7 * time.Second},
		{"idle alone", Limits{MinRate: -1}, 0, false, 30 * time.Second},
		{"drips", Limits{}, 1, false, 20 * time.Second},
		{"just too slow", Limits{}, 499, false, 21 * time.Second},
		{"fast enough", Limits{}, 501, false, 0},
		{"all off", Limits{MinRate: -1, WriteIdle: -1}, 0, false, 0},
		{"connection stops", Limits{}, 0, true, 20 * time.Second},
		{"connection drips", Limits{}, 1, true, 20 * time.Second},
		{"connection fast enough", Limits{}, 501, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := make(chan error, 1)
			c.limits.PingInterval = -1
			l := handed(t, &Server{Limits: c.limits}, func(w *web.Response, r *web.Request) {
				if r.RawPath == "/short" {
					_ = w.Bytes(204, "", nil)
					return
				}
				_, err := w.Write(make([]byte, 10<<20))
				errs <- err
			})
			window := uint32(0)
			if c.whole {
				window = 1 << 30
			}
			k := l.openHTTP2(-1, window)
			k.Deliver(wiretest.H2Bytes{}.Get(1, "/"))
			k.awaitWriters(1)
			k.Sent()
			passed := time.Duration(0)
			// A handler that returns at once is forgotten with its stream.
			runs := func() bool { return k.conn.runs.first != nil && !k.conn.runs.first.over }
			for ; passed < 3*time.Minute && runs(); passed += time.Second {
				if c.each > 0 {
					given := wiretest.H2Bytes{}.WindowUpdate(0, c.each)
					if !c.whole {
						given = given.WindowUpdate(1, c.each)
					}
					k.Deliver(given)
				}
				l.sim.Advance(time.Second)
			}
			if c.want == 0 {
				if passed != 3*time.Minute {
					t.Errorf("ended after %v", passed)
				}
				k.Break(errors.New("enough"))
				k.rest()
				return
			}
			if passed < c.want-time.Second || passed > c.want+time.Second {
				t.Errorf("ended after %v, want %v", passed, c.want)
			}
			k.rest()
			if err := <-errs; !errors.Is(err, errWriteTimeout) {
				t.Errorf("the handler wrote %v", err)
			}
			resets := 0
			for _, f := range k.frames() {
				if f.Type == wiretest.H2RSTStream && f.Stream == 1 {
					resets++
				}
			}
			if resets != 1 {
				t.Errorf("%d frames RST_STREAM", resets)
			}
			l.rejected("write_timeout=1")
			k.Deliver(wiretest.H2Bytes{}.Get(3, "/short"))
			k.rest()
			if frames := k.frames(); len(frames) != 1 || frames[0].Stream != 3 || k.Closed() {
				t.Errorf("afterwards: %v, closed %v", frames, k.Closed())
			}
		})
	}
}

// Who waits for its turn behind others is not starved, and who has had no turn for
// long because a starved one went before is not either.
func TestWaitingForATurn(t *testing.T) {
	l := handed(t, &Server{Limits: Limits{PingInterval: -1}}, func(w *web.Response, r *web.Request) {
		_, _ = w.Write(make([]byte, 1<<20))
	})
	k := l.openHTTP2(-1, 1<<20)
	var ask wiretest.H2Bytes
	for stream := uint32(1); stream < 40; stream += 2 {
		ask = ask.Get(stream, "/")
	}
	k.Deliver(ask)
	k.awaitWriters(20)
	for range 60 {
		k.Deliver(wiretest.H2Bytes{}.WindowUpdate(0, 10_000))
		l.sim.Advance(time.Second)
	}
	l.rejected()
	if n := k.conn.runs.count; n != 20 {
		t.Errorf("%d of 20 responses are left", n)
	}
	k.Break(errors.New("enough"))
	k.rest()
}

// A window that cannot have come, since the bytes before it are on their way, is not
// missed.
func TestStarvedBehindOutput(t *testing.T) {
	l := handed(t, &Server{Limits: Limits{PingInterval: -1}}, func(w *web.Response, r *web.Request) {
		_, _ = w.Write([]byte(strings.Repeat("x", 60_000)))
		_ = w.Flush()
	})
	k := l.openHTTP2(200, 30_000)
	k.Deliver(wiretest.H2Bytes{}.Get(1, "/"))
	k.awaitWriters(1)
	for range 50 {
		k.Grant(590)
		l.sim.Advance(time.Second)
	}
	l.rejected()
	k.Grant(1 << 20)
	l.sim.Advance(20*time.Second - time.Millisecond)
	l.rejected()
	l.sim.Advance(time.Millisecond)
	k.rest()
	l.rejected("write_timeout=1")
	if k.Closed() {
		t.Error("the connection is closed")
	}
}
