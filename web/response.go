package web

import (
	"encoding/json"
	"net"
	"strconv"
	"time"
)

// responseBuffer is how much of a body a Response holds back before it sends the
// head: an answer that fits leaves whole, with its Content-Length.
const responseBuffer = 4 << 10

// Response is what a handler answers. Status and fields can be set until the
// head is sent, which happens when the body outgrows a small buffer, at Flush,
// or when the handler returns. The methods of one Response must not overlap.
type Response struct {
	stream   Stream
	state    responseState
	status   int
	length   int64 // declared, -1 unknown
	written  int64
	fields   []Field
	trailers []Field
	buffer   []byte
	before   []func()
	inline   [8]Field
	bodiless bool // the request was HEAD: nothing that is written leaves
	err      error
}

// responseState is what the response waits for.
type responseState uint8

const (
	awaitingHead responseState = iota // nothing but 1xx was sent
	awaitingBody                      // the head was sent, the body goes on
	finished
	hijacked
)

// Bind gives the response its stream and the request it answers. Engines and
// adapters call it once before a handler sees the response.
func (w *Response) Bind(s Stream, r *Request) {
	w.stream = s
	w.bodiless = r.Method == "HEAD"
	w.length = -1
	w.fields = w.inline[:0]
}

// Reset makes w the zero Response, but for a buffer of modest size, for an
// engine that reuses it.
func (w *Response) Reset() {
	buffer := w.buffer[:0]
	if cap(buffer) > 4*responseBuffer {
		buffer = nil
	}
	*w = Response{buffer: buffer}
}

// SetStatus sets the status, 200 until then. A status out of 200 to 999 is
// reported by what sends the head.
func (w *Response) SetStatus(status int) { w.status = status }

// Status is the status that was or will be sent.
func (w *Response) Status() int {
	if w.status == 0 {
		return 200
	}
	return w.status
}

// Sent reports whether the head was sent: status and fields are settled.
func (w *Response) Sent() bool { return w.state != awaitingHead }

// Written is the number of body bytes that the handler wrote so far.
func (w *Response) Written() int64 { return w.written }

// Err is the first error that the stream gave; later writes fail with it too.
func (w *Response) Err() error { return w.err }

// Set gives the field this one value. Octets that could end the line (controls)
// become spaces; a name that is no token is reported by what sends the head.
// Content-Length declares the body's length; Transfer-Encoding is the engine's.
func (w *Response) Set(name, value string) {
	w.Del(name)
	w.Add(name, value)
}

// Add adds a field line.
func (w *Response) Add(name, value string) {
	w.fields = append(w.fields, Field{name, fieldValue(value)})
}

// Del removes all lines called name.
func (w *Response) Del(name string) {
	kept := w.fields[:0]
	for _, field := range w.fields {
		if !EqualName(field.Name, name) {
			kept = append(kept, field)
		}
	}
	w.fields = kept
}

// Get returns the value of the first line called name, or "".
func (w *Response) Get(name string) string { return w.Fields().Get(name) }

// Fields are the lines set so far, valid until the next change.
func (w *Response) Fields() Fields { return Fields(w.fields) }

// AddTrailer adds a trailer field (RFC 9110, section 6.5); trailers are sent
// after a body whose length was not declared.
func (w *Response) AddTrailer(name, value string) {
	w.trailers = append(w.trailers, Field{name, fieldValue(value)})
}

// SetCookie adds a Set-Cookie line; an attribute that is wrong is an error and
// sets nothing.
func (w *Response) SetCookie(c Cookie) error {
	line, err := c.line()
	if err != nil {
		return err
	}
	w.Add("Set-Cookie", line)
	return nil
}

// ClearCookie tells the browser to delete the cookie; Name, Path, Domain and the
// prefixes' needs must be those it was set with.
func (w *Response) ClearCookie(c Cookie) error {
	c.Value, c.MaxAge, c.Expires = "", -1, time.Unix(0, 0)
	return w.SetCookie(c)
}

// BeforeHead runs f just before the head is sent, while it can still be changed;
// what was added last runs first, as the middleware around it would.
func (w *Response) BeforeHead(f func()) { w.before = append(w.before, f) }

// Text answers with text/plain in UTF-8. Like all the whole answers below it may
// be the only one, and its error tells why nothing could be sent.
func (w *Response) Text(status int, body string) error {
	return w.whole(status, "text/plain; charset=utf-8", body)
}

// HTML answers with text/html in UTF-8.
func (w *Response) HTML(status int, body string) error {
	return w.whole(status, "text/html; charset=utf-8", body)
}

// Bytes answers with these bytes, which it borrows until it returns.
func (w *Response) Bytes(status int, contentType string, body []byte) error {
	if err := w.start(status, contentType); err != nil {
		return err
	}
	return w.send(body, true)
}

// JSON answers with v as encoding/json writes it. When v cannot be encoded
// nothing is sent.
func (w *Response) JSON(status int, v any) error {
	if w.state != awaitingHead {
		return w.misused()
	}
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.Bytes(status, "application/json", body)
}

// NoContent answers with a status and no body, 204 for example.
func (w *Response) NoContent(status int) error {
	if err := w.start(status, ""); err != nil {
		return err
	}
	return w.send(nil, true)
}

func (w *Response) whole(status int, contentType, body string) error {
	if err := w.start(status, contentType); err != nil {
		return err
	}
	w.buffer = append(w.buffer, body...)
	p := w.buffer
	w.buffer = w.buffer[:0]
	return w.send(p, true)
}

func (w *Response) start(status int, contentType string) error {
	if w.state != awaitingHead || len(w.buffer) > 0 {
		return w.misused()
	}
	w.status = status
	if contentType != "" && !w.Fields().Has("Content-Type") {
		w.fields = append(w.fields, Field{"Content-Type", fieldValue(contentType)})
	}
	return nil
}

// Inform sends an informational response, 103 Early Hints for example
// (RFC 8297); a client of HTTP/1.0 gets none (RFC 9110, section 15.2).
func (w *Response) Inform(status int, fields Fields) error {
	if status < 100 || status > 199 || status == 101 {
		return ErrStatus
	}
	if w.state != awaitingHead {
		return w.misused()
	}
	clean := make(Fields, len(fields))
	for i, field := range fields {
		if !IsToken(field.Name) {
			return ErrFieldName
		}
		clean[i] = Field{field.Name, fieldValue(field.Value)}
	}
	return w.failed(w.stream.Inform(status, clean))
}

// SetWriteDeadline bounds the writing of this response; the zero time leaves it
// to the server's own rules.
func (w *Response) SetWriteDeadline(t time.Time) error { return w.stream.SetWriteDeadline(t) }

// SetReadDeadline bounds the reading of the request body.
func (w *Response) SetReadDeadline(t time.Time) error { return w.stream.SetReadDeadline(t) }

// Hijack hands the connection over, HTTP/1 only: the handler then speaks on it
// alone and closes it. unread are bytes that the engine read already.
func (w *Response) Hijack() (conn net.Conn, unread []byte, err error) {
	if w.state != awaitingHead {
		return nil, nil, w.misused()
	}
	conn, unread, err = w.stream.Hijack()
	if err == nil {
		w.state = hijacked
	}
	return conn, unread, err
}

func (w *Response) misused() error {
	switch {
	case w.err != nil:
		return w.err
	case w.state == hijacked:
		return ErrHijacked
	case w.state == finished:
		return ErrFinished
	}
	return ErrHeadSent
}

// failed keeps the first error: it is the one that tells what happened.
func (w *Response) failed(err error) error {
	if err != nil && w.err == nil {
		w.err = err
	}
	return err
}

// head settles status and fields. It runs once.
func (w *Response) head(known int64) (Head, error) {
	for i := len(w.before) - 1; i >= 0; i-- {
		w.before[i]()
	}
	h := Head{Status: w.Status(), Length: known}
	if h.Status < 200 || h.Status > 999 {
		return h, ErrStatus
	}
	kept := w.fields[:0]
	for _, field := range w.fields {
		keep, err := w.framing(&h, field)
		if err != nil {
			return h, err
		}
		if keep {
			kept = append(kept, field)
		}
	}
	w.fields, h.Fields = kept, Fields(kept)
	w.length = h.Length
	return h, nil
}

// framing takes the fields that say how the message is framed out of the lines,
// since each protocol frames in its own way.
func (w *Response) framing(h *Head, field Field) (keep bool, err error) {
	switch len(field.Name) {
	case len("Connection"):
		if EqualName(field.Name, "Connection") {
			h.Close = h.Close || EqualName(field.Value, "close")
			return false, nil
		}
	case len("Content-Length"):
		if EqualName(field.Name, "Content-Length") {
			n, err := strconv.ParseUint(field.Value, 10, 63)
			if err != nil {
				return false, ErrContentLength
			}
			h.Length = int64(n)
			return false, nil
		}
	case len("Transfer-Encoding"):
		if EqualName(field.Name, "Transfer-Encoding") {
			return false, nil
		}
	}
	if !IsToken(field.Name) {
		return false, ErrFieldName
	}
	return true, nil
}
