package nethttp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

func onWire(t *testing.T, h web.HandlerFunc, raw string) string {
	t.Helper()
	return exchangeRaw(t, serveQuietly(t, onNetHTTP(h)).Listener.Addr().String(), raw)
}

func TestWebHandlersOnNetHTTP(t *testing.T) {
	for _, c := range []struct {
		name    string
		request string
		handler web.HandlerFunc
		want    string
	}{
		{"nothing", get("/"), func(*web.Response, *web.Request) {},
			"200 OK\nContent-Length: [\"0\"]\nDate: [\"today\"]\nlength 0, coding []\nbody \"\", error <nil>\n"},
		{"untyped", get("/"), func(w *web.Response, _ *web.Request) {
			w.OmitDate()
			io.WriteString(w, "<html>")
		}, "200 OK\nContent-Length: [\"6\"]\nlength 6, coding []\nbody \"<html>\", error <nil>\n"},
		{"hints and trailers", get("/"), func(w *web.Response, _ *web.Request) {
			w.Set("X-Final", "1")
			if err := w.Inform(103, web.Fields{{Name: "Link", Value: "</a>"}}); err != nil {
				t.Error(err)
			}
			w.OmitDate()
			io.WriteString(w, "short")
			w.AddTrailer("X-Sum", "5")
		}, "103 Early Hints\nLink: [\"</a>\"]\n200 OK\nX-Final: [\"1\"]\nlength -1, coding [chunked]\nbody \"short\", error <nil>\nX-Sum: [\"5\"]\n"},
		{"broken off", get("/"), func(w *web.Response, _ *web.Request) { w.Abort(errors.New("lost")) },
			"no response: unexpected EOF\n"},
		{"refused head", get("/"), func(w *web.Response, _ *web.Request) {
			w.OmitDate()
			w.SetStatus(1000)
		}, "500 Internal Server Error\nContent-Length: [\"0\"]\nDate: [\"today\"]\nlength 0, coding []\nbody \"\", error <nil>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := onWire(t, c.handler, c.request); got != c.want {
				t.Errorf("answered\n%s\nnot\n%s", got, c.want)
			}
		})
	}
}

func TestRequestOnNetHTTP(t *testing.T) {
	h := web.HandlerFunc(func(w *web.Response, r *web.Request) {
		body, err := r.Body().Bytes(0)
		_ = w.Text(200, fmt.Sprintln(r.Method, r.Target, r.RawPath, r.RawQuery, r.Scheme, r.Host, r.Protocol, r.ContentLength,
			r.Fields.Get("host"), r.Fields.Get("trailer"), r.Conn.Local.IsValid(), r.PeerAddr().Addr(), string(body), err,
			r.Body().Trailers(), r.Context().Err()))
	})
	got := onWire(t, h, request("POST", "/a%2Fb?c", "Transfer-Encoding: chunked", "Trailer: X-Sum")+"2\r\nab\r\n0\r\nX-Sum: 2\r\n\r\n")
	mustContain(t, got, `POST /a%2Fb?c /a%2Fb c http example.test HTTP/1.1 -1 example.test X-Sum true 127.0.0.1 ab <nil> [{X-Sum 2}] <nil>`)
}

// fork is a web.Routed with one route and a limit.
type fork struct{ route *web.Route }

func (f fork) Route(r *web.Request) *web.Route          { r.AddParam("id", "7"); return f.route }
func (f fork) ServeWeb(w *web.Response, r *web.Request) { _ = w.Text(500, "not routed") }

func TestRoutedIsRoutedFirst(t *testing.T) {
	h := fork{&web.Route{Pattern: "/x/{id}", BodyLimit: 3, Handler: web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_, err := r.Body().Bytes(0)
		large, ok := errors.AsType[*web.BodyTooLargeError](err)
		_ = w.Text(200, fmt.Sprintf("%s%s%v %d", r.Route.Pattern, r.Param("id"), ok, large.Limit))
	})}}
	rec := httptest.NewRecorder()
	nethttp.ServeHTTP(h, rec, httptest.NewRequest("POST", "/x/7", &slowReader{"hello"}))
	if rec.Body.String() != "/x/{id}7true 3" {
		t.Error(rec.Body)
	}
}

type slowReader struct{ rest string }

func (r *slowReader) Read(p []byte) (int, error) {
	if r.rest == "" {
		return 0, io.EOF
	}
	n := copy(p[:1], r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func TestPathValuesBecomeParams(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("GET /a/{one}/{rest...}", onNetHTTP(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, fmt.Sprint(r.Params()))
	})))
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, httptest.NewRequest("GET", "/a/1%2F2/x/y", nil))
	if got := rec.Body.String(); got != "[{one 1/2} {rest x/y}]" {
		t.Error(got)
	}
}

func TestFieldsOfNetHTTPFurtherOut(t *testing.T) {
	rec := httptest.NewRecorder()
	rec.Header().Set("Vary", "Origin")
	rec.Header().Set("X-Powered", "x")
	rec.Header()["Date"] = nil
	nethttp.ServeHTTP(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		w.Add("Vary", "Accept")
		w.Del("x-powered")
	}), rec, httptest.NewRequest("GET", "/", nil))
	if got := fmt.Sprint(rec.Header()); got != "map[Content-Length:[0] Content-Type:[] Date:[] Vary:[Origin Accept]]" {
		t.Error(got)
	}
}

func TestPanicOfAWebHandlerPassesThrough(t *testing.T) {
	defer func() {
		if got := recover(); got != "mine" {
			t.Error(got)
		}
	}()
	nethttp.ServeHTTP(web.HandlerFunc(func(*web.Response, *web.Request) { panic("mine") }),
		httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// bare is a ResponseWriter that can do nothing else.
type bare struct{ http.ResponseWriter }

func TestStreamSaysWhatItCannot(t *testing.T) {
	nethttp.ServeHTTP(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		io.WriteString(w, "a")
		_, _, err := w.Hijack()
		for _, err := range []error{err, w.Flush(), w.SetReadDeadline(time.Time{}), w.SetWriteDeadline(time.Time{})} {
			if err == nil {
				t.Error("done without a way to do it")
			}
		}
		if _, err := io.WriteString(w, "b"); err != nil {
			t.Error("what could not be done broke the response:", err)
		}
	}), bare{httptest.NewRecorder()}, httptest.NewRequest("GET", "/", nil))
}

func TestHijackOfNetHTTP(t *testing.T) {
	srv := serveQuietly(t, onNetHTTP(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		conn, unread, err := w.Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "mine after %q", unread)
	})))
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, upgrade+"hello\n")
	if all, err := io.ReadAll(conn); string(all) != `mine after "hello\n"` {
		t.Error(string(all), err)
	}
}

func TestBodyIsReadWhileTheAnswerIsWritten(t *testing.T) {
	srv := serveQuietly(t, onNetHTTP(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		io.WriteString(w, "ready ")
		if err := w.Flush(); err != nil {
			t.Error(err)
		}
		_, err := io.Copy(w, r.Body())
		if err != nil {
			t.Error(err)
		}
	})))
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, request("POST", "/", "Content-Length: 5"))
	seen := make([]byte, 0, 4096)
	for !bytes.Contains(seen, []byte("ready ")) {
		n, err := conn.Read(seen[len(seen):cap(seen)])
		if err != nil {
			t.Fatal(err)
		}
		seen = seen[:len(seen)+n]
	}
	io.WriteString(conn, "hello")
	rest, err := io.ReadAll(conn)
	mustContain(t, string(rest), "hello")
	if err != nil {
		t.Error(err)
	}
}
