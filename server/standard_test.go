package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/server"
)

func (r *rig) client() *http.Client {
	transport := r.transport()
	transport.ExpectContinueTimeout = patience
	r.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

func TestKeepAliveOfNetHTTP(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: hello()})
		client := r.client()
		reused := 0
		trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			if info.Reused {
				reused++
			}
		}}
		for range 10 {
			req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", r.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
		if reused != 9 || r.srv.Stats().Accepted != 1 {
			t.Errorf("%d of 10 requests reused a connection, %d accepted", reused, r.srv.Stats().Accepted)
		}
	})
}

func TestExpectOfNetHTTP(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/no" {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			n, err := io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, n, err)
		})})
		client := r.client()
		for path, want := range map[string]string{"/yes": "2097152 <nil>", "/no": "no\n"} {
			asked := false
			trace := &httptrace.ClientTrace{Got100Continue: func() { asked = true }}
			body := &countingReader{Reader: bytes.NewReader(make([]byte, 2<<20))}
			req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "POST", r.url+path, body)
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = 2 << 20
			req.Header.Set("Expect", "100-continue")
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if string(got) != want || asked != (path == "/yes") || path == "/no" && body.n != 0 {
				t.Errorf("%s: %q, 100 %v, %d bytes sent", path, got, asked, body.n)
			}
		}
	})
}

type countingReader struct {
	io.Reader
	n int
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.n += n
	return n, err
}

// A client that has seen enough goes away: the handler hears of it.
func TestEarlyCloseOfNetHTTP(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		ended := make(chan error, 2)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			piece := make([]byte, 32<<10)
			for {
				if _, err := w.Write(piece); err != nil {
					<-r.Context().Done()
					ended <- err
					return
				}
			}
		})})
		client := r.client()
		resp, err := client.Get(r.url)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadFull(resp.Body, make([]byte, 100_000))
		_ = resp.Body.Close()
		if wait(t, "the handler", ended) == nil {
			t.Error("no error")
		}
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, "GET", r.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err = client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		wait(t, "the handler", ended)
		_ = resp.Body.Close()
		r.quiet()
	})
}

// Reading and writing at the same time, line by line.
func TestFullDuplex(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			control := http.NewResponseController(w)
			if err := control.EnableFullDuplex(); err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusAccepted)
			if err := control.Flush(); err != nil {
				t.Error(err)
			}
			buffer := make([]byte, 16)
			for {
				n, err := r.Body.Read(buffer)
				if err != nil {
					return
				}
				_, _ = w.Write(bytes.ToUpper(buffer[:n]))
				if err := control.Flush(); err != nil {
					t.Error(err)
				}
			}
		})})
		back, forth := io.Pipe()
		req, err := http.NewRequest("POST", r.url, back)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := r.client().Do(req)
		if err != nil || resp.StatusCode != http.StatusAccepted {
			t.Fatal(resp, err)
		}
		for i := range 50 {
			line := fmt.Sprintf("line %d", i)
			_, _ = io.WriteString(forth, line)
			echo := make([]byte, len(line))
			if _, err := io.ReadFull(resp.Body, echo); err != nil || string(echo) != strings.ToUpper(line) {
				t.Fatalf("%q %v", echo, err)
			}
		}
		_ = forth.Close()
		if rest, err := io.ReadAll(resp.Body); len(rest) > 0 || err != nil {
			t.Errorf("%q %v", rest, err)
		}
	})
}

func TestDeadlinesOfController(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		errs := make(chan error, 2)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			control := http.NewResponseController(w)
			if r.URL.Path == "/read" {
				_ = control.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
				_, err := io.ReadAll(r.Body)
				errs <- err
				return
			}
			_ = control.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
			for {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					errs <- err
					return
				}
			}
		})})
		c := r.dial()
		c.send("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
		if err := wait(t, "the read", errs); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the read ended with %v", err)
		}
		c.answer("POST")
		c = r.dial()
		c.send("GET /write HTTP/1.1\r\nHost: a\r\n\r\n")
		if err := wait(t, "the write", errs); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the write ended with %v", err)
		}
	})
}

func TestTimeoutHandler(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		left := make(chan error, 1)
		r := up(&server.Server{Handler: http.TimeoutHandler(handle(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				<-r.Context().Done()
				left <- r.Context().Err()
				return
			}
			fmt.Fprint(w, "in time")
		}), 20*time.Millisecond, "timed out")})
		if status, body := r.get("/slow"); status != 503 || body != "timed out" {
			t.Errorf("%d %q", status, body)
		}
		if err := wait(t, "the handler", left); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the handler's context ended with %v", err)
		}
	})
}

func TestReverseProxy(t *testing.T) {
	onEach(t, func(t *testing.T, up func(*server.Server) *rig) {
		behind := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/echo":
				w.Header().Set("Trailer", "Sum")
				n, _ := io.Copy(w, r.Body)
				w.Header().Set("Sum", fmt.Sprint(n))
			case "/stream":
				fmt.Fprint(w, "first")
				_ = http.NewResponseController(w).Flush()
				_, _ = io.ReadAll(r.Body)
				fmt.Fprint(w, " last")
			case "/broken":
				fmt.Fprint(w, strings.Repeat("x", 100_000))
				panic(http.ErrAbortHandler)
			}
		})})
		target, err := url.Parse(behind.url)
		if err != nil {
			t.Fatal(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(target)
		proxy.ErrorLog = log.New(io.Discard, "", 0)
		transport := behind.transport()
		t.Cleanup(transport.CloseIdleConnections)
		proxy.Transport = transport
		front := up(&server.Server{Handler: proxy})
		client := front.client()
		body := strings.Repeat("0123456789", 300_000)
		resp, err := client.Post(front.url+"/echo", "text/plain", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		back, err := io.ReadAll(resp.Body)
		if err != nil || string(back) != body || resp.Trailer.Get("Sum") != fmt.Sprint(len(body)) {
			t.Errorf("%d bytes, %v, trailer %v", len(back), err, resp.Trailer)
		}
		pipe, feed := io.Pipe()
		resp, err = client.Post(front.url+"/stream", "text/plain", pipe)
		if err != nil {
			t.Fatal(err)
		}
		first := make([]byte, 5)
		if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "first" {
			t.Errorf("%q %v", first, err)
		}
		_ = feed.Close()
		if rest, err := io.ReadAll(resp.Body); err != nil || string(rest) != " last" {
			t.Errorf("%q %v", rest, err)
		}
		resp, err = client.Get(front.url + "/broken")
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
		if err == nil {
			t.Error("a part passed through a proxy for the whole")
		}
	})
}
