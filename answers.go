package fasterapi

import (
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// answers are the routes that requests take which match none.
type answers struct {
	notFound, notAllowed, options, addSlash, dropSlash, badPath *web.Route
}

func newAnswers(s *site) answers {
	chain := s.root.chain()
	s.serveDocs(chain)
	made := func(h web.HandlerFunc) *web.Route { return &web.Route{Handler: chained(h, chain), Fail: s.root.fail} }
	return answers{
		notFound: made(func(w *web.Response, r *web.Request) {
			web.Fail(w, r, NotFound("nothing is served at this path"))
		}),
		notAllowed: made(func(w *web.Response, r *web.Request) {
			// "The origin server MUST generate an Allow header field in a 405 response" (RFC 9110, section 15.5.6).
			w.Set("Allow", s.tree.Allowed(r.RawPath))
			web.Fail(w, r, newProblem(405, "this path does not take this method"))
		}),
		options: made(func(w *web.Response, r *web.Request) {
			w.Set("Allow", s.tree.Allowed(r.RawPath))
			_ = w.NoContent(204)
		}),
		addSlash: made(func(w *web.Response, r *web.Request) { s.redirect(w, r, r.RawPath+"/") }),
		dropSlash: made(func(w *web.Response, r *web.Request) {
			s.redirect(w, r, strings.TrimSuffix(r.RawPath, "/"))
		}),
		badPath: made(func(w *web.Response, r *web.Request) {
			web.Fail(w, r, BadRequest("the path cannot be served: it has a broken escape, a NUL, a dot segment, or is too long"))
		}),
	}
}

// redirect answers 308, which keeps method and body (RFC 9110, section 15.4.9). The location is a path of this origin alone: leading
// slashes and backslashes are one, since browsers read two as the start of a host.
func (s *site) redirect(w *web.Response, r *web.Request, path string) {
	location := "/" + strings.TrimLeft(path, "/\\")
	if r.RawQuery != "" {
		location += "?" + r.RawQuery
	}
	if err := w.Redirect(308, location); err != nil {
		web.Fail(w, r, NotFound("nothing is served at this path"))
	}
}
