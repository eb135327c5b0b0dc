package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

// summing echoes a body with its sum in the trailers.
func summing() http.Handler {
	return handle(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "Sum")
		sum := sha256.New()
		n, err := io.Copy(io.MultiWriter(w, sum), r.Body)
		if err != nil {
			panic(err)
		}
		w.Header().Set("Sum", fmt.Sprintf("%s %x %d %s", r.Proto, sum.Sum(nil), n, r.Trailer.Get("Said")))
	})
}

// round has a body echoed, with its length known or not, and trailers where not.
func round(client *http.Client, url string, body []byte, known bool) error {
	var reader io.Reader = bytes.NewReader(body)
	said := ""
	if !known {
		reader, said = struct{ io.Reader }{reader}, "all"
	}
	req, err := http.NewRequest("POST", url+"/echo", reader)
	if err != nil {
		return err
	}
	if !known {
		req.Trailer = http.Header{"Said": {said}}
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	back, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.Equal(back, body) {
		return fmt.Errorf("%d bytes (length known: %v) came back as %d, %w", len(body), known, len(back), err)
	}
	want := strings.TrimSpace(fmt.Sprintf("HTTP/2.0 %x %d %s", sha256.Sum256(body), len(body), said))
	if got := resp.Trailer.Get("Sum"); got != want {
		return fmt.Errorf("trailer %q, want %q", got, want)
	}
	return nil
}

func TestClientOfNetHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: summing()})
		client := r.clientH2()
		for _, size := range []int{0, 1, 4 << 10, 64 << 10, 3<<20 + 17} {
			for _, known := range []bool{true, false} {
				if err := round(client, r.url, noise(size), known); err != nil {
					t.Error(err)
				}
			}
		}
		// Forty at a time, on that same connection.
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				for j := range 3 {
					if err := round(client, r.url, noise(i*1000), (i+j)%2 == 0); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		s := r.srv.Stats()
		if s.Accepted != 1 || s.Requests[web.HTTP2] != 130 || s.Requests[web.HTTP11] != 0 || len(s.Rejected) > 0 {
			t.Errorf("%d connections, requests %v, rejected %v; want 1 and 130 of HTTP/2", s.Accepted, s.Requests, s.Rejected)
		}
	})
}

// What the head of an answer says, and whether a body follows.
func TestAnswersOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{ServerName: "own", Handler: handleWeb(func(w *web.Response, r *web.Request) {
			switch r.RawPath {
			case "/204":
				_ = w.Bytes(204, "", nil)
			case "/304":
				w.Set("Etag", `"a"`)
				_ = w.Bytes(304, "", nil)
			case "/stream":
				_, _ = w.WriteString("one ")
				_ = w.Flush()
				_, _ = w.WriteString("two")
			case "/nothing":
			case "/target":
				_ = w.Text(200, r.Scheme+" "+r.Host+" "+r.Target+" "+r.RawQuery+" "+r.Fields.Get("cookie"))
			default:
				w.Set("Connection", "keep-alive")
				w.Set("X-Own", "Value")
				_ = w.Text(200, "hello")
			}
		})})
		w := r.h2dial(1 << 16)
		for i, c := range []struct{ method, path, status, length, body string }{
			{"GET", "/", "200", "5", "hello"},
			{"HEAD", "/", "200", "5", ""},
			{"GET", "/204", "204", "", ""},
			{"GET", "/304", "304", "", ""},
			{"GET", "/nothing", "200", "0", ""},
			{"GET", "/stream", "200", "", "one two"},
			{"HEAD", "/stream", "200", "", ""},
			{"OPTIONS", "*", "200", "5", "hello"},
			{"GET", "/target?q=1", "200", "", r.scheme() + " a /target?q=1 q=1 a=1; b=2"},
		} {
			id := uint32(2*i + 1)
			w.send(frames(nil).Headers(id, h2end, wiretest.H2Request(c.method, c.path,
				wiretest.H2Field{Name: "cookie", Value: "a=1"}, wiretest.H2Field{Name: "cookie", Value: "b=2"})...))
			a := w.over(id)
			length := a.Head.Get("content-length")
			if a.Status() != c.status || string(a.Body) != c.body || c.length != "" && length != c.length || a.Reset {
				t.Errorf("%s %s: %v", c.method, c.path, a)
			}
			if a.Head.Get("date") == "" || a.Head.Get("server") != "own" || a.Head.Get("connection") != "" {
				t.Errorf("%s %s: %v", c.method, c.path, a.Head)
			}
		}
		w.honest()
	})
}

func (r *rig) scheme() string {
	if r.secure != nil {
		return "https"
	}
	return "http"
}

// A flushed part arrives before the handler says more.
func TestFlushOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		next := make(chan bool)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			for i := range 5 {
				fmt.Fprintf(w, "part %d\n", i)
				_ = http.NewResponseController(w).Flush()
				<-next
			}
		})})
		resp, err := r.clientH2().Get(r.url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		part := make([]byte, len("part 0\n"))
		for i := range 5 {
			if _, err := io.ReadFull(resp.Body, part); err != nil || string(part) != fmt.Sprintf("part %d\n", i) {
				t.Fatalf("%q, %v", part, err)
			}
			next <- true
		}
		if rest, err := io.ReadAll(resp.Body); len(rest) > 0 || err != nil {
			t.Errorf("%q, %v", rest, err)
		}
	})
}

// 100 (Continue) goes out when the handler reads and not before; other 1xx as the
// handler says.
func TestInformationOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/no":
				http.Error(w, "no", http.StatusForbidden)
				return
			case "/hints":
				w.Header().Set("Link", "</a>")
				w.WriteHeader(103)
			}
			body, err := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%q %v", body, err)
		})})
		w := r.h2dial(1 << 16)
		expect := wiretest.H2Field{Name: "expect", Value: "100-continue"}
		w.send(h2post(1, "/yes", expect))
		a := w.peer.Of(1)
		w.until("100", func() bool { return len(a.Informed) > 0 })
		if a.Informed[0].Get(":status") != "100" || a.Head != nil {
			t.Fatalf("%v", a)
		}
		w.send(frames(nil).Data(1, wiretest.H2EndStream, "hello"))
		if a := w.over(1); string(a.Body) != `"hello" <nil>` || len(a.Informed) != 1 {
			t.Errorf("%v", a)
		}
		w.send(h2post(3, "/no", expect))
		if a := w.over(3); a.Status() != "403" || len(a.Informed) != 0 {
			t.Errorf("%v", a)
		}
		w.send(h2get(5, "/hints"))
		if a := w.over(5); len(a.Informed) != 1 || a.Informed[0].Get(":status") != "103" || a.Informed[0].Get("link") != "</a>" || a.Status() != "200" {
			t.Errorf("%v", a)
		}
		w.echoed()
		w.honest()
		informed := 0
		ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
			Got1xxResponse: func(code int, _ textproto.MIMEHeader) error { informed = code; return nil },
		})
		req, err := http.NewRequestWithContext(ctx, "GET", r.url+"/hints", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := r.clientH2().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if informed != 103 || resp.StatusCode != 200 {
			t.Errorf("%d, %d", informed, resp.StatusCode)
		}
	})
}

// A request that its client takes back ends in its handler, and nothing else ends.
func TestCancelOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		entered, leave, left := make(chan bool, 2), make(chan bool), make(chan error, 1)
		r := up(&server.Server{Handler: handle(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/cancelled":
				entered <- true
				<-r.Context().Done()
				_, err := io.Copy(w, strings.NewReader(strings.Repeat("x", 1<<20)))
				left <- err
			case "/reading":
				entered <- true
				_, err := io.ReadAll(r.Body)
				left <- err
			case "/other":
				entered <- true
				<-leave
				fmt.Fprint(w, "other")
			}
		})})
		client := r.clientH2()
		other := make(chan error, 1)
		go func() {
			resp, err := client.Get(r.url + "/other")
			if err == nil {
				body, _ := io.ReadAll(resp.Body)
				if string(body) != "other" {
					err = fmt.Errorf("%q", body)
				}
			}
			other <- err
		}()
		wait(t, "the other handler", entered)
		ctx, cancel := context.WithCancel(context.Background())
		req, _ := http.NewRequestWithContext(ctx, "GET", r.url+"/cancelled", nil)
		go func() {
			wait(t, "the handler", entered)
			cancel()
		}()
		if _, err := client.Do(req); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := wait(t, "the write", left); err == nil {
			t.Error("a handler writes on to a request that was taken back")
		}
		ctx, cancel = context.WithCancel(context.Background())
		pr, pw := io.Pipe()
		req, _ = http.NewRequestWithContext(ctx, "POST", r.url+"/reading", pr)
		go func() {
			_, _ = io.WriteString(pw, "begun")
			wait(t, "the handler", entered)
			cancel()
		}()
		if _, err := client.Do(req); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := wait(t, "the read", left); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the handler read %v", err)
		}
		close(leave)
		if err := wait(t, "the other answer", other); err != nil {
			t.Error(err)
		}
		if s := r.srv.Stats(); s.Accepted != 1 || len(s.Rejected) > 0 {
			t.Errorf("%d connections, rejected %v", s.Accepted, s.Rejected)
		}
	})
}

// A panic before the head is 500, behind it a reset; neither harms another stream.
func TestPanicsOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		leave := make(chan bool)
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
			case "/beside":
				<-leave
			}
			_, _ = io.WriteString(w, "fine")
		})})
		w := r.h2dial(1 << 16)
		w.send(h2get(1, "/beside").Get(3, "/before").Get(5, "/after").Get(7, "/abort").Get(9, "/"))
		if a := w.over(3); a.Status() != "500" || a.Head.Get("content-type") != "application/problem+json" || bytes.Contains(a.Body, []byte("head")) {
			t.Errorf("%v", a)
		}
		if a := w.over(5); !a.Reset || string(a.Body) != "part" || wiretest.H2CodeName(a.Code) != "INTERNAL_ERROR" {
			t.Errorf("%v", a)
		}
		if a := w.over(7); !a.Reset || a.Head != nil {
			t.Errorf("%v", a)
		}
		if a := w.over(9); string(a.Body) != "fine" {
			t.Errorf("%v", a)
		}
		close(leave)
		if a := w.over(1); string(a.Body) != "fine" {
			t.Errorf("%v", a)
		}
		w.echoed()
		w.honest()
		if got := r.srv.Stats().Panics; got != 2 {
			t.Errorf("%d panics counted, want 2", got)
		}
	})
}

// There is no connection to take over, and the answer goes its ordinary way.
func TestHijackOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) {
			_, _, err := w.Hijack()
			_ = w.Text(200, fmt.Sprint(errors.Is(err, web.ErrNotSupported)))
		})})
		w := r.h2dial(1 << 16)
		w.send(h2get(1, "/").Get(3, "/"))
		for _, id := range []uint32{1, 3} {
			if a := w.over(id); a.Status() != "200" || string(a.Body) != "true" {
				t.Errorf("%v", a)
			}
		}
		w.honest()
	})
}

// A body that nobody reads costs its stream nothing as long as it ends soon, and
// every byte of it comes back to the window of the connection (RELIABILITY H2-21).
func TestUnreadBodiesOfHTTP2(t *testing.T) {
	onEachH2(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: handleWeb(func(w *web.Response, r *web.Request) { _ = w.Text(200, "unread") })})
		w := r.h2dial(1 << 16)
		before := w.peer.Window
		body := noise(200_000)
		const n = 60 // a dozen times what the window of the connection is
		for i := range n {
			id := uint32(2*i + 1)
			w.send(h2post(id, "/"))
			w.upload(id, body)
			if a := w.over(id); a.Status() != "200" || a.Reset && a.Code != 0 {
				t.Fatalf("%v", a)
			}
		}
		w.echoed()
		// What was not announced yet is less than a quarter of the window.
		if w.peer.Window < before-before/4 {
			t.Errorf("a window of %d, after %d bodies; before them %d", w.peer.Window, n, before)
		}
		w.honest()
	})
}
