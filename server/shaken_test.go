package server

import (
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/exchange"
	"github.com/fasterapi-go/fasterapi/web"
)

// shaken is a core that panics at what a handler asks for.
type shaken struct{ exchange.Core }

func (shaken) Respond(exchange.ID, web.Head, bool) error { panic("a core's own") }
func (shaken) Inform(exchange.ID, web.Head) error        { panic("a core's own") }
func (shaken) Consumed(exchange.ID, int)                 { panic("a core's own") }

// What panics below a handler in place breaks its connection and nothing else:
// the baton goes on.
func TestPanicBelowAHandlerInPlace(t *testing.T) {
	for name, handler := range map[string]web.HandlerFunc{
		"last":   func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") },
		"waited": func(w *web.Response, r *web.Request) { _ = w.Inform(103, nil) },
		"read":   func(w *web.Response, r *web.Request) { _, _ = io.ReadAll(r.Body()) },
	} {
		t.Run(name, func(t *testing.T) {
			first := true
			h := web.HandlerFunc(func(w *web.Response, r *web.Request) {
				if first {
					first = false
					handler(w, r)
					return
				}
				_ = w.Text(200, "")
			})
			lab := newLab(t, &Server{Handler: Inlined(Raw(h), slog.New(slog.DiscardHandler), false)})
			stuck := time.AfterFunc(30*time.Second, func() { panic("the baton is lost") })
			defer stuck.Stop()
			k := lab.open(-1)
			k.conn.core = shaken{k.conn.core}
			k.Deliver([]byte(sixBytes + "abcdef"))
			lab.bystander()
			k.rest()
			if !k.Aborted() {
				t.Error("the connection goes on with a core that is in pieces")
			}
			if n := lab.server.Stats().Panics; n != 1 {
				t.Errorf("%d panics", n)
			}
		})
	}
}

// ConnState is the user's, and is called with the baton.
func TestConnStatePanics(t *testing.T) {
	for _, at := range []http.ConnState{http.StateNew, http.StateActive, http.StateIdle, http.StateClosed} {
		told := 0
		h := web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "") })
		lab := newLab(t, &Server{
			Handler: Inlined(Raw(h), slog.New(slog.DiscardHandler), false),
			ConnState: func(_ *web.Conn, state http.ConnState) {
				if state == at {
					told++
					panic("on purpose")
				}
			},
		})
		k := lab.open(-1)
		k.Deliver([]byte(get))
		k.Finish()
		k.rest()
		lab.bystander()
		if told == 0 || !k.Closed() {
			t.Errorf("%v: told %d times, closed %v", at, told, k.Closed())
		}
	}
}
