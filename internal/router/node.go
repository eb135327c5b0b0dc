package router

import (
	"slices"
	"strings"
)

// slot says which route ends at a place of a tree: its index plus one, or zero for none.
type slot int32

// node is a stretch of static text and what may follow it. It is not generic: routes are named by index, so that one
// compiled walk serves every Tree[T].
type node struct {
	prefix     string
	word, mask uint64 // the first eight octets of prefix, and which of the eight there are
	children   []*node
	firsts     string // firsts[k] is children[k].prefix[0]
	plain      edge   // the {name} that may follow
	edges      []edge // the {name:conv} that may follow, by precedence
	leaf       slot   // the route that ends here
	rest       slot   // the {name...} route that follows here
	weight     int32  // patterns through this node; the heaviest children come first
	parametric bool   // plain, edges or rest is set; the text so far ends with a slash
}

// edge is a parameter. After it comes the end of the path (leaf) or a slash (next).
type edge struct {
	next   *node
	match  func(string) bool // for an added converter
	leaf   slot
	accept accept
}

// insert makes the way for a pattern and returns its end, which the caller fills.
func insert(root **node, pat parsed, converters []Converter) *slot {
	var at *node
	from := root
	for k, p := range pat.parts {
		final := k == len(pat.parts)-1
		switch p.kind {
		case partStatic:
			at = insertStatic(from, p.text)
			if final {
				return &at.leaf
			}
		case partParam:
			e := at.edge(p.accept, converters)
			if final {
				return &e.leaf
			}
			from = &e.next
		}
	}
	at.parametric = true
	return &at.rest
}

// insertStatic returns the node at which text ends, below from, splitting nodes where needed. Text and an existing
// node at from share at least their first octet: both begin with the slash.
func insertStatic(from **node, text string) *node {
	for {
		n := *from
		if n == nil {
			n = &node{weight: 1}
			n.setPrefix(text)
			*from = n
			return n
		}
		k := commonPrefix(n.prefix, text)
		if k < len(n.prefix) {
			n = n.split(k)
			*from = n
		}
		n.weight++
		if text = text[k:]; text == "" {
			return n
		}
		from = n.childSlot(text[0])
	}
}

// split returns a new node for the first k octets, with n as its only child.
func (n *node) split(k int) *node {
	upper := &node{children: []*node{n}, weight: n.weight}
	upper.setPrefix(n.prefix[:k])
	upper.firsts = n.prefix[k : k+1]
	n.setPrefix(n.prefix[k:])
	return upper
}

func (n *node) setPrefix(s string) {
	n.prefix = s
	n.word = wordAt(s, 0)
	n.mask = ^uint64(0)
	if len(s) < 8 {
		n.mask = 1<<(8*len(s)) - 1
	}
}

// child returns the child that begins with c, or nil. The loop is inlined and meets the heaviest child first. It beat a
// search of eight first octets at once: where its branches are predicted, nothing waits for its outcome.
func (n *node) child(c byte) *node {
	for k := 0; k < len(n.firsts); k++ {
		if n.firsts[k] == c {
			return n.children[k]
		}
	}
	return nil
}

// childSlot returns the place of the child that begins with c, ordered as if it were one pattern heavier already.
func (n *node) childSlot(c byte) **node {
	k := strings.IndexByte(n.firsts, c)
	if k < 0 {
		k = len(n.children)
		n.children = append(n.children, nil)
		n.firsts += string([]byte{c})
		return &n.children[k]
	}
	to := k
	for to > 0 && n.children[to-1].weight <= n.children[k].weight {
		to--
	}
	child := n.children[k]
	copy(n.children[to+1:k+1], n.children[to:k])
	n.children[to] = child
	n.firsts = n.firsts[:to] + n.firsts[k:k+1] + n.firsts[to:k] + n.firsts[k+1:]
	return &n.children[to]
}

// edge returns the edge for a, which it adds in the order of precedence if it is new. The pointer is good until the
// next edge is added.
func (n *node) edge(a accept, converters []Converter) *edge {
	n.parametric = true
	if a == acceptAny {
		return &n.plain
	}
	k := 0
	for k < len(n.edges) && n.edges[k].accept < a {
		k++
	}
	if k == len(n.edges) || n.edges[k].accept != a {
		n.edges = slices.Insert(n.edges, k, edge{accept: a, match: converters[a].Match})
	}
	return &n.edges[k]
}

// matches tests the value of a segment by the edge's converter.
func (e *edge) matches(value string) bool {
	switch e.accept {
	case acceptInt:
		return isInt(value)
	case acceptUUID:
		return isUUID(value)
	}
	return e.match(value)
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
