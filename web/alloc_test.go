//go:build !race

package web

import (
	"context"
	"net"
	"testing"
	"time"
)

// silent is a Stream that costs nothing.
type silent struct{ responses int }

func (s *silent) Read([]byte) (int, error)          { return 0, nil }
func (s *silent) Buffered() ([]byte, bool)          { return nil, true }
func (s *silent) Trailers() Fields                  { return nil }
func (s *silent) Inform(int, Fields) error          { return nil }
func (s *silent) Respond(Head, []byte, bool) error  { s.responses++; return nil }
func (s *silent) Write([]byte) error                { return nil }
func (s *silent) Flush() error                      { return nil }
func (s *silent) Finish(Fields) error               { return nil }
func (s *silent) Reset(error)                       {}
func (s *silent) SetReadDeadline(time.Time) error   { return nil }
func (s *silent) SetWriteDeadline(time.Time) error  { return nil }
func (s *silent) Hijack() (net.Conn, []byte, error) { return nil, nil, ErrNotSupported }
func (s *silent) cycle(w *Response, r *Request, h func()) {
	r.Reset()
	w.Reset()
	r.Method, r.RawPath, r.RawQuery = "GET", "/a", "x=1&y=2"
	r.Bind(s)
	w.Bind(s, r)
	h()
	_ = w.Finish()
	r.End()
}

func TestAllocPerRequest(t *testing.T) {
	parent, cancel := context.WithCancel(context.Background())
	defer cancel()
	live, plain := &Conn{Context: parent}, &Conn{Context: context.Background()}
	body := []byte("body")
	big := make([]byte, 3*responseBuffer)
	var w Response
	var r Request
	for what, c := range map[string]struct {
		handle func()
		want   float64
	}{
		"Text":        {func() { _ = w.Text(200, "Hello, World!") }, 0},
		"Bytes":       {func() { _ = w.Bytes(200, "application/json", body) }, 0},
		"writes":      {func() { _, _ = w.Write(body); _, _ = w.WriteString("more") }, 0},
		"stream":      {func() { _, _ = w.Write(big); _ = w.Flush() }, 0},
		"fields":      {func() { w.Set("Server", "x"); w.Set("Content-Length", "1"); w.Add("Date", "y"); _ = w.Text(200, "a") }, 0},
		"params":      {func() { r.AddParam("a", "1"); r.AddParam("b", "2"); _ = r.Param("b"); _ = r.Path() }, 0},
		"query":       {func() { _, _ = r.Query("y") }, 0},
		"whole body":  {func() { _, _ = r.Body().Bytes(10) }, 0},
		"Context":     {func() { r.Conn = plain; _ = r.Context().Err() }, 1},
		"and Done":    {func() { r.Conn = plain; _ = r.Context().Done() }, 4},
		"live parent": {func() { r.Conn = live; _ = r.Context().Err() }, 1},
		"live, Done":  {func() { r.Conn = live; _ = r.Context().Done() }, 4},
	} {
		s := new(silent)
		if got := testing.AllocsPerRun(200, func() { s.cycle(&w, &r, c.handle) }); got > c.want {
			t.Errorf("%s: %v allocations, want at most %v", what, got, c.want)
		}
		if s.responses != 201 {
			t.Errorf("%s: %d responses", what, s.responses)
		}
	}
}
