package fasterapi

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/router"
	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// RouteInfo tells of one route.
type RouteInfo struct {
	// Method is "*" for any. Pattern is complete, with the prefixes of the groups.
	Method, Pattern string
	// Where is the file and line that registered it.
	Where string
	// Chain names what is around it, outermost first: middleware after the functions that made them, as "middleware.CORS".
	Chain []string
}

// registration is a route as it is asked for.
type registration struct {
	method, pattern, where string
	options                routeSettings
	// input and output are nil for a raw handler.
	input  *schema.Input
	output *output
	// provided are the inputs of the providers that input depends on.
	provided []*schema.Input
	// documented is what a raw handler is said to take.
	documented *schema.Input
	// streams: the handler reads from the request itself.
	streams bool
	// strictAccept: a request that accepts nothing of what there is gets a 406.
	strictAccept bool
}

// operation is all that is known of a route beside its RouteInfo: what documents are made of. input and output are nil for a raw
// handler.
type operation struct {
	input    *schema.Input
	output   *output
	provided []*schema.Input // of the providers that input depends on
	settings routeSettings
	chain    []link
	// documented is what a raw handler is said to take.
	documented *schema.Input
	// strictAccept: a request that accepts nothing of what there is gets a 406.
	strictAccept bool
}

// misuse panics. The sentence says where, which route, what is wrong and how it is mended.
func (g registration) misuse(problem any, fix string) {
	panic(fmt.Sprintf("fasterapi: %s %s (%s): %v. Fix: %s", g.method, g.pattern, g.where, problem, fix))
}

// register puts a route into the store, with its chain around it.
func (a *App) register(g registration, h web.Handler) {
	local := g.pattern
	g.pattern = a.fullPrefix() + local
	switch {
	case h == nil:
		g.misuse("the handler is nil", "give one")
	case g.options.contradiction:
		g.misuse("it is said to be Inline and Blocking", "choose one, or leave it to the server")
	case a.site.sealed.Load():
		g.misuse("the App has served a request already", "register all routes before it is served")
	case local != "" && local[0] != '/':
		g.misuse("the pattern does not begin with a slash", "begin it with one, or leave it empty for the group itself")
	}
	if m, says := h.(interface{ RouteMode() web.Mode }); says && g.options.mode == web.Learned {
		g.options.mode = m.RouteMode()
	}
	if g.input != nil {
		g.matchParams(local)
	}
	if g.options.tasks {
		h = a.site.withTasks(g, h)
	}
	a.settleMetadata(&g)
	chain := g.chain(a)
	a.site.keepSchemes(g, chain)
	e := &endpoint{
		web: web.Route{
			Method: g.method, Pattern: g.pattern, Handler: g.chained(h, chain), Fail: a.fail, Mode: g.options.mode,
			// A typed handler sees neither Request nor Response unless it streams the body, and what checks credentials keeps
			// neither; a middleware may.
			Recycle: g.options.recycle || g.input != nil && !g.streams && !slices.ContainsFunc(chain, func(l link) bool { return l.security == nil }),
		},
		info: RouteInfo{
			Method: g.method, Pattern: g.pattern, Where: g.where, Chain: namesOf(chain),
		},
		operation: operation{input: g.input, output: g.output, provided: g.provided, settings: g.options, chain: chain,
			documented: g.documented, strictAccept: g.strictAccept},
	}
	if g.method == router.AnyMethod || g.method == "" {
		e.web.Method, e.info.Method = "", router.AnyMethod
	}
	if g.options.bodyLimit != nil {
		e.web.BodyLimit = *g.options.bodyLimit
	}
	if err := a.site.tree.Add(g.method, g.pattern, e, g.where); err != nil {
		g.misuse(err, "change this pattern or the method")
	}
	for group := a; group != nil; group = group.parent {
		if group.first == nil {
			group.first = &e.info
		}
	}
}

// matchParams holds the names in the pattern and those that the input takes against each other. A name from the prefix of a group may
// be left to middleware; one of the route's own pattern must be taken.
func (g registration) matchParams(local string) {
	all := g.paramNames(g.pattern)
	var taken []string
	for _, input := range append([]*schema.Input{g.input}, g.provided...) {
		for _, p := range input.Path {
			taken = append(taken, p.Name)
		}
	}
	for _, name := range taken {
		if !slices.Contains(all, name) {
			g.misuse(fmt.Sprintf("the input takes the path parameter %q, but the pattern has none of that name", name),
				fmt.Sprintf("write {%s} in the pattern, or correct the path tag", name))
		}
	}
	if local == "" {
		return
	}
	for _, name := range g.paramNames(local) {
		if !slices.Contains(taken, name) {
			g.misuse(fmt.Sprintf("the pattern has {%s}, but no field of the input takes it", name),
				fmt.Sprintf("add a field tagged path:%q, or correct the pattern", name))
		}
	}
}

// paramNames lets the router parse a pattern, in a tree of its own.
func (g registration) paramNames(pattern string) []string {
	scratch := router.New[struct{}](router.Options{})
	if err := scratch.Add(router.AnyMethod, pattern, struct{}{}, g.where); err != nil {
		g.misuse(err, "correct the pattern")
	}
	for r := range scratch.Routes() {
		return r.ParamNames()
	}
	return nil
}

const packagePrefix = "github.com/fasterapi-go/fasterapi."

// caller gives file:line of the innermost frame outside of this package.
func caller() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, packagePrefix) || strings.HasSuffix(f.File, "_test.go") {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return "place unknown"
		}
	}
}
