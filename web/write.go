package web

import "io"

// Write adds to the body. It holds back what fits a small buffer, and waits
// while the peer takes nothing. p is borrowed until it returns. Bytes beyond a
// declared length are cut off with ErrContentLength; the status 204 or 304 makes
// it ErrBodyNotAllowed.
func (w *Response) Write(p []byte) (int, error) {
	if err := w.writable(); err != nil {
		return 0, err
	}
	if len(w.buffer)+len(p) <= responseBuffer {
		w.buffer = append(w.buffer, p...)
		w.written += int64(len(p))
		return len(p), nil
	}
	return w.through(p)
}

// WriteString is Write without a conversion.
func (w *Response) WriteString(s string) (int, error) {
	if err := w.writable(); err != nil {
		return 0, err
	}
	before, n := w.written, len(s)
	for len(s) > 0 {
		room := responseBuffer - len(w.buffer)
		if room == 0 {
			if _, err := w.through(nil); err != nil {
				return int(max(w.written-before, 0)), err
			}
			continue
		}
		part := s[:min(room, len(s))]
		w.buffer = append(w.buffer, part...)
		w.written += int64(len(part))
		s = s[len(part):]
	}
	return n, nil
}

// ReadFrom writes all of r; io.Copy finds it. n counts the bytes in both
// senses, read and written.
func (w *Response) ReadFrom(r io.Reader) (n int64, err error) {
	// Hiding ReadFrom keeps io.Copy from coming back here.
	return io.Copy(struct{ io.Writer }{w}, r)
}

// Flush sends the head, if it was not sent, and all that was written, and waits
// until the engine has handed it to the network.
func (w *Response) Flush() error {
	if err := w.writable(); err != nil && err != ErrBodyNotAllowed {
		return err
	}
	if _, err := w.through(nil); err != nil {
		return err
	}
	return w.failed(w.stream.Flush())
}

// Finish completes the response: it sends what is held back, or an empty answer
// if the handler said nothing. Engines call it when the handler has returned; a
// handler may, to go on working after the answer. A second Finish does nothing.
//
// Its error is the first of the whole response. A head that was refused (see
// ErrStatus, ErrFieldName, ErrContentLength) is answered with an empty 500 here,
// unless Discard made room for a better answer; a body that is shorter than its
// declared length, and a failure in mid-body, break the exchange off.
func (w *Response) Finish() error {
	switch {
	case w.state == finished || w.state == hijacked:
		return nil
	case w.state == settlingHead:
		return w.misused()
	case w.err != nil:
		return w.breakOff()
	}
	var err error
	if w.state == awaitingHead && len(w.trailers) == 0 {
		err = w.send(w.buffer)
	} else {
		_, err = w.through(nil)
	}
	switch {
	case w.state == finished:
		return err
	case err != nil:
		return w.breakOff()
	}
	w.state = finished
	if w.length >= 0 && w.written < w.length && !w.bodiless {
		w.stream.Reset(ErrShortBody)
		return w.failed(ErrShortBody)
	}
	return w.failed(w.stream.Finish(w.trailerFields()))
}

// breakOff ends a response that failed, as gently as the peer's view of it
// allows, and returns why it failed.
func (w *Response) breakOff() error {
	opening := w.state == awaitingHead
	refused := w.err == ErrStatus || w.err == ErrFieldName || w.err == ErrContentLength
	w.state = finished
	switch {
	case opening && refused:
		w.status, w.fields, w.written = 500, w.inline[:0], 0
		if err := w.stream.Respond(Head{Status: 500, Length: 0}, nil, true); err != nil {
			return err
		}
	case w.err == ErrContentLength: // all that was announced has left
		if err := w.stream.Finish(nil); err != nil {
			return err
		}
	default:
		w.stream.Reset(w.err)
	}
	return w.err
}

// Abort breaks the exchange off so that the peer can tell: http.ErrAbortHandler
// and a failure in mid-body end here.
func (w *Response) Abort(cause error) {
	if w.state == finished || w.state == hijacked {
		return
	}
	w.state = finished
	w.failed(cause)
	w.stream.Reset(cause)
}

// Discard forgets status, fields, body and trailers as far as nothing was sent, so
// that an error can be answered instead, and reports whether that was possible. The
// functions of BeforeHead stay, since what the middleware around adds is wanted for
// the error too; they are forgotten only where one of them panicked.
func (w *Response) Discard() bool {
	if w.state != awaitingHead {
		return false
	}
	w.status, w.length, w.written, w.err, w.undated = 0, -1, 0, nil, false
	w.fields, w.buffer, w.trailers, w.before.done = w.inline[:0], w.buffer[:0], nil, false
	return true
}

// send is the end of a whole answer: head and body leave in one command. A
// longer body than was declared is cut off, a shorter one breaks the exchange.
func (w *Response) send(body []byte) error {
	if w.err != nil {
		return w.err
	}
	known := int64(len(body))
	if w.bodiless && known == 0 {
		// A handler that writes nothing to HEAD does not say that GET would be
		// empty too, and a wrong length is forbidden (RFC 9110, section 8.6).
		known = -1
	}
	meant := w.Status()
	head, err := w.wholeHead(body, known)
	if err != nil {
		return w.failed(err)
	}
	w.state = finished
	if !bodyAllowed(head.Status) {
		if head.Status == 304 && meant != 304 {
			body = nil // a function of BeforeHead has seen it
		}
		return w.withoutBody(head, body)
	}
	fit, over := w.fitting(body, 0)
	w.written = int64(len(fit))
	short := w.written < w.length && !w.bodiless
	if err := w.stream.Respond(head, w.leaving(fit), !short); err != nil {
		return w.failed(err)
	}
	if short {
		w.stream.Reset(ErrShortBody)
		return w.failed(ErrShortBody)
	}
	return w.failed(over)
}

// withoutBody answers a status that has no content: bytes that were written for
// it stay here and are an error (RFC 9110, sections 15.3.5 and 15.4.5).
func (w *Response) withoutBody(head Head, body []byte) error {
	w.state, w.written = finished, 0
	err := w.stream.Respond(head, nil, true)
	if err == nil && len(body) > 0 {
		err = ErrBodyNotAllowed
	}
	return w.failed(err)
}

func (w *Response) writable() error {
	switch {
	case w.err != nil:
		return w.err
	case w.state != awaitingHead && w.state != awaitingBody:
		return w.misused()
	case w.state == awaitingHead && !bodyAllowed(w.Status()):
		return ErrBodyNotAllowed
	}
	return nil
}

// through sends the head, if it was not sent, what is held back, and then p. n
// is how much of p left or had no need to.
func (w *Response) through(p []byte) (n int, err error) {
	held := len(w.buffer)
	if held > 0 || len(p) == 0 && w.state == awaitingHead {
		n, err = w.emit(w.buffer, w.written-int64(held))
		w.buffer = w.buffer[:0]
		if err != nil {
			w.written = max(w.written-int64(held-n), 0)
			return 0, err
		}
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err = w.emit(p, w.written)
	w.written += int64(n)
	return n, err
}

// emit sends p, with the head in front if that was not sent. before is how much
// of the body came before p. Nothing beyond a declared length leaves.
func (w *Response) emit(p []byte, before int64) (n int, err error) {
	var head Head
	opening := w.state == awaitingHead
	if opening {
		if head, err = w.head(-1); err != nil {
			return 0, w.failed(err)
		}
		if !bodyAllowed(head.Status) {
			return 0, w.withoutBody(head, p)
		}
		w.state = awaitingBody
	}
	fit, over := w.fitting(p, before)
	leaving := w.leaving(fit)
	switch {
	case opening:
		err = w.stream.Respond(head, leaving, false)
	case len(leaving) > 0:
		err = w.stream.Write(leaving)
	}
	if err != nil {
		return 0, w.failed(err)
	}
	return len(fit), w.failed(over)
}

// fitting is the part of p that a declared length has room for, when this much
// of the body came before it.
func (w *Response) fitting(p []byte, before int64) ([]byte, error) {
	if w.length < 0 || before+int64(len(p)) <= w.length {
		return p, nil
	}
	return p[:max(w.length-before, 0)], ErrContentLength
}

// leaving is what of p goes to the stream: "The HEAD method is identical to GET
// except that the server MUST NOT send content in the response" (RFC 9110,
// section 9.3.2).
func (w *Response) leaving(p []byte) []byte {
	if w.bodiless {
		return nil
	}
	return p
}

// trailerFields are none where a length was declared, since HTTP/1 then has no
// place for them, and none for HEAD.
func (w *Response) trailerFields() Fields {
	if w.length >= 0 || w.bodiless {
		return nil
	}
	return allowedTrailers(Fields(w.trailers))
}
