package server_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// What the engine answers itself is plain text that no browser takes for
// anything else, and quotes nothing that the peer sent.
func TestEngineAnswers(t *testing.T) {
	const evil = "<script>\"evil\"</script>"
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello(), MaxHeaderBytes: 16 << 10})
		for _, c := range []struct {
			wire   string
			status int
		}{
			{"GET /\x01evil HTTP/1.1\r\nHost: a\r\n\r\n", 400},
			{"GET / HTTP/1.1\r\nHost: a\r\n" + evil + "\r\n\r\n", 400},
			{"GET / HTTP/1.1\r\nHost: " + evil + "\r\n\r\n", 400},
			{"GET / HTTP/9.1\r\nHost: evil\r\n\r\n", 505},
			{"GET /" + strings.Repeat("evil", 4000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
			{"GET / HTTP/1.1\r\nHost: a\r\nA: " + strings.Repeat("evil", 5000) + "\r\n\r\n", 431},
			{"POST / HTTP/1.1\r\nHost: a\r\nExpect: evil\r\nContent-Length: 1\r\n\r\n", 417},
			{"CONNECT evil:80 HTTP/1.1\r\nHost: evil:80\r\n\r\n", 501},
			{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
			{"\x16\x03\x01\x02\x00\x01\x00evil", 400},
		} {
			w := r.dial()
			w.send(c.wire)
			resp, body := w.answer("GET")
			if resp.StatusCode != c.status || !resp.Close {
				t.Errorf("%.40q: status %d, close %v; want %d and the end", c.wire, resp.StatusCode, resp.Close, c.status)
			}
			if kind := resp.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%.40q: %v", c.wire, resp.Header)
			}
			if all := fmt.Sprint(resp.Header, body); strings.Contains(all, "evil") {
				t.Errorf("%.40q comes back in %q", c.wire, all)
			}
			w.ended()
		}
	})
}

func TestPanicsEverywhere(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			switch r.RawPath {
			case "/head":
				w.BeforeHead(func() { panic("in BeforeHead") })
				_ = w.Text(200, "never")
			case "/body":
				_, _ = io.ReadFull(r.Body(), make([]byte, 3))
				panic("in mid-body")
			case "/answered":
				_ = w.Text(200, "whole")
				panic("after the answer")
			case "/exit":
				runtime.Goexit()
			case "/answered-exit":
				_ = w.Text(200, "whole")
				runtime.Goexit()
			case "/nil":
				panic(any(nil))
			case "/stream":
				_, _ = w.WriteString("part")
				_ = w.Flush()
				runtime.Goexit()
			}
			_ = w.Text(200, "fine")
		})})
		other := r.dial()
		for _, c := range []struct {
			wire, want string // "" is an end without an answer
			goesOn     bool
		}{
			{"GET /head HTTP/1.1\r\nHost: a\r\n\r\n", "500", true},
			{"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabcdef", "500", true},
			{"GET /answered HTTP/1.1\r\nHost: a\r\n\r\n", "200", true},
			{"GET /answered-exit HTTP/1.1\r\nHost: a\r\n\r\n", "200", true},
			{"GET /nil HTTP/1.1\r\nHost: a\r\n\r\n", "500", true},
			{"GET /exit HTTP/1.1\r\nHost: a\r\n\r\n", "", false},
			{"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", "part", false},
			{"GET /stream HTTP/1.0\r\n\r\n", "part", false},
		} {
			w := r.dial()
			w.send(c.wire)
			switch {
			case c.want == "":
				w.ended()
			case c.want == "part":
				resp, err := http.ReadResponse(w.in, nil)
				if err == nil {
					_, err = io.ReadAll(resp.Body)
				}
				if err == nil {
					t.Errorf("%.20q: a part passed for the whole", c.wire)
				}
			default:
				if resp, body := w.answer("GET"); fmt.Sprint(resp.StatusCode) != c.want || strings.Contains(body, "panic") {
					t.Errorf("%.20q: %d %q, want %s", c.wire, resp.StatusCode, body, c.want)
				}
			}
			if c.goesOn {
				w.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
				if _, body := w.answer("GET"); body != "fine" {
					t.Errorf("after %.20q: %q", c.wire, body)
				}
			}
			other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			if _, body := other.answer("GET"); body != "fine" {
				t.Errorf("another connection after %.20q: %q", c.wire, body)
			}
		}
		if got := r.srv.Stats().Panics; got != 4 {
			t.Errorf("%d panics counted, want 4", got)
		}
	})
}

// What a handler does after its return, or twice, is an error and reaches nobody
// else's answer.
func TestHandlerAbuse(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		type kept struct {
			w *web.Response
			r *web.Request
		}
		keep := make(chan kept, 1)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/keep" {
				_ = w.Text(200, "kept")
				if err := w.Text(200, "twice"); !errors.Is(err, web.ErrFinished) {
					t.Errorf("a second answer: %v", err)
				}
				keep <- kept{w, r}
				return
			}
			_ = w.Text(200, "other")
		})})
		c := r.dial()
		c.send("POST /keep HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd")
		c.answer("POST")
		k := wait(t, "the handler", keep)
		r.quiet()
		c.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, body := c.answer("GET"); body != "other" {
			t.Errorf("%q", body)
		}
		if _, err := k.w.Write([]byte("late")); !errors.Is(err, web.ErrFinished) {
			t.Errorf("a write after the return: %v", err)
		}
		if err := k.w.Flush(); err == nil {
			t.Error("a flush after the return has no error")
		}
		if _, _, err := k.w.Hijack(); err == nil {
			t.Error("a hijack after the return has no error")
		}
		k.w.Abort(errors.New("late"))
		if _, err := io.ReadAll(k.r.Body()); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a read after the return: %v", err)
		}
		if k.r.Context().Err() == nil {
			t.Error("the context lives on")
		}
		c.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, body := c.answer("GET"); body != "other" {
			t.Errorf("after late calls: %q", body)
		}
	})
}

func TestDoubleHijack(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		second := make(chan error, 3)
		var log bytes.Buffer
		r := up(&server.Server{Logger: slog.New(slog.NewTextHandler(&log, nil)), Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				second <- err
				return
			}
			defer conn.Close()
			_, _, err = http.NewResponseController(w).Hijack()
			second <- err
			_, err = io.WriteString(w, "not this way")
			second <- err
			_, _ = io.WriteString(conn, "bare")
		})})
		c := r.dial()
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		for range 2 {
			if err := wait(t, "an error", second); !errors.Is(err, http.ErrHijacked) {
				t.Errorf("%v", err)
			}
		}
		if rest, _ := io.ReadAll(c.in); string(rest) != "bare" {
			t.Errorf("%q", rest)
		}
		if !strings.Contains(log.String(), "hijacked connection") {
			t.Errorf("the server's log says %q", log.String())
		}
		if s := r.srv.Stats(); s.Active+s.Idle != 0 {
			t.Errorf("a hijacked connection is counted: %+v", s)
		}
		r.shutdown() // which does not wait for it
	})
}

// told has every handler counted as active from its head to its return, so that
// what it did happened before quiet.
func told(*web.Conn, http.ConnState) {}

// Slices and structs that handlers keep never show the bytes of another request.
// With the invariants tag buffers are scribbled over when they are given back.
func TestKeptBytes(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		type kept struct {
			text, want string
			body       []byte
			request    *web.Request
			response   *web.Response
		}
		var mu sync.Mutex
		var all []kept
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			body, err := r.Body().Bytes(0)
			if err != nil {
				t.Error(err)
			}
			own := r.Fields.Get("Own")
			if want := bytes.Repeat([]byte(own), len(body)/len(own)); !bytes.Equal(body, want) {
				t.Errorf("request %q has the body %.40q", own, body)
			}
			_ = w.Bytes(200, "text/plain", body)
			mu.Lock()
			all = append(all, kept{r.RawPath + r.RawQuery + own + r.Host, "/" + own + own + own + "h" + own, body, r, w})
			mu.Unlock()
		}), ConnState: told})
		var clients sync.WaitGroup
		for i := range 8 {
			c := r.dial()
			clients.Go(func() {
				for j := range 100 {
					own := fmt.Sprintf("%02d%03d", i, j)
					body := strings.Repeat(own, 1+(i*j)%2000)
					if j%2 == 0 {
						c.send(fmt.Sprintf("POST /%s?%s HTTP/1.1\r\nHost: h%s\r\nOwn: %s\r\nContent-Length: %d\r\n\r\n%s", own, own, own, own, len(body), body))
					} else {
						c.send(fmt.Sprintf("POST /%s?%s HTTP/1.1\r\nHost: h%s\r\nOwn: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", own, own, own, own, len(body), body))
					}
					if _, back := c.answer("POST"); back != body {
						t.Errorf("%s got %.40q", own, back)
						return
					}
				}
			})
		}
		clients.Wait()
		r.quiet()
		mu.Lock()
		defer mu.Unlock()
		for _, k := range all {
			own := k.want[1:6]
			if k.text != k.want || k.request.Fields.Get("Own") != own || k.request.RawPath != "/"+own {
				t.Errorf("%q became %q, %q", k.want, k.text, k.request.RawPath)
			}
			if strings.ReplaceAll(string(k.body), own, "") != "" {
				t.Errorf("the kept body of %s is %.40q", own, k.body)
			}
			if _, err := k.response.Write([]byte("late")); err == nil {
				t.Error("a kept response takes bytes")
			}
		}
	})
}

// Handlers that never return harm neither other connections nor Close.
func TestBlockedHandlers(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		const n = 100
		entered, never := make(chan bool, n), make(chan bool)
		defer close(never)
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/block" {
				entered <- true
				<-never
			}
			_ = w.Text(200, "hello")
		})})
		for range n {
			r.dial().send("GET /block HTTP/1.1\r\nHost: a\r\n\r\n")
		}
		for range n {
			wait(t, "the handlers", entered)
		}
		c := r.dial()
		for range 100 {
			c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			if _, body := c.answer("GET"); body != "hello" {
				t.Fatalf("%q", body)
			}
		}
		r.until("the blocked to count as active", func() bool {
			active := r.srv.Stats().Active
			return active == n || active == n+1
		})
		if err := r.srv.Close(); err != nil {
			t.Error(err)
		}
		c.ended()
	})
}
