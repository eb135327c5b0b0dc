package fasterapi

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
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
	// Errors are the single mistakes in a request.
	Errors []FieldError `json:"errors,omitempty"`
}

// FieldError is one mistake in a request.
type FieldError struct {
	// In is "path", "query", "header", "cookie" or "body".
	In string `json:"in"`
	// Name is the parameter's name, empty for the body.
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
	fmt.Fprintf(&b, "%d %s", p.Status, p.title())
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

// ServeWeb answers with the problem; so a raw handler, or a middleware, may end with NotFound("no such file").ServeWeb(w, r). Fields
// that were set before stay, since those of CORS or of tracing are wanted then too. Where part of an answer was written already, it is
// broken off: that is all that still tells.
func (p *Problem) ServeWeb(w *web.Response, _ *web.Request) {
	if w.Sent() || w.Written() > 0 {
		w.Abort(p)
		return
	}
	whole := *p
	whole.Title = p.title()
	body, err := problemEncoder.Append(nil, schema.TargetOf(&whole))
	if err != nil {
		w.Abort(err)
		return
	}
	w.Set("Content-Type", "application/problem+json")
	w.Del("Content-Length")
	_ = w.Bytes(whole.Status, "", body) // what fails here is the wire, and the engine's to notice
}

var problemEncoder = func() *schema.Encoder {
	e, err := schema.CompileEncoder(reflect.TypeFor[Problem]())
	if err != nil {
		panic(err)
	}
	return e
}()

func (p *Problem) title() string {
	switch {
	case p.Title != "":
		return p.Title
	// The phrases of RFC 9110, as the status line has them; net/http keeps older ones.
	case p.Status == http.StatusRequestEntityTooLarge:
		return "Content Too Large"
	case p.Status == http.StatusUnprocessableEntity:
		return "Unprocessable Content"
	case http.StatusText(p.Status) != "":
		return http.StatusText(p.Status)
	}
	return "Error"
}

func newProblem(status int, format string, args ...any) *Problem {
	detail := format
	if len(args) > 0 {
		detail = fmt.Sprintf(format, args...)
	}
	return &Problem{Status: status, Detail: detail}
}

// BadRequest is a 400 whose detail is formatted as by fmt.Sprintf.
func BadRequest(format string, args ...any) *Problem { return newProblem(400, format, args...) }

// Unauthorized is a 401: the request lacks valid credentials. RFC 9110, section 15.5.2, wants a WWW-Authenticate field beside it,
// which is for the middleware that checks credentials to set.
func Unauthorized(format string, args ...any) *Problem { return newProblem(401, format, args...) }

// Forbidden is a 403.
func Forbidden(format string, args ...any) *Problem { return newProblem(403, format, args...) }

// NotFound is a 404.
func NotFound(format string, args ...any) *Problem { return newProblem(404, format, args...) }

// Conflict is a 409: the request does not fit the state of the resource.
func Conflict(format string, args ...any) *Problem { return newProblem(409, format, args...) }

// Gone is a 410.
func Gone(format string, args ...any) *Problem { return newProblem(410, format, args...) }

// PreconditionFailed is a 412.
func PreconditionFailed(format string, args ...any) *Problem { return newProblem(412, format, args...) }

// Unprocessable is a 422: the request is well-formed, but what it says cannot be done.
func Unprocessable(format string, args ...any) *Problem { return newProblem(422, format, args...) }

// TooManyRequests is a 429.
func TooManyRequests(format string, args ...any) *Problem { return newProblem(429, format, args...) }

// Unavailable is a 503.
func Unavailable(format string, args ...any) *Problem { return newProblem(503, format, args...) }
