package fasterapi

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/internal/router"
	"github.com/fasterapi-go/fasterapi/web"
)

// App is a set of routes under a prefix, with middleware around them. New makes one with an empty prefix; [App.Group] makes
// more that share its routes. All of them serve the same whole.
//
// The method names Get, Post, Put, Patch, Delete, Head, Options and Query are left free on purpose: typed registration is
// done by functions of these names until methods can have type parameters.
type App struct {
	site   *site
	parent *App
	prefix string
	links  []link
	mapped []func(context.Context, error) error
	// providers are by the type that they give.
	providers map[reflect.Type]*source
	first     *RouteInfo // the first route registered here or in a group of it
}

// Group is an App under a prefix of another one.
type Group = App

// New returns an App without routes.
func New(opts ...Option) *App {
	a := &App{site: newSite()}
	for _, opt := range opts {
		opt.applyApp(a.site)
	}
	a.site.tree = router.New[*endpoint](router.Options{TrailingSlash: a.site.slash})
	a.site.root = a
	return a
}

// Group returns the routes under prefix, which begins with a slash and does not end in one; "" only adds middleware. Its chain is
// that of a followed by middleware.
func (a *App) Group(prefix string, middleware ...web.Middleware) *Group {
	if prefix != "" && (prefix[0] != '/' || strings.HasSuffix(prefix, "/")) {
		misuse(fmt.Sprintf("group %q", prefix), caller(), "the prefix must begin with a slash and not end in one", `write it like "/v1"`)
	}
	links := linksOf(middleware)
	refuseNil(fmt.Sprintf("group %q", prefix), links)
	return &App{site: a.site, parent: a, prefix: prefix, links: links}
}

// Use adds middleware around all routes of a and of its groups, outside of what their groups and routes add; on the App that New made
// also around the answers 404, 405 and OPTIONS. The first added is the outermost. It panics once a route is registered, since a
// chain that depended on the order of lines would be hard to see through.
func (a *App) Use(middleware ...web.Middleware) { a.use("Use", linksOf(middleware)...) }

// use panics with what the caller of the exported method did too late, or gave that is nothing.
func (a *App) use(method string, links ...link) {
	switch {
	case a.first != nil:
		misuse(method, caller(), fmt.Sprintf("it comes after the route %s %s (%s), which it could not surround any more",
			a.first.Method, a.first.Pattern, a.first.Where), "call "+method+" first, or use a Group")
	case a.site.sealed.Load():
		misuse(method, caller(), "it comes after the first request", "call "+method+" before the App is served")
	}
	refuseNil(method, links)
	a.links = append(a.links, links...)
}

// refuseNil panics where what takes links was given one that is nil.
func refuseNil(who string, links []link) {
	if slices.ContainsFunc(links, link.isNil) {
		misuse(who, caller(), "a middleware is nil", "give one, or leave it out")
	}
}

// UseHTTP is Use for middleware written for net/http.
func (a *App) UseHTTP(middleware func(http.Handler) http.Handler) {
	if middleware == nil {
		misuse("UseHTTP", caller(), "the middleware is nil", "give one, or leave it out")
	}
	a.use("UseHTTP", link{name: nameOf(middleware), wrap: nethttp.Middleware(middleware)})
}

// MapErrors has the errors of all routes of a and of its groups go through f before they are answered: those of handlers, of requests
// that break a rule (a *Problem), of middleware, and on the App that New made 404 and 405 too. f returns another error or the same; nil is
// taken for the same. Functions of a group come before those of what surrounds it, and of one App in the order of their adding.
func (a *App) MapErrors(f func(ctx context.Context, err error) error) {
	switch {
	case f == nil:
		misuse("MapErrors", caller(), "the function is nil", "give one")
	case a.site.sealed.Load():
		misuse("MapErrors", caller(), "it comes after the first request", "call it before the App is served")
	}
	a.mapped = append(a.mapped, f)
}

// Handle registers a raw handler for a method, "*" for any, and a pattern, which is appended to the prefix. The patterns are
//
//	/users/me            itself; more specific ones win
//	/users/{id}          one whole segment
//	/users/{id:int}      one that is an integer, {id:uuid} a UUID; others do not match
//	/files/{path...}     the remainder, which may be empty
//
// A trailing slash is significant. The handler finds the parameters in web.Request.Param. One that has a method RouteMode() web.Mode
// runs where that says, unless Inline or Blocking is among opts; a server's Live and Readiness have it.
func (a *App) Handle(method, pattern string, h web.Handler, opts ...RouteOption) {
	a.register(a.newRegistration(method, pattern, opts), h)
}

// mountedBelow is the pattern of what is mounted, behind its prefix.
const mountedBelow = "/{mounted...}"

// Mount serves everything at and below prefix with h, by any method. The handler sees paths without the prefix, in URL.Path and
// URL.RawPath alike. More specific routes of a win, and at the prefix "/" its documents do too (see NoDocs).
func (a *App) Mount(prefix string, h http.Handler) {
	subject, where := fmt.Sprintf("Mount %q", prefix), caller()
	if prefix == "" || prefix[0] != '/' || strings.HasSuffix(prefix, "/") && prefix != "/" {
		misuse(subject, where, "the prefix must begin with a slash and not end in one", `write it like "/files"`)
	}
	if h == nil {
		misuse(subject, where, "the handler is nil", "give one")
	}
	prefix = strings.TrimSuffix(prefix, "/")
	handler := nethttp.Handler(stripSegments(strings.Count(a.fullPrefix()+prefix, "/"), h))
	if full := a.fullPrefix() + prefix; full != "" {
		a.register(a.newRegistration(router.AnyMethod, prefix, nil), handler)
	}
	a.register(a.newRegistration(router.AnyMethod, prefix+mountedBelow, nil), handler)
}

// Routes lists the routes in the order of registration, those of all groups.
func (a *App) Routes() []RouteInfo {
	var list []RouteInfo
	for r := range a.site.tree.Routes() {
		list = append(list, r.Value.info)
	}
	return list
}

// Connects reports whether a route takes the extended CONNECT of HTTP/2 (RFC 8441): one for the method CONNECT.
func (a *App) Connects() bool {
	for r := range a.site.tree.Routes() {
		if r.Value.info.Method == "CONNECT" {
			return true
		}
	}
	return false
}

// Route finds the route for a request and sets its path parameters. It never returns nil: what matches nothing takes a route that
// answers 400, 404, 405, OPTIONS or a redirect, with the App's middleware around it.
func (a *App) Route(r *web.Request) *web.Route { return a.site.route(r) }

// ServeWeb routes the request and runs its chain.
func (a *App) ServeWeb(w *web.Response, r *web.Request) {
	route := a.site.route(r)
	r.Route = route
	if route.BodyLimit > 0 {
		r.Body().SetLimit(route.BodyLimit)
	}
	route.Handler.ServeWeb(w, r)
}

// ServeHTTP serves the App on net/http.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) { nethttp.ServeHTTP(a, w, r) }

func (a *App) fullPrefix() string {
	if a.parent == nil {
		return a.prefix
	}
	return a.parent.fullPrefix() + a.prefix
}

// chain is what app and groups put around their routes, outermost first.
func (a *App) chain() []link {
	if a.parent == nil {
		return append([]link(nil), a.links...)
	}
	return append(a.parent.chain(), a.links...)
}
