package web

import (
	"errors"
	"strconv"
	"strings"
)

// begun reports whether it is too late for a whole answer.
func (w *Response) begun() bool { return w.state != awaitingHead || len(w.buffer) > 0 }

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

// failed keeps the first error: it is the one that tells what happened. What a
// stream cannot do has not harmed the response.
func (w *Response) failed(err error) error {
	if err != nil && w.err == nil && !errors.Is(err, ErrNotSupported) {
		w.err = err
		if answered, ok := errors.AsType[*AnsweredError](err); ok {
			w.status, w.written = answered.Status, 0
		}
	}
	return err
}

// head settles status and fields. known is the length of the body, -1 when it
// goes on; a declared one overrides it.
func (w *Response) head(known int64) (Head, error) {
	if len(w.before.run) > 0 && !w.before.done {
		w.runBefore()
		if w.state != awaitingHead { // one of them broke the exchange off
			return Head{}, w.misused()
		}
	}
	h := Head{Status: w.Status(), Length: -1, Undated: w.undated}
	if h.Status < 200 || h.Status > 999 {
		return h, ErrStatus
	}
	framing := false
	for i := range w.fields {
		// The name that we set ourselves is compared by its address.
		if name := w.fields[i].Name; name != contentTypeName {
			if !IsToken(name) {
				return h, ErrFieldName
			}
			framing = framing || isFraming(name)
		}
	}
	if framing {
		if err := w.takeFraming(&h); err != nil {
			return h, err
		}
	}
	switch {
	case h.Status == 204:
		// "A server MUST NOT send a Content-Length header field in any response
		// with a status code of 1xx (Informational) or 204 (No Content)" (RFC
		// 9110, section 8.6).
		h.Length = -1
	case h.Length < 0 && bodyAllowed(h.Status):
		h.Length = known
	}
	h.Fields = Fields(w.fields)
	w.length = h.Length
	return h, nil
}

// takeFraming moves what says how the message is framed from the lines to h.
func (w *Response) takeFraming(h *Head) error {
	kept := w.fields[:0]
	for _, field := range w.fields {
		if !isFraming(field.Name) {
			kept = append(kept, field)
		} else if err := h.frame(field); err != nil {
			return err
		}
	}
	w.fields = kept
	return nil
}

// wholeHead is head for an answer whose body is whole, which the functions of
// BeforeHead may see.
func (w *Response) wholeHead(body []byte, known int64) (Head, error) {
	if len(w.before.run) == 0 {
		return w.head(known)
	}
	held := w.buffer
	w.buffer, w.before.whole = body, known >= 0
	defer func() { w.buffer, w.before.whole = held, false }()
	return w.head(known)
}

// runBefore runs the functions of BeforeHead, each once. While they run nothing
// can be sent, or the head would leave twice; after a panic it can again, so that
// the panic can be answered, but by none of them: it might panic again.
func (w *Response) runBefore() {
	run := w.before.run
	w.before.run = nil
	w.state = settlingHead
	defer func() {
		if w.state == settlingHead {
			w.state = awaitingHead
		}
	}()
	for i := len(run) - 1; i >= 0; i-- {
		run[i]()
	}
	w.before.run, w.before.done = run, true
}

// isFraming reports whether a field says how the message is framed. Such fields
// leave the lines, since each protocol frames in its own way.
func isFraming(name string) bool {
	switch len(name) {
	case len("Connection"):
		return EqualName(name, "Connection")
	case len("Content-Length"):
		return EqualName(name, "Content-Length")
	case len("Transfer-Encoding"):
		return EqualName(name, "Transfer-Encoding")
	}
	return false
}

// frame takes over what a framing field says.
func (h *Head) frame(field Field) error {
	switch len(field.Name) {
	case len("Connection"):
		for option := range strings.SplitSeq(field.Value, ",") {
			h.Close = h.Close || EqualName(strings.Trim(option, " \t"), "close")
		}
	case len("Content-Length"):
		n, err := strconv.ParseUint(field.Value, 10, 63)
		if err != nil || h.Length >= 0 && h.Length != int64(n) {
			return ErrContentLength
		}
		h.Length = int64(n)
	}
	return nil
}

// bodyAllowed: "All 1xx (Informational), 204 (No Content), and 304 (Not
// Modified) responses do not include content" (RFC 9110, section 6.4.1).
func bodyAllowed(status int) bool {
	return status >= 200 && status != 204 && status != 304
}
