package fasterapi

import (
	"bytes"
	"context"
	"io"
	"os"

	"github.com/fasterapi-go/fasterapi/web"
)

// uploadMemory is how much of a request's files is kept in memory, in bytes; what is beyond goes to a temporary file.
const uploadMemory = 64 << 10

// spool holds the files of one request: the first octets in memory, the rest one behind the other in a single file of this machine, so
// that a thousand small uploads do not take a thousand descriptors.
type spool struct {
	used  int
	file  *os.File // nil until it is needed
	size  int64
	named string // of the file, if it still has a name
}

type spoolKey struct{}

// around gives every request of h a spool, whose files go away when h has answered or panicked.
func (f *formBinding) around(h web.Handler) web.Handler {
	if f == nil || len(f.files) == 0 {
		return h
	}
	return web.HandlerFunc(func(w *web.Response, r *web.Request) {
		s := &spool{}
		defer s.remove()
		r.SetContext(context.WithValue(r.Context(), spoolKey{}, s))
		h.ServeWeb(w, r)
	})
}

// keep reads up to limit bytes and one more, which tells that there were too many.
func (s *spool) keep(r io.Reader, limit int64) (io.ReaderAt, int64, error) {
	if limit < 1<<63-1 {
		r = io.LimitReader(r, limit+1)
	}
	var head bytes.Buffer
	room := int64(uploadMemory - s.used)
	if _, err := io.CopyN(&head, r, room+1); err == io.EOF {
		s.used += head.Len()
		return bytes.NewReader(head.Bytes()), int64(head.Len()), nil
	} else if err != nil {
		return nil, 0, err
	}
	if err := s.open(); err != nil {
		return nil, 0, &spoolError{err}
	}
	size, err := io.Copy(spoolWriter{s.file}, io.MultiReader(&head, r))
	if err != nil {
		return nil, 0, err
	}
	content := io.NewSectionReader(s.file, s.size, size)
	s.size += size
	return content, size, nil
}

func (s *spool) open() (err error) {
	if s.file != nil {
		return nil
	}
	if s.file, err = os.CreateTemp("", "fasterapi-upload-*"); err != nil {
		return err
	}
	// Without a name it goes away even when the process is killed. Where an open file cannot lose its name, remove does it.
	if os.Remove(s.file.Name()) != nil {
		s.named = s.file.Name()
	}
	return nil
}

// spoolError is a failure of this machine, which is no fault of the client's.
type spoolError struct{ cause error }

func (e *spoolError) Error() string { return "fasterapi: an upload cannot be kept: " + e.cause.Error() }
func (e *spoolError) Unwrap() error { return e.cause }

// spoolWriter marks the errors of the file, as apart from those of the body.
type spoolWriter struct{ file *os.File }

func (w spoolWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err != nil {
		err = &spoolError{err}
	}
	return n, err
}

func (s *spool) remove() {
	if s.file != nil {
		_ = s.file.Close()
	}
	if s.named != "" {
		_ = os.Remove(s.named)
	}
}
