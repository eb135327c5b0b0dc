package router

import (
	"maps"
	"slices"
	"strings"
)

// methodSet has a bit for each method that the tree knows, by its index in Tree.methods.
type methodSet uint64

const (
	bitGET     = 0
	bitHEAD    = 1
	bitOPTIONS = 2
	anyBit     = 63
)

func (s methodSet) hasAny() bool { return s&(1<<anyBit) != 0 }

// methodsOfAny is what a route for any method is listed as, beside the methods that the tree knows.
var methodsOfAny = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// allowCache is replaced, never written, once Match may run.
type allowCache map[methodSet]string

// Allowed returns the value of an Allow field for the path as sent: the methods that Match would find a route for,
// sorted, with OPTIONS, and with HEAD where GET is. It is empty if the path matches under no method or is refused. For
// "*" (the target of a server-wide OPTIONS, RFC 9110 section 9.3.7) and "" it lists every method of the tree.
func (t *Tree[T]) Allowed(path string) string {
	if path == "" || path == "*" {
		return t.allowAll()
	}
	d, reason := decodePath(path)
	if reason != 0 {
		return ""
	}
	if set := t.methodsOf(d); set != 0 {
		return t.allowOf(set)
	}
	return ""
}

func (t *Tree[T]) allowAll() string {
	var set methodSet
	for k := range t.shapes {
		set |= t.shapes[k].methods
	}
	return t.allowOf(set)
}

// methodsOf returns the methods under which the path, or under Ignore its other form, matches.
func (t *Tree[T]) methodsOf(d decoded) methodSet {
	c := collector{shapes: t.shapes, path: d.match, values: d.values}
	c.enter(t.paths, 0)
	if t.options.TrailingSlash == Ignore {
		other := otherSlash(d)
		c.path, c.values = other.match, other.values
		c.enter(t.paths, 0)
	}
	return c.found
}

// collector walks every alternative, where the matcher stops at the first.
type collector struct {
	shapes       []shape
	path, values string
	found        methodSet
	visited      int // nodes entered, for the tests
}

// enter tests the node's text at offset i and goes on behind it.
func (c *collector) enter(n *node, i int) {
	if n == nil || !strings.HasPrefix(c.path[i:], n.prefix) {
		return
	}
	c.visited++
	i += len(n.prefix)
	c.add(n.rest)
	if i == len(c.path) {
		c.add(n.leaf)
		return
	}
	c.enter(n.child(c.path[i]), i)
	end := segmentEnd(c.path, i)
	if end == i {
		return
	}
	for k := range n.edges {
		if e := &n.edges[k]; e.matches(c.values[i:end]) {
			c.pass(e, end)
		}
	}
	c.pass(&n.plain, end)
}

// pass goes on behind a parameter that ends at offset end.
func (c *collector) pass(e *edge, end int) {
	if end == len(c.path) {
		c.add(e.leaf)
	} else {
		c.enter(e.next, end)
	}
}

func (c *collector) add(s slot) {
	if s != 0 {
		c.found |= c.shapes[s-1].methods
	}
}

// allowOf returns the text for a set. A set that one pattern has was prepared at registration; one that arises from
// several patterns is prepared when first asked for.
func (t *Tree[T]) allowOf(set methodSet) string {
	cache := t.allow.Load()
	if text, ok := (*cache)[set]; ok {
		return text
	}
	text := t.allowText(set)
	if len(*cache) < maxAllowCache {
		next := maps.Clone(*cache)
		next[set] = text
		// Losing the race against another goroutine costs one more preparation later.
		t.allow.CompareAndSwap(cache, &next)
	}
	return text
}

// keepAllow prepares the text for a set at registration. What a route for any method allows changes with the methods
// that the tree knows, so such texts, if asked for already, are dropped.
func (t *Tree[T]) keepAllow(set methodSet) {
	cache := *t.allow.Load()
	maps.DeleteFunc(cache, func(s methodSet, _ string) bool { return s.hasAny() })
	if !set.hasAny() && len(cache) < maxAllowCache {
		cache[set] = t.allowText(set)
	}
}

func (t *Tree[T]) allowText(set methodSet) string {
	names := []string{"OPTIONS"}
	if set&(1<<bitGET) != 0 {
		names = append(names, "HEAD")
	}
	if set.hasAny() {
		names = append(names, methodsOfAny...)
	}
	for k, m := range t.methods {
		if set.hasAny() || set&(1<<k) != 0 {
			names = append(names, m.name)
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// methodBit returns the bit of a method, a new one if need be, or false if there is none left.
func (t *Tree[T]) methodBit(method string) (int, bool) {
	if method == AnyMethod {
		return anyBit, true
	}
	for k := range t.methods {
		if t.methods[k].name == method {
			return k, true
		}
	}
	if len(t.methods) == MaxMethods {
		return 0, false
	}
	t.methods = append(t.methods, methodTree{name: method})
	return len(t.methods) - 1, true
}

// isToken: RFC 9110 section 5.6.2, token = 1*tchar.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
