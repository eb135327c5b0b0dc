package nethttp

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/fasterapi-go/fasterapi/web"
)

// stream is a web.Stream over a ResponseWriter and its Request.
type stream struct {
	w     http.ResponseWriter
	r     *http.Request
	ended atomic.Bool // the body was read to its end; the writing half asks too
	sent  bool        // WriteHeader was called with a final status
	inner bool        // under it is a web.Response of handlers further out
	cause error       // why the exchange was broken off
}

// Shared reports that what is written here passes a web.Response of other
// handlers, which no second goroutine may use while they wait for this one.
func (s *stream) Shared() bool { return s.inner }

// EndReading makes reads of a body that has not ended fail. net/http ends an
// answer over HTTP/2 only with its handler, and a client that was refused may send
// no more of the body which that handler waits for.
func (s *stream) EndReading() {
	if s.r.ProtoMajor > 1 && !s.ended.Load() {
		_ = s.SetReadDeadline(time.Unix(1, 0))
	}
}

func (s *stream) bind(w http.ResponseWriter, r *http.Request) {
	*s = stream{w: w, r: r}
	s.ended.Store(r.Body == nil || r.Body == http.NoBody)
}

func (s *stream) controller() *http.ResponseController { return http.NewResponseController(s.w) }

// Read reads the body. net/http answers a pending "Expect: 100-continue".
func (s *stream) Read(p []byte) (int, error) {
	if s.ended.Load() {
		return 0, io.EOF
	}
	n, err := s.r.Body.Read(p)
	if err == io.EOF {
		s.ended.Store(true)
	}
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = &web.BodyTooLargeError{Limit: large.Limit}
	}
	return n, err
}

// Buffered knows only that an absent body is all there.
func (s *stream) Buffered() (p []byte, whole bool) { return nil, s.ended.Load() }

// Trailers are the values that net/http filled in.
func (s *stream) Trailers() web.Fields {
	var fields web.Fields
	for _, name := range sortedNames(s.r.Trailer) {
		for _, value := range s.r.Trailer[name] {
			fields = append(fields, web.Field{Name: name, Value: value})
		}
	}
	return fields
}

// Inform sends these fields alone: what else stands in the map belongs to the
// final response and comes back afterwards.
func (s *stream) Inform(status int, fields web.Fields) error {
	header := s.w.Header()
	final := maps.Clone(header)
	clear(header)
	for _, field := range fields {
		header.Add(field.Name, field.Value)
	}
	s.w.WriteHeader(status)
	clear(header)
	maps.Copy(header, final)
	return nil
}

// Respond makes the map what the head says. Keys without a value stay: they
// suppress what net/http would add. So does Content-Type, since a web.Handler
// that names no type wants none.
func (s *stream) Respond(head web.Head, body []byte, fin bool) error {
	header := s.w.Header()
	for name, values := range header {
		if len(values) > 0 && web.IsToken(name) {
			delete(header, name)
		}
	}
	for _, field := range head.Fields {
		header.Add(field.Name, field.Value)
	}
	if head.Length >= 0 {
		header.Set("Content-Length", strconv.FormatInt(head.Length, 10))
	}
	if head.Close {
		header.Set("Connection", "close")
	}
	if head.Undated && !has(header, "Date") {
		header["Date"] = nil
	}
	if !has(header, "Content-Type") {
		header["Content-Type"] = nil
	}
	if !fin && !s.ended.Load() {
		// A web.Stream is read while it is written; net/http reads the body away
		// before it writes the head unless it is told. HTTP/2 need not be told.
		_ = s.controller().EnableFullDuplex()
	}
	s.sent = true
	s.w.WriteHeader(head.Status)
	return s.Write(body)
}

func has(header http.Header, name string) bool {
	_, ok := header[name]
	return ok
}

func (s *stream) Write(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	_, err := s.w.Write(p)
	return err
}

func (s *stream) Flush() error { return asWebError(s.controller().Flush()) }

// Finish flushes in front of trailers: a short body would leave with its length
// otherwise, and HTTP/1 has no place for trailers then.
func (s *stream) Finish(trailers web.Fields) error {
	if len(trailers) == 0 {
		return nil
	}
	err := s.Flush()
	for _, field := range trailers {
		s.w.Header().Add(http.TrailerPrefix+field.Name, field.Value)
	}
	if errors.Is(err, web.ErrNotSupported) {
		return nil
	}
	return err
}

// Reset notes why; serve panics with http.ErrAbortHandler when the handler is
// done, on the handler's goroutine. What was written before leaves first.
func (s *stream) Reset(cause error) {
	if s.sent && s.cause == nil {
		_ = s.Flush()
	}
	s.cause = cause
	if s.cause == nil {
		s.cause = http.ErrAbortHandler
	}
}

func (s *stream) SetReadDeadline(t time.Time) error {
	return asWebError(s.controller().SetReadDeadline(t))
}

func (s *stream) SetWriteDeadline(t time.Time) error {
	return asWebError(s.controller().SetWriteDeadline(t))
}

func (s *stream) Hijack() (conn net.Conn, unread []byte, err error) {
	conn, buffered, err := s.controller().Hijack()
	if err != nil {
		return nil, nil, asWebError(err)
	}
	unread, err = buffered.Reader.Peek(buffered.Reader.Buffered())
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return conn, bytes.Clone(unread), nil
}

func asWebError(err error) error {
	switch {
	case errors.Is(err, http.ErrNotSupported):
		return web.ErrNotSupported
	case errors.Is(err, http.ErrHijacked):
		return web.ErrHijacked
	}
	return err
}
