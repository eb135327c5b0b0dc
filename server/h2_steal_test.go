package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/web"
)

// h2scene is what a peer sends, piece by piece, while a handler runs in place.
type h2scene struct {
	name    string
	sends   []frames
	window  uint32 // of each stream, 0 for more than enough
	expects bool   // 100 (Continue), before the second piece
	handler web.HandlerFunc
}

var h2scenes = []h2scene{
	{name: "text", sends: []frames{h2get(1)}, handler: say},
	{name: "many", sends: []frames{append(append(h2get(1), h2get(3)...), h2get(5)...), h2get(7)}, handler: say},
	{name: "large", sends: []frames{append(h2get(1), h2get(3)...)}, handler: func(w *web.Response, r *web.Request) {
		_ = w.Bytes(200, "text/plain", []byte(strings.Repeat("x", 9000)))
	}},
	{name: "streamed", sends: []frames{append(h2get(1), h2get(3)...)}, handler: func(w *web.Response, r *web.Request) {
		w.Set("Trailer", "T")
		_, _ = io.WriteString(w, "one")
		_ = w.Flush()
		_, _ = io.WriteString(w, "two")
		_ = w.Flush()
		w.AddTrailer("T", "three")
	}},
	{name: "narrow", sends: []frames{append(h2get(1), h2get(3)...)}, window: 1000, handler: func(w *web.Response, r *web.Request) {
		for range 3 {
			_, _ = io.WriteString(w, strings.Repeat("y", 5000))
		}
		_ = w.Flush()
	}},
	{name: "early hints", sends: []frames{h2get(1)}, handler: func(w *web.Response, r *web.Request) {
		_ = w.Inform(103, web.Fields{{Name: "Link", Value: "</a>"}})
		_ = w.Text(200, "hello")
	}},
	{name: "bodies across one another", sends: []frames{
		frames(nil).Post(1, "/").Post(3, "/"), frames(nil).Data(1, 0, "abc").Data(3, wiretest.H2EndStream, "xyz"),
		frames(nil).Data(1, wiretest.H2EndStream, "def").Get(5, "/"),
	}, handler: echo},
	{name: "body at once", sends: []frames{frames(nil).Post(1, "/").Data(1, wiretest.H2EndStream, "abcdef")}, handler: echo},
	{name: "expectation", sends: []frames{
		frames(nil).Headers(1, h2more, wiretest.H2Request("POST", "/", wiretest.H2Field{Name: "expect", Value: "100-continue"})...),
		frames(nil).Data(1, wiretest.H2EndStream, "abcdef"),
	}, expects: true, handler: echo},
	{name: "trailers", sends: []frames{
		frames(nil).Post(1, "/").Data(1, 0, "abc"), frames(nil).Headers(1, h2end, wiretest.H2Field{Name: "t", Value: "u"}),
	}, handler: func(w *web.Response, r *web.Request) {
		body, err := io.ReadAll(r.Body())
		_ = w.Text(200, fmt.Sprintf("%q, %v, %v", body, err, r.Body().Trailers()))
	}},
	{name: "body that nobody reads", sends: []frames{frames(nil).Post(1, "/"), frames(nil).Data(1, wiretest.H2EndStream, "abcdef").Get(3, "/")}, handler: say},
	{name: "deadlines", sends: []frames{frames(nil).Post(1, "/"), frames(nil).Data(1, wiretest.H2EndStream, "abcdef")}, handler: func(w *web.Response, r *web.Request) {
		_ = w.SetReadDeadline(epoch.Add(time.Hour))
		_ = w.SetWriteDeadline(epoch.Add(time.Hour))
		echo(w, r)
	}},
	{name: "answer before the return", sends: []frames{append(h2get(1), h2get(3)...)}, handler: func(w *web.Response, r *web.Request) {
		_ = w.Text(200, "hello")
		_ = w.Finish()
		runtime.Gosched()
	}},
	{name: "panic", sends: []frames{append(h2get(1), h2get(3)...)}, handler: func(w *web.Response, r *web.Request) { panic("on purpose") }},
	{name: "panic in mid-body", sends: []frames{append(h2get(1), h2get(3)...)}, handler: func(w *web.Response, r *web.Request) {
		_, _ = io.WriteString(w, "one")
		_ = w.Flush()
		panic("on purpose")
	}},
	{name: "end of the goroutine", sends: []frames{append(h2get(1), h2get(3)...)}, handler: func(w *web.Response, r *web.Request) { runtime.Goexit() }},
	{name: "hijack", sends: []frames{h2get(1)}, handler: func(w *web.Response, r *web.Request) {
		_, _, err := w.Hijack()
		_ = w.Text(200, fmt.Sprint(err))
	}},
	{name: "abort", sends: []frames{append(h2get(1), h2get(3)...)}, handler: func(w *web.Response, r *web.Request) { w.Abort(errors.New("on purpose")) }},
}

func say(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") }

// At each point where the loss of the baton makes a difference it is lost once: what
// each stream hears stays the same, and another connection is served meanwhile.
func TestStealAtEveryPointOfHTTP2(t *testing.T) {
	for _, s := range h2scenes {
		t.Run(s.name, func(t *testing.T) {
			want, points := s.play(t, 0)
			if points < 2 {
				t.Fatalf("%d points at which the baton can be lost", points)
			}
			if !strings.Contains(want, "ended true") && !strings.Contains(want, "reset true") {
				t.Fatalf("nothing ends: %s", want)
			}
			for at := 1; at <= points; at++ {
				if got, _ := s.play(t, at); got != want {
					t.Errorf("robbed at point %d of %d:\n%swant\n%s", at, points, got, want)
				}
			}
		})
	}
}

// play has the baton stolen at one point, 0 for none, and returns what each stream
// heard and how many points there were.
func (s *h2scene) play(t *testing.T, at int) (heard string, points int) {
	var passed atomic.Int64
	handler := web.HandlerFunc(func(w *web.Response, r *web.Request) {
		if r.RawPath == bystander {
			_ = w.Text(200, "")
			return
		}
		s.handler(w, r)
	})
	log := slog.New(slog.DiscardHandler)
	lab := newH2Lab(t, &Server{Handler: Inlined(Raw(handler), log, at%2 == 0)})
	lab.sim.Rob(func() {
		if passed.Add(1) == int64(at) {
			lab.sim.Steal()
		}
	})
	window := uint32(1 << 20)
	if s.window > 0 {
		window = s.window
	}
	k := lab.openH2(-1, window)
	k.peer.Grants = true // what was read is granted again, after the last piece
	for _, piece := range s.sends {
		k.Deliver(piece)
		lab.bystanderOfHTTP2()
		if s.expects {
			k.until("100", func() bool { return len(k.peer.Of(1).Informed) > 0 })
		}
	}
	k.look()
	lab.bystanderOfHTTP2()
	k.until("the end of all", func() bool { return k.conn.runs.first == nil })
	k.quiet()
	if n := lab.server.Stats().Active; n != 0 {
		t.Errorf("robbed at point %d: %d connections are active after all handlers returned", at, n)
	}
	k.honest()
	ids := []uint32{}
	for id := range k.peer.Streams {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		heard += fmt.Sprintf("stream %d: %v\n", id, k.peer.Streams[id])
	}
	return heard, int(passed.Load())
}

// bystanderOfHTTP2 is another connection, which must be served whatever became of
// those before.
func (l *lab) bystanderOfHTTP2() {
	l.t.Helper()
	k := l.openH2(-1, h2Window)
	k.send(frames(nil).Get(1, bystander).Goaway(0, 0))
	if a := k.over(1); a.Status() != "200" {
		l.t.Errorf("the bystander: %v", a)
	}
}
