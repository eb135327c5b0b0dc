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

// unsure is the end of a walk in place that met an octet which only decodePath can judge.
const unsure slot = -1

// walk returns the end of the best route, zero, or unsure.
func (p *Params) walk(root *node, path, values string) slot {
	p.values = values
	p.visited = 0
	if root == nil || !strings.HasPrefix(path, root.prefix) {
		return 0
	}
	return p.find(root, path, len(root.prefix), 0)
}

// find goes on behind node n, whose text ends at offset i, with k parameters bound so far. It loops where one
// alternative is left and recurses where others must still be tried after it; the depth is that of the deepest pattern.
func (p *Params) find(n *node, path string, i, k int) slot {
next:
	for {
		p.visited++
		if i >= len(path) {
			if n.leaf == 0 && n.rest != 0 {
				p.spans[k] = span{uint16(i), uint16(i)}
				return n.rest
			}
			return n.leaf
		}
		if child := n.child(path, i); child != nil {
			if len(n.edges) == 0 && n.rest == 0 {
				n, i = child, i+len(child.prefix)
				continue
			}
			if end := p.find(child, path, i+len(child.prefix), k); end != 0 {
				return end
			}
		}
		if len(n.edges) != 0 {
			j := p.segment(path, i)
			if j < 0 {
				return unsure
			}
			if j > i {
				for m := range n.edges {
					e := &n.edges[m]
					if e.accept != acceptAny && !e.matches(p.values[i:j]) {
						continue
					}
					p.spans[k] = span{uint16(i), uint16(j)}
					if j == len(path) {
						if e.leaf != 0 {
							return e.leaf
						}
						continue
					}
					to := e.next
					if to == nil || !strings.HasPrefix(path[j:], to.prefix) {
						continue
					}
					if m == len(n.edges)-1 && n.rest == 0 {
						n, i, k = to, j+len(to.prefix), k+1
						continue next
					}
					if end := p.find(to, path, j+len(to.prefix), k+1); end != 0 {
						return end
					}
				}
			}
		}
		if n.rest == 0 {
			return 0
		}
		if !p.checked && !isPlain(path[i:]) {
			return unsure
		}
		p.spans[k] = span{uint16(i), uint16(len(path))}
		return n.rest
	}
}

// child returns the child whose text stands at offset i of the path.
func (n *node) child(path string, i int) *node {
	c := path[i]
	for k := 0; k < len(n.firsts); k++ {
		if n.firsts[k] == c {
			child := n.children[k]
			if strings.HasPrefix(path[i:], child.prefix) {
				return child
			}
			return nil
		}
	}
	return nil
}

// segment returns the end of the segment at i, or -1 if the path is as sent and the segment needs a second look.
func (p *Params) segment(path string, i int) int {
	if p.checked {
		return segmentEnd(path, i)
	}
	if path[i] == '.' {
		return -1
	}
	for j := i; j < len(path); j++ {
		if class := octetClass[path[j]]; class != 0 {
			if class == classSlash {
				return j
			}
			return -1
		}
	}
	return len(path)
}

func segmentEnd(path string, i int) int {
	if j := strings.IndexByte(path[i:], '/'); j >= 0 {
		return i + j
	}
	return len(path)
}
