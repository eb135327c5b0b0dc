package web

import "io"

// Write adds to the body. It holds back what fits a small buffer, and waits
// while the peer takes nothing. p is borrowed until it returns.
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
	n := 0
	for len(s) > 0 {
		room := responseBuffer - len(w.buffer)
		if room == 0 {
			if err := w.drain(); err != nil {
				return n, err
			}
			continue
		}
		part := s[:min(room, len(s))]
		w.buffer = append(w.buffer, part...)
		w.written += int64(len(part))
		n, s = n+len(part), s[len(part):]
	}
	return n, nil
}

// ReadFrom writes all of r; io.Copy finds it.
func (w *Response) ReadFrom(r io.Reader) (n int64, err error) {
	// Hiding ReadFrom keeps io.CopyBuffer from coming back here.
	return io.CopyBuffer(struct{ io.Writer }{w}, r, make([]byte, 32<<10))
}

// Flush sends the head, if it was not sent, and all that was written, and waits
// until the engine has handed it to the network.
func (w *Response) Flush() error {
	if err := w.writable(); err != nil {
		return err
	}
	if err := w.drain(); err != nil {
		return err
	}
	return w.failed(w.stream.Flush())
}

// Finish completes the response: it sends what is held back, or an empty answer
// if the handler said nothing. Engines call it when the handler has returned; a
// handler may, to go on working after the answer.
func (w *Response) Finish() error {
	switch {
	case w.state == finished || w.state == hijacked:
		return nil
	case w.err != nil:
		w.state = finished
		w.stream.Reset(w.err)
		return w.err
	}
	if w.state == awaitingHead && len(w.trailers) == 0 {
		return w.send(w.buffer, true)
	}
	if err := w.drain(); err != nil {
		w.state = finished
		w.stream.Reset(err)
		return err
	}
	w.state = finished
	if w.length >= 0 && w.written < w.length && !w.bodiless {
		w.stream.Reset(ErrShortBody)
		return w.failed(ErrShortBody)
	}
	return w.failed(w.stream.Finish(w.trailerFields()))
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

// Discard forgets status, fields and body as far as nothing was sent, so that an
// error can be answered instead. It reports whether that was possible.
func (w *Response) Discard() bool {
	if w.state != awaitingHead {
		return false
	}
	w.status, w.length, w.written, w.err = 0, -1, 0, nil
	w.fields, w.buffer, w.trailers, w.before = w.inline[:0], w.buffer[:0], nil, nil
	return true
}

// send is the end of a whole answer: head and body leave in one command.
func (w *Response) send(body []byte, fin bool) error {
	if w.err != nil {
		return w.err
	}
	head, err := w.head(int64(len(body)))
	if err != nil {
		return w.failed(err)
	}
	w.written = int64(len(body))
	w.state = finished
	if !bodyAllowed(head.Status) {
		return w.withoutBody(head, body)
	}
	if head.Length != int64(len(body)) {
		return w.misfit(head, body)
	}
	return w.failed(w.stream.Respond(head, body, fin))
}

// withoutBody answers a status that has no content: "A server MUST NOT send
// content" with 204 and 304 (RFC 9110, sections 15.3.5 and 15.4.5). A declared
// length stays, since a 304 may tell that of the 200.
func (w *Response) withoutBody(head Head, body []byte) error {
	declared := head.Length
	if declared == int64(len(body)) {
		head.Length = -1
	}
	err := w.stream.Respond(head, nil, true)
	if err == nil && len(body) > 0 {
		err = ErrBodyNotAllowed
	}
	return w.failed(err)
}

// misfit answers when the declared length is not that of the body: more is cut
// off, less breaks the exchange, and both are errors. A HEAD request gets its
// declared length and no body, so an empty body fits there.
func (w *Response) misfit(head Head, body []byte) error {
	if int64(len(body)) > head.Length {
		if err := w.stream.Respond(head, body[:head.Length], true); err != nil {
			return w.failed(err)
		}
		return w.failed(ErrContentLength)
	}
	if err := w.stream.Respond(head, body, false); err != nil {
		return w.failed(err)
	}
	if w.bodiless {
		return w.failed(w.stream.Finish(nil))
	}
	w.stream.Reset(ErrShortBody)
	return w.failed(ErrShortBody)
}

func (w *Response) writable() error {
	switch {
	case w.err != nil:
		return w.err
	case w.state == finished || w.state == hijacked:
		return w.misused()
	case w.state == awaitingHead && !bodyAllowed(w.Status()):
		return ErrBodyNotAllowed
	}
	return nil
}

// drain sends the head and what is held back.
func (w *Response) drain() error {
	_, err := w.through(nil)
	return err
}

// through sends what is held back and then p, with the head before them if it
// was not sent. Nothing beyond a declared length leaves.
func (w *Response) through(p []byte) (int, error) {
	if w.state == awaitingHead {
		head, err := w.head(-1)
		if err != nil {
			return 0, w.failed(err)
		}
		w.state = awaitingBody
		first, err := w.fitting(w.buffer, 0)
		if rerr := w.stream.Respond(head, first, false); rerr != nil {
			return 0, w.failed(rerr)
		}
		if err != nil {
			return 0, w.failed(err)
		}
	} else if len(w.buffer) > 0 {
		first, err := w.fitting(w.buffer, w.written-int64(len(w.buffer)))
		if werr := w.stream.Write(first); werr != nil {
			return 0, w.failed(werr)
		}
		if err != nil {
			return 0, w.failed(err)
		}
	}
	w.buffer = w.buffer[:0]
	if len(p) == 0 {
		return 0, nil
	}
	fit, err := w.fitting(p, w.written)
	if len(fit) > 0 {
		if werr := w.stream.Write(fit); werr != nil {
			return 0, w.failed(werr)
		}
	}
	w.written += int64(len(fit))
	return len(fit), w.failed(err)
}

// fitting is the part of p that a declared length has room for, when this much
// of the body came before it.
func (w *Response) fitting(p []byte, before int64) ([]byte, error) {
	if w.length < 0 || before+int64(len(p)) <= w.length {
		return p, nil
	}
	return p[:max(w.length-before, 0)], ErrContentLength
}

func (w *Response) trailerFields() Fields {
	kept := w.trailers[:0]
	for _, field := range w.trailers {
		if IsToken(field.Name) && !IsForbiddenTrailer(field.Name) {
			kept = append(kept, field)
		}
	}
	return Fields(kept)
}

// bodyAllowed: "All 1xx (Informational), 204 (No Content), and 304 (Not
// Modified) responses do not include content" (RFC 9110, section 6.4.1).
func bodyAllowed(status int) bool {
	return status >= 200 && status != 204 && status != 304
}
