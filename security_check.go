package fasterapi

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// requirement is what one link of a chain asks of the credentials of a request: one of the alternatives must be met.
type requirement struct {
	where        string
	alternatives []alternative
}

// alternative is one way to meet a requirement: all of the scopes, and one of the roles where there are some.
type alternative struct {
	scheme        *scheme
	scopes, roles []string
}

// errNoCredentials: the request shows none of this scheme, which is no error where another one is met.
var errNoCredentials = errors.New("fasterapi: the request has no credentials")

// errRepeatedCredentials: it is not for us to choose which ones hold.
var errRepeatedCredentials = newProblem(400, "the credentials are given more than once")

// errForbidden: the credentials are good, but not for this.
var errForbidden = newProblem(403, "the credentials do not suffice for this")

// String is what listings show: "security(key)", "security(login[write] | key)".
func (q *requirement) String() string {
	var ways []string
	for _, way := range q.alternatives {
		name := way.scheme.name
		if len(way.scopes) > 0 {
			name += "[" + strings.Join(way.scopes, " ") + "]"
		}
		if len(way.roles) > 0 {
			name += "(" + strings.Join(way.roles, "|") + ")"
		}
		ways = append(ways, name)
	}
	return "security(" + strings.Join(ways, " | ") + ")"
}

// isOneType reports whether every way to meet the requirement gives a principal of the same type.
func (q *requirement) isOneType() bool {
	for _, way := range q.alternatives {
		if way.scheme.source.of != q.alternatives[0].scheme.source.of {
			return false
		}
	}
	return true
}

// wrap checks requests before they reach h.
func (q *requirement) wrap(h web.Handler) web.Handler {
	return web.HandlerFunc(func(w *web.Response, r *web.Request) {
		if err := q.check(r); err != nil {
			q.refuse(w, r, err)
			return
		}
		h.ServeWeb(w, r)
	})
}

// check tries the alternatives in order. Where none is met, the error is the one that came furthest: short of scopes, then wrong, then
// absent. What is no matter of credentials, such as a store that cannot be asked, ends it at once.
//
// Handlers are shown the principal of the alternative that was met and of no other: one that falls short here must not pass for what was required.
func (q *requirement) check(r *web.Request) error {
	worst := errNoCredentials
	known, short := r.Context(), any(nil) // known has the principals that fall short too: several alternatives may be of one scheme
	for i := range q.alternatives {
		way := &q.alternatives[i]
		principal := known.Value(way.scheme) // which may have been checked further out, for other scopes
		fresh, err := principal == nil, error(nil)
		if fresh {
			principal, err = way.scheme.take(r)
		}
		if err == nil {
			err = way.suffices(principal)
		}
		switch {
		case err == nil:
			if r.Context().Value(way.scheme) == nil {
				r.SetContext(&verifiedContext{r.Context(), way.scheme, principal})
				identify(r, principal)
			}
			return nil
		case err == errNoCredentials:
		case err == error(errForbidden):
			worst = err
			if fresh {
				known, short = &verifiedContext{known, way.scheme, principal}, principal
			}
		case errors.Is(err, ErrInvalidCredentials):
			if worst == errNoCredentials {
				worst = ErrInvalidCredentials
			}
		default:
			return err
		}
	}
	identify(r, short) // logs tell who was refused
	return worst
}

// take makes the principal of the credentials that a request shows.
func (s *scheme) take(r *web.Request) (principal any, err error) {
	c, err := s.read(r)
	if err != nil {
		return nil, err
	}
	return s.verify(r.Context(), c)
}

func identify(r *web.Request, principal any) {
	if n, ok := principal.(named); ok {
		r.SetIdentity(n.Identity())
	}
}

// suffices tells whether a principal has the scopes and one of the roles.
func (way *alternative) suffices(principal any) error {
	for _, scope := range way.scopes {
		if p, ok := principal.(scoped); !ok || !p.HasScope(scope) {
			return errForbidden
		}
	}
	if len(way.roles) == 0 {
		return nil
	}
	for _, role := range way.roles {
		if p, ok := principal.(ranked); ok && p.HasRole(role) {
			return nil
		}
	}
	return errForbidden
}

// refuse answers 401 with a challenge for each way in: "The server generating a 401 response MUST send a WWW-Authenticate header field
// containing at least one challenge" (RFC 9110, section 15.5.2). 403 has one where scopes are missing (RFC 6750, section 3.1).
func (q *requirement) refuse(w *web.Response, r *web.Request, err error) {
	var code string
	switch {
	case err == errNoCredentials:
		// "the resource server SHOULD NOT include an error code or other error information" (RFC 6750, section 3.1).
		err = Unauthorized("credentials are required")
	case errors.Is(err, ErrInvalidCredentials):
		err, code = Unauthorized("the credentials are not valid"), "invalid_token"
	case err == error(errForbidden):
		code = "insufficient_scope"
	}
	unauthorized := web.IsStatus(err, 401)
	for i := range q.alternatives {
		if way := &q.alternatives[i]; unauthorized || code == "insufficient_scope" && way.scheme.challenge == bearerScheme && len(way.scopes) > 0 {
			w.Add("WWW-Authenticate", way.challenge(code))
		}
	}
	web.Fail(w, r, err)
}

// challenge is that of RFC 9110, section 11.6.1, with the parameters of RFC 7617, section 2.1 or RFC 6750, section 3.
func (way *alternative) challenge(code string) string {
	s := way.scheme
	text := s.challenge + ` realm="` + s.name + `"`
	switch {
	case s.challenge == basicScheme:
		text += `, charset="UTF-8"`
	case s.challenge == bearerScheme && code != "":
		text += `, error="` + code + `"`
		if code == "insufficient_scope" {
			text += `, scope="` + strings.Join(way.scopes, " ") + `"`
		}
	}
	return text
}

// verifiedContext carries a principal. It embeds the request's context, so that package context still sees through it.
type verifiedContext struct {
	context.Context
	scheme    *scheme
	principal any
}

// principalKey asks a context for the principal of a type, whichever scheme gave it.
type principalKey struct{ of reflect.Type }

// Value finds the principal by its scheme or by its type.
func (c *verifiedContext) Value(key any) any {
	switch key := key.(type) {
	case *scheme:
		if key == c.scheme {
			return c.principal
		}
	case principalKey:
		if key.of == c.scheme.source.of {
			return c.principal
		}
	}
	return c.Context.Value(key)
}
