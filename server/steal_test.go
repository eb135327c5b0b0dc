package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// scene is what peers send, piece by piece, while a handler runs in place.
type scene struct {
	name    string
	sends   []string
	window  int // of the output, 0 for any number
	grants  int // more of it, after the last piece
	handler web.HandlerFunc
}

var scenes = []scene{
	{name: "text", sends: []string{get}, handler: func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") }},
	{name: "nothing", sends: []string{get}, handler: func(w *web.Response, r *web.Request) {}},
	{name: "pipelined", sends: []string{get + get + get, get}, handler: func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") }},
	{name: "large", sends: []string{get}, handler: func(w *web.Response, r *web.Request) {
		_ = w.Bytes(200, "text/plain", []byte(strings.Repeat("x", 9000)))
	}},
	{name: "streamed", sends: []string{get}, handler: func(w *web.Response, r *web.Request) {
		w.Set("Trailer", "T")
		_, _ = io.WriteString(w, "one")
		_ = w.Flush()
		_, _ = io.WriteString(w, "two")
		_ = w.Flush()
		w.AddTrailer("T", "three")
	}},
	{name: "narrow", sends: []string{get}, window: 100, grants: 1 << 20, handler: func(w *web.Response, r *web.Request) {
		for range 5 {
			_, _ = io.WriteString(w, strings.Repeat("y", 50_000))
		}
		_ = w.Flush()
	}},
	{name: "early hints", sends: []string{get}, handler: func(w *web.Response, r *web.Request) {
		_ = w.Inform(103, web.Fields{{Name: "Link", Value: "</a>"}})
		_ = w.Text(200, "hello")
	}},
	{name: "body", sends: []string{sixBytes, "abc", "def" + get}, handler: echo},
	{name: "body at once", sends: []string{sixBytes + "abcdef"}, handler: echo},
	{name: "expectation", sends: []string{strings.Replace(sixBytes, "\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n", 1), "abcdef"}, handler: echo},
	{name: "body that nobody reads", sends: []string{sixBytes, "abcdef" + get}, handler: func(w *web.Response, r *web.Request) {
		_ = w.Text(200, "hello")
	}},
	{name: "body cut short", sends: []string{sixBytes, "abc", ""}, handler: echo},
	{name: "deadlines", sends: []string{sixBytes, "abcdef"}, handler: func(w *web.Response, r *web.Request) {
		_ = w.SetReadDeadline(epoch.Add(time.Hour))
		_ = w.SetWriteDeadline(epoch.Add(time.Hour))
		echo(w, r)
	}},
	{name: "answer before the return", sends: []string{get + get}, handler: func(w *web.Response, r *web.Request) {
		_ = w.Text(200, "hello")
		_ = w.Finish()
		runtime.Gosched()
	}},
	{name: "panic", sends: []string{get}, handler: func(w *web.Response, r *web.Request) { panic("on purpose") }},
	{name: "panic in mid-body", sends: []string{get}, handler: func(w *web.Response, r *web.Request) {
		_, _ = io.WriteString(w, "one")
		_ = w.Flush()
		panic("on purpose")
	}},
	{name: "end of the goroutine", sends: []string{get}, handler: func(w *web.Response, r *web.Request) { runtime.Goexit() }},
	{name: "hijack", sends: []string{get}, handler: func(w *web.Response, r *web.Request) {
		if _, _, err := w.Hijack(); err == nil {
			panic("a simulated connection cannot be had")
		}
	}},
	{name: "abort", sends: []string{get}, handler: func(w *web.Response, r *web.Request) { w.Abort(errors.New("on purpose")) }},
}

const sixBytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n"

func echo(w *web.Response, r *web.Request) {
	body, err := io.ReadAll(r.Body())
	_ = w.Text(200, fmt.Sprintf("%q, %v", body, err))
}

// At each point where the loss of the baton makes a difference it is lost once:
// what goes over the wire stays the same, and another connection is served
// meanwhile.
func TestStealAtEveryPoint(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			want, points := s.play(t, 0)
			if points < 2 {
				t.Fatalf("%d points at which the baton can be lost", points)
			}
			for at := 1; at <= points; at++ {
				if got, _ := s.play(t, at); got != want {
					t.Errorf("robbed at point %d of %d: %q, want %q", at, points, got, want)
				}
			}
		})
	}
}

// play has the baton stolen at one point, 0 for none, and returns what the peer
// saw and how many points there were.
func (s *scene) play(t *testing.T, at int) (seen string, points int) {
	var passed atomic.Int64
	handler := web.HandlerFunc(func(w *web.Response, r *web.Request) {
		if r.RawPath == bystander {
			_ = w.Text(200, "")
			return
		}
		s.handler(w, r)
	})
	log := slog.New(slog.DiscardHandler)
	lab := newLab(t, &Server{Handler: Inlined(Raw(handler), log, at%2 == 0)})
	lab.sim.Rob(func() {
		if passed.Add(1) == int64(at) {
			lab.sim.Steal()
		}
	})
	window := -1
	if s.window > 0 {
		window = s.window
	}
	k := lab.open(window)
	for _, piece := range s.sends {
		if piece == "" {
			k.Finish()
		} else {
			k.Deliver([]byte(piece))
		}
		lab.bystander()
	}
	k.Grant(s.grants)
	lab.bystander()
	k.rest()
	if n := lab.server.Stats().Active; n != 0 {
		t.Errorf("robbed at point %d: %d connections are active after all handlers returned", at, n)
	}
	return string(k.Sent()), int(passed.Load())
}

const bystander = "/bystander"

// bystander is another connection, which must be served whatever became of those
// before.
func (l *lab) bystander() {
	l.t.Helper()
	k := l.open(-1)
	k.Deliver([]byte("GET " + bystander + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
	seen := ""
	l.until("the bystander's answer", func() bool {
		seen += string(k.Sent())
		return strings.HasPrefix(seen, "HTTP/1.1 200")
	})
}
