package nethttp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// around makes one middleware of what happens before, with the way on, and after.
func around(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) web.Middleware {
	return nethttp.Middleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, next) })
	})
}

type contextKey struct{}

func TestMiddlewarePassesOnWithoutConversion(t *testing.T) {
	r, m := plainRequest(), &memory{}
	fields, ctx := r.Fields, r.Context()
	var outer *web.Response
	run(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		outer = w
		around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(w, r)
		})(web.HandlerFunc(func(w *web.Response, r2 *web.Request) {
			if w != outer || r2 != r || &r2.Fields[0] != &fields[0] || r2.Context() != ctx {
				t.Error("something was converted")
			}
			_ = w.Text(201, "hi")
		})).ServeWeb(w, r)
	}), m, r)
	wantLog(t, m, "respond 201 2 [Content-Type=text/plain; charset=utf-8] true")
}

func TestMiddlewareChangesTheRequest(t *testing.T) {
	change := func(r *http.Request) *http.Request {
		r.Header.Set("X-Two", "changed")
		r.Header.Add("X-Three", "3")
		r.Method, r.Host, r.RemoteAddr = "PUT", "new.test", "203.0.113.5"
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = "/a/b c", "/a%2Fb%20c", "q=1"
		return r.WithContext(context.WithValue(r.Context(), contextKey{}, "deep"))
	}
	for _, c := range []struct {
		name string
		wrap func(http.ResponseWriter) http.ResponseWriter
	}{
		{"same writer", func(w http.ResponseWriter) http.ResponseWriter { return w }},
		{"wrapped writer", func(w http.ResponseWriter) http.ResponseWriter { return wrapped{w} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := plainRequest()
			r.AddParam("id", "7")
			r.Route = &web.Route{Pattern: "/{id}"}
			conn, route := r.Conn, r.Route
			h := around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(c.wrap(w), change(r))
			})(web.HandlerFunc(func(w *web.Response, r *web.Request) {
				if got := fmt.Sprint(r.Method, " ", r.Host, " ", r.RawPath, " ", r.Path(), " ", r.RawQuery, " ", render(r.Fields),
					" ", r.Param("id"), " ", r.Context().Value(contextKey{})); got != "PUT new.test /a%2Fb%20c /a/b c q=1 "+
					"[Host=new.test, Accept=*/*, X-Three=3, X-Two=changed] 7 deep" {
					t.Error(got)
				}
				if r.Conn != conn || r.Route != route || len(r.Params()) != 1 {
					t.Error("connection, route or parameters were lost")
				}
				if r.ClientAddr() != netip.MustParseAddrPort("203.0.113.5:0") || r.PeerAddr() != conn.Remote {
					t.Error(r.ClientAddr(), r.PeerAddr())
				}
			}))
			run(h, &memory{}, r)
		})
	}
}

func TestMiddlewareReplacesTheBody(t *testing.T) {
	for _, length := range []int64{0, 5} {
		r := plainRequest()
		r.ContentLength = length
		m := &memory{}
		if length > 0 {
			m.body = strings.NewReader("hello")
		}
		run(around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			before, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(before), strings.NewReader("+")))
			if r.ContentLength > 0 {
				r.ContentLength++
			}
			next.ServeHTTP(w, r)
		})(web.HandlerFunc(func(w *web.Response, r *web.Request) {
			body, err := r.Body().Bytes(0)
			if want := "hello"[:length] + "+"; string(body) != want || err != nil {
				t.Error(string(body), err)
			}
			if r.ContentLength != int64(len(body)) && r.ContentLength != -1 {
				t.Error(r.ContentLength)
			}
		})), m, r)
	}
}

// shouting wraps the writer to change what goes through it.
type shouting struct{ http.ResponseWriter }

func (s shouting) WriteHeader(code int) {
	s.Header().Set("X-Shouted", "yes")
	s.Header().Del("Content-Length")
	s.ResponseWriter.WriteHeader(code)
}

func (s shouting) Write(p []byte) (int, error) {
	_, err := s.ResponseWriter.Write(append(bytes.ToUpper(p), '!'))
	return len(p), err
}

func TestMiddlewareWrapsTheWriter(t *testing.T) {
	m := &memory{}
	run(around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		w.Header().Set("Vary", "Origin")
		next.ServeHTTP(shouting{w}, r)
	})(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		w.Add("Vary", "Accept")
		_ = w.Text(200, "hi")
	})), m, plainRequest())
	wantLog(t, m, "respond 200 3 [Content-Type=text/plain; charset=utf-8, Vary=Origin, Vary=Accept, X-Shouted=yes] true")
	if string(m.sent) != "HI!" {
		t.Errorf("%q", m.sent)
	}
}

func TestMiddlewareAnswersItself(t *testing.T) {
	m := &memory{}
	run(around(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Error(w, "no", http.StatusForbidden)
	})(web.HandlerFunc(func(*web.Response, *web.Request) { t.Error("went on") })), m, plainRequest())
	if m.head.Status != 403 || string(m.sent) != "no\n" {
		t.Error(m.log)
	}
}

func TestMiddlewareSeesWhatWasAnswered(t *testing.T) {
	m := &memory{}
	run(around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		header := w.Header()
		header.Set("X-Before", "1")
		next.ServeHTTP(w, r)
		if header.Get("X-Inner") != "2" || header.Get("X-Before") != "" {
			t.Error(header)
		}
		io.WriteString(w, " and after")
		w.Header().Set(http.TrailerPrefix+"X-Sum", "3")
	})(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		if w.Get("X-Before") != "1" {
			t.Error(w.Fields())
		}
		w.Del("X-Before")
		w.Set("x-inner", "2")
		io.WriteString(w, "before")
	})), m, plainRequest())
	wantLog(t, m, "respond 200 -1 [x-inner=2] false", "finish [X-Sum=3]")
	if string(m.sent) != "before and after" {
		t.Errorf("%q", m.sent)
	}
}

func TestMiddlewareThatRunsElsewhere(t *testing.T) {
	inner := make(chan error, 1)
	release := make(chan struct{})
	timeout := nethttp.Middleware(func(next http.Handler) http.Handler {
		return http.TimeoutHandler(next, time.Millisecond, "slow")
	})
	m := &memory{}
	run(timeout(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		<-release
		_, err := io.WriteString(w, strings.Repeat("late", 2000))
		inner <- err
	})), m, plainRequest())
	close(release)
	if err := <-inner; !errors.Is(err, http.ErrHandlerTimeout) {
		t.Error(err)
	}
	if m.head.Status != 503 || string(m.sent) != "slow" {
		t.Error(m.log, string(m.sent))
	}
}

func TestMiddlewareIsBuiltOnce(t *testing.T) {
	built := 0
	h := nethttp.Middleware(func(next http.Handler) http.Handler { built++; return next })(
		web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.NoContent(204) }))
	for range 3 {
		m := &memory{}
		run(h, m, plainRequest())
		wantLog(t, m, "respond 204 -1 [] true")
	}
	if built != 1 {
		t.Error(built)
	}
}

func TestTwoMiddlewares(t *testing.T) {
	add := func(value string) web.Middleware {
		return around(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Add("X-Way", value)
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, value)))
		})
	}
	m := &memory{}
	run(web.Chain(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		w.Add("X-Way", fmt.Sprint("inner of ", r.Context().Value(contextKey{})))
	}), add("one"), add("two")), m, plainRequest())
	wantLog(t, m, "respond 200 0 [X-Way=one, X-Way=two, X-Way=inner of two] true")
}
