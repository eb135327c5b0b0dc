package fasterapi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/router"
	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// registration is a route as it is asked for, while it is put together.
type registration struct {
	// pattern is complete, with the prefixes of the groups, where parameters may stand too; local is what was given.
	method, pattern, local, where string
	operation
	// streams: the handler reads from the request itself.
	streams bool
}

func (a *App) newRegistration(method, pattern string, opts []RouteOption) registration {
	return registration{
		method: method, pattern: a.fullPrefix() + pattern, local: pattern, where: caller(), operation: operation{settings: settingsOf(opts)},
	}
}

// registerTyped registers a function, its types forgotten.
func (a *App) registerTyped(g registration, f function) {
	p := newPlan(a.site, &g, f)
	p.wire(a, g)
	a.site.override.rewire = append(a.site.override.rewire, func() { p.wire(a, g) })
	g.provided = p.depends.inputs()
	a.register(g, p.binding.form.around(p))
}

// register puts a route into the store, with its chain around it.
func (a *App) register(g registration, h web.Handler) {
	switch {
	case h == nil:
		g.misuse("the handler is nil", "give one")
	case a.site.sealed.Load():
		g.misuse("the App has served a request already", "register all routes before it is served")
	case g.local != "" && g.local[0] != '/':
		g.misuse("the pattern does not begin with a slash", "begin it with one, or leave it empty for the group itself")
	}
	g.refuseForeignParams()
	g.refuseIdleOptions()
	if m, says := h.(interface{ RouteMode() web.Mode }); says && g.settings.mode == web.Learned {
		g.settings.mode = m.RouteMode()
	}
	if g.input != nil {
		g.matchParams()
	}
	if g.settings.tasks {
		h = a.site.withTasks(h)
	}
	a.settleMetadata(&g)
	g.chain = a.chainOf(&g.settings)
	a.site.keepSchemes(g)
	e := &endpoint{
		web: web.Route{
			Method: g.method, Pattern: g.pattern, Handler: g.chained(h), Fail: a.fail, Mode: g.settings.mode,
			// A typed handler sees neither Request nor Response unless it streams the body, and what checks credentials keeps
			// neither; a middleware may.
			Recycle: g.settings.recycle || g.input != nil && !g.streams && !slices.ContainsFunc(g.chain, func(l link) bool { return l.security == nil }),
		},
		info: RouteInfo{
			Method: g.method, Pattern: g.pattern, Where: g.where, Chain: namesOf(g.chain),
		},
		operation: g.operation,
	}
	if g.method == router.AnyMethod || g.method == "" {
		e.web.Method, e.info.Method = "", router.AnyMethod
	}
	if g.settings.bodyLimit != nil {
		e.web.BodyLimit = *g.settings.bodyLimit
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

// refuseIdleOptions panics for options that would have no effect on a route of its kind: whoever says one counts on it.
func (g *registration) refuseIdleOptions() {
	switch s, typed := &g.settings, g.output != nil; {
	case s.contradiction:
		g.misuse("it is said to be Inline and Blocking", "choose one, or leave it to the server")
	case s.status != 0 && !typed:
		g.misuse("Status is for typed handlers, whose results have one", "leave it out; the handler writes its own")
	case s.tasks && typed:
		g.misuse("the option WithTasks is for raw handlers", "give the input a field Dep[*fasterapi.Tasks] instead")
	case s.reading != nil && g.input == nil:
		g.misuse("an option says how strictly it reads, but a raw handler reads for itself", "leave it out, or register a typed function")
	case s.readingOver(reading{}).strictAccept && !typed:
		g.misuse("StrictAccept is for typed handlers, whose answers have known types", "leave it out; the handler has Request.Prefer")
	}
}

// refuseForeignParams finds parameters as other routers write them. Here they would be literal segments that no request ever has.
func (g *registration) refuseForeignParams() {
	for segment := range strings.SplitSeq(g.pattern, "/") {
		if name, other := strings.CutPrefix(segment, ":"); other {
			g.misuse(fmt.Sprintf("the segment %s is a parameter in other routers, and plain text here", segment), "write {"+cmp.Or(name, "name")+"}")
		}
		if name, other := strings.CutPrefix(segment, "*"); other {
			g.misuse(fmt.Sprintf("the segment %s is a rest of the path in other routers, and plain text here", segment), "write {"+cmp.Or(name, "path")+"...}")
		}
	}
}

// matchParams holds the names in the pattern and those that the input takes against each other. A name from the prefix of a group may
// be left to middleware; one of the route's own pattern must be taken.
func (g registration) matchParams() {
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
	if g.local == "" {
		return
	}
	for _, name := range g.paramNames(g.local) {
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
