package nethttp_test

import (
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"

	"net/http"
)

// memory is an engine's side of one exchange that writes down its commands.
type memory struct {
	body     io.Reader
	trailers web.Fields
	conn     net.Conn // what Hijack hands over, nil where it cannot
	unread   string
	woken    chan struct{} // closed when a read deadline in the past is set
	log      []string
	head     web.Head
	sent     []byte
}

func (m *memory) note(parts ...string) { m.log = append(m.log, strings.Join(parts, " ")) }

func (m *memory) Read(p []byte) (int, error) {
	if m.body == nil {
		return 0, io.EOF
	}
	return m.body.Read(p)
}
func (m *memory) Buffered() ([]byte, bool) { return nil, m.body == nil }
func (m *memory) Trailers() web.Fields     { return m.trailers }

func (m *memory) Inform(status int, fields web.Fields) error {
	m.note("inform", strconv.Itoa(status), render(fields))
	return nil
}

func (m *memory) Respond(head web.Head, body []byte, fin bool) error {
	m.head = head
	m.head.Fields = append(web.Fields(nil), head.Fields...)
	m.sent = append(m.sent, body...)
	m.note("respond", strconv.Itoa(head.Status), strconv.FormatInt(head.Length, 10), render(head.Fields), strconv.FormatBool(fin))
	return nil
}

func (m *memory) Write(p []byte) error {
	m.sent = append(m.sent, p...)
	m.note("write")
	return nil
}
func (m *memory) Flush() error { m.note("flush"); return nil }
func (m *memory) Finish(trailers web.Fields) error {
	m.note("finish", render(trailers))
	return nil
}
func (m *memory) Reset(cause error) { m.note("reset", cause.Error()) }

func (m *memory) SetReadDeadline(t time.Time) error {
	if m.woken != nil && t.Before(time.Now()) {
		close(m.woken)
		return nil
	}
	return web.ErrNotSupported
}
func (m *memory) SetWriteDeadline(time.Time) error { return web.ErrNotSupported }

func (m *memory) Hijack() (net.Conn, []byte, error) {
	if m.conn == nil {
		return nil, nil, web.ErrNotSupported
	}
	m.note("hijack")
	return m.conn, []byte(m.unread), nil
}

func render(fields web.Fields) string {
	var lines []string
	for _, f := range fields {
		lines = append(lines, f.Name+"="+f.Value)
	}
	return "[" + strings.Join(lines, ", ") + "]"
}

// plainRequest is GET / as an engine makes it.
func plainRequest() *web.Request {
	return &web.Request{
		Method: "GET", Target: "/", RawPath: "/", Scheme: "http", Host: "example.test", Protocol: web.HTTP11,
		Fields: web.Fields{{Name: "Host", Value: "example.test"}, {Name: "X-Two", Value: "2"}, {Name: "Accept", Value: "*/*"}},
		Conn: &web.Conn{ID: 7, Local: netip.MustParseAddrPort("192.0.2.1:80"),
			Remote: netip.MustParseAddrPort("198.51.100.2:4711"), Listener: &net.TCPAddr{}},
	}
}

// run serves r with h over the stream, as an engine does.
func run(h web.Handler, m *memory, r *web.Request) {
	var w web.Response
	r.Bind(m)
	w.Bind(m, r)
	h.ServeWeb(&w, r)
	_ = w.Finish()
	r.End()
}

func runHTTP(h http.HandlerFunc, m *memory, r *web.Request) { run(nethttp.Handler(h), m, r) }

func wantLog(t *testing.T, m *memory, want ...string) {
	t.Helper()
	if got := strings.Join(m.log, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the engine saw\n%s\nnot\n%s", got, strings.Join(want, "\n"))
	}
}
