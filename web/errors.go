package web

import (
	"errors"
	"fmt"
)

// What a handler can do wrong with a Response, or hear from the wire. Errors of
// the wire wrap one of these or io errors.
var (
	// ErrHeadSent says that the status and fields are settled, or that a body was
	// begun: no other answer can be given.
	ErrHeadSent = errors.New("web: the response was begun already")
	// ErrFinished says that the response is complete: nothing can follow.
	ErrFinished = errors.New("web: the response is finished")
	// ErrHijacked says that the connection was taken over.
	ErrHijacked = errors.New("web: the connection was hijacked")
	// ErrFieldName refuses a field name that is no token (RFC 9110, section 5.1).
	ErrFieldName = errors.New("web: field name is not a token")
	// ErrStatus refuses a status outside 200 to 999, or outside 100 to 199 for Inform.
	ErrStatus = errors.New("web: status out of range")
	// ErrContentLength refuses bytes beyond the declared Content-Length, and a
	// Content-Length that is no number or two.
	ErrContentLength = errors.New("web: body does not fit the declared Content-Length")
	// ErrShortBody says that a handler ended before it wrote what its
	// Content-Length announced; the exchange is broken off.
	ErrShortBody = errors.New("web: body shorter than the declared Content-Length")
	// ErrBodyNotAllowed refuses a body on a status that has none (RFC 9110,
	// section 6.4.1: 1xx, 204 and 304).
	ErrBodyNotAllowed = errors.New("web: this status has no body")
	// ErrOffOrigin refuses a redirect that leaves the origin without saying so.
	ErrOffOrigin = errors.New("web: redirect leaves the origin; use RedirectTo where that is meant")
	// ErrNotSupported says that this stream cannot do what was asked of it.
	ErrNotSupported = errors.New("web: not supported on this stream")
)

// BodyTooLargeError says that a request body passed its limit; the framework
// answers it with 413 (RFC 9110, section 15.5.14).
type BodyTooLargeError struct {
	// Limit is the number of bytes that were allowed.
	Limit int64
}

func (e *BodyTooLargeError) Error() string {
	return fmt.Sprintf("web: request body larger than %d bytes", e.Limit)
}

// AnsweredError says that the exchange was answered already, by something else than this response: a stream that stands in front of the
// engine's ([Response.Interpose]) gives it. The response then has that status.
type AnsweredError struct {
	// Status is that of the answer that was given.
	Status int
}

func (e *AnsweredError) Error() string {
	return fmt.Sprintf("web: the request was answered with %d in the handler's stead", e.Status)
}
