package web

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is an answer of problem details (RFC 9457, section 3.1), and the error that asks for it. A handler may return one, also
// wrapped; the client sees all of it.
type Problem struct {
	// Type is a URI reference that names the kind of problem; "about:blank" when empty, which is then left out.
	Type string `json:"type,omitempty"`
	// Title names the kind for people; the phrase of the status when empty.
	Title string `json:"title"`
	// Status is the HTTP status, 400 to 599.
	Status int `json:"status"`
	// Detail tells this occurrence.
	Detail string `json:"detail,omitempty"`
	// Instance is a URI reference that names this occurrence.
	Instance string `json:"instance,omitempty"`
	// RequestID is the name of the request in our logs, for whoever asks about a failure: an extension member (RFC 9457, section 3.2).
	RequestID string `json:"request_id,omitempty"`
	// Errors are the single mistakes in a request.
	Errors []FieldError `json:"errors,omitempty"`
}

// FieldError is one mistake in a request.
type FieldError struct {
	// In is "path", "query", "header", "cookie", "form" or "body".
	In string `json:"in"`
	// Name is the name of the parameter or of the form's field, empty for the body.
	Name string `json:"name,omitempty"`
	// Pointer is a JSON Pointer (RFC 6901) into the body, empty for a parameter and for the body as a whole.
	Pointer string `json:"pointer,omitempty"`
	// Code is for programs: "required", "type", "repeated", "unknown_field", or the name of the broken rule.
	Code string `json:"code"`
	// Detail is for people.
	Detail string `json:"detail"`
}

// Error gives the status, the title and the detail, and how many mistakes there are.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", p.Status, p.phrase())
	if p.Detail != "" {
		b.WriteString(": " + p.Detail)
	}
	if len(p.Errors) > 0 {
		fmt.Fprintf(&b, " (%d mistakes)", len(p.Errors))
	}
	return b.String()
}

// HTTPStatus is the status that the problem is answered with.
func (p *Problem) HTTPStatus() int { return p.Status }

// For is the problem as r is answered with it: a failure of ours, of status 500 and up, says the name of the request where that has one
// ([Request.SetID]), since the log knows more of it than the client. p stays as it is, and may be the answer to many requests.
func (p *Problem) For(r *Request) *Problem {
	if p.Status < 500 || p.RequestID != "" || r == nil || r.ID() == "" {
		return p
	}
	named := *p
	named.RequestID = r.ID()
	return &named
}

// ServeWeb answers with the problem; so a raw handler, or a middleware, may end with NotFound("no such file").ServeWeb(w, r). Fields
// that were set before stay, since those of CORS or of tracing are wanted then too. Where part of an answer was written already, it is
// broken off: that is all that still tells.
func (p *Problem) ServeWeb(w *Response, r *Request) {
	if w.Sent() || w.Written() > 0 {
		w.Abort(p)
		return
	}
	w.Set(contentTypeName, "application/problem+json")
	w.Del("Content-Length")
	if w.start(p.Status, "") != nil {
		return
	}
	text := p.For(r).Append(w.buffer)
	w.buffer = text[:0]
	_ = w.send(text) // what fails here is the wire, and the engine's to notice
}

// Append appends the problem as JSON.
func (p *Problem) Append(dst []byte) []byte {
	dst = append(dst, '{')
	if p.Type != "" {
		dst = appendMember(dst, "type", p.Type)
	}
	dst = appendMember(dst, "title", p.phrase())
	dst = strconv.AppendInt(append(dst, `,"status":`...), int64(p.Status), 10)
	if p.Detail != "" {
		dst = appendMember(dst, "detail", p.Detail)
	}
	if p.Instance != "" {
		dst = appendMember(dst, "instance", p.Instance)
	}
	if p.RequestID != "" {
		dst = appendMember(dst, "request_id", p.RequestID)
	}
	for i := range p.Errors {
		if i == 0 {
			dst = append(dst, `,"errors":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = p.Errors[i].append(dst)
	}
	if len(p.Errors) > 0 {
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func (e *FieldError) append(dst []byte) []byte {
	dst = append(dst, '{')
	dst = appendMember(dst, "in", e.In)
	if e.Name != "" {
		dst = appendMember(dst, "name", e.Name)
	}
	if e.Pointer != "" {
		dst = appendMember(dst, "pointer", e.Pointer)
	}
	dst = appendMember(dst, "code", e.Code)
	return append(appendMember(dst, "detail", e.Detail), '}')
}

// appendMember appends a member of an object, with a comma where it is not the first.
func appendMember(dst []byte, name, value string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(append(append(dst, '"'), name...), '"', ':')
	return appendQuoted(dst, value)
}

// appendQuoted appends s as a JSON string. What is no UTF-8 becomes U+FFFD, and what HTML gives a meaning is escaped, since a
// client may put an error on a page.
func appendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0
	for plain < len(s) && isPlain[s[plain]] {
		plain++
	}
	dst = append(dst, s[:plain]...)
	for _, r := range s[plain:] {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r < 0x20 || r == 0x7f || r == '<' || r == '>' || r == '&':
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// isPlain marks the octets that stand for themselves wherever a JSON string is put.
var isPlain = func() (plain [256]bool) {
	for c := range plain[:0x7f] {
		plain[c] = c >= 0x20 && !strings.ContainsRune(`"\<>&`, rune(c))
	}
	return plain
}()

// phrase is the title that is sent.
func (p *Problem) phrase() string {
	if p.Title != "" {
		return p.Title
	}
	if phrase := StatusText(p.Status); phrase != "" {
		return phrase
	}
	return "Error"
}

// NewProblem is a problem whose detail is formatted as by fmt.Sprintf; without args format is the detail itself.
func NewProblem(status int, format string, args ...any) *Problem {
	detail := format
	if len(args) > 0 {
		detail = fmt.Sprintf(format, args...)
	}
	return &Problem{Status: status, Detail: detail}
}
