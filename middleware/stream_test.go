package middleware_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/internal/wiretest"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// row is one middleware in a default configuration. None may buffer or break what streams: each author adds a line.
type row struct {
	name string
	make func() web.Middleware
}

var rows = []row{
	{"none", func() web.Middleware { return func(next web.Handler) web.Handler { return next } }},
	{"RequestIDs", func() web.Middleware { return middleware.RequestIDs(middleware.RequestIDOptions{}) }},
	{"Sessions", func() web.Middleware {
		return middleware.Sessions[int](middleware.SessionOptions{Store: middleware.NewMemorySessionStore(0, nil)})
	}},
	{"ClientAddr", func() web.Middleware {
		return middleware.ClientAddr(middleware.ClientAddrOptions{Trusted: []string{"127.0.0.0/8"}})
	}},
	{"RateLimit", func() web.Middleware {
		return middleware.RateLimit(middleware.RateLimited{Policy: middleware.RatePolicy{Limit: 1000, Window: time.Second}})
	}},
	{"AccessLog", func() web.Middleware {
		return middleware.AccessLog(middleware.AccessLogOptions{Logger: slog.New(slog.DiscardHandler)})
	}},
	{"Recover", func() web.Middleware {
		return middleware.Recover(middleware.RecoverOptions{Logger: slog.New(slog.DiscardHandler)})
	}},
	{"BodyLimit", func() web.Middleware { return middleware.BodyLimit(middleware.BodyLimitOptions{Bytes: 2 << 20}) }},
	{"CORS", func() web.Middleware { return middleware.CORS(middleware.CORSOptions{Origins: []string{"*"}}) }},
	{"CSRF", func() web.Middleware { return middleware.CSRF(middleware.CSRFOptions{}) }},
	{"Hosts", func() web.Middleware {
		return middleware.Hosts(middleware.HostOptions{Allowed: []string{"127.0.0.1", "example.com", "a"}})
	}},
	{"SecurityHeaders", func() web.Middleware { return middleware.SecurityHeaders(middleware.SecurityHeaderOptions{}) }},
	{"ETag", func() web.Middleware { return middleware.ETag(middleware.ETagOptions{}) }},
	{"Idempotency", func() web.Middleware { return middleware.Idempotency(middleware.IdempotencyOptions{}) }},
	{"Timeout", func() web.Middleware { return middleware.Timeout(middleware.TimeoutOptions{}) }},
	{"TraceContext", func() web.Middleware { return middleware.TraceContext(middleware.TraceContextOptions{}) }},
}

// throughEach runs a test through every middleware, and at last through all of them at once.
func throughEach(t *testing.T, test func(t *testing.T, m web.Middleware)) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) { test(t, r.make()) })
	}
	t.Run("all", func(t *testing.T) {
		test(t, func(next web.Handler) web.Handler {
			var all []web.Middleware
			for _, r := range rows {
				all = append(all, r.make())
			}
			return web.Chain(next, all...)
		})
	})
}

// The client has the first bytes before the handler goes on.
func TestStreamedAnswer(t *testing.T) {
	throughEach(t, func(t *testing.T, m web.Middleware) {
		var goOn chan struct{}
		build := func(t *testing.T) *fasterapi.App {
			goOn = make(chan struct{})
			return appWith(m, "GET", "/", func(w *web.Response, r *web.Request) {
				_, _ = w.WriteString("first")
				if err := w.Flush(); err != nil {
					t.Error(err)
				}
				await(t, "the client to have the first bytes", goOn)
				_, _ = w.WriteString(" second")
			})
		}
		onEach(t, build, func(s *site) {
			ctx, cancel := context.WithTimeout(s.t.Context(), patience)
			defer cancel()
			res := s.start(ctx, "GET", "/", nil)
			first := make([]byte, 5)
			_, err := io.ReadFull(res.Body, first)
			close(goOn)
			if err != nil || string(first) != "first" {
				s.t.Fatalf("%q, %v", first, err)
			}
			if rest, err := io.ReadAll(res.Body); err != nil || string(rest) != " second" {
				s.t.Errorf("%q, %v", rest, err)
			}
		})
	})
}

// An informational answer comes before the final one, and alone.
func TestEarlyHints(t *testing.T) {
	throughEach(t, func(t *testing.T, m web.Middleware) {
		build := func(t *testing.T) *fasterapi.App {
			return appWith(m, "GET", "/", func(w *web.Response, r *web.Request) {
				if err := w.Inform(103, web.Fields{{Name: "Link", Value: "</a.css>; rel=preload"}}); err != nil {
					t.Error(err)
				}
				_ = w.Text(200, "page")
			})
		}
		onEach(t, build, func(s *site) {
			var hints memo[string]
			ctx := httptrace.WithClientTrace(s.t.Context(), &httptrace.ClientTrace{
				Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
					hints.add(fmt.Sprint(code, " ", header.Get("Link")))
					return nil
				},
			})
			res := s.start(ctx, "GET", "/", nil)
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != 200 || string(body) != "page" {
				s.t.Errorf("%d %q, %v", res.StatusCode, body, err)
			}
			if got := hints.all(); len(got) != 1 || got[0] != "103 </a.css>; rel=preload" {
				s.t.Errorf("informational answers: %q", got)
			}
		})
	})
}

// Trailers come both ways.
func TestTrailers(t *testing.T) {
	throughEach(t, func(t *testing.T, m web.Middleware) {
		build := func(t *testing.T) *fasterapi.App {
			return appWith(m, "POST", "/", func(w *web.Response, r *web.Request) {
				got, err := io.ReadAll(r.Body())
				if err != nil {
					t.Error(err)
				}
				w.AddTrailer("X-Sum", fmt.Sprint(len(got), " ", r.Body().Trailers().Get("X-Told")))
				_, _ = w.WriteString("body")
				_ = w.Flush()
			})
		}
		onEach(t, build, func(s *site) {
			req, err := http.NewRequestWithContext(s.t.Context(), "POST", "http://"+s.addr+"/", io.MultiReader(strings.NewReader("abc")))
			if err != nil {
				s.t.Fatal(err)
			}
			req.Trailer = http.Header{"X-Told": {"by the client"}}
			res, err := s.client.Do(req)
			if err != nil {
				s.t.Fatal(err)
			}
			defer res.Body.Close()
			if got, err := io.ReadAll(res.Body); err != nil || string(got) != "body" {
				s.t.Errorf("%q, %v", got, err)
			}
			if got := res.Trailer.Get("X-Sum"); got != "3 by the client" {
				s.t.Errorf("trailers %v", res.Trailer)
			}
		})
	})
}

// When the client leaves, the handler's context ends.
func TestCancellation(t *testing.T) {
	throughEach(t, func(t *testing.T, m web.Middleware) {
		var ended chan struct{}
		build := func(t *testing.T) *fasterapi.App {
			ended = make(chan struct{})
			return appWith(m, "GET", "/", func(w *web.Response, r *web.Request) {
				_, _ = w.WriteString("begun")
				_ = w.Flush()
				await(t, "the context to end", r.Context().Done())
				if err := r.Context().Err(); !errors.Is(err, context.Canceled) {
					t.Errorf("it ended with %v", err)
				}
				close(ended)
			})
		}
		onEach(t, build, func(s *site) {
			ctx, cancel := context.WithCancel(s.t.Context())
			s.start(ctx, "GET", "/", nil)
			cancel()
			await(s.t, "the handler's end", ended)
		})
	})
}

// Large bodies come both ways at once, as they are.
func TestLargeBodies(t *testing.T) {
	const size = 1<<20 + 7
	sent := bytes.Repeat([]byte("0123456789abcdef-"), size/17+1)[:size]
	throughEach(t, func(t *testing.T, m web.Middleware) {
		build := func(t *testing.T) *fasterapi.App {
			return appWith(m, "POST", "/", func(w *web.Response, r *web.Request) {
				sum := sha256.New()
				n, err := io.Copy(sum, r.Body())
				if err != nil || n != size || [32]byte(sum.Sum(nil)) != sha256.Sum256(sent) {
					t.Errorf("%d bytes came, %v", n, err)
				}
				if _, err := w.Write(sent); err != nil {
					t.Error(err)
				}
			})
		}
		onEach(t, build, func(s *site) {
			res, got := s.ask("POST", "/", bytes.NewReader(sent))
			if res.StatusCode != 200 || got != string(sent) {
				s.t.Errorf("%d, %d bytes went back", res.StatusCode, len(got))
			}
		})
	})
}

// A connection that is taken over, and the extended CONNECT (RFC 8441), go both ways untouched.
func TestUpgrade(t *testing.T) {
	throughEach(t, func(t *testing.T, m web.Middleware) {
		build := func(t *testing.T) *fasterapi.App {
			app := appWith(m, "GET", "/", func(w *web.Response, r *web.Request) {
				conn, unread, err := w.Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
				line, err := bufio.NewReader(io.MultiReader(bytes.NewReader(unread), conn)).ReadString('\n')
				_, _ = io.WriteString(conn, r.Upgrade+": "+line)
				if err != nil {
					t.Error(err)
				}
			})
			app.Handle("CONNECT", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
				_ = w.Flush()
				line, err := bufio.NewReader(r.Body()).ReadString('\n')
				_, _ = w.WriteString(r.Upgrade + ": " + line)
				if err != nil {
					t.Error(err)
				}
			}))
			return app
		}
		onEach(t, build, func(s *site) {
			if s.http2 {
				s.connectExtended()
				return
			}
			conn, err := net.Dial("tcp", s.addr)
			if err != nil {
				s.t.Fatal(err)
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+s.addr+"\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
			from := bufio.NewReader(conn)
			res, err := http.ReadResponse(from, nil)
			if err != nil || res.StatusCode != 101 {
				s.t.Fatalf("%v, %v", res, err)
			}
			_, _ = io.WriteString(conn, "hello\n")
			if got, err := io.ReadAll(from); err != nil || string(got) != "echo: hello\n" {
				s.t.Errorf("%q, %v", got, err)
			}
		})
	})
}

// connectExtended speaks over an extended CONNECT, which net/http's server offers only when an environment variable says so.
func (s *site) connectExtended() {
	if strings.Contains(s.t.Name(), "/nethttp/") {
		s.t.Skip("net/http does not offer the extended CONNECT")
	}
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	head := append(wiretest.H2Request("CONNECT", "/"), wiretest.H2Field{Name: ":protocol", Value: "echo"})
	sent := wiretest.H2Bytes(nil).Preface().Settings().Headers(1, wiretest.H2EndHeaders, head...)
	if _, err := conn.Write(sent); err != nil {
		s.t.Fatal(err)
	}
	var got, body []byte
	for room, spoke := make([]byte, 4096), false; ; {
		n, err := conn.Read(room)
		if err != nil {
			s.t.Fatalf("after %q: %v", body, err)
		}
		for got = append(got, room[:n]...); ; {
			frame, n := wiretest.ParseH2Frame(got)
			if n == 0 {
				break
			}
			got = got[n:]
			switch {
			case frame.Stream != 1:
				continue
			case frame.Type == wiretest.H2Headers && !spoke: // the head is here before the client says a word
				spoke = true
				_, _ = conn.Write(wiretest.H2Bytes(nil).SettingsAck().Data(1, 0, "hello\n"))
			case frame.Type == wiretest.H2Data:
				body = append(body, frame.Payload...)
			case frame.Type == wiretest.H2RSTStream:
				s.t.Fatalf("reset after %q: %x", body, frame.Payload)
			}
			if frame.Flags&wiretest.H2EndStream != 0 {
				if string(body) != "echo: hello\n" {
					s.t.Errorf("%q", body)
				}
				return
			}
		}
	}
}
