package server_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// connectTo is the head of an extended CONNECT (RFC 8441, section 4).
func connectTo(id uint32, protocol, path string) frames {
	return frames(nil).Headers(id, h2more, append(wiretest.H2Request("CONNECT", path), wiretest.H2Field{Name: ":protocol", Value: protocol})...)
}

// An extended CONNECT reaches the raw route for it, whose body and answer are the two
// directions of another protocol; it is offered where there is such a route.
func TestExtendedConnect(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		app := fasterapi.New()
		app.Handle("CONNECT", "/echo", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			w.Set("Upgraded", r.Upgrade)
			if err := w.Flush(); err != nil {
				return
			}
			room := make([]byte, 4096)
			for {
				n, err := r.Body().Read(room)
				if n > 0 {
					_, _ = w.Write(room[:n])
					_ = w.Flush()
				}
				if err == io.EOF {
					_, _ = w.WriteString(" and bye")
					return
				}
				if err != nil {
					return
				}
			}
		}))
		app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "fine") }))
		r := up(&server.Server{Handler: app})
		w := r.h2dial(1 << 16)
		if w.peer.Settings[server.H2Connect] != 1 {
			t.Fatalf("not offered: %v", w.peer.Settings)
		}
		w.send(connectTo(1, "echo", "/echo"))
		a := w.peer.Of(1)
		w.until("the head", func() bool { return a.Head != nil })
		if a.Status() != "200" || a.Head.Get("upgraded") != "echo" || a.Head.Get("content-length") != "" {
			t.Fatalf("%v", a)
		}
		for i, word := range []string{"one ", "two ", "three"} {
			w.send(frames(nil).Data(1, 0, word))
			want := []string{"one ", "one two ", "one two three"}[i]
			w.until("the echo", func() bool { return string(a.Body) == want })
		}
		w.send(h2get(3, "/").Data(1, wiretest.H2EndStream, ""))
		if a := w.over(3); string(a.Body) != "fine" {
			t.Errorf("beside it: %v", a)
		}
		if a := w.over(1); string(a.Body) != "one two three and bye" || a.Reset {
			t.Errorf("%v", a)
		}
		w.send(connectTo(5, "echo", "/other"))
		if a := w.over(5); a.Status() != "404" {
			t.Errorf("%v", a)
		}
		// The older CONNECT asks for a proxy, which this is not.
		w.send(frames(nil).Headers(7, h2end, wiretest.H2Field{Name: ":method", Value: "CONNECT"}, wiretest.H2Field{Name: ":authority", Value: "b:80"}))
		if a := w.over(7); a.Status() != "501" {
			t.Errorf("%v", a)
		}
		w.honest()
	})
}

// Without a route for it an extended CONNECT is not offered, and malformed.
func TestExtendedConnectIsNotOffered(t *testing.T) {
	app := fasterapi.New()
	app.Handle("GET", "/echo", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "fine") }))
	onSome(t, []string{"loops", "loops, TLS"}, func(t *testing.T, up func(*server.Server) *rig) {
		w := up(&server.Server{Handler: app}).h2dial(1 << 16)
		if value, ok := w.peer.Settings[server.H2Connect]; ok {
			t.Errorf("offered with %d", value)
		}
		w.send(connectTo(1, "echo", "/echo").Get(3, "/echo"))
		if a := w.over(1); !a.Reset || wiretest.H2CodeName(a.Code) != "PROTOCOL_ERROR" {
			t.Errorf("%v", a)
		}
		if a := w.over(3); a.Status() != "200" {
			t.Errorf("%v", a)
		}
		w.honest()
	})
}

// Where the routes of an App run makes no difference to what is offered.
func TestMarkedConnect(t *testing.T) {
	app := fasterapi.New()
	app.Handle("CONNECT", "/echo", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, r.Upgrade) }))
	for _, h := range []http.Handler{server.Inline(app), server.Blocking(app), server.Blocking(server.Inline(app))} {
		onSome(t, []string{"loops"}, func(t *testing.T, up func(*server.Server) *rig) {
			w := up(&server.Server{Handler: h}).h2dial(1 << 16)
			if w.peer.Settings[server.H2Connect] != 1 {
				t.Fatal("not offered")
			}
			w.send(connectTo(1, "echo", "/echo").Data(1, wiretest.H2EndStream, ""))
			if a := w.over(1); string(a.Body) != "echo" {
				t.Errorf("%v", a)
			}
		})
	}
}
