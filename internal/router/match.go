package router

import "strings"

// Outcome is what became of a match.
type Outcome uint8

const (
	// NotFound: the path matches under no method.
	NotFound Outcome = iota
	// Found: Result.Route and the Params are set.
	Found
	// MethodNotAllowed: the path matches under other methods, which Result.Allow lists. So does an OPTIONS request
	// without a route of its own: the caller answers it.
	MethodNotAllowed
	// AddSlash: the path with a slash appended has a route (Redirect only).
	AddSlash
	// DropSlash: the path without its last slash has a route (Redirect only).
	DropSlash
	// BadPath: the path was refused for Result.Reason, before any route was considered.
	BadPath
)

var outcomeText = [...]string{"not found", "found", "method not allowed", "add slash", "drop slash", "bad path"}

func (o Outcome) String() string {
	if int(o) < len(outcomeText) {
		return outcomeText[o]
	}
	return "unknown outcome"
}

// Result is the answer to a match.
type Result[T any] struct {
	Outcome Outcome
	Reason  Reason    // set with BadPath
	Route   *Route[T] // set with Found
	Allow   string    // set with MethodNotAllowed: the value of an Allow field
}

// Match finds the route for a method and a path as sent: still escaped, without query. HEAD falls back to GET. It
// fills p, which must not be nil. It allocates nothing unless the path holds '%', a trailing slash had to be added, or
// a set of allowed methods is seen for the first time.
func (t *Tree[T]) Match(method, path string, p *Params) Result[T] {
	root := t.root(method)
	var end slot
	if !t.escaped && len(path) <= MaxPathBytes {
		p.checked = false
		if end = p.walk(root, path, path); end > 0 {
			return t.found(end, p)
		}
	}
	return t.matchChecked(method, path, p)
}

// root returns the tree that serves a method.
func (t *Tree[T]) root(method string) *node {
	if method == "GET" && t.methods[bitGET].root != nil {
		return t.methods[bitGET].root
	}
	for k := range t.methods {
		if m := &t.methods[k]; m.name == method {
			if m.root != nil {
				return m.root
			}
			break
		}
	}
	return t.any
}

func (t *Tree[T]) found(end slot, p *Params) Result[T] {
	r := t.routes[end-1]
	p.names = r.names
	return Result[T]{Outcome: Found, Route: r}
}

// matchChecked validates and decodes first. It serves what the walk in place left open.
func (t *Tree[T]) matchChecked(method, path string, p *Params) Result[T] {
	p.Reset()
	if method == "OPTIONS" && path == "*" {
		return Result[T]{Outcome: MethodNotAllowed, Allow: t.allowAll()}
	}
	d, reason := decodePath(path)
	if reason != 0 {
		return Result[T]{Outcome: BadPath, Reason: reason}
	}
	p.checked = true
	root := t.root(method)
	if end := p.walk(root, d.match, d.values); end > 0 {
		return t.found(end, p)
	}
	if t.options.TrailingSlash != Strict {
		other := otherSlash(d)
		if end := p.walk(root, other.match, other.values); end > 0 {
			return t.foundOther(end, p, len(other.match) > len(d.match))
		}
	}
	p.Reset()
	if set := t.methodsOf(d); set != 0 {
		return Result[T]{Outcome: MethodNotAllowed, Allow: t.allowOf(set)}
	}
	return Result[T]{Outcome: NotFound}
}

// foundOther answers for a path that matched with its trailing slash toggled.
func (t *Tree[T]) foundOther(end slot, p *Params, longer bool) Result[T] {
	if t.options.TrailingSlash == Ignore {
		return t.found(end, p)
	}
	p.Reset()
	if longer {
		return Result[T]{Outcome: AddSlash}
	}
	return Result[T]{Outcome: DropSlash}
}

// otherSlash toggles the trailing slash. That of "/" yields a path that matches nothing.
func otherSlash(d decoded) decoded {
	if last := len(d.match) - 1; d.match[last] == '/' {
		return decoded{match: d.match[:last], values: d.values[:last]}
	}
	other := decoded{match: d.match + "/"}
	other.values = other.match
	if strings.IndexByte(d.match, dataSlash) >= 0 {
		other.values = d.values + "/"
	}
	return other
}
