package fasterapitest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
	"github.com/fasterapi-go/fasterapi/server"
	"github.com/fasterapi-go/fasterapi/web"
)

type greetIn struct {
	Name string `json:"name" minLength:"1"`
}

type greetOut struct {
	Message string `json:"message"`
}

func newApp() *fasterapi.App {
	app := fasterapi.New()
	fasterapi.Post(app, "/greet", func(_ context.Context, in greetIn) (greetOut, error) { return greetOut{"hello " + in.Name}, nil })
	app.Handle("*", "/echo", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		body, _ := r.Body().Bytes(0)
		w.AddTrailer("X-Trailer", "t")
		fmt.Fprintf(w, "%s %s %s %q %s", r.Method, r.Protocol, r.Host, r.Fields.Get("Content-Type"), body)
		_ = w.Flush()
	}))
	fasterapi.Get(app, "/cookie", func(_ context.Context, in struct {
		Seen string `cookie:"seen" default:""`
	}) (fasterapi.Reply[string], error) {
		return fasterapi.Reply[string]{Value: in.Seen, Cookies: []web.Cookie{{Name: "seen", Value: "yes", Path: "/"}}}, nil
	})
	fasterapi.Get(app, "/away", func(context.Context, struct{}) (fasterapi.Redirection, error) {
		return fasterapi.SeeOther("/cookie"), nil
	})
	fasterapi.Get(app, "/slow", func(ctx context.Context, _ struct{}) (fasterapi.Text, error) {
		select {
		case <-time.After(time.Hour):
			return "slow", nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	})
	fasterapi.Get(app, "/ticks", func(ctx context.Context, _ struct{}) (iter.Seq2[int, error], error) {
		return func(yield func(int, error) bool) {
			for i := 0; yield(i, nil); i++ {
				select {
				case <-time.After(time.Minute):
				case <-ctx.Done():
					return
				}
			}
		}, nil
	})
	return app
}

// onEach runs a test by each protocol.
func onEach(t *testing.T, test func(t *testing.T, p fasterapitest.Protocol)) {
	for _, p := range fasterapitest.Protocols {
		t.Run(p.String(), func(t *testing.T) { test(t, p) })
	}
}

func TestClient(t *testing.T) {
	onEach(t, func(t *testing.T, p fasterapitest.Protocol) {
		c := fasterapitest.NewProtocol(t, newApp(), p)
		if got := fasterapitest.As[greetOut](c.Post("/greet", greetIn{"ada"}).Expect(200)); got.Message != "hello ada" {
			t.Error(got)
		}
		if got := c.Post("/greet", greetIn{}).Expect(422).Problem().Errors; len(got) != 1 || got[0].Code != "minLength" {
			t.Error(got)
		}
		spoken := "HTTP/1.1"
		if p == fasterapitest.HTTP2 {
			spoken = "HTTP/2.0"
		}
		for _, row := range []struct {
			answer *fasterapitest.Answer
			want   string
		}{
			{c.Put("/echo", url.Values{"a": {"b c"}}), `PUT ` + spoken + ` example.com "application/x-www-form-urlencoded" a=b+c`},
			{c.Patch("/echo", []byte("raw"), fasterapitest.Field("Content-Type", "x/y")), `PATCH ` + spoken + ` example.com "x/y" raw`},
			{c.Delete("/echo", fasterapitest.Field("Host", "other.example")), `DELETE ` + spoken + ` other.example "" `},
			{c.Post("/echo", strings.NewReader("read")), `POST ` + spoken + ` example.com "" read`},
		} {
			if got := row.answer.Expect(200).Text(); got != row.want || row.answer.Trailer.Get("X-Trailer") != "t" {
				t.Errorf("%q, not %q; trailers %v", got, row.want, row.answer.Trailer)
			}
		}
		c.Get("/away").Expect(303)
		if first, second := c.Get("/cookie").Text(), c.Get("/cookie").Text(); first != `""` || second != `"yes"` {
			t.Error(first, second)
		}
	})
}

// TestTime: in a bubble an hour passes at once, streams tick by the fake clock, and nothing is left behind.
func TestTime(t *testing.T) {
	onEach(t, func(t *testing.T, p fasterapitest.Protocol) {
		synctest.Test(t, func(t *testing.T) {
			c := fasterapitest.NewProtocol(t, newApp(), p)
			before := time.Now()
			if got := c.Get("/slow").Expect(200).Text(); got != "slow" || time.Since(before) < time.Hour {
				t.Error(got, time.Since(before))
			}
			before = time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			res := c.Open("GET", "/ticks", nil, fasterapitest.Field("Accept", "application/jsonl"), func(r *http.Request) { *r = *r.WithContext(ctx) })
			lines := bufio.NewScanner(res.Body)
			for i := range 3 {
				if !lines.Scan() || lines.Text() != fmt.Sprint(i) {
					t.Fatal(lines.Text(), lines.Err())
				}
			}
			if d := time.Since(before); d != 2*time.Minute {
				t.Error(d)
			}
			cancel()
			res.Body.Close()
		})
	})
}

// diarist is a handler with a lifespan.
type diarist struct {
	http.Handler
	diary   []string
	refuses error
}

func (d *diarist) Start(context.Context) error {
	d.diary = append(d.diary, "started")
	return d.refuses
}

func (d *diarist) Stop(context.Context) error {
	d.diary = append(d.diary, "stopped")
	return nil
}

func TestLifespans(t *testing.T) {
	for _, p := range fasterapitest.Protocols {
		d := &diarist{Handler: newApp()}
		t.Run(p.String(), func(t *testing.T) { fasterapitest.NewProtocol(t, d, p).Get("/cookie").Expect(200) })
		if !slices.Equal(d.diary, []string{"started", "stopped"}) {
			t.Errorf("%v: %q", p, d.diary)
		}
	}
}

// failing is a test that remembers how it failed.
type failing struct {
	testing.TB
	said string
}

var errStopped = errors.New("stopped")

func (f *failing) Helper() {}
func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	panic(errStopped)
}
func (f *failing) Fatal(args ...any) { f.Fatalf("%s", fmt.Sprint(args...)) }

// TestFailures: what is not as expected ends the test with a sentence.
func TestFailures(t *testing.T) {
	for want, f := range map[string]func(testing.TB){
		"GET /cookie: 200, not 404":           func(t testing.TB) { fasterapitest.New(t, newApp()).Get("/cookie").Expect(404) },
		"GET /cookie: 200 is no problem":      func(t testing.TB) { fasterapitest.New(t, newApp()).Get("/cookie").Problem() },
		"GET /cookie: 200 is no JSON of a in": func(t testing.TB) { fasterapitest.As[int](fasterapitest.New(t, newApp()).Get("/cookie")) },
		"is no request":                       func(t testing.TB) { fasterapitest.New(t, newApp()).Ask("A B", "/", nil) },
		"cannot be sent as JSON":              func(t testing.TB) { fasterapitest.New(t, newApp()).Post("/", func() {}) },
		"is not net/http's":                   func(t testing.TB) { fasterapitest.Serve(t, new(server.Server), fasterapitest.NetHTTP) },
		"does not start: no": func(t testing.TB) {
			fasterapitest.NewProtocol(t, &diarist{refuses: errors.New("no")}, fasterapitest.NetHTTP)
		},
	} {
		f0 := &failing{TB: t}
		func() {
			defer func() {
				if p := recover(); p != nil && p != errStopped {
					panic(p)
				}
			}()
			f(f0)
		}()
		if !strings.Contains(f0.said, want) {
			t.Errorf("%q, not %q", f0.said, want)
		}
	}
}
