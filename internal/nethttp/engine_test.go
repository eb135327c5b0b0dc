package nethttp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

func TestEngineSeesFewCommands(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		want    []string
	}{
		{"nothing", func(http.ResponseWriter, *http.Request) {}, []string{"respond 200 0 [] true"}},
		{"one write", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hi") },
			[]string{"respond 200 2 [Content-Type=text/plain; charset=utf-8] true"}},
		{"flushed", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "a")
			w.(http.Flusher).Flush()
			io.WriteString(w, "b")
		}, []string{"respond 200 -1 [Content-Type=text/plain; charset=utf-8] false", "flush", "write", "finish []"}},
		{"flushed empty", func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			io.WriteString(w, "b")
		}, []string{"respond 200 -1 [] false", "flush", "write", "finish []"}},
		{"invalid length", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "many")
			io.WriteString(w, "hello")
		}, []string{"respond 200 5 [Content-Type=text/plain; charset=utf-8] true"}},
		{"short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			io.WriteString(w, "b")
		}, []string{"respond 200 3 [Content-Type=text/plain; charset=utf-8] false", "reset " + web.ErrShortBody.Error()}},
		{"hints", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", "</a>")
			w.Header().Set("Content-Length", "0")
			w.WriteHeader(100)
			w.WriteHeader(103)
		}, []string{"inform 100 [Link=</a>]", "inform 103 [Link=</a>]", "respond 200 0 [Link=</a>] true"}},
		{"trailers", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Trailer", "x-a, Content-Length")
			io.WriteString(w, "b")
			w.Header().Set("X-A", "1")
			w.Header().Set("Content-Length", "9")
			w.Header().Set("Trailer:X-B", "2")
		}, []string{"respond 200 -1 [Trailer=x-a, Content-Length, Content-Type=text/plain; charset=utf-8] false", "finish [X-B=2, X-A=1]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &memory{}
			run(quiet(c.handler), m, plainRequest())
			wantLog(t, m, c.want...)
		})
	}
}

func TestDateIsOmittedOnRequest(t *testing.T) {
	m := &memory{}
	runHTTP(func(w http.ResponseWriter, _ *http.Request) { w.Header()["Date"] = nil }, m, plainRequest())
	if !m.head.Undated {
		t.Error("the engine would add a Date")
	}
	runHTTP(func(w http.ResponseWriter, _ *http.Request) { w.Header() }, m, plainRequest())
	if m.head.Undated {
		t.Error("the engine would add no Date")
	}
}

func TestRequestOfMultiplexedProtocol(t *testing.T) {
	r := plainRequest()
	r.Protocol = web.HTTP2
	r.Fields = web.Fields{{Name: "cookie", Value: "a=1"}, {Name: "expect", Value: "100-continue"}, {Name: "x-lower", Value: "v"},
		{Name: "cookie", Value: "b=2"}, {Name: "trailer", Value: "x-sum"}}
	r.ContentLength = -1
	m := &memory{body: strings.NewReader("abc"), trailers: web.Fields{{Name: "x-sum", Value: "6"}}}
	runHTTP(func(_ http.ResponseWriter, r *http.Request) {
		if got := fmt.Sprintln(r.Header, r.Proto, r.ProtoMajor, r.ProtoMinor, r.TransferEncoding, r.Trailer, r.Close); got !=
			"map[Cookie:[a=1; b=2] X-Lower:[v]] HTTP/2.0 2 0 [] map[X-Sum:[]] false\n" {
			t.Error(got)
		}
		body, err := io.ReadAll(r.Body)
		if n, again := r.Body.Read(make([]byte, 1)); n != 0 || again != io.EOF {
			t.Error(n, again)
		}
		if string(body) != "abc" || err != nil || fmt.Sprint(r.Trailer) != "map[X-Sum:[6]]" {
			t.Error(string(body), err, r.Trailer)
		}
	}, m, r)
}

func TestRequestTellsWhereItCameFrom(t *testing.T) {
	r := plainRequest()
	r.AddParam("id", "a/b")
	r.Route = &web.Route{Pattern: "/items/{id}"}
	runHTTP(func(_ http.ResponseWriter, r *http.Request) {
		if got := fmt.Sprint(r.RemoteAddr, r.Context().Value(http.LocalAddrContextKey), r.PathValue("id"), r.Pattern); got !=
			"198.51.100.2:4711192.0.2.1:80a/b/items/{id}" {
			t.Error(got)
		}
	}, &memory{}, r)
	r = plainRequest()
	r.SetClientAddr(netip.MustParseAddrPort("203.0.113.9:0"))
	runHTTP(func(_ http.ResponseWriter, r *http.Request) {
		if r.RemoteAddr != "203.0.113.9:0" {
			t.Error(r.RemoteAddr)
		}
	}, &memory{}, r)
	r = plainRequest()
	r.Conn = &web.Conn{Listener: &net.UnixAddr{Name: "/s", Net: "unix"}}
	runHTTP(func(_ http.ResponseWriter, r *http.Request) {
		if r.RemoteAddr != "@" || r.Context().Value(http.LocalAddrContextKey).(net.Addr).Network() != "unix" {
			t.Error(r.RemoteAddr)
		}
	}, &memory{}, r)
}

func TestTargetThatIsNoURI(t *testing.T) {
	r := plainRequest()
	r.Target = "http://[::1"
	m := &memory{}
	runHTTP(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }, m, r)
	if m.head.Status != 400 {
		t.Error(m.log)
	}
}

func TestBodyLimitOfTheRoute(t *testing.T) {
	r := plainRequest()
	r.ContentLength = 5
	m := &memory{body: strings.NewReader("hello")}
	h := web.HandlerFunc(func(w *web.Response, r *web.Request) {
		r.Body().SetLimit(3)
		nethttp.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			large, ok := errors.AsType[*http.MaxBytesError](err)
			if string(body) != "hel" || !ok || large.Limit != 3 {
				t.Error(string(body), err)
			}
		})).ServeWeb(w, r)
	})
	run(h, m, r)
}

func TestContextEndsWithTheRequest(t *testing.T) {
	r := plainRequest()
	var kept context.Context
	runHTTP(func(w http.ResponseWriter, h *http.Request) {
		kept = h.Context()
		derived, cancel := context.WithCancel(kept)
		defer cancel()
		gone := w.(interface{ CloseNotify() <-chan bool }).CloseNotify()
		r.End() // the peer went away
		<-derived.Done()
		<-gone
		if kept.Err() != context.Canceled {
			t.Error(kept.Err())
		}
	}, &memory{}, r)
}

func TestNothingOutlivesTheHandler(t *testing.T) {
	r := plainRequest()
	r.ContentLength = 5
	var w http.ResponseWriter
	var body io.ReadCloser
	runHTTP(func(hw http.ResponseWriter, hr *http.Request) { w, body = hw, hr.Body }, &memory{body: strings.NewReader("hello")}, r)
	if _, err := body.Read(make([]byte, 1)); err != http.ErrBodyReadAfterClose {
		t.Error(err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	rc := http.NewResponseController(w)
	_, err := w.Write([]byte("x"))
	_, _, hijackErr := rc.Hijack()
	for _, err := range []error{err, hijackErr, rc.Flush(), rc.SetReadDeadline(time.Time{}), rc.SetWriteDeadline(time.Time{})} {
		if err == nil {
			t.Error("the writer of a finished request works")
		}
	}
	w.Header().Set("X", "harmless")
}

// A goroutine that waits for the body when the handler returns is woken.
func TestReaderThatIsLeftBehindIsWoken(t *testing.T) {
	r := plainRequest()
	r.ContentLength = -1
	m := &memory{woken: make(chan struct{})}
	reading := make(chan struct{})
	m.body = readerFunc(func([]byte) (int, error) {
		close(reading)
		<-m.woken
		return 0, io.ErrUnexpectedEOF
	})
	done := make(chan error)
	runHTTP(func(_ http.ResponseWriter, r *http.Request) {
		go func() {
			_, err := r.Body.Read(make([]byte, 1))
			done <- err
		}()
		<-reading
	}, m, r)
	if err := <-done; err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestControllerSaysWhatIsNotSupported(t *testing.T) {
	runHTTP(func(w http.ResponseWriter, _ *http.Request) {
		rc := http.NewResponseController(w)
		_, _, err := rc.Hijack()
		for _, err := range []error{err, rc.SetReadDeadline(time.Time{}), rc.SetWriteDeadline(time.Time{})} {
			if !errors.Is(err, http.ErrNotSupported) {
				t.Error(err)
			}
		}
		if err := rc.EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		if err := w.(http.Pusher).Push("/style.css", nil); !errors.Is(err, http.ErrNotSupported) {
			t.Error(err)
		}
	}, &memory{}, plainRequest())
}

func TestMisuseIsLoggedWithItsPlace(t *testing.T) {
	var out bytes.Buffer
	h := nethttp.HandlerWithLog(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		http.Error(w, "late", 500)
	}), slog.New(slog.NewTextHandler(&out, nil)))
	run(h, &memory{}, plainRequest())
	mustContain(t, out.String(), "http: superfluous response.WriteHeader call from", "nethttp_test.TestMisuseIsLoggedWithItsPlace", "engine_test.go:")
}

func TestFieldsOfMiddlewareFurtherOut(t *testing.T) {
	m := &memory{}
	run(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		w.Set("x-request-id", "1")
		w.Set("X-Powered", "x")
		nethttp.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if w.Header().Get("X-Request-Id") != "1" {
				t.Error(w.Header())
			}
			w.Header().Del("X-Powered")
			w.Header().Set("Vary", "Origin")
			w.WriteHeader(202)
		})).ServeWeb(w, r)
	}), m, plainRequest())
	wantLog(t, m, "respond 202 0 [Vary=Origin, X-Request-Id=1] true")
}

func TestPanicsPassThrough(t *testing.T) {
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Error(got)
		}
	}()
	runHTTP(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, &memory{}, plainRequest())
}

func TestStatusThatHasNoProtocolToSwitch(t *testing.T) {
	m := &memory{}
	runHTTP(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(101) }, m, plainRequest())
	wantLog(t, m, "reset "+http.ErrNotSupported.Error())
}
