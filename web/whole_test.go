package web

import (
	"strings"
	"testing"
)

// What functions of BeforeHead are shown of a body.
func TestWhole(t *testing.T) {
	big := strings.Repeat("x", 2*responseBuffer)
	for what, c := range map[string]struct {
		method string
		handle func(w *Response)
		body   string
		ok     bool
	}{
		"Text":            {"GET", func(w *Response) { _ = w.Text(200, big) }, big, true},
		"Bytes":           {"POST", func(w *Response) { _ = w.Bytes(404, "a/b", []byte(big)) }, big, true},
		"JSON":            {"GET", func(w *Response) { _ = w.JSON(200, 1) }, "1", true},
		"NoContent":       {"GET", func(w *Response) { _ = w.NoContent(204) }, "", true},
		"held back":       {"GET", func(w *Response) { write(w, "ab"); write(w, "cd") }, "abcd", true},
		"nothing":         {"GET", func(w *Response) {}, "", true},
		"HEAD, Text":      {"HEAD", func(w *Response) { _ = w.Text(200, "ab") }, "ab", true},
		"HEAD, nothing":   {"HEAD", func(w *Response) {}, "", false},
		"flushed":         {"GET", func(w *Response) { write(w, "ab"); _ = w.Flush() }, "", false},
		"too large":       {"GET", func(w *Response) { write(w, big) }, "", false},
		"before trailers": {"GET", func(w *Response) { w.AddTrailer("A", "b"); write(w, "ab") }, "", false},
	} {
		seen := 0
		_, err := exchange(t, c.method, func(w *Response, r *Request) {
			w.BeforeHead(func() {
				seen++
				if body, ok := w.Whole(); string(body) != c.body || ok != c.ok {
					t.Errorf("%s: %d bytes, %t", what, len(body), ok)
				}
			})
			c.handle(w)
			if body, ok := w.Whole(); ok || body != nil {
				t.Errorf("%s: it is shown outside of BeforeHead", what)
			}
		})
		if err != nil || seen != 1 {
			t.Errorf("%s: %v, run %d times", what, err, seen)
		}
	}
}

// A function that has seen the body may leave it behind.
func TestWholeBecomes304(t *testing.T) {
	for what, handle := range map[string]func(w *Response) error{
		"Text":      func(w *Response) error { return w.Text(200, "body") },
		"held back": func(w *Response) error { write(w, "body"); return w.Finish() },
	} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			w.BeforeHead(func() {
				w.SetStatus(304)
				w.Set("ETag", `"a"`)
			})
			if err := handle(w); err != nil || w.Err() != nil {
				t.Errorf("%s: %v, %v", what, err, w.Err())
			}
			if w.Status() != 304 || w.Written() != 0 {
				t.Errorf("%s: status %d, written %d", what, w.Status(), w.Written())
			}
		})
		if err != nil || m.head.Fields.Get("ETag") != `"a"` {
			t.Errorf("%s: %+v %v", what, m.head, err)
		}
		m.expect("respond 304 -1 0 true")
	}
	// Only what was seen: a body that a status without one gets all the same is the handler's mistake, as is any under 204.
	_, _ = exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { w.SetStatus(304) })
		wantErr(t, "Text", w.Text(304, "body"), ErrBodyNotAllowed)
	})
	_, _ = exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { w.SetStatus(204) })
		wantErr(t, "Text", w.Text(200, "body"), ErrBodyNotAllowed)
	})
}

// After a panic in one of the functions the buffer is the handler's again.
func TestWholeAfterAPanic(t *testing.T) {
	m, err := exchange(t, "GET", func(w *Response, r *Request) {
		w.BeforeHead(func() { panic("hook") })
		func() {
			defer func() { _ = recover() }()
			_ = w.Bytes(200, "a/b", []byte("lent"))
		}()
		if _, ok := w.Whole(); ok || len(w.Buffered()) != 0 {
			t.Errorf("still shown: %q", w.Buffered())
		}
		_ = w.Text(500, "sorry")
	})
	if err != nil || string(m.body) != "sorry" {
		t.Errorf("%q %v", m.body, err)
	}
}
