package server_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

func TestPlainAnswer(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			_ = w.Text(200, "Hello, "+r.RawPath)
		})})
		c := r.dial()
		for i := range 3 {
			c.send(fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i))
			resp, body := c.answer("GET")
			if resp.StatusCode != 200 || body != fmt.Sprintf("Hello, /%d", i) || resp.ContentLength != int64(len(body)) {
				t.Fatalf("%v %q", resp, body)
			}
			if resp.Header.Get("Date") == "" {
				t.Error("no Date (RFC 9110, section 6.6.1)")
			}
		}
	})
}

func TestClientOfNetHTTP(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "Sum")
			sum := sha256.New()
			n, err := io.Copy(io.MultiWriter(w, sum), r.Body)
			if err != nil {
				panic(err)
			}
			w.Header().Set("Sum", fmt.Sprintf("%x %d %s", sum.Sum(nil), n, r.Trailer.Get("Said")))
		})})
		client := &http.Client{Transport: r.transport(), Timeout: patience}
		defer client.CloseIdleConnections()
		for _, size := range []int{0, 1, 4 << 10, 64 << 10, 3<<20 + 17} {
			for _, known := range []bool{true, false} {
				body := make([]byte, size)
				for i := range body {
					body[i] = byte(rand.Uint32())
				}
				var reader io.Reader = bytes.NewReader(body)
				if !known {
					reader = struct{ io.Reader }{reader}
				}
				req, err := http.NewRequest("POST", r.url+"/echo", reader)
				if err != nil {
					t.Fatal(err)
				}
				if !known {
					req.Trailer = http.Header{"Said": {"all"}}
				}
				resp, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				back, err := io.ReadAll(resp.Body)
				if err != nil || !bytes.Equal(back, body) {
					t.Fatalf("%d bytes (length known: %v) came back as %d, %v", size, known, len(back), err)
				}
				said := ""
				if !known {
					said = "all"
				}
				want := fmt.Sprintf("%x %d %s", sha256.Sum256(body), size, said)
				if got := resp.Trailer.Get("Sum"); got != strings.TrimSpace(want) {
					t.Fatalf("trailer %q, want %q", got, want)
				}
			}
		}
	})
}

func TestExpect(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			if r.RawPath == "/no" {
				_ = w.Text(403, "no")
				return
			}
			body, err := r.Body().Bytes(0)
			if err != nil {
				_ = w.Text(500, err.Error())
				return
			}
			_ = w.Text(200, string(body))
		})})
		c := r.dial()
		c.send("POST /yes HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
		if resp, _ := c.answer("POST"); resp.StatusCode != 100 {
			t.Fatalf("status %d before the body, want 100", resp.StatusCode)
		}
		c.send("hello")
		if resp, body := c.answer("POST"); resp.StatusCode != 200 || body != "hello" {
			t.Fatalf("%d %q", resp.StatusCode, body)
		}
		c.send("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
		if resp, _ := c.answer("POST"); resp.StatusCode != 403 || !resp.Close {
			t.Fatalf("status %d, close %v; want 403 and the end", resp.StatusCode, resp.Close)
		}
		c.ended()
	})
}

func TestPipeline(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			body, _ := r.Body().Bytes(0)
			_ = w.Text(200, r.RawPath+string(body))
		})})
		c := r.dial()
		var all strings.Builder
		const n = 1000
		for i := range n {
			if i%3 == 0 {
				fmt.Fprintf(&all, "POST /%d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", i)
			} else {
				fmt.Fprintf(&all, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i)
			}
		}
		all.WriteString("GET /bad HTTP/1.1\r\nHost : a\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n")
		go func() { _, _ = io.WriteString(c.Conn, all.String()) }()
		for i := range n {
			want := fmt.Sprintf("/%d", i)
			if i%3 == 0 {
				want += "abc"
			}
			if _, body := c.answer("GET"); body != want {
				t.Fatalf("answer %d is %q, want %q", i, body, want)
			}
		}
		if resp, _ := c.answer("GET"); resp.StatusCode != 400 {
			t.Fatalf("status %d, want 400", resp.StatusCode)
		}
		c.ended()
	})
}

func TestOldClient(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/stream" {
				_, _ = io.WriteString(w, "part ")
				_ = http.NewResponseController(w).Flush()
			}
			_, _ = io.WriteString(w, "end")
		})})
		c := r.dial()
		c.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
		resp, body := c.answer("GET")
		if body != "end" || resp.Header.Get("Connection") != "keep-alive" {
			t.Fatalf("%v %q", resp.Header, body)
		}
		c.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
		resp, body = c.answer("GET")
		if body != "part end" || len(resp.TransferEncoding) > 0 {
			t.Fatalf("%v %v %q", resp.TransferEncoding, resp.Header, body)
		}
		c.ended()
	})
}

func TestShortBody(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		got := make(chan error, 1)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			got <- err
		})})
		for _, head := range []string{"Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"} {
			c := r.dial()
			c.send("POST / HTTP/1.1\r\nHost: a\r\n" + head)
			closeWrite(c.Conn)
			if err := wait(t, "the handler", got); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%q: the handler saw %v, want io.ErrUnexpectedEOF", head, err)
			}
		}
	})
}

func TestContextEndsWithPeer(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, left := make(chan bool, 1), make(chan error, 1)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body)
			entered <- true
			<-r.Context().Done()
			left <- r.Context().Err()
		})})
		for _, end := range []func(net.Conn){
			closeWrite,
			func(c net.Conn) { _ = c.Close() },
			func(c net.Conn) { _ = socketOf(c).SetLinger(0); _ = socketOf(c).Close() },
		} {
			c := r.dial()
			c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
			wait(t, "the handler", entered)
			end(c.Conn)
			if err := wait(t, "the context", left); err == nil {
				t.Error("the context ended without an error")
			}
		}
	})
}

func TestHalfClose(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			body, _ := r.Body().Bytes(0)
			_ = w.Text(200, string(body))
		})})
		c := r.dial()
		c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
		closeWrite(c.Conn)
		if _, body := c.answer("POST"); body != "hi" {
			t.Fatalf("%q", body)
		}
		c.ended()
	})
}

func TestPanics(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/before":
				panic("before the head")
			case "/after":
				_, _ = io.WriteString(w, "part")
				_ = http.NewResponseController(w).Flush()
				panic("after the head")
			case "/abort":
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(w, "fine")
		})})
		c := r.dial()
		c.send("GET /before HTTP/1.1\r\nHost: a\r\n\r\n")
		resp, body := c.answer("GET")
		if resp.StatusCode != 500 || resp.Header.Get("Content-Type") != "application/problem+json" || strings.Contains(body, "head") {
			t.Errorf("%d %v %q", resp.StatusCode, resp.Header, body)
		}
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, body := c.answer("GET"); body != "fine" {
			t.Errorf("after a panic: %q", body)
		}
		c.send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
		resp, err := http.ReadResponse(c.in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if part, err := io.ReadAll(resp.Body); err == nil {
			t.Errorf("a part passed for the whole: %q", part)
		}
		c = r.dial()
		c.send("GET /abort HTTP/1.1\r\nHost: a\r\n\r\n")
		c.ended()
		if got := r.srv.Stats().Panics; got != 2 {
			t.Errorf("%d panics counted, want 2", got)
		}
	})
}

func TestHijack(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			conn, rw, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			go func() {
				defer conn.Close()
				_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
				_, _ = io.Copy(conn, rw.Reader)
			}()
		})})
		c := r.dial()
		c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly ")
		resp, err := http.ReadResponse(c.in, nil)
		if err != nil || resp.StatusCode != 101 {
			t.Fatalf("%v %v", resp, err)
		}
		c.send("and late")
		closeWrite(c.Conn)
		echo, err := io.ReadAll(c.in)
		if err != nil || string(echo) != "early and late" {
			t.Fatalf("%q %v", echo, err)
		}
	})
}
