package router

import (
	"iter"
	"slices"
	"sync/atomic"
)

// SlashPolicy says what a path is that matches only with its trailing slash added or removed.
type SlashPolicy uint8

const (
	// Strict: not found.
	Strict SlashPolicy = iota
	// Redirect: Match reports AddSlash or DropSlash, if the other path has a route for the same method.
	Redirect
	// Ignore: found. The path as sent has precedence. Where a slash must be added, a copy of the path is made.
	Ignore
)

// Options are the settings of a Tree.
type Options struct {
	TrailingSlash SlashPolicy
}

// AnyMethod registers a route for every method. The empty string means the same.
const AnyMethod = "*"

// Route is one registration. It is immutable and belongs to the tree.
type Route[T any] struct {
	Method  string // AnyMethod for any
	Pattern string // as registered
	Where   string // as registered, by custom file:line
	Value   T
	names   []string
	parsed  parsed
	bit     int // of the method; anyBit for any
}

// ParamNames returns the parameters' names in the order of the pattern. The slice is the caller's.
func (r *Route[T]) ParamNames() []string { return slices.Clone(r.names) }

// Tree is a set of routes. Make it with New. Registering is not safe beside anything else; matching is safe beside
// matching.
type Tree[T any] struct {
	options    Options
	converters []Converter
	routes     []*Route[T]
	shapes     []shape
	shapeIndex map[string]int
	methods    []methodTree // the index is the method's bit
	any        *node        // the routes for any method: for methods that have no tree
	paths      *node        // every shape once; its slots are indexes into shapes
	escaped    bool         // some pattern holds an octet that a path as sent cannot hold unescaped
	allow      atomic.Pointer[allowCache]
}

// methodTree holds what a request with one method can match: its routes, those of GET if it is HEAD, and those for any.
type methodTree struct {
	name string
	root *node // nil until a route needs it; then the tree for any method serves
}

// New returns an empty tree that knows the converters int and uuid.
func New[T any](options Options) *Tree[T] {
	t := &Tree[T]{
		options:    options,
		converters: builtinConverters(),
		shapeIndex: make(map[string]int),
		methods:    []methodTree{bitGET: {name: "GET"}, bitHEAD: {name: "HEAD"}, bitOPTIONS: {name: "OPTIONS"}},
	}
	t.allow.Store(&allowCache{})
	t.keepAllow(0)
	return t
}

// Add registers a route. The method is a token, in the case it will be sent in, or AnyMethod; where says who registers
// it, for messages. The error is a *PatternError, *MethodError or *ConflictError, after which the tree is as before.
func (t *Tree[T]) Add(method, pattern string, value T, where string) error {
	if method == "" {
		method = AnyMethod
	}
	if !isToken(method) {
		return &MethodError{method, pattern, where, errMethodNotToken}
	}
	pat, err := parsePattern(pattern, where, t.converters)
	if err != nil {
		return err
	}
	r := &Route[T]{Method: method, Pattern: pattern, Where: where, Value: value, names: pat.names, parsed: pat}
	if other := t.sameShape(pat.shape, method); other != nil {
		return &ConflictError{method, pattern, where, other.Pattern, other.Where}
	}
	var ok bool
	if r.bit, ok = t.methodBit(method); !ok {
		return &MethodError{method, pattern, where, errTooManyMethods}
	}
	t.routes = append(t.routes, r)
	t.escaped = t.escaped || pat.escaped
	t.addShape(r)
	t.addToTrees(r)
	return nil
}

// Routes yields the routes in the order of registration.
func (t *Tree[T]) Routes() iter.Seq[*Route[T]] { return slices.Values(t.routes) }

// Len returns how many routes there are.
func (t *Tree[T]) Len() int { return len(t.routes) }

// sameShape returns the route that a new one would conflict with, or nil.
func (t *Tree[T]) sameShape(key, method string) *Route[T] {
	k, known := t.shapeIndex[key]
	if !known {
		return nil
	}
	for _, id := range t.shapes[k].routes {
		if t.routes[id].Method == method {
			return t.routes[id]
		}
	}
	return nil
}

// addShape notes the route, the last in the list, for the answers to "which methods has this path".
func (t *Tree[T]) addShape(r *Route[T]) {
	k, known := t.shapeIndex[r.parsed.shape]
	if !known {
		k = len(t.shapes)
		t.shapeIndex[r.parsed.shape] = k
		t.shapes = append(t.shapes, shape{})
		*insert(&t.paths, r.parsed, t.converters) = slot(k + 1)
	}
	s := &t.shapes[k]
	s.routes = append(s.routes, int32(len(t.routes)-1))
	s.methods |= 1 << r.bit
	t.keepAllow(s.methods)
}

// addToTrees makes the route, the last in the list, visible to every method that can reach it.
func (t *Tree[T]) addToTrees(r *Route[T]) {
	id := len(t.routes) - 1
	if r.bit == anyBit {
		t.place(&t.any, id)
		for k := range t.methods {
			if t.methods[k].root != nil {
				t.place(&t.methods[k].root, id)
			}
		}
		return
	}
	t.addToMethod(r.bit, id)
	if r.bit == bitGET {
		t.addToMethod(bitHEAD, id)
	}
}

func (t *Tree[T]) addToMethod(bit, id int) {
	m := &t.methods[bit]
	if m.root == nil {
		for k, r := range t.routes {
			if r.bit == anyBit {
				t.place(&m.root, k)
			}
		}
	}
	t.place(&m.root, id)
}

// place puts a route into one tree. On the same shape a specific method beats any, and HEAD beats the GET that stands
// in for it. Bits do not order that way (bitHEAD > bitGET), so rank does.
func (t *Tree[T]) place(root **node, id int) {
	end := insert(root, t.routes[id].parsed, t.converters)
	if *end == 0 || rank(t.routes[id].bit) < rank(t.routes[*end-1].bit) {
		*end = slot(id + 1)
	}
}

func rank(bit int) int {
	switch bit {
	case anyBit:
		return 2
	case bitGET:
		return 1
	}
	return 0
}
