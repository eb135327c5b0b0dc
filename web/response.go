package web

import (
	"encoding/json"
	"net"
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
	length   int64 // that the head told, -1 unknown
	written  int64 // with what stands in buffer
	fields   []Field
	trailers []Field
	buffer   []byte
	before   before
	inline   [8]Field
	bodiless bool // the request was HEAD: nothing that is written leaves
	undated  bool
	err      error
}

// before is what BeforeHead was given.
type before struct {
	run   []func()
	done  bool // they have run, for a head that may not have left
	whole bool // they run now, and the whole body stands in buffer
}

// responseState is what the response waits for.
type responseState uint8

const (
	awaitingHead responseState = iota // nothing but 1xx was sent
	settlingHead                      // the functions of BeforeHead run
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
	w.stream, w.state, w.status, w.length, w.written = nil, awaitingHead, 0, 0, 0
	clear(w.fields)
	w.fields, w.trailers, w.before, w.err = nil, nil, before{}, nil
	w.bodiless, w.undated = false, false
	if w.buffer = w.buffer[:0]; cap(w.buffer) > 4*responseBuffer {
		w.buffer = nil
	}
}

// SetStatus sets the status, 200 until then. A status out of 200 to 999 is
// reported by what sends the head. Once that was sent it has no effect.
func (w *Response) SetStatus(status int) {
	if !w.Sent() {
		w.status = status
	}
}

// Status is the status that was or will be sent.
func (w *Response) Status() int {
	if w.status == 0 {
		return 200
	}
	return w.status
}

// Sent reports whether the head was sent: status and fields are settled.
func (w *Response) Sent() bool { return w.state > settlingHead }

// OmitDate leaves out the Date field that the engine adds otherwise. RFC 9110,
// section 6.6.1 allows that to a server without a clock.
func (w *Response) OmitDate() { w.undated = true }

// Buffered are the body bytes that are held back until the head is sent, valid
// until the next change. A middleware may read its content type off them.
func (w *Response) Buffered() []byte { return w.buffer }

// Whole is the whole body of the answer, for functions of BeforeHead: ok is false
// elsewhere, and where more of the body follows, or may follow as in answer to a
// HEAD request for which nothing was written. body is borrowed until the function
// returns, and is not to be changed. A function that is shown the whole body may
// make the status 304: the body then stays behind (RFC 9110, section 15.4.5).
func (w *Response) Whole() (body []byte, ok bool) {
	if !w.before.whole {
		return nil, false
	}
	return w.buffer, true
}

// Written is the number of body bytes that the handler wrote so far, whether they
// have left or not. Those beyond a declared length do not count.
func (w *Response) Written() int64 { return w.written }

// Err is the first error that the stream gave, or that made the answer
// impossible (a wrong status, field or length); later writes fail with it too.
func (w *Response) Err() error { return w.err }

// Set gives the field this one value. Octets that could end the line (controls)
// become spaces, and space around the value goes; a name that is no token is reported by what sends the head.
// Content-Length declares the body's length in bytes; "Connection: close" ends an
// HTTP/1 connection, and the rest of that field and Transfer-Encoding are the
// engine's.
//
// Once the head was sent, Set, Add and Del have no effect: what is lent to the
// engine must not change.
func (w *Response) Set(name, value string) {
	w.Del(name)
	w.Add(name, value)
}

// Add adds a field line.
func (w *Response) Add(name, value string) {
	if w.Sent() {
		return
	}
	w.fields = append(w.fields, Field{name, fieldValue(value)})
}

// Del removes all lines called name.
func (w *Response) Del(name string) {
	if w.Sent() {
		return
	}
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

// AddTrailer adds a trailer field (RFC 9110, section 6.5). Trailers are sent
// after a body that was written in pieces and whose length was not declared; the
// whole answers below have none. One that must not be a trailer
// ([IsForbiddenTrailer]) or whose name is no token is left out.
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
// what was added last runs first, as the middleware around it would. f may set
// the status, fields and trailers, but not write; after the head was sent it is
// not run at all. Where that head did not leave and Discard made room for another,
// f runs for that one too.
func (w *Response) BeforeHead(f func()) { w.before.run = append(w.before.run, f) }

// Text answers with text/plain in UTF-8. Like all the whole answers below it may
// be the only one, and its error tells why nothing could be sent.
func (w *Response) Text(status int, body string) error {
	return w.text(status, textPlain, body)
}

// HTML answers with text/html in UTF-8.
func (w *Response) HTML(status int, body string) error {
	return w.text(status, textHTML, body)
}

// Bytes answers with these bytes, which it borrows until it returns.
func (w *Response) Bytes(status int, contentType string, body []byte) error {
	if err := w.start(status, fieldValue(contentType)); err != nil {
		return err
	}
	return w.send(body)
}

// JSON answers with v as encoding/json writes it. When v cannot be encoded
// nothing is sent.
func (w *Response) JSON(status int, v any) error {
	if w.begun() {
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
	return w.send(nil)
}

const (
	contentTypeName = "Content-Type"
	textPlain       = "text/plain; charset=utf-8"
	textHTML        = "text/html; charset=utf-8"
)

// text answers with a text of our own type, which is clean.
func (w *Response) text(status int, contentType, body string) error {
	if err := w.start(status, contentType); err != nil {
		return err
	}
	w.buffer = append(w.buffer, body...)
	p := w.buffer
	w.buffer = w.buffer[:0]
	return w.send(p)
}

func (w *Response) start(status int, contentType string) error {
	if w.begun() {
		return w.misused()
	}
	w.status = status
	if contentType != "" && !w.Fields().Has(contentTypeName) {
		w.fields = append(w.fields, Field{contentTypeName, contentType})
	}
	return nil
}

// Inform sends an informational response, 103 Early Hints for example
// (RFC 8297); a client of HTTP/1.0 gets none (RFC 9110, section 15.2). Fields
// that frame a message are left out. status is 100 to 199 but not 101, which
// belongs to the engine.
func (w *Response) Inform(status int, fields Fields) error {
	if status < 100 || status > 199 || status == 101 {
		return ErrStatus
	}
	if w.state != awaitingHead {
		return w.misused()
	}
	clean := make(Fields, 0, len(fields))
	for _, field := range fields {
		if !IsToken(field.Name) {
			return ErrFieldName
		}
		if !isFraming(field.Name) {
			clean = append(clean, Field{field.Name, fieldValue(field.Value)})
		}
	}
	return w.failed(w.stream.Inform(status, clean))
}

// SetWriteDeadline bounds the writing of this response; the zero time leaves it
// to the server's own rules.
func (w *Response) SetWriteDeadline(t time.Time) error { return w.stream.SetWriteDeadline(t) }

// SetReadDeadline bounds the reading of the request body.
func (w *Response) SetReadDeadline(t time.Time) error { return w.stream.SetReadDeadline(t) }

// Interpose puts a stream of the caller's between the response and its engine, for a middleware that must know what leaves, or answer in the
// handler's stead. f is given the stream so far, which the new one calls in turn by the rules of Stream; only the writing half and the deadlines come
// by there. Once the head was sent it is ErrHeadSent.
func (w *Response) Interpose(f func(Stream) Stream) error {
	if w.state != awaitingHead {
		return w.misused()
	}
	w.stream = f(w.stream)
	return nil
}

// Hijack hands the connection over, HTTP/1 only: the handler then speaks on it
// alone and closes it. unread are bytes that the engine read already.
func (w *Response) Hijack() (conn net.Conn, unread []byte, err error) {
	if w.begun() {
		return nil, nil, w.misused()
	}
	conn, unread, err = w.stream.Hijack()
	if err == nil {
		w.state = hijacked
	}
	return conn, unread, err
}
