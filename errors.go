package fasterapi

import (
	"context"
	"errors"
	"os"

	"github.com/fasterapi-go/fasterapi/web"
)

// fail answers for an error of a handler.
func (s *site) fail(w *web.Response, r *web.Request, err error) {
	s.answerProblem(w, r, s.problemOf(r, err))
}

// problemOf tells what the client may know of an error. The text of an error that nobody meant for it goes to the log alone.
func (s *site) problemOf(r *web.Request, err error) *Problem {
	var problem *Problem
	if errors.As(err, &problem) && problem != nil {
		return problem
	}
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		// The peer went away, or the server is closed: no failure of the program, and nobody there to read the answer.
		return newProblem(503, "the request was cancelled")
	}
	var tooLarge *web.BodyTooLargeError
	if errors.As(err, &tooLarge) {
		return newProblem(413, "the body is larger than %d bytes", tooLarge.Limit)
	}
	var stated interface{ HTTPStatus() int }
	if errors.As(err, &stated) && isErrorStatus(stated.HTTPStatus()) {
		if stated.HTTPStatus() < 500 {
			return newProblem(stated.HTTPStatus(), "%s", err.Error())
		}
		s.report(r, err)
		return newProblem(stated.HTTPStatus(), "")
	}
	s.report(r, err)
	return newProblem(500, "")
}

func (s *site) report(r *web.Request, err error) {
	pattern := ""
	if r.Route != nil {
		pattern = r.Route.Pattern
	}
	s.logger().ErrorContext(r.Context(), "fasterapi: a handler failed", "method", r.Method, "route", pattern, "error", err.Error())
}

func isErrorStatus(status int) bool { return status >= 400 && status <= 599 }

// bodyProblem tells why a body could not be read.
func bodyProblem(err error) error {
	var tooLarge *web.BodyTooLargeError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return newProblem(408, "the body did not arrive in time")
	}
	return BadRequest("the body ended early")
}

// answerProblem sends a problem; one that says no error status is a bug of the program, and a 500.
func (s *site) answerProblem(w *web.Response, r *web.Request, problem *Problem) {
	if !isErrorStatus(problem.Status) {
		s.report(r, problem)
		problem = newProblem(500, "")
	}
	problem.ServeWeb(w, r)
}
