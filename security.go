package fasterapi

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// Scheme is a way for requests to show who they come from: [APIKey], [Basic], [Bearer], [OAuth2] or [OpenIDConnect] makes one. T is
// what its verifier makes of good credentials. It is enforced, and documented, where [Scheme.Require] says so.
//
// T may have three methods. Identity() string names the one who asks for logs and limits (web.Request.SetIdentity). HasScope(string)
// bool and HasRole(string) bool are asked for the scopes and roles that are required.
type Scheme[T any] struct {
	scheme *scheme
}

// ErrInvalidCredentials is what a verifier returns, also wrapped, for credentials that are no good: the answer is a 401 with the
// scheme's challenge, and the text of the error stays here. An error that states its status is answered so; any other is a 500: a
// database that is gone says nothing about a password.
var ErrInvalidCredentials = errors.New("fasterapi: the credentials are not valid")

// Principal is what a scheme has verified for the request of ctx: for raw handlers and middleware further in. Typed handlers have a
// field Dep[T] instead, which is there for sure.
func Principal[T any](ctx context.Context) (T, bool) {
	v, ok := ctx.Value(principalKey{reflect.TypeFor[T]()}).(T)
	return v, ok
}

// Require asks for credentials of the scheme that have all of these scopes. Scopes need a T with a method HasScope(string) bool.
func (s *Scheme[T]) Require(scopes ...string) Requirement {
	if len(scopes) > 0 && !implements[T, scoped]() {
		s.scheme.misuse(caller(), fmt.Sprintf("it requires scopes, but %s has no method HasScope(string) bool", reflect.TypeFor[T]()),
			"add the method, or require none")
	}
	return Requirement{&requirement{where: caller(), alternatives: []alternative{{scheme: s.scheme, scopes: scopes}}}}
}

// RequireRole is Require for credentials that have one of these roles or more. Roles need a T with a method HasRole(string) bool.
func (s *Scheme[T]) RequireRole(roles ...string) Requirement {
	if !implements[T, ranked]() {
		s.scheme.misuse(caller(), fmt.Sprintf("it requires roles, but %s has no method HasRole(string) bool", reflect.TypeFor[T]()),
			"add the method, or use Require")
	}
	if len(roles) == 0 {
		s.scheme.misuse(caller(), "it requires one of no roles, which nobody has", "name a role, or use Require")
	}
	return Requirement{&requirement{where: caller(), alternatives: []alternative{{scheme: s.scheme, roles: roles}}}}
}

// Requirement is what a route asks of its requests' credentials. It is given to [App.Secure], or to one route as an option, and of
// several all must be met. What a route requires of its own is checked after what its groups require.
type Requirement struct{ required *requirement }

func (q Requirement) applyRoute(s *routeSettings) { s.links = append(s.links, q.link()) }

func (q Requirement) link() link {
	if q.required == nil {
		misuse("a Requirement", caller(), "it is empty, so it would let everybody in", "make it with Scheme.Require or AnyOf")
	}
	return link{name: q.required.String(), wrap: q.required.wrap, security: q.required}
}

// AnyOf is met where one of the requirements is. They are tried in order.
func AnyOf(requirements ...Requirement) Requirement {
	any := &requirement{where: caller()}
	for _, q := range requirements {
		any.alternatives = append(any.alternatives, q.link().security.alternatives...)
	}
	if len(any.alternatives) == 0 {
		misuse("AnyOf", any.where, "it has nothing to choose from, and would let nobody in", "give it requirements")
	}
	return Requirement{any}
}

// Secure adds requirements to the chain of a, as Use adds middleware: what was added before is outside of them.
func (a *App) Secure(requirements ...Requirement) {
	for _, q := range requirements {
		a.use("Secure", q.link())
	}
}

// Public lifts from a route what the App and its groups require of credentials. What the route itself requires stays.
func Public() RouteOption { return routeOption(func(s *routeSettings) { s.public = true }) }

// scheme is a Scheme, its type forgotten.
type scheme struct {
	name, where string
	document    openapi.SecurityScheme
	// source gives the principal to fields Dep.
	source *source
	// read takes the credentials off a request, and verify makes the principal of them.
	read   func(*web.Request) (credentials, error)
	verify func(context.Context, credentials) (any, error)
	// challenge is the name of the authentication scheme (RFC 9110, section 11.1) in challenges.
	challenge string
}

// credentials are what a request shows; user is that of Basic alone.
type credentials struct{ user, secret string }

type (
	scoped interface{ HasScope(string) bool }
	ranked interface{ HasRole(string) bool }
	named  interface{ Identity() string }
)

func implements[T, I any]() bool { return reflect.TypeFor[T]().Implements(reflect.TypeFor[I]()) }

func newScheme[T any](s scheme, verify func(context.Context, credentials) (T, error)) *Scheme[T] {
	switch {
	case s.name == "" || strings.ContainsFunc(s.name, isNotInName):
		s.misuse(s.where, "its name is to stand in documents, where only A-Z a-z 0-9 . - _ may", "rename it")
	case verify == nil:
		s.misuse(s.where, "it has no verifier, so nothing would tell good credentials from bad ones", "give a function that checks them")
	}
	s.verify = func(ctx context.Context, c credentials) (any, error) { return verify(ctx, c) }
	s.source = newProvider(s.where, withoutScope(func(ctx context.Context, _ struct{}) (T, error) {
		v, ok := Principal[T](ctx)
		if !ok {
			return v, fmt.Errorf("fasterapi: the context has lost what the scheme %s has verified; a middleware must derive the one it sets", s.name)
		}
		return v, nil
	}))
	return &Scheme[T]{&s}
}

// isNotInName: a component's key "MUST use the regular expression: ^[a-zA-Z0-9\.\-_]+$" (OpenAPI 3.1, section 4.8.7).
func isNotInName(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '.' || r == '-' || r == '_')
}

func (s *scheme) misuse(where, problem, fix string) {
	misuse(fmt.Sprintf("the security scheme %q", s.name), where, problem, fix)
}

// principalsOf are the providers of what a chain has verified: of a requirement that has several ways, only where all give the same type.
func principalsOf(chain []link) map[reflect.Type]*source {
	var own map[reflect.Type]*source
	for _, l := range chain {
		if l.security == nil || !l.security.isOneType() {
			continue
		}
		if own == nil {
			own = map[reflect.Type]*source{}
		}
		s := l.security.alternatives[0].scheme
		own[s.source.of] = s.source
	}
	return own
}

// keepSchemes notes the schemes of a route's chain by their names, which documents know them by.
func (s *site) keepSchemes(g registration) {
	for _, l := range g.chain {
		if l.security == nil {
			continue
		}
		for _, way := range l.security.alternatives {
			if other := s.schemes[way.scheme.name]; other != nil && other != way.scheme {
				g.misuse(fmt.Sprintf("two security schemes are called %q (%s and %s)", way.scheme.name, other.where, way.scheme.where), "rename one")
			}
			if s.schemes == nil {
				s.schemes = map[string]*scheme{}
			}
			s.schemes[way.scheme.name] = way.scheme
		}
	}
}
