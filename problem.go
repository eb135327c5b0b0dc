package fasterapi

import "github.com/fasterapi-go/fasterapi/web"

// Problem is an answer of problem details (RFC 9457, section 3.1), and the error that asks for it. A handler may return one, also
// wrapped; the client sees all of it.
type Problem = web.Problem

// FieldError is one mistake in a request.
type FieldError = web.FieldError

func newProblem(status int, format string, args ...any) *Problem {
	return web.NewProblem(status, format, args...)
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
