package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// A body that the handler ignores is never taken for a request.
func TestIgnoredBody(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, r.Method+r.RawPath) })})
		const inner = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE", "POST"} {
			for _, framing := range []string{
				fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(inner), inner),
				fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(inner), inner),
			} {
				c := r.dial()
				c.send(method + " /outer HTTP/1.1\r\nHost: a\r\n" + framing + "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
				if _, body := c.answer(method); method != "HEAD" && body != method+"/outer" {
					t.Errorf("%s: %q", method, body)
				}
				if _, body := c.answer("GET"); body != "GET/next" {
					t.Errorf("%s: the second answer is %q", method, body)
				}
				c.ended()
			}
		}
	})
}

// 10 MiB that nobody reads end the connection, and the answer arrives all the
// same.
func TestIgnoredUpload(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		c := r.dial()
		c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10485760\r\n\r\n")
		sent := make(chan int, 1)
		go func() {
			n, _ := c.Conn.Write(make([]byte, 10<<20))
			sent <- n
		}()
		resp, body := c.answer("POST")
		if body != "hello" || !resp.Close {
			t.Errorf("%q, close %v", body, resp.Close)
		}
		wait(t, "the upload", sent)
		c.ended()
		if got := r.srv.Stats().BytesIn; got > 3<<20 {
			t.Errorf("%d bytes of an unwanted body were read", got)
		}
	})
}

func TestExpectRows(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/unread" {
				_ = w.Text(200, "unread")
				return
			}
			body, err := r.Body().Bytes(0)
			if err != nil {
				_ = w.Text(400, err.Error())
				return
			}
			_ = w.Text(200, string(body))
		})})
		for _, c := range []struct {
			name, wire string
			statuses   []int
			goesOn     bool
		}{
			{"early body", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi", []int{200}, true},
			{"unread", "POST /unread HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 36\r\n\r\n", []int{200}, false},
			{"unknown", "POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 2\r\n\r\nhi", []int{417}, false},
			{"1.0", "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi", []int{200}, false},
			{"no body", "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", []int{200}, true},
		} {
			w := r.dial()
			w.send(c.wire)
			var got []int
			for resp, _ := w.answer("POST"); ; resp, _ = w.answer("POST") {
				got = append(got, resp.StatusCode)
				if resp.StatusCode >= 200 {
					break
				}
			}
			if got[0] == 100 {
				got = got[1:] // a body that came together with the head need not be asked for, but may be
			}
			if fmt.Sprint(got) != fmt.Sprint(c.statuses) {
				t.Errorf("%s: %v, want %v", c.name, got, c.statuses)
			}
			if !c.goesOn {
				w.ended()
				continue
			}
			w.send("GET /unread HTTP/1.1\r\nHost: a\r\n\r\n")
			if _, body := w.answer("GET"); body != "unread" {
				t.Errorf("%s: then %q", c.name, body)
			}
		}
	})
}

// No 101 unless everything is as it must be.
func TestUpgradeRows(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method) })})
		for _, c := range []struct {
			head   string
			status int
		}{
			{"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200},
			{"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", 200},
			{"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", 200},
			{"GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200},
			{"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nhi", 400},
			{"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		} {
			w := r.dial()
			w.send(c.head)
			if resp, _ := w.answer("GET"); resp.StatusCode != c.status {
				t.Errorf("%q: status %d, want %d", c.head, resp.StatusCode, c.status)
			}
		}
	})
}

func TestCloseStopsPipeline(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		c := r.dial()
		c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + strings.Repeat("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 3))
		if _, body := c.answer("GET"); body != "hello" {
			t.Errorf("%q", body)
		}
		c.ended()
		if got := r.srv.Stats().Requests[web.HTTP11]; got != 1 {
			t.Errorf("%d requests after Connection: close", got)
		}
	})
}

// What a handler puts into the head cannot become a line of it.
func TestResponseSplitting(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		const evil = "a\r\nEvil: 1\r\n\r\nbody\n\x00"
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/value":
				w.Header().Set("X", evil)
				w.Header().Set("Location", evil)
				w.Header().Set("Set-Cookie", evil)
			case "/name":
				w.Header()["X\r\nEvil"] = []string{"1"}
			case "/type":
				w.Header().Set("Content-Type", evil)
			case "/trailer":
				w.Header().Set(http.TrailerPrefix+"X", evil)
				_, _ = io.WriteString(w, strings.Repeat("x", 100))
				_ = http.NewResponseController(w).Flush()
			}
			_, _ = io.WriteString(w, "fine")
		})})
		for _, path := range []string{"/value", "/name", "/type", "/trailer"} {
			c := r.dial()
			c.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
			all, err := io.ReadAll(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(all), "\nEvil") || strings.ContainsRune(string(all), 0) {
				t.Errorf("%s: %q", path, all)
			}
			resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(all)), nil)
			if err != nil {
				t.Fatalf("%s: %v in %q", path, err, all)
			}
			if body, err := io.ReadAll(resp.Body); err != nil || !strings.HasSuffix(string(body), "fine") {
				t.Errorf("%s: %q %v", path, body, err)
			}
		}
	})
}

// Answers that HTTP does not allow never reach the wire as such.
func TestIllegalAnswers(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			switch r.RawPath {
			case "/204":
				w.SetStatus(204)
			case "/304":
				w.SetStatus(304)
			case "/long":
				w.Set("Content-Length", "3")
			case "/short":
				w.Set("Content-Length", "100")
			case "/99":
				w.SetStatus(99)
			case "/1000":
				w.SetStatus(1000)
			}
			_, _ = w.WriteString("hello")
		})})
		for _, c := range []struct {
			method, path, body string
			status             int
			goesOn             bool
		}{
			{"GET", "/204", "", 204, true},
			{"GET", "/304", "", 304, true},
			{"HEAD", "/", "", 200, true},
			{"GET", "/long", "hel", 200, true},
			{"GET", "/99", "", 500, true},
			{"GET", "/1000", "", 500, true},
		} {
			w := r.dial()
			w.send(c.method + " " + c.path + " HTTP/1.1\r\nHost: a\r\n\r\n")
			resp, body := w.answer(c.method)
			if resp.StatusCode != c.status || body != c.body {
				t.Errorf("%s %s: %d %q", c.method, c.path, resp.StatusCode, body)
			}
			w.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			if _, body := w.answer("GET"); body != "hello" {
				t.Errorf("after %s %s: %q", c.method, c.path, body)
			}
		}
		w := r.dial()
		w.send("GET /short HTTP/1.1\r\nHost: a\r\n\r\n")
		resp, err := http.ReadResponse(w.in, nil)
		if err == nil {
			_, err = io.ReadAll(resp.Body)
		}
		if err == nil {
			t.Error("a short body passed for the whole")
		}
	})
}

// A response to HTTP/1.0 that ends by the end of the connection has to end in a
// reset when a part of it is missing, whoever cut it.
func TestCutOldStream(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			_, _ = w.WriteString("part")
			_ = w.Flush()
			switch r.RawPath {
			case "/panic":
				panic("in mid-stream")
			case "/body":
				_, err := io.ReadAll(r.Body())
				if err == nil {
					t.Error("a body that was cut has no error")
				}
			}
		})})
		for _, wire := range []string{
			"GET /panic HTTP/1.0\r\n\r\n",
			"POST /body HTTP/1.0\r\nContent-Length: 10\r\n\r\nhello",
		} {
			c := r.dial()
			c.send(wire)
			if strings.HasPrefix(wire, "POST") {
				if _, err := c.in.Peek(1); err != nil { // the answer has begun
					t.Fatal(err)
				}
				closeWrite(c.Conn)
			}
			if all, err := io.ReadAll(c.in); err == nil {
				t.Errorf("%q: %q passed for a whole answer", wire, all)
			}
		}
	})
}
