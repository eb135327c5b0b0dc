package fasterapi

import (
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

// link is one element of the chain around a route.
type link struct {
	// name is what listings call it.
	name string
	wrap web.Middleware
	// security is what the element asks of a request's credentials; nil where it asks nothing.
	security *requirement
}

func (l link) isNil() bool { return l.wrap == nil }

// linksOf names middleware after the functions that made them, as people wrote them: "middleware.CORS".
func linksOf(middleware []web.Middleware) []link {
	links := make([]link, len(middleware))
	for i, m := range middleware {
		links[i] = link{name: nameOf(m), wrap: m}
	}
	return links
}

// nameOf is the runtime's name of a function, without the path of its package, its type arguments, and the closures that it was made in.
// Where the compiler has put the function that made it into its caller, the runtime has the caller's name before it, and the file tells
// the package.
func nameOf(m any) string {
	pc := reflect.ValueOf(m).Pointer()
	if pc == 0 {
		return "nil"
	}
	f := runtime.FuncForPC(pc)
	name := strings.ReplaceAll(f.Name(), "[...]", "")
	name = name[strings.LastIndexByte(name, '/')+1:]
	parts := strings.Split(name, ".")
	for len(parts) > 2 && isClosure(parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	if last := len(parts) - 1; last > 1 && !strings.HasPrefix(parts[last-1], "(") {
		file, _ := f.FileLine(pc)
		if dir := path.Base(path.Dir(file)); dir != parts[0] {
			return dir + "." + parts[last]
		}
	}
	return strings.Join(parts, ".")
}

// isClosure knows the names that the compiler gives: "func1", "2", "gowrap1".
func isClosure(part string) bool {
	part = strings.TrimPrefix(strings.TrimPrefix(part, "func"), "gowrap")
	return strings.Trim(part, "0123456789") == ""
}

// chained puts the links around a handler; the first is the outermost.
func chained(h web.Handler, links []link) web.Handler {
	for i := len(links) - 1; i >= 0; i-- {
		h = links[i].wrap(h)
	}
	return h
}

// chained is the route's handler with its chain around it, or a panic with what is wrong about the chain.
func (g registration) chained(h web.Handler) web.Handler {
	if slices.ContainsFunc(g.chain, link.isNil) {
		g.misuse("a middleware of With is nil", "give one, or leave it out")
	}
	for _, l := range slices.Backward(g.chain) {
		if h = l.wrap(h); h == nil {
			g.misuse("the middleware "+l.name+" returns no handler", "return the handler that it is given, or one around it")
		}
	}
	return h
}

// chainOf is what stands around a route of a, outermost first.
func (a *App) chainOf(s *routeSettings) []link {
	links := a.chain()
	if s.public {
		links = slices.DeleteFunc(links, func(l link) bool { return l.security != nil })
	}
	return append(links, s.links...)
}

// namesOf lists the links, outermost first.
func namesOf(links []link) []string {
	var names []string
	for _, l := range links {
		names = append(names, l.name)
	}
	return names
}
