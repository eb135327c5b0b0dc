package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func write(w *Response, s string) { _, _ = w.WriteString(s) }

func TestSmallAnswersLeaveAtOnce(t *testing.T) {
	full := strings.Repeat("x", responseBuffer)
	for what, c := range map[string]struct {
		handle func(w *Response, r *Request)
		want   string
	}{
		"nothing":      {func(w *Response, r *Request) {}, ""},
		"Write":        {func(w *Response, r *Request) { _, _ = w.Write([]byte("ab")); _, _ = w.Write([]byte("cd")) }, "abcd"},
		"WriteString":  {func(w *Response, r *Request) { write(w, "ab"); write(w, ""); write(w, "cd") }, "abcd"},
		"mixed":        {func(w *Response, r *Request) { write(w, "ab"); fmt.Fprintf(w, "%d", 7) }, "ab7"},
		"ReadFrom":     {func(w *Response, r *Request) { _, _ = io.Copy(w, io.LimitReader(strings.NewReader("abcdef"), 4)) }, "abcd"},
		"full, Write":  {func(w *Response, r *Request) { _, _ = w.Write([]byte(full)) }, full},
		"full, String": {func(w *Response, r *Request) { write(w, full) }, full},
		"full, twice":  {func(w *Response, r *Request) { write(w, full[1:]); _, _ = w.Write([]byte("x")) }, full},
		"Text":         {func(w *Response, r *Request) { _ = w.Text(200, full+full) }, full + full},
		"Bytes":        {func(w *Response, r *Request) { _ = w.Bytes(200, "a/b", []byte(full+full)) }, full + full},
	} {
		m, err := exchange(t, "GET", c.handle)
		if err != nil || string(m.body) != c.want {
			t.Errorf("%s: %d bytes, %v", what, len(m.body), err)
		}
		m.expect(fmt.Sprintf("respond 200 %d %d true", len(c.want), len(c.want)))
	}
}

func TestWholeAnswers(t *testing.T) {
	for what, c := range map[string]struct {
		handle            func(w *Response) error
		status            int
		contentType, body string
	}{
		"Text":      {func(w *Response) error { return w.Text(201, "a") }, 201, "text/plain; charset=utf-8", "a"},
		"HTML":      {func(w *Response) error { return w.HTML(404, "<a>") }, 404, "text/html; charset=utf-8", "<a>"},
		"Bytes":     {func(w *Response) error { return w.Bytes(999, "a/b", []byte{0}) }, 999, "a/b", "\x00"},
		"no type":   {func(w *Response) error { return w.Bytes(200, "", nil) }, 200, "", ""},
		"JSON":      {func(w *Response) error { return w.JSON(200, map[string]int{"a": 1}) }, 200, "application/json", `{"a":1}`},
		"NoContent": {func(w *Response) error { return w.NoContent(205) }, 205, "", ""},
		"own type": {func(w *Response) error {
			w.Set("content-type", "x/y")
			return w.Text(200, "a")
		}, 200, "x/y", "a"},
	} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			if err := c.handle(w); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if !w.Sent() || w.Status() != c.status || w.Written() != int64(len(c.body)) {
				t.Errorf("%s: sent %t, status %d, written %d", what, w.Sent(), w.Status(), w.Written())
			}
			// A second answer of any kind is refused and changes nothing.
			w.SetStatus(500)
			wantErr(t, what, w.Text(200, "again"), ErrFinished)
			wantErr(t, what, w.JSON(200, 1), ErrFinished)
			wantErr(t, what, w.NoContent(204), ErrFinished)
			wantErr(t, what, w.Redirect(302, "/"), ErrFinished)
			wantErr(t, what, w.Inform(103, nil), ErrFinished)
			wantErr(t, what, w.Flush(), ErrFinished)
			_, err := w.Write([]byte("x"))
			wantErr(t, what, err, ErrFinished)
			_, err = w.WriteString("x")
			wantErr(t, what, err, ErrFinished)
			if w.Status() != c.status || w.Discard() {
				t.Errorf("%s: the status changed, or the answer was forgotten, after it left", what)
			}
		})
		if err != nil || m.head.Status != c.status || string(m.body) != c.body || m.head.Fields.Get("Content-Type") != c.contentType {
			t.Errorf("%s: %+v %q %v", what, m.head, m.body, err)
		}
		m.expect(fmt.Sprintf("respond %d %d %d true", c.status, len(c.body), len(c.body)))
	}
}

func TestJSONThatCannotBeEncodedSendsNothing(t *testing.T) {
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		if err := w.JSON(200, func() {}); err == nil || w.Sent() || w.Err() != nil || len(w.Fields()) != 0 || w.Status() != 200 {
			t.Errorf("error %v, sent %t, lines %v", err, w.Sent(), w.Fields())
		}
		if err := w.Text(500, "no"); err != nil {
			t.Error(err)
		}
	})
	if err != nil || m.head.Status != 500 || string(m.body) != "no" {
		t.Errorf("%+v %q %v", m.head, m.body, err)
	}
	_, _ = exchange(t, "GET", func(w *Response, r *Request) {
		write(w, "begun")
		wantErr(t, "JSON after Write", w.JSON(200, 1), ErrHeadSent)
		wantErr(t, "Text after Write", w.Text(200, ""), ErrHeadSent)
		_, _, err := w.Hijack()
		wantErr(t, "Hijack after Write", err, ErrHeadSent)
	})
}

func TestStreams(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 2000) // 32000 bytes
	for what, c := range map[string]struct {
		handle func(w *Response)
		want   string
		log    []string
	}{
		"one big Write": {func(w *Response) { _, _ = w.Write([]byte(big)) }, big,
			[]string{"respond 200 -1 32000 false", "finish 0"}},
		"small, big, small": {func(w *Response) { write(w, "a"); _, _ = w.Write([]byte(big)); write(w, "z") }, "a" + big + "z",
			[]string{"respond 200 -1 1 false", "write 32000", "write 1", "finish 0"}},
		"big string": {func(w *Response) { write(w, big[:responseBuffer*2+1]) }, big[:responseBuffer*2+1],
			[]string{"respond 200 -1 4096 false", "write 4096", "write 1", "finish 0"}},
		"flushes": {func(w *Response) { _ = w.Flush(); write(w, "a"); _ = w.Flush(); _ = w.Flush(); write(w, "b") }, "ab",
			[]string{"respond 200 -1 0 false", "flush", "write 1", "flush", "flush", "write 1", "finish 0"}},
		"declared": {func(w *Response) { w.Set("Content-Length", "3"); write(w, "a"); _ = w.Flush(); write(w, "bc") }, "abc",
			[]string{"respond 200 3 1 false", "flush", "write 2", "finish 0"}},
		"reader": {func(w *Response) { _, _ = io.Copy(w, io.LimitReader(strings.NewReader(big), 1<<20)) }, big,
			[]string{"respond 200 -1 32000 false", "finish 0"}},
	} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			c.handle(w)
			if w.Written() != int64(len(c.want)) || w.Err() != nil {
				t.Errorf("%s: written %d, %v", what, w.Written(), w.Err())
			}
		})
		if err != nil || string(m.body) != c.want {
			t.Errorf("%s: %d bytes, %v", what, len(m.body), err)
		}
		m.expect(c.log...)
	}
}

// Any split of a body into writes, strings and flushes gives the same bytes.
func TestStreamsAgreeHoweverTheyAreCut(t *testing.T) {
	want := bytes.Repeat([]byte("The quick brown fox. "), 1000)
	for _, size := range []int{1, 7, 100, responseBuffer - 1, responseBuffer, responseBuffer + 1, 3 * responseBuffer, len(want)} {
		for _, flush := range []int{0, 3} {
			m, err := exchange(t, "GET", func(w *Response, r *Request) {
				for i, rest := 0, want; len(rest) > 0; i++ {
					p := rest[:min(size, len(rest))]
					n, err := 0, error(nil)
					if i%2 == 0 {
						n, err = w.Write(p)
					} else {
						n, err = w.WriteString(string(p))
					}
					if n != len(p) || err != nil {
						t.Fatalf("%d of %d, %v", n, len(p), err)
					}
					if rest = rest[n:]; flush > 0 && i%flush == 0 {
						_ = w.Flush()
					}
					if w.Written() != int64(len(want)-len(rest)) {
						t.Fatalf("written %d, want %d", w.Written(), len(want)-len(rest))
					}
				}
			})
			if err != nil || !bytes.Equal(m.body, want) {
				t.Errorf("pieces of %d: %d bytes, %v", size, len(m.body), err)
			}
		}
	}
}

func TestDeadlinesAndHijack(t *testing.T) {
	one, other := net.Pipe()
	defer other.Close()
	defer one.Close()
	m := newMemory(t)
	m.hijacked = one
	var r Request
	var w Response
	r.Bind(m)
	w.Bind(m, &r)
	_ = w.SetReadDeadline(time.Unix(1, 0))
	_ = w.SetWriteDeadline(time.Unix(2, 0))
	conn, unread, err := w.Hijack()
	if conn != one || string(unread) != "unread" || err != nil {
		t.Fatal(conn, unread, err)
	}
	wantErr(t, "Text", w.Text(200, ""), ErrHijacked)
	wantErr(t, "Inform", w.Inform(103, nil), ErrHijacked)
	_, _, err = w.Hijack()
	wantErr(t, "Hijack", err, ErrHijacked)
	_, err = w.Write([]byte("x"))
	wantErr(t, "Write", err, ErrHijacked)
	w.Abort(io.EOF)
	if err := w.Finish(); err != nil || w.Discard() {
		t.Error("a hijacked response was finished or forgotten", err)
	}
	m.expect("read deadline 1", "write deadline 2", "hijack")

	m, err = exchange(t, "GET", func(w *Response, r *Request) {
		_, _, err := w.Hijack()
		wantErr(t, "where it cannot be", err, ErrNotSupported)
		if err := w.Text(200, "still here"); err != nil {
			t.Error(err)
		}
	})
	if err != nil || string(m.body) != "still here" {
		t.Error(err)
	}
}

// What a stream cannot do harms nothing; what it fails at is final.
func TestStreamErrors(t *testing.T) {
	broken := errors.New("broken pipe")
	run := func(command string, err error, handle func(w *Response)) (*memory, *Response, error) {
		m := newMemory(t)
		m.fail[command] = fmt.Errorf("wrapped: %w", err)
		var r Request
		w := new(Response)
		r.Bind(m)
		w.Bind(m, &r)
		handle(w)
		return m, w, w.Finish()
	}
	m, _, err := run("flush", ErrNotSupported, func(w *Response) { write(w, "a"); wantErr(t, "Flush", w.Flush(), ErrNotSupported); write(w, "b") })
	if err != nil || string(m.body) != "ab" {
		t.Errorf("%q, %v", m.body, err)
	}
	m, _, err = run("inform", ErrNotSupported, func(w *Response) {
		wantErr(t, "Inform", w.Inform(103, nil), ErrNotSupported)
		_ = w.Text(200, "a")
	})
	if err != nil || string(m.body) != "a" {
		t.Errorf("%q, %v", m.body, err)
	}

	m, w, err := run("respond", broken, func(w *Response) {
		wantErr(t, "Text", w.Text(200, "a"), broken)
		wantErr(t, "Text again", w.Text(500, "b"), broken)
		_, err := w.Write([]byte("x"))
		wantErr(t, "Write", err, broken)
	})
	if err != nil || !errors.Is(w.Err(), broken) || !w.Sent() || w.Discard() {
		t.Errorf("%v, %v, sent %t", err, w.Err(), w.Sent())
	}
	m.expect("respond 200 1 1 true")

	m, w, err = run("respond", broken, func(w *Response) { _, _ = w.Write(make([]byte, 5000)) })
	wantErr(t, "Finish", err, broken)
	m.expect("respond 200 -1 5000 false", "reset")
	wantErr(t, "cause", m.cause, broken)
	if w.Written() != 0 {
		t.Errorf("written %d", w.Written())
	}

	m, _, err = run("write", broken, func(w *Response) {
		_ = w.Flush()
		n, err := w.WriteString(strings.Repeat("x", 3*responseBuffer))
		wantErr(t, "WriteString", err, broken)
		if n != 0 {
			t.Errorf("%d bytes left", n)
		}
		wantErr(t, "Flush", w.Flush(), broken)
	})
	wantErr(t, "Finish", err, broken)
	m.expect("respond 200 -1 0 false", "flush", "write 4096", "reset")

	m, _, err = run("finish", broken, func(w *Response) { _ = w.Flush() })
	wantErr(t, "Finish", err, broken)
	m.expect("respond 200 -1 0 false", "flush", "finish 0")

	m, _, err = run("write", broken, func(w *Response) { _ = w.Flush(); write(w, "tail") })
	wantErr(t, "Finish", err, broken)
	m.expect("respond 200 -1 0 false", "flush", "write 4", "reset")
}

func TestAbort(t *testing.T) {
	cause := errors.New("cause")
	for what, before := range map[string]func(w *Response){
		"before the head": func(w *Response) { write(w, "held back") },
		"in mid-body":     func(w *Response) { write(w, "a"); _ = w.Flush() },
	} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			before(w)
			w.Abort(cause)
			w.Abort(io.EOF)
			_, werr := w.Write([]byte("x"))
			wantErr(t, what, werr, cause)
			wantErr(t, what, w.Text(200, ""), cause)
			if w.Discard() {
				t.Error(what, ": what was broken off is answered")
			}
		})
		if err != nil || m.state != "reset" || m.cause != cause || strings.Contains(string(m.body), "held") {
			t.Errorf("%s: %s, cause %v, body %q, %v", what, m.state, m.cause, m.body, err)
		}
	}
	m, _ := exchange(t, "GET", func(w *Response, r *Request) { _ = w.Text(200, "a"); w.Abort(cause) })
	m.expect("respond 200 1 1 true")
}

func TestFinishHappensOnce(t *testing.T) {
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		write(w, "a")
		for range 3 {
			if err := w.Finish(); err != nil {
				t.Error(err)
			}
		}
		write(w, "late")
	})
	if err != nil {
		t.Error(err)
	}
	m.expect("respond 200 1 1 true")
}
