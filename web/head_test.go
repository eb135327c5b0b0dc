package web

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// splitters are what ends a line, or a string, for somebody.
var splitters = []string{"\r\n", "\n", "\r", "\x00", "\r\n\r\n", "\x0b", "\x7f", "\x1b"}

// Response splitting: the fake stream objects to any line that is not clean, so
// each answer has only to leave.
func TestNothingSplitsTheResponse(t *testing.T) {
	for _, s := range splitters {
		evil := "a" + s + "X-Evil: 1"
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			if err := w.Inform(103, Fields{{"Link", evil}, {"Connection", "close"}, {"Content-Length", "5"}}); err != nil {
				t.Error(err)
			}
			wantErr(t, "Inform name", w.Inform(103, Fields{{"Link" + s, "x"}}), ErrFieldName)
			w.Set("X-A", evil)
			w.Add("X-B", evil)
			w.Add("X-C", s)
			w.AddTrailer("X-T", evil)
			w.AddTrailer("X-T"+s, "x")
			if err := w.SetCookie(Cookie{Name: "a", Value: evil}); err == nil {
				t.Errorf("a cookie of %q", evil)
			}
			write(w, "body")
			_ = w.Flush()
		})
		if err != nil || m.state != "done" || m.head.Fields.Has("X-Evil") || len(m.head.Fields) != 3 {
			t.Errorf("%q: %+v %v", s, m.head, err)
		}
		want := strings.Repeat(" ", len(s))
		if got := m.head.Fields.Get("X-A"); got != "a"+want+"X-Evil: 1" || m.trailers.Get("X-T") != got || len(m.trailers) != 1 {
			t.Errorf("%q: value %q, trailers %q", s, got, m.trailers)
		}
		if len(m.informed) != 1 || len(m.informed[0].Fields) != 1 {
			t.Errorf("%q: informed %v", s, m.informed)
		}
		m, _ = exchange(t, "GET", func(w *Response, r *Request) { _ = w.RedirectTo(302, "/"+evil) })
		if got := m.head.Fields.Get("Location"); !isFieldValue(got) || strings.Contains(got, " ") {
			t.Errorf("%q: Location %q", s, got)
		}
		m, _ = exchange(t, "GET", func(w *Response, r *Request) { _ = w.Bytes(200, evil, nil) })
		if got := m.head.Fields.Get("Content-Type"); got != "a"+want+"X-Evil: 1" {
			t.Errorf("%q: Content-Type %q", s, got)
		}
	}
}

func TestFieldNamesThatAreNone(t *testing.T) {
	names := []string{"", " ", "a b", "a:", "a(b", "é", "Connection ", ":status"}
	for _, s := range splitters {
		names = append(names, "X"+s, "X"+s+"Y: z")
	}
	for _, name := range names {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			w.Set("X-Ok", "1")
			w.Add(name, "v")
			wantErr(t, name, w.Text(200, "a"), ErrFieldName)
			wantErr(t, name, w.Text(200, "again"), ErrFieldName)
			if w.Sent() {
				t.Errorf("%q was sent", name)
			}
		})
		// Nobody made room for a better answer: an empty 500, and the engine hears why.
		wantErr(t, name, err, ErrFieldName)
		m.expect("respond 500 0 0 true")

		m, err = exchange(t, "GET", func(w *Response, r *Request) {
			w.Add(name, "v")
			_, _ = w.Write(make([]byte, 2*responseBuffer))
			if !w.Discard() || w.Err() != nil || w.Written() != 0 || len(w.Fields()) != 0 {
				t.Errorf("%q: nothing was sent, but it is not forgotten", name)
			}
			_ = w.Text(422, "better")
		})
		if err != nil || m.head.Status != 422 || string(m.body) != "better" {
			t.Errorf("%q: %+v %v", name, m.head, err)
		}
	}
}

func TestStatusOutOfRange(t *testing.T) {
	for _, status := range []int{-1, 1, 99, 100, 101, 103, 199, 1000, 1 << 30} {
		for what, handle := range map[string]func(w *Response) error{
			"Text":      func(w *Response) error { return w.Text(status, "a") },
			"NoContent": func(w *Response) error { return w.NoContent(status) },
			"Flush":     func(w *Response) error { w.SetStatus(status); return w.Flush() },
			"trailers":  func(w *Response) error { w.SetStatus(status); w.AddTrailer("A", "b"); return ErrStatus },
			"Finish":    func(w *Response) error { w.SetStatus(status); return ErrStatus },
		} {
			m, err := exchange(t, "GET", func(w *Response, r *Request) { wantErr(t, what, handle(w), ErrStatus) })
			wantErr(t, what, err, ErrStatus)
			m.expect("respond 500 0 0 true")
		}
	}
	for _, status := range []int{-1, 0, 99, 101, 200, 1000} {
		m, _ := exchange(t, "GET", func(w *Response, r *Request) {
			wantErr(t, "Inform", w.Inform(status, nil), ErrStatus)
		})
		m.expect("respond 200 0 0 true")
	}
}

func TestStatusWithoutBody(t *testing.T) {
	for _, status := range []int{204, 304} {
		empty := fmt.Sprintf("respond %d -1 0 true", status)
		for what, handle := range map[string]func(w *Response){
			"NoContent":   func(w *Response) { _ = w.NoContent(status) },
			"SetStatus":   func(w *Response) { w.SetStatus(status) },
			"empty Bytes": func(w *Response) { _ = w.Bytes(status, "a/b", nil) },
			"trailers":    func(w *Response) { w.SetStatus(status); w.AddTrailer("A", "b") },
			"write refused": func(w *Response) {
				w.SetStatus(status)
				_, err := w.Write([]byte("x"))
				wantErr(t, "Write", err, ErrBodyNotAllowed)
				_, err = w.WriteString("x")
				wantErr(t, "WriteString", err, ErrBodyNotAllowed)
				_, err = io64(w.ReadFrom(strings.NewReader("x")))
				wantErr(t, "ReadFrom", err, ErrBodyNotAllowed)
			},
		} {
			m, err := exchange(t, "GET", func(w *Response, r *Request) { handle(w) })
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			m.expect(empty)
		}
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			w.SetStatus(status)
			if err := w.Flush(); err != nil {
				t.Error(err)
			}
		})
		if err != nil {
			t.Error(err)
		}
		m.expect(empty, "flush")

		for what, handle := range map[string]func(w *Response){
			"Text": func(w *Response) { wantErr(t, "Text", w.Text(status, "x"), ErrBodyNotAllowed) },
			"status later": func(w *Response) {
				write(w, "x")
				w.SetStatus(status)
				wantErr(t, "Flush", w.Flush(), ErrBodyNotAllowed)
			},
			"from a hook": func(w *Response) {
				w.BeforeHead(func() { w.SetStatus(status) })
				_, err := w.Write(make([]byte, 2*responseBuffer))
				wantErr(t, "Write", err, ErrBodyNotAllowed)
			},
			"from a hook, held": func(w *Response) {
				w.BeforeHead(func() { w.SetStatus(status) })
				write(w, "x")
				_, err := w.Write(make([]byte, responseBuffer))
				wantErr(t, "Write", err, ErrBodyNotAllowed)
			},
		} {
			m, err := exchange(t, "GET", func(w *Response, r *Request) {
				handle(w)
				wantErr(t, what, w.Err(), ErrBodyNotAllowed)
				if w.Written() != 0 {
					t.Errorf("%s: written %d", what, w.Written())
				}
			})
			if err != nil { // it was finished, and Err told why
				t.Errorf("%s: %v", what, err)
			}
			m.expect(empty)
		}
		m, err = exchange(t, "GET", func(w *Response, r *Request) { write(w, "x"); w.SetStatus(status) })
		wantErr(t, "Finish", err, ErrBodyNotAllowed)
		m.expect(empty)
	}
	// A 304 may tell the length of the 200; a 204 must not tell any.
	m, _ := exchange(t, "GET", func(w *Response, r *Request) { w.Set("Content-Length", "77"); _ = w.NoContent(304) })
	m.expect("respond 304 77 0 true")
	m, _ = exchange(t, "GET", func(w *Response, r *Request) { w.Set("Content-Length", "77"); _ = w.NoContent(204) })
	m.expect("respond 204 -1 0 true")
}

func io64(n int64, err error) (int, error) { return int(n), err }

func TestContentLengthMismatch(t *testing.T) {
	big := strings.Repeat("x", 3*responseBuffer)
	for what, c := range map[string]struct {
		declared string
		handle   func(w *Response)
		err      error
		body     string
		log      string
	}{
		"whole, more":      {"2", func(w *Response) { wantErr(t, "Text", w.Text(200, "abc"), ErrContentLength) }, nil, "ab", "respond 200 2 2 true"},
		"whole, less":      {"4", func(w *Response) { wantErr(t, "Text", w.Text(200, "abc"), ErrShortBody) }, nil, "abc", "respond 200 4 3 false; reset"},
		"held, more":       {"2", func(w *Response) { write(w, "abc") }, ErrContentLength, "ab", "respond 200 2 2 true"},
		"held, less":       {"4", func(w *Response) { write(w, "abc") }, ErrShortBody, "abc", "respond 200 4 3 false; reset"},
		"nothing":          {"4", func(w *Response) {}, ErrShortBody, "", "respond 200 4 0 false; reset"},
		"zero, more":       {"0", func(w *Response) { write(w, "abc") }, ErrContentLength, "", "respond 200 0 0 true"},
		"flushed, less":    {"4", func(w *Response) { write(w, "ab"); _ = w.Flush(); write(w, "c") }, ErrShortBody, "abc", "respond 200 4 2 false; flush; write 1; reset"},
		"flushed, more":    {"4", func(w *Response) { write(w, "ab"); _ = w.Flush(); write(w, "cdef") }, ErrContentLength, "abcd", "respond 200 4 2 false; flush; write 2; finish 0"},
		"flushed, all":     {"2", func(w *Response) { write(w, "ab"); _ = w.Flush(); write(w, "cd"); _ = w.Flush() }, ErrContentLength, "ab", "respond 200 2 2 false; flush; finish 0"},
		"big Write, more":  {"5", func(w *Response) { counted(t, w, big, 5) }, ErrContentLength, "xxxxx", "respond 200 5 5 false; finish 0"},
		"big string, more": {"5", func(w *Response) { countedString(t, w, big, 5) }, ErrContentLength, "xxxxx", "respond 200 5 5 false; finish 0"},
		"held, big Write":  {"5", func(w *Response) { write(w, "ab"); counted(t, w, big, 3) }, ErrContentLength, "abxxx", "respond 200 5 2 false; write 3; finish 0"},
		"held fits not":    {"1", func(w *Response) { write(w, "ab"); counted(t, w, big, 0) }, ErrContentLength, "a", "respond 200 1 1 false; finish 0"},
		"with trailers":    {"2", func(w *Response) { w.AddTrailer("A", "b"); write(w, "ab") }, nil, "ab", "respond 200 2 2 false; finish 0"},
		"exact":            {" 2 ", func(w *Response) { write(w, "ab") }, nil, "ab", "respond 200 2 2 true"},
	} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			w.Set("content-LENGTH", c.declared)
			c.handle(w)
		})
		if !errors.Is(err, c.err) || string(m.body) != c.body {
			t.Errorf("%s: body %q, error %v, want %v", what, m.body, err, c.err)
		}
		if got := strings.Join(m.log, "; "); got != c.log {
			t.Errorf("%s: the stream was told %s, want %s", what, got, c.log)
		}
	}
	for _, declared := range []string{"", "x", "-1", "+1", "1.0", "0x1", "1 1", "1,1", "9223372036854775808", "１"} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			w.Set("Content-Length", declared)
			wantErr(t, declared, w.Text(200, "a"), ErrContentLength)
		})
		wantErr(t, declared, err, ErrContentLength)
		m.expect("respond 500 0 0 true")
	}
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		w.Add("Content-Length", "1")
		w.Add("Content-Length", "2")
		write(w, "a")
	})
	wantErr(t, "two lengths", err, ErrContentLength)
	m.expect("respond 500 0 0 true")
}

func counted(t *testing.T, w *Response, s string, want int) {
	t.Helper()
	n, err := w.Write([]byte(s))
	wantErr(t, "Write", err, ErrContentLength)
	if n != want {
		t.Errorf("Write took %d bytes, want %d", n, want)
	}
	n, err = w.Write([]byte("x"))
	wantErr(t, "Write after that", err, ErrContentLength)
	if n != 0 {
		t.Errorf("%d bytes were taken after that", n)
	}
}

func countedString(t *testing.T, w *Response, s string, want int) {
	t.Helper()
	n, err := w.WriteString(s)
	wantErr(t, "WriteString", err, ErrContentLength)
	if n != want || w.Written() != int64(want) {
		t.Errorf("WriteString took %d bytes, want %d; written %d", n, want, w.Written())
	}
}

func TestHEAD(t *testing.T) {
	big := strings.Repeat("x", 2*responseBuffer)
	for what, c := range map[string]struct {
		handle func(w *Response)
		err    error
		log    string
	}{
		"whole":              {func(w *Response) { _ = w.Text(200, "abc") }, nil, "respond 200 3 0 true"},
		"held":               {func(w *Response) { write(w, "abc") }, nil, "respond 200 3 0 true"},
		"nothing":            {func(w *Response) {}, nil, "respond 200 -1 0 true"},
		"declared, nothing":  {func(w *Response) { w.Set("Content-Length", "9") }, nil, "respond 200 9 0 true"},
		"declared, less":     {func(w *Response) { w.Set("Content-Length", "9"); write(w, "a") }, nil, "respond 200 9 0 true"},
		"declared, more":     {func(w *Response) { w.Set("Content-Length", "1"); write(w, "ab") }, ErrContentLength, "respond 200 1 0 true"},
		"streamed":           {func(w *Response) { write(w, big); write(w, "a") }, nil, "respond 200 -1 0 false; finish 0"},
		"streamed, Write":    {func(w *Response) { _, _ = w.Write([]byte(big)) }, nil, "respond 200 -1 0 false; finish 0"},
		"streamed, declared": {func(w *Response) { w.Set("Content-Length", "9"); _ = w.Flush(); write(w, "a") }, nil, "respond 200 9 0 false; flush; finish 0"},
		"streamed, more":     {func(w *Response) { w.Set("Content-Length", "9"); write(w, big) }, ErrContentLength, "respond 200 9 0 false; finish 0"},
		"trailers":           {func(w *Response) { w.AddTrailer("A", "b"); write(w, "a") }, nil, "respond 200 -1 0 false; finish 0"},
		"304":                {func(w *Response) { w.Set("Content-Length", "9"); _ = w.NoContent(304) }, nil, "respond 304 9 0 true"},
	} {
		m, err := exchange(t, "HEAD", func(w *Response, r *Request) { c.handle(w) })
		if got := strings.Join(m.log, "; "); got != c.log || !errors.Is(err, c.err) {
			t.Errorf("%s: the stream was told %s (%v), want %s", what, got, err, c.log)
		}
	}
}

func TestFramingFieldsLeaveTheLines(t *testing.T) {
	for value, want := range map[string]bool{
		"close": true, "Close": true, "keep-alive, close": true, "close,x": true, "x ,\tCLOSE": true,
		"": false, "keep-alive": false, "closed": false, "x close": false,
	} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			w.Set("Transfer-Encoding", "chunked")
			w.Set("Connection", value)
			w.Set("X-Stays", "1")
			w.Add("content-length", "1")
			w.Add("Content-Length", "1")
			write(w, "a")
		})
		if err != nil || m.head.Close != want || m.head.Length != 1 || !slices.Equal(m.head.Fields, Fields{{"X-Stays", "1"}}) {
			t.Errorf("Connection: %s: %+v, %v", value, m.head, err)
		}
	}
}

func TestBeforeHead(t *testing.T) {
	var order []string
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { order = append(order, "outer"); w.Set("X-O", fmt.Sprint(w.Status())) })
		w.BeforeHead(func() { order = append(order, "inner"); w.SetStatus(203); w.AddTrailer("A", "b") })
		_ = w.Flush()
		w.BeforeHead(func() { t.Error("run after the head was sent") })
		write(w, "a")
	})
	if strings.Join(order, " ") != "inner outer" || m.head.Status != 203 || m.head.Fields.Get("X-O") != "203" || len(m.trailers) != 1 || err != nil {
		t.Errorf("%v %+v %v", order, m.head, err)
	}
	// A hook that tries to send is refused, and the answer leaves unharmed.
	m, err = exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() {
			if w.Sent() || w.Discard() {
				t.Error("in a hook the head counts as sent, or can be forgotten")
			}
			_, err := w.Write([]byte("hook"))
			wantErr(t, "Write", err, ErrHeadSent)
			wantErr(t, "Text", w.Text(500, "hook"), ErrHeadSent)
			wantErr(t, "Flush", w.Flush(), ErrHeadSent)
			wantErr(t, "Finish", w.Finish(), ErrHeadSent)
			wantErr(t, "Inform", w.Inform(103, nil), ErrHeadSent)
			_, _, err = w.Hijack()
			wantErr(t, "Hijack", err, ErrHeadSent)
		})
		_ = w.Text(200, "answer")
	})
	if err != nil || string(m.body) != "answer" {
		t.Errorf("%q %v", m.body, err)
	}
	m, err = exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { w.Abort(errors.New("enough")) })
		if err := w.Text(200, "answer"); err == nil {
			t.Error("no error")
		}
	})
	if err != nil || strings.Join(m.log, "; ") != "reset" {
		t.Errorf("%v %v", m.log, err)
	}
	// A panic in a hook can be answered.
	m, err = exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { panic("hook") })
		func() {
			defer func() { _ = recover() }()
			_ = w.Text(200, "answer")
		}()
		if !w.Discard() {
			t.Error("nothing was sent, but it cannot be forgotten")
		}
		_ = w.Text(500, "sorry")
	})
	if err != nil || m.head.Status != 500 || string(m.body) != "sorry" {
		t.Errorf("%+v %v", m.head, err)
	}
}

// A hook that panicked is not run again when the engine finishes the response.
func TestBeforeHeadRunsOnce(t *testing.T) {
	runs := 0
	_, err := exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { runs++; panic("hook") })
		defer func() { _ = recover() }()
		_ = w.Text(200, "answer")
	})
	if runs != 1 || err != nil {
		t.Errorf("run %d times, %v", runs, err)
	}
}

func TestDiscard(t *testing.T) {
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		w.SetStatus(201)
		for i := range 20 {
			w.Add("X-Old", fmt.Sprint(i))
		}
		w.AddTrailer("X-Old", "1")
		w.BeforeHead(func() { w.Add("X-Around", fmt.Sprint(w.Status())) })
		write(w, "old")
		if !w.Discard() || w.Written() != 0 || w.Status() != 200 || w.Get("X-Old") != "" {
			t.Error("not forgotten")
		}
		w.Set("X-New", "1")
		write(w, "new")
	})
	if err != nil || string(m.body) != "new" || !slices.Equal(m.head.Fields, Fields{{"X-New", "1"}, {"X-Around", "200"}}) {
		t.Errorf("%+v %q %v", m.head, m.body, err)
	}
	m.expect("respond 200 3 3 true")
	// The functions have run for a head that was refused: the one in its place wants them too.
	m, err = exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { w.Add("X-Around", fmt.Sprint(w.Status())) })
		wantErr(t, "Text", w.Text(1000, "old"), ErrStatus)
		if !w.Discard() {
			t.Error("a refused head was not forgotten")
		}
		_ = w.Text(500, "new")
	})
	if err != nil || string(m.body) != "new" || !slices.Equal(m.head.Fields.Without("Content-Type"), Fields{{"X-Around", "500"}}) {
		t.Errorf("%+v %q %v", m.head, m.body, err)
	}
	_, _ = exchange(t, "GET", func(w *Response, r *Request) {
		_ = w.Flush()
		if w.Discard() {
			t.Error("a sent head was forgotten")
		}
	})
}

func TestTrailers(t *testing.T) {
	forbidden := []string{
		"Content-Length", "transfer-encoding", "TRAILER", "Host", "Connection", "Upgrade", "TE", "Authorization", "Cookie",
		"Set-Cookie", "Content-Type", "Content-Encoding", "Content-Range", "Cache-Control", "If-Match", "if-anything",
		"Location", "X-Forwarded-For", "Expect", "Range", "WWW-Authenticate", "Keep-Alive", "Date", "Vary",
	}
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		w.AddTrailer("Digest", "x")
		for _, name := range append(forbidden, "", "a b", "X\r\nY") {
			w.AddTrailer(name, "evil")
		}
		w.AddTrailer("grpc-status", "0")
		write(w, "a")
	})
	if err != nil || !slices.Equal(m.trailers, Fields{{"Digest", "x"}, {"grpc-status", "0"}}) {
		t.Errorf("%v %v", m.trailers, err)
	}
	m.expect("respond 200 -1 1 false", "finish 2")
	for _, name := range []string{"Digest", "grpc-status", "Server-Timing", "ifx", "X-Forwarded"} {
		if IsForbiddenTrailer(name) {
			t.Errorf("%s is forbidden", name)
		}
	}
}

func TestInform(t *testing.T) {
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		w.Set("X-Later", "1")
		_ = w.Inform(100, nil)
		_ = w.Inform(103, Fields{{"Link", "</a.css>"}, {"Transfer-Encoding", "chunked"}})
		_ = w.Inform(103, Fields{{"Link", "</b.css>"}})
		if w.Sent() {
			t.Error("an informational response counts as the head")
		}
		_ = w.Flush()
		wantErr(t, "after the head", w.Inform(103, nil), ErrHeadSent)
	})
	if err != nil || len(m.informed) != 3 || !slices.Equal(m.informed[1].Fields, Fields{{"Link", "</a.css>"}}) {
		t.Errorf("%v %v", m.informed, err)
	}
	m.expect("inform 100", "inform 103", "inform 103", "respond 200 -1 0 false", "flush", "finish 0")
}

func TestResponseFields(t *testing.T) {
	var r Request
	var w Response
	w.Bind(newMemory(t), &r)
	w.Add("A", "1")
	w.Add("a", "2")
	w.Add("B", "3")
	w.Set("b", "4")
	if w.Get("A") != "1" || !slices.Equal(w.Fields(), Fields{{"A", "1"}, {"a", "2"}, {"b", "4"}}) {
		t.Errorf("%v", w.Fields())
	}
	w.Del("A")
	if !slices.Equal(w.Fields(), Fields{{"b", "4"}}) {
		t.Errorf("%v", w.Fields())
	}
}

// A Response that is used again must not show its former life, nor lean on the
// fields of the value that Reset wrote over.
func TestResponseReuse(t *testing.T) {
	var r Request
	var w Response
	for i := range 3 {
		m := newMemory(t)
		r.Reset()
		w.Reset()
		if w.Status() != 200 || w.Written() != 0 || w.Err() != nil || w.Sent() || len(w.Fields()) != 0 {
			t.Fatal("Reset left something")
		}
		r.Bind(m)
		w.Bind(m, &r)
		for j := range 6 + 3*i { // inline at first, then beyond
			w.Add(fmt.Sprintf("X-%d-%d", i, j), "v")
		}
		if i == 0 && &w.fields[0] != &w.inline[0] {
			t.Error("few lines should need no memory of their own")
		}
		w.AddTrailer("T", "v")
		_ = w.Text(201+i, strings.Repeat("x", i*5*responseBuffer))
		if err := w.Finish(); err != nil || len(m.head.Fields) != 7+3*i || m.head.Status != 201+i || len(m.body) != i*5*responseBuffer {
			t.Errorf("%d: %+v %v", i, m.head, err)
		}
	}
	w.Reset()
	if cap(w.buffer) > 4*responseBuffer {
		t.Errorf("a buffer of %d bytes is kept", cap(w.buffer))
	}
}
