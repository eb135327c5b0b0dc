//go:build !race

package fasterapi

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// sink is a stream that takes everything and keeps nothing.
type sink struct {
	body   []byte
	status int
}

func (s *sink) Read([]byte) (int, error)          { return 0, io.EOF }
func (s *sink) Buffered() ([]byte, bool)          { return s.body, true }
func (s *sink) Trailers() web.Fields              { return nil }
func (s *sink) Inform(int, web.Fields) error      { return nil }
func (s *sink) Write([]byte) error                { return nil }
func (s *sink) Flush() error                      { return nil }
func (s *sink) Finish(web.Fields) error           { return nil }
func (s *sink) Reset(error)                       {}
func (s *sink) SetReadDeadline(time.Time) error   { return nil }
func (s *sink) SetWriteDeadline(time.Time) error  { return nil }
func (s *sink) Hijack() (net.Conn, []byte, error) { return nil, nil, web.ErrNotSupported }

func (s *sink) Respond(head web.Head, _ []byte, _ bool) error {
	s.status = head.Status
	return nil
}

// exchange runs one request through the App as an engine would, with a Request and a Response that it reuses.
type exchange struct {
	app    *App
	stream sink
	w      web.Response
	r      web.Request
}

func (x *exchange) run(method, path, query string, body []byte) int {
	x.r.Reset()
	x.w.Reset()
	x.stream = sink{body: body}
	x.r.Method, x.r.RawPath, x.r.RawQuery, x.r.ContentLength = method, path, query, int64(len(body))
	x.r.Fields = jsonFields
	x.r.Bind(&x.stream)
	x.w.Bind(&x.stream, &x.r)
	route := x.app.Route(&x.r)
	x.r.Route = route
	route.Handler.ServeWeb(&x.w, &x.r)
	x.w.Finish()
	return x.stream.status
}

var jsonFields = web.Fields{{Name: "Content-Type", Value: "application/json"}}

type allocIn struct {
	ID      int  `path:"id"`
	Verbose bool `query:"verbose" default:"false"`
}

type allocUser struct {
	ID   int    `json:"id" minimum:"1"`
	Name string `json:"name" maxLength:"40"`
}

// TestAllocTyped: a typed call costs its context, and a body one copy for its strings.
func TestAllocTyped(t *testing.T) {
	app := New()
	Get(app, "/users/{id}", func(_ context.Context, in allocIn) (allocUser, error) { return allocUser{in.ID, "user"}, nil })
	Post(app, "/users", func(_ context.Context, in allocUser) (allocUser, error) { return in, nil })
	app.Handle("GET", "/plain", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "plain") }))
	x := &exchange{app: app}
	cases := []struct {
		method, path, query string
		body                []byte
		most                float64
	}{
		{"GET", "/plain", "", nil, 0},
		{"GET", "/users/42", "verbose=true", nil, 1},
		{"POST", "/users", "", []byte(`{"id":7,"name":"somebody"}`), 2},
	}
	for _, c := range cases {
		allocs := testing.AllocsPerRun(500, func() {
			if status := x.run(c.method, c.path, c.query, c.body); status != 200 {
				t.Fatalf("%s %s: %d", c.method, c.path, status)
			}
		})
		if allocs > c.most {
			t.Errorf("%s %s: %v allocations, at most %v", c.method, c.path, allocs, c.most)
		}
	}
}

func BenchmarkTypedGet(b *testing.B) {
	app := New()
	Get(app, "/users/{id}", func(_ context.Context, in allocIn) (allocUser, error) { return allocUser{in.ID, "user"}, nil })
	x := &exchange{app: app}
	b.ReportAllocs()
	for b.Loop() {
		x.run("GET", "/users/42", "verbose=true", nil)
	}
}

func BenchmarkTypedPost(b *testing.B) {
	app := New()
	Post(app, "/users", func(_ context.Context, in allocUser) (allocUser, error) { return in, nil })
	x := &exchange{app: app}
	body := []byte(`{"id":7,"name":"somebody"}`)
	b.ReportAllocs()
	for b.Loop() {
		x.run("POST", "/users", "", body)
	}
}
