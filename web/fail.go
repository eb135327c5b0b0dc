package web

import (
	"context"
	"errors"
	"fmt"
)

// Fail answers for an error, as whatever refuses a request does: in the way of the route, where that has one ([Route.Fail]), and
// otherwise as problem details. An error that is or wraps a *Problem is answered as it is, a *BodyTooLargeError with 413, one with a
// method HTTPStatus under that status; what none of these is becomes a 500, whose text the client does not see. Fields that were
// set before stay. Where a part of an answer was written already, it is broken off.
//
// An error of the request's context means what that was ended for, where its cause is a *Problem: that of a time limit for example.
func Fail(w *Response, r *Request, err error) {
	err = withCause(r, err)
	if r.Route != nil && r.Route.Fail != nil {
		r.Route.Fail(w, r, err)
		return
	}
	problem, _ := ProblemOf(err)
	problem.ServeWeb(w, r)
}

// withCause puts what ended the request's context in front of an error that says only that it has ended.
func withCause(r *Request, err error) error {
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) || r.Context().Err() == nil {
		return err
	}
	var cause, own *Problem
	if !errors.As(context.Cause(r.Context()), &cause) || errors.As(err, &own) {
		return err
	}
	return fmt.Errorf("%w: %w", cause, err)
}

// ProblemOf is what the client may know of an error. meant is false where the error was not made for clients, so that its text
// is for the log alone.
func ProblemOf(err error) (p *Problem, meant bool) {
	if p, ok := errors.AsType[*Problem](err); ok && p != nil && isErrorStatus(p.Status) {
		return p, true
	}
	if tooLarge, ok := errors.AsType[*BodyTooLargeError](err); ok {
		return NewProblem(413, "the body is larger than %d bytes", tooLarge.Limit), true
	}
	if _, ok := errors.AsType[*PanicError](err); ok {
		return &Problem{Status: 500}, true // it is in the log
	}
	if stated, ok := errors.AsType[stater](err); ok && isErrorStatus(stated.HTTPStatus()) {
		if stated.HTTPStatus() < 500 {
			return &Problem{Status: stated.HTTPStatus(), Detail: err.Error()}, true
		}
		return &Problem{Status: stated.HTTPStatus()}, false
	}
	return &Problem{Status: 500}, false
}

// stater is an error that says under which status it is to be answered.
type stater interface {
	error
	HTTPStatus() int
}

func isErrorStatus(status int) bool { return status >= 400 && status <= 599 }

// IsStatus reports whether an error is one that Fail answers under this status.
func IsStatus(err error, status int) bool {
	p, _ := ProblemOf(err)
	return p.Status == status
}

// PanicError is a handler's panic, as an engine hands it to the way of a route to answer for errors. It was logged already.
type PanicError struct {
	// Value is what was given to panic.
	Value any
}

func (e *PanicError) Error() string { return fmt.Sprintf("web: the handler panicked: %v", e.Value) }
