package fasterapi

import (
	"errors"
	"os"
	"reflect"

	"github.com/fasterapi-go/fasterapi/internal/schema"
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

var problemEncoder = func() *schema.Encoder {
	e, err := schema.CompileEncoder(reflect.TypeFor[Problem]())
	if err != nil {
		panic(err)
	}
	return e
}()

// answerProblem sends a problem. Fields that middleware set stay, since those of CORS or of tracing are wanted then too.
func (s *site) answerProblem(w *web.Response, r *web.Request, problem *Problem) {
	if w.Sent() || w.Written() > 0 {
		// Part of an answer is out already; breaking off is all that still tells.
		w.Abort(problem)
		return
	}
	whole := *problem
	if whole.Title = problem.title(); !isErrorStatus(whole.Status) {
		s.report(r, problem)
		whole = Problem{Status: 500, Title: "Internal Server Error"}
	}
	body, err := problemEncoder.Append(nil, schema.TargetOf(&whole))
	if err != nil {
		w.Abort(err)
		return
	}
	w.Set("Content-Type", "application/problem+json")
	_ = w.Bytes(whole.Status, "", body) // what fails here is the wire, and the engine's to notice
}
