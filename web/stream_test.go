package web

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// memory is a Stream that keeps what it is told, and objects to what a protocol
// core could not send: so every test with one checks the contract too.
type memory struct {
	t testing.TB

	in       memoryInput
	log      []string // the commands, in short
	head     Head
	body     []byte
	trailers Fields
	informed []Head
	cause    error
	state    string // "", "open", "done", "reset"

	noBody   bool // HEAD
	fail     map[string]error
	hijacked net.Conn
}

// memoryInput is the request body.
type memoryInput struct {
	chunks   []string // each is what one Read brings
	err      error    // after them; nil is io.EOF
	whole    bool     // Buffered gives the first chunk, and that is all
	reads    int
	trailers Fields
}

func newMemory(t testing.TB) *memory { return &memory{t: t, fail: map[string]error{}} }

func (m *memory) Read(p []byte) (int, error) {
	m.in.reads++
	if len(m.in.chunks) == 0 {
		if m.in.err != nil {
			return 0, m.in.err
		}
		return 0, io.EOF
	}
	n := copy(p, m.in.chunks[0])
	if m.in.chunks[0] = m.in.chunks[0][n:]; m.in.chunks[0] == "" {
		m.in.chunks = m.in.chunks[1:]
	}
	return n, nil
}

func (m *memory) Buffered() ([]byte, bool) {
	if len(m.in.chunks) == 0 {
		return nil, m.in.whole
	}
	return []byte(m.in.chunks[0]), m.in.whole && len(m.in.chunks) == 1
}

func (m *memory) Trailers() Fields { return m.in.trailers }

func (m *memory) note(format string, args ...any) {
	m.log = append(m.log, fmt.Sprintf(format, args...))
}

func (m *memory) clean(where string, fields Fields) {
	for _, f := range fields {
		if !IsToken(f.Name) || !isFieldValue(f.Value) || strings.Trim(f.Value, " \t") != f.Value {
			m.t.Errorf("%s: the line %q: %q reached the stream", where, f.Name, f.Value)
		}
		if isFraming(f.Name) {
			m.t.Errorf("%s: the framing field %s reached the stream", where, f.Name)
		}
	}
}

func (m *memory) Inform(status int, fields Fields) error {
	if m.state != "" || status < 100 || status == 101 || status > 199 {
		m.t.Errorf("Inform(%d) in state %q", status, m.state)
	}
	m.clean("Inform", fields)
	m.note("inform %d", status)
	m.informed = append(m.informed, Head{Status: status, Fields: append(Fields{}, fields...)})
	return m.fail["inform"]
}

func (m *memory) Respond(head Head, body []byte, fin bool) error {
	if m.state != "" {
		m.t.Errorf("Respond in state %q", m.state)
	}
	if head.Status < 200 || head.Status > 999 {
		m.t.Errorf("status %d reached the stream", head.Status)
	}
	m.clean("Respond", head.Fields)
	m.head = head
	m.head.Fields = append(Fields{}, head.Fields...)
	m.note("respond %d %d %d %t", head.Status, head.Length, len(body), fin)
	if err := m.fail["respond"]; err != nil {
		return err
	}
	m.state = "open"
	m.take(body)
	if fin {
		m.finish()
	}
	return nil
}

func (m *memory) take(p []byte) {
	if len(p) > 0 && (m.noBody || m.head.Status == 204 || m.head.Status == 304) {
		m.t.Errorf("%d body bytes where none may be", len(p))
	}
	m.body = append(m.body, p...)
	if m.head.Length >= 0 && int64(len(m.body)) > m.head.Length {
		m.t.Errorf("%d body bytes, %d were announced", len(m.body), m.head.Length)
	}
}

func (m *memory) finish() {
	m.state = "done"
	if short := int64(len(m.body)) < m.head.Length; short && !m.noBody && m.head.Status != 304 {
		m.t.Errorf("finished with %d body bytes, %d were announced", len(m.body), m.head.Length)
	}
}

func (m *memory) Write(p []byte) error {
	if m.state != "open" || len(p) == 0 {
		m.t.Errorf("Write of %d bytes in state %q", len(p), m.state)
	}
	m.note("write %d", len(p))
	if err := m.fail["write"]; err != nil {
		return err
	}
	m.take(p)
	return nil
}

func (m *memory) Flush() error {
	if m.state == "" {
		m.t.Error("Flush before the head")
	}
	m.note("flush")
	return m.fail["flush"]
}

func (m *memory) Finish(trailers Fields) error {
	if m.state != "open" {
		m.t.Errorf("Finish in state %q", m.state)
	}
	m.clean("Finish", trailers)
	for _, f := range trailers {
		if IsForbiddenTrailer(f.Name) {
			m.t.Errorf("the trailer %s reached the stream", f.Name)
		}
	}
	if len(trailers) > 0 && m.head.Length >= 0 {
		m.t.Error("trailers after a declared length")
	}
	m.note("finish %d", len(trailers))
	m.trailers = append(Fields{}, trailers...)
	if err := m.fail["finish"]; err != nil {
		return err
	}
	m.finish()
	return nil
}

func (m *memory) Reset(cause error) {
	if m.state == "done" || m.state == "reset" {
		m.t.Errorf("Reset in state %q", m.state)
	}
	m.note("reset")
	m.state, m.cause = "reset", cause
}

func (m *memory) SetReadDeadline(t time.Time) error {
	m.note("read deadline %d", t.Unix())
	return m.fail["deadline"]
}

func (m *memory) SetWriteDeadline(t time.Time) error {
	m.note("write deadline %d", t.Unix())
	return m.fail["deadline"]
}

func (m *memory) Hijack() (net.Conn, []byte, error) {
	m.note("hijack")
	if m.hijacked == nil {
		return nil, nil, ErrNotSupported
	}
	return m.hijacked, []byte("unread"), nil
}

// exchange runs a handler and finishes its response, as an engine would.
func exchange(t testing.TB, method string, handle func(w *Response, r *Request)) (m *memory, err error) {
	t.Helper()
	m = newMemory(t)
	m.noBody = method == "HEAD"
	var r Request
	var w Response
	r.Method = method
	r.Bind(m)
	w.Bind(m, &r)
	handle(&w, &r)
	err = w.Finish()
	r.End()
	return m, err
}

func (m *memory) expect(commands ...string) {
	m.t.Helper()
	if got, want := strings.Join(m.log, "; "), strings.Join(commands, "; "); got != want {
		m.t.Errorf("the stream was told\n%s\nwant\n%s", got, want)
	}
}

func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}
