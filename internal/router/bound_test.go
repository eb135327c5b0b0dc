package router

import (
	"strings"
	"testing"
)

// TestVisitsAreBounded counts the nodes entered. A matcher that explored alternatives once per way of reaching them
// would be exponential in the number of segments here; a tree has one way to each node.
func TestVisitsAreBounded(t *testing.T) {
	const depth = 12
	for _, c := range []struct {
		name     string
		patterns []string
		segment  string
	}{
		{"every mix of static and parameter", mixes(depth), "/a"},
		{"parameter moving through a static pattern", diagonals(depth, "a", "{x}"), "/a"},
		{"static moving through parameters", diagonals(depth, "{x}", "a"), "/a"},
		{"restricted and plain", diagonals(depth, "{n:int}", "{x}"), "/1"},
		{"a remainder at every depth", rests(depth), "/a"},
	} {
		tree := New[int](Options{})
		for k, pattern := range c.patterns {
			if err := tree.Add("GET", pattern, k, ""); err != nil {
				t.Fatal(err)
			}
		}
		nodes := nodesOf(tree.methods[bitGET].root)
		// The ends differ from every pattern's: all alternatives fail, as late as possible. Paths much longer than the
		// patterns must cost no more.
		for _, path := range []string{
			strings.Repeat(c.segment, depth) + "/nothing", strings.Repeat(c.segment, depth-1), strings.Repeat(c.segment, 5000),
		} {
			var p Params
			tree.Match("GET", path, &p)
			if p.visited == 0 || p.visited > nodes {
				t.Errorf("%s: %d segments entered %d nodes of %d", c.name, strings.Count(path, "/"), p.visited, nodes)
			}
			if limit := uint32(len(c.patterns) * (2*depth + 2)); p.visited > limit {
				t.Errorf("%s: entered %d nodes, over %d for %d patterns", c.name, p.visited, limit, len(c.patterns))
			}
			all := collector{shapes: tree.shapes, path: path, values: path}
			all.enter(tree.paths, 0)
			if all.visited > int(nodesOf(tree.paths)) {
				t.Errorf("%s: the collector entered %d nodes of %d", c.name, all.visited, nodesOf(tree.paths))
			}
		}
	}
}

// mixes returns all 2^depth patterns of static and parameter segments, closed by a literal.
func mixes(depth int) (out []string) {
	for bits := range 1 << depth {
		s := ""
		for k := range depth {
			if bits>>k&1 == 0 {
				s += "/a"
			} else {
				s += "/" + named("{x}", k)
			}
		}
		out = append(out, s+"/end")
	}
	return out
}

// diagonals returns patterns of filler segments with the other at one place each.
func diagonals(depth int, filler, other string) (out []string) {
	for at := range depth {
		s := ""
		for k := range depth {
			if k == at {
				s += "/" + named(other, k)
			} else {
				s += "/" + named(filler, k)
			}
		}
		out = append(out, s+"/end")
	}
	return out
}

func rests(depth int) (out []string) {
	for k := range depth {
		out = append(out, strings.Repeat("/a", k)+"/{p...}", strings.Repeat("/a", k)+"/{x}/a/b")
	}
	return out
}

func named(segment string, k int) string {
	if segment[0] != '{' {
		return segment
	}
	return segment[:2] + strings.Repeat("_", k) + segment[2:]
}

// TestDeepPattern recurses as deep as a pattern can make it.
func TestDeepPattern(t *testing.T) {
	tree := New[int](Options{})
	depth := (MaxPatternBytes - len("/{p...}")) / 2
	for k := 0; k < depth; k++ {
		if err := tree.Add("GET", strings.Repeat("/a", k)+"/{p...}", k, ""); err != nil {
			t.Fatal(err)
		}
	}
	var p Params
	for _, k := range []int{0, 1, depth / 2, depth - 1} {
		r := tree.Match("GET", strings.Repeat("/a", k)+"/b", &p)
		if r.Outcome != Found || r.Route.Value != k || p.Value(0) != "b" {
			t.Errorf("depth %d: %v", k, r.Outcome)
		}
	}
	if r := tree.Match("GET", strings.Repeat("/a", 30000), &p); r.Outcome != Found || r.Route.Value != depth-1 {
		t.Errorf("a path deeper than every pattern: %v", r.Outcome)
	}
}
