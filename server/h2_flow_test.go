package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// onSome runs test on the carriers that differ most.
func onSome(t *testing.T, names []string, test func(t *testing.T, up func(*server.Server) *rig)) {
	for _, name := range names {
		found := false
		for _, c := range append(carriers[:len(carriers):len(carriers)], secureCarriers...) {
			if c.name == name {
				found = true
				t.Run(c.name, func(t *testing.T) { test(t, c.upH2(t, false)) })
			}
		}
		if !found {
			t.Fatalf("there is no carrier %q", name)
		}
	}
}

// 64 MiB each way, far more than any window.
func TestBigBodiesOfHTTP2(t *testing.T) {
	const size = 64 << 20
	block := noise(1 << 20)
	sum := sha256.New()
	for range size / len(block) {
		sum.Write(block)
	}
	want := fmt.Sprintf("%x", sum.Sum(nil))
	onSome(t, []string{"loops", "portable", "one loop, in place", "one loop, robbed, TLS"}, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "GET" {
				for range size / len(block) {
					if _, err := w.Write(block); err != nil {
						panic(err)
					}
				}
				return
			}
			sum := sha256.New()
			n, err := io.Copy(sum, r.Body)
			fmt.Fprintf(w, "%d %v %x", n, err, sum.Sum(nil))
		})})
		client := r.clientH2()
		var both sync.WaitGroup
		both.Go(func() {
			resp, err := client.Get(r.url)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			sum := sha256.New()
			if n, err := io.Copy(sum, resp.Body); n != size || err != nil || fmt.Sprintf("%x", sum.Sum(nil)) != want {
				t.Errorf("down: %d bytes, %v", n, err)
			}
		})
		both.Go(func() {
			pieces := make([]io.Reader, size/len(block))
			for i := range pieces {
				pieces[i] = bytes.NewReader(block)
			}
			resp, err := client.Post(r.url, "application/octet-stream", io.MultiReader(pieces...))
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			if said, _ := io.ReadAll(resp.Body); string(said) != fmt.Sprintf("%d <nil> %s", size, want) {
				t.Errorf("up: %s", said)
			}
		})
		both.Wait()
	})
}

// Windows of any size, and ones that change under way, let everything through, and
// nothing more than they say.
func TestWindowsOfHTTP2(t *testing.T) {
	body := noise(150_001)
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			for rest := body; len(rest) > 0; {
				n := min(len(rest), 33_333)
				if _, err := w.Write(rest[:n]); err != nil {
					return
				}
				rest = rest[n:]
			}
		})})
		for _, initial := range []uint32{0, 1, 100, 1 << 20} {
			w := r.h2dial(initial)
			w.peer.Grants = false
			w.send(w.peer.Grant(0, 1<<24))
			w.send(h2get(1, "/").Get(3, "/"))
			w.until("heads", func() bool { return w.peer.Of(1).Head != nil && w.peer.Of(3).Head != nil })
			// A setting that takes back what was granted makes windows negative (RFC
			// 9113, section 6.9.2).
			w.send(w.peer.Resize(10))
			for i := 0; !w.peer.Of(1).Over() || !w.peer.Of(3).Over(); i++ {
				for _, id := range []uint32{1, 3} {
					w.send(w.peer.Grant(id, 7001))
				}
				w.echoed()
			}
			same(t, "stream 1", w.peer.Of(1).Body, body)
			same(t, "stream 3", w.peer.Of(3).Body, body)
			w.honest()
		}
	})
}

// A reader who stops for a while on one stream holds up that one alone.
func TestSlowReaderOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/big" {
				_, _ = w.Write(noise(1 << 20))
				return
			}
			_ = w.Text(200, "small")
		})})
		w := r.h2dial(1000)
		w.peer.Grants = false
		w.send(w.peer.Grant(0, 1<<24))
		w.send(h2get(1, "/big"))
		w.until("all that the window allows", func() bool { return len(w.peer.Of(1).Body) == 1000 })
		for id := uint32(3); id < 203; id += 2 {
			w.send(h2get(id, "/small"))
			if a := w.over(id); string(a.Body) != "small" {
				t.Fatalf("%v", a)
			}
		}
		w.send(w.peer.Grant(1, 1<<20))
		same(t, "the big one", w.over(1).Body, noise(1<<20))
		w.honest()
	})
}

// Streams that their client takes back with bodies that nobody has read leave the
// window of the connection as it was, wherever they are taken back (RELIABILITY
// H2-20, H2-21).
func TestTakenBackOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			switch r.RawPath {
			case "/wait":
				<-r.Context().Done()
			case "/some":
				_, _ = io.ReadFull(r.Body(), make([]byte, 10_000))
				<-r.Context().Done()
			}
		})})
		w := r.h2dial(1 << 16)
		before := w.peer.Window
		const size = 30_000
		id := uint32(1)
		for range 60 {
			for _, path := range []string{"/wait", "/some", "/none"} {
				w.until("a window", func() bool { return w.peer.Window > 4*size })
				w.peer.Window -= size
				b := h2post(id, path)
				if path == "/none" {
					b = b.RSTStream(id, 8) // and data behind it
					w.send(b.Data(id, 0, string(noise(size/2))).Data(id, wiretest.H2EndStream, string(noise(size/2))))
				} else {
					w.send(b.Data(id, 0, string(noise(size/2))).Frame(wiretest.H2Frame{
						Type: wiretest.H2Data, Flags: wiretest.H2Padded, Stream: id,
						Payload: append([]byte{100}, make([]byte, size/2-1)...),
					}).RSTStream(id, 8))
				}
				id += 2
			}
		}
		r.until("handlers to return", func() bool { return r.srv.Stats().Active == 0 })
		w.echoed()
		if w.peer.Window < before-before/4 {
			t.Errorf("a window of %d, %d before", w.peer.Window, before)
		}
		w.send(h2get(id, "/"))
		if a := w.over(id); a.Status() != "200" {
			t.Errorf("%v", a)
		}
		w.honest()
	})
}

// GOAWAY by the client: its streams finish, and then the connection ends (RELIABILITY
// H2-22).
func TestGoAwayByTheClient(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		leave := make(chan bool)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			<-leave
			body, _ := r.Body().Bytes(0)
			_ = w.Text(200, "at last "+string(body))
		})})
		w := r.h2dial(1 << 16)
		w.send(h2get(1, "/").Post(3, "/").Goaway(0, 0))
		w.echoed()
		close(leave)
		if a := w.over(1); string(a.Body) != "at last " {
			t.Errorf("%v", a)
		}
		w.send(frames(nil).Data(3, wiretest.H2EndStream, "body"))
		if a := w.over(3); string(a.Body) != "at last body" {
			t.Errorf("%v", a)
		}
		w.ended()
		w.honest()
	})
}

// A client that goes away ends what its requests wait for, however it goes.
func TestPeerOfHTTP2Goes(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, left := make(chan bool, 8), make(chan error, 8)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			entered <- true
			switch r.RawPath {
			case "/wait":
				<-r.Context().Done()
				left <- r.Context().Err()
			case "/read":
				_, err := r.Body().Bytes(0)
				left <- err
			case "/write":
				_, err := w.Write(noise(1 << 20))
				left <- err
			}
		})})
		for _, end := range []func(w *h2wire){
			func(w *h2wire) { _ = w.Close() },
			func(w *h2wire) { _ = socketOf(w.Conn).SetLinger(0); _ = socketOf(w.Conn).Close() },
			func(w *h2wire) { w.send(frames(nil).Data(99, 0, "never opened")) },
		} {
			w := r.h2dial(1000)
			w.peer.Grants = false
			w.send(h2get(1, "/wait").Post(3, "/read").Get(5, "/write"))
			for range 3 {
				wait(t, "a handler", entered)
			}
			end(w)
			for range 3 {
				if err := wait(t, "a handler's end", left); err == nil {
					t.Error("a handler did not hear of the end")
				}
			}
			_ = w.Close()
		}
		r.until("all to end", func() bool { s := r.srv.Stats(); return s.Active+s.Idle == 0 })
	})
}

// The lasting state of a connection, and what is counted of it.
func TestCountsOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		states := make(chan string, 100)
		entered, leave := make(chan bool), make(chan bool)
		r := up(&server.Server{
			Handler: handleWeb(func(w *web.Response, r *web.Request) {
				entered <- true
				<-leave
				_ = w.Text(200, "ok")
			}),
			ConnState: func(c *web.Conn, s http.ConnState) { states <- fmt.Sprintf("%d %v", c.ID, s) },
		})
		told := func(want ...string) {
			t.Helper()
			for _, each := range want {
				if got := wait(t, each, states); got != each {
					t.Fatalf("%q, want %q", got, each)
				}
			}
		}
		w := r.h2dial(1 << 16)
		told("1 new")
		if s := r.srv.Stats(); s.Idle != 1 || s.Active != 0 {
			t.Errorf("%+v", s)
		}
		w.send(h2get(1, "/").Get(3, "/"))
		<-entered
		<-entered
		told("1 active")
		if s := r.srv.Stats(); s.Idle != 0 || s.Active != 1 || s.Requests[web.HTTP2] != 2 {
			t.Errorf("%+v", s)
		}
		leave <- true
		leave <- true
		w.over(1)
		w.over(3)
		told("1 idle")
		w.send(frames(nil).Goaway(0, 0))
		w.ended()
		_ = w.Close()
		told("1 closed")
		if s := r.srv.Stats(); s.Idle+s.Active != 0 || s.Accepted != 1 {
			t.Errorf("%+v", s)
		}
		w.honest()
	})
}

// A handler's deadline ends its own stream, over real connections too.
func TestDeadlineOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		errs, leave := make(chan error, 2), make(chan bool)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			control := http.NewResponseController(w)
			switch r.URL.Path {
			case "/read":
				_ = control.SetReadDeadline(longAgo)
				_, err := io.ReadAll(r.Body)
				errs <- err
				fmt.Fprint(w, "read no more")
			case "/write":
				_ = control.Flush()
				_ = control.SetWriteDeadline(longAgo)
				<-r.Context().Done()
				errs <- context.Cause(r.Context())
			default:
				<-leave
				fmt.Fprint(w, "fine")
			}
		})})
		w := r.h2dial(1 << 16)
		w.send(h2get(1, "/other").Post(3, "/read").Get(5, "/write"))
		if a := w.over(3); string(a.Body) != "read no more" {
			t.Errorf("%v", a)
		}
		if a := w.over(5); !a.Reset {
			t.Errorf("%v", a)
		}
		for range 2 {
			if err := wait(t, "a deadline", errs); err == nil {
				t.Error("a deadline has no effect")
			}
		}
		close(leave)
		if a := w.over(1); string(a.Body) != "fine" {
			t.Errorf("%v", a)
		}
		w.honest()
	})
}

// A thousand journeys of many streams, cut anywhere, leave nothing behind.
func TestNothingLeaksOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		runtime.GC()
		before := levelNow(t)
		r := up(&server.Server{Handler: everything()})
		running := descriptors(t)
		var travellers sync.WaitGroup
		for seed := range 8 {
			travellers.Go(func() {
				for i := range 25 {
					if err := r.travelH2(uint64(seed), uint64(i)); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		travellers.Wait()
		r.until("all connections to end", func() bool { s := r.srv.Stats(); return s.Active == 0 && s.Idle == 0 })
		r.until("descriptors", func() bool { return descriptors(t) <= running })
		if s := r.srv.Stats(); s.Panics == 0 || s.Requests[web.HTTP2] == 0 {
			t.Errorf("%+v", s)
		}
		r.shutdown()
		cameBack(t, before)
	})
}
