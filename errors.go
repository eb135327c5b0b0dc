package fasterapi

import (
	"cmp"
	"context"
	"errors"
	"os"

	"github.com/fasterapi-go/fasterapi/web"
)

// fail answers for an error on a route of a: it is what web.Fail calls there.
func (a *App) fail(w *web.Response, r *web.Request, err error) {
	for group := a; group != nil; group = group.parent {
		for _, f := range group.mapped {
			if other := f(r.Context(), err); other != nil {
				err = other
			}
		}
	}
	a.site.answerProblem(w, r, a.site.problemOf(r, err))
}

// problemOf tells what the client may know of an error. The text of an error that nobody meant for it goes to the log alone.
func (s *site) problemOf(r *web.Request, err error) *Problem {
	if isCancelled(r.Context(), err) {
		return newProblem(503, "the request was cancelled")
	}
	problem, meant := web.ProblemOf(err)
	if !meant {
		s.report(r, err)
	}
	return problem
}

// isCancelled reports whether an error says that its request was cancelled, and for no problem that could be told instead (see web.Fail):
// the peer went away, or the server is closed. That is no failure of the program, and nobody is there to read the answer.
func isCancelled(ctx context.Context, err error) bool {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
		return false
	}
	_, told := errors.AsType[*Problem](err)
	return !told
}

func (s *site) report(r *web.Request, err error) {
	pattern := ""
	if r.Route != nil {
		pattern = r.Route.Pattern
	}
	attrs := []any{"method", r.Method, "route", pattern, "error", err.Error()}
	if id := r.ID(); id != "" {
		attrs = append(attrs, "request_id", id)
	}
	s.logger().ErrorContext(r.Context(), "fasterapi: a handler failed", attrs...)
}

var errBodyEnded = BadRequest("the body ended early")

// bodyProblem tells why a body could not be read.
func bodyProblem(err error) error {
	var tooLarge *web.BodyTooLargeError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return newProblem(408, "the body did not arrive in time")
	}
	return errBodyEnded
}

// answerProblem sends a problem: as a page to browsers, where the App has such, and else as problem details.
func (s *site) answerProblem(w *web.Response, r *web.Request, problem *Problem) {
	if s.errorPage == nil || w.Sent() || w.Written() > 0 {
		problem.ServeWeb(w, r)
		return
	}
	w.Add("Vary", "Accept")
	if r.Prefer(problemType, jsonType, "text/html") != "text/html" {
		problem.ServeWeb(w, r)
		return
	}
	w.Del("Content-Type")
	w.Del("Content-Length")
	whole := *problem.For(r) // it may be shared
	whole.Title = cmp.Or(problem.Title, web.StatusText(problem.Status), "Error")
	_ = w.HTML(problem.Status, s.errorPage(&whole)) // what fails here is the wire, and the engine's to notice
}
