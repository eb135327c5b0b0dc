package web

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// between is a stream that notes what passes, or says that something else has answered.
type between struct {
	Stream
	log      []string
	answered int
}

func (b *between) Respond(head Head, body []byte, fin bool) error {
	b.log = append(b.log, fmt.Sprint("respond ", head.Status, " ", len(body)))
	if b.answered != 0 {
		return &AnsweredError{Status: b.answered}
	}
	return b.Stream.Respond(head, body, fin)
}

func (b *between) Reset(cause error) {
	b.log = append(b.log, "reset")
	if b.answered == 0 {
		b.Stream.Reset(cause)
	}
}

func TestInterpose(t *testing.T) {
	var b between
	m, err := exchange(t, "POST", func(w *Response, r *Request) {
		if err := w.Interpose(func(s Stream) Stream { b.Stream = s; return &b }); err != nil {
			t.Error(err)
		}
		_ = w.Text(201, "abc")
		wantErr(t, "Interpose", w.Interpose(func(s Stream) Stream { return s }), ErrFinished)
	})
	if err != nil || fmt.Sprint(b.log) != "[respond 201 3]" || string(m.body) != "abc" {
		t.Errorf("%v, %q, %v", b.log, m.body, err)
	}
	_, _ = exchange(t, "GET", func(w *Response, r *Request) {
		_ = w.Flush()
		wantErr(t, "Interpose", w.Interpose(func(s Stream) Stream { return s }), ErrHeadSent)
	})
}

// A response in whose stead something else has answered has that status, and says so.
func TestAnsweredInStead(t *testing.T) {
	for what, handle := range map[string]func(w *Response) error{
		"whole":  func(w *Response) error { return w.Text(200, "late") },
		"pieces": func(w *Response) error { write(w, "late"); return w.Flush() },
		"held":   func(w *Response) error { write(w, "late"); return w.Finish() },
	} {
		m, _ := exchange(t, "GET", func(w *Response, r *Request) {
			_ = w.Interpose(func(s Stream) Stream { return &between{Stream: s, answered: 503} })
			answered, ok := errors.AsType[*AnsweredError](handle(w))
			if !ok || answered.Status != 503 || w.Status() != 503 || w.Written() != 0 || !w.Sent() {
				t.Errorf("%s: %v, status %d, written %d, sent %t", what, answered, w.Status(), w.Written(), w.Sent())
			}
			_, err := w.Write([]byte("more"))
			if _, ok := errors.AsType[*AnsweredError](err); !ok {
				t.Errorf("%s: then %v", what, err)
			}
		})
		m.expect()
	}
}

// An error of the context is answered with what ended it.
func TestFailWithTheCause(t *testing.T) {
	limit := NewProblem(503, "the time is over")
	for what, c := range map[string]struct {
		cause, err error
		want       int
	}{
		"canceled":             {limit, fmt.Errorf("query: %w", context.Canceled), 503},
		"deadline":             {limit, context.DeadlineExceeded, 503},
		"wrapped cause":        {fmt.Errorf("limit: %w", limit), context.Canceled, 503},
		"another error":        {limit, errors.New("disk full"), 500},
		"a problem of its own": {limit, fmt.Errorf("%w: %w", NewProblem(409, ""), context.Canceled), 409},
		"another cause":        {errors.New("gone"), context.Canceled, 500},
		"not ended":            {nil, context.Canceled, 500},
	} {
		m, _ := exchange(t, "GET", func(w *Response, r *Request) {
			ctx, cancel := context.WithCancelCause(r.Context())
			defer cancel(nil)
			if c.cause != nil {
				cancel(c.cause)
			}
			r.SetContext(ctx)
			Fail(w, r, c.err)
		})
		if m.head.Status != c.want {
			t.Errorf("%s: %d, want %d", what, m.head.Status, c.want)
		}
	}
}
