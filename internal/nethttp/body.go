package nethttp

import (
	"errors"
	"io"
	"net/http"
	"net/textproto"
	"sync"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// requestBody is the Body of an http.Request. net/http lets it be read and closed
// by several goroutines, and to outlive the handler; a web.Body does neither.
type requestBody struct {
	mu      sync.Mutex
	source  *web.Body // nil where there is no body
	request *http.Request
	closed  bool
	ended   bool // io.EOF came
}

func (b *requestBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.source.Read(p)
	switch {
	case err == nil:
	case err == io.EOF:
		if !b.ended {
			b.ended = true
			b.fillTrailers()
		}
	default:
		if large, ok := errors.AsType[*web.BodyTooLargeError](err); ok {
			err = &http.MaxBytesError{Limit: large.Limit}
		}
	}
	return n, err
}

// Close ends reading. It waits for a Read that is under way.
func (b *requestBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	return b.source.Close()
}

// fillTrailers gives those that were announced and the others alike their values,
// as net/http does on HTTP/1.
func (b *requestBody) fillTrailers() {
	for _, field := range b.source.Trailers() {
		name := textproto.CanonicalMIMEHeaderKey(field.Name)
		if b.request.Trailer == nil {
			b.request.Trailer = make(http.Header)
		}
		b.request.Trailer[name] = append(b.request.Trailer[name], field.Value)
	}
}

// detach takes the web.Body away. A goroutine of the handler that still waits for
// the peer is woken by a deadline, since the engine gets the body back now.
func (b *requestBody) detach(w *web.Response) {
	if b.source == nil {
		return
	}
	if !b.mu.TryLock() {
		_ = w.SetReadDeadline(time.Unix(1, 0)) // where it fails, the peer or the engine ends the Read
		b.mu.Lock()
	}
	b.closed = true
	b.mu.Unlock()
}
