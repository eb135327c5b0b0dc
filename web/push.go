package web

import (
	"errors"
	"strings"
)

// Pusher is a Stream that can push.
type Pusher interface {
	// Push promises the answer to a request for target, which starts with a slash, and
	// has it handled as if the client had made it.
	Push(method, target string, fields Fields) error
}

// ErrPush says that what was to be pushed is no GET or HEAD of a path.
var ErrPush = errors.New("web: only a GET or HEAD of an absolute path can be pushed")

// Push has the server answer a request that the client did not make and is going
// to, before the end of this response (RFC 9113, section 8.4): method is GET or
// HEAD, target an absolute path with its query, and fields are all that the request
// has. The request takes its route as any other does.
//
// It is ErrNotSupported on HTTP/1 and HTTP/3, for a client that takes no pushes,
// which are most (browsers have given them up), and while it has as many as it
// takes. Early Hints do nearly as much for all of them: Inform(103, fields) with
// Link fields (RFC 8297).
func (w *Response) Push(method, target string, fields Fields) error {
	if w.state == finished || w.state == hijacked {
		return w.misused()
	}
	if method != "GET" && method != "HEAD" || !strings.HasPrefix(target, "/") {
		return ErrPush
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
	if p, ok := w.stream.(Pusher); ok {
		return p.Push(method, target, clean)
	}
	return ErrNotSupported
}
