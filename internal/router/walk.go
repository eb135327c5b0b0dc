package router

import "strings"

// unsure is the end of a walk in place that met an octet which only decodePath can judge.
const unsure slot = -1

// walk returns the end of the best route, zero, or unsure. The parameters' spans are offsets into values, which is as
// long as path.
func (p *Params) walk(root *node, path, values string) slot {
	p.values = values
	p.visited = 0
	if root == nil || path == "" {
		return 0
	}
	return p.find(root, path, 0, 0)
}

// find tests n's text at offset i of the path and goes on behind it, with k parameters bound so far. It loops where
// one alternative is left and recurses where others must still be tried after it; the depth is at most that of the
// deepest pattern.
func (p *Params) find(n *node, path string, i, k int) slot {
	for {
		p.visited++
		size := len(n.prefix)
		if len(path)-i < size {
			return 0
		}
		var w uint64
		if i+8 <= len(path) {
			w = word8(path[i:])
		} else {
			w = lastWord(path, i)
		}
		if w&n.mask != n.word || size > 8 && path[i+8:i+size] != n.prefix[8:] {
			return 0
		}
		i += size
		if i >= len(path) {
			if n.leaf == 0 && n.rest != 0 {
				p.bind(k, i, i)
				return n.rest
			}
			return n.leaf
		}
		if child := n.child(path[i]); child != nil {
			if !n.parametric {
				n = child
				continue
			}
			if end := p.find(child, path, i, k); end != 0 {
				return end
			}
		}
		if !n.parametric {
			return 0
		}
		j, sure := p.segment(path, i)
		if !sure {
			return unsure
		}
		if j > i {
			if len(n.edges) != 0 {
				if end := p.findRestricted(n, path, [2]int{i, j}, k); end != 0 {
					return end
				}
			}
			p.bind(k, i, j)
			if j == len(path) {
				if n.plain.leaf != 0 {
					return n.plain.leaf
				}
			} else if next := n.plain.next; next != nil {
				if n.rest == 0 {
					n, i, k = next, j, k+1
					continue
				}
				if end := p.find(next, path, j, k+1); end != 0 {
					return end
				}
			}
		}
		return p.findRest(n, path, i, k)
	}
}

// findRestricted tries the edges with a converter for the segment between at[0] and at[1].
func (p *Params) findRestricted(n *node, path string, at [2]int, k int) slot {
	i, j := at[0], at[1]
	for m := range n.edges {
		e := &n.edges[m]
		if !e.matches(p.values[i:j]) {
			continue
		}
		p.bind(k, i, j)
		if j == len(path) {
			if e.leaf != 0 {
				return e.leaf
			}
		} else if e.next != nil {
			if end := p.find(e.next, path, j, k+1); end != 0 {
				return end
			}
		}
	}
	return 0
}

func (p *Params) findRest(n *node, path string, i, k int) slot {
	if n.rest == 0 {
		return 0
	}
	if !p.checked && !isPlain(path[i:]) {
		return unsure
	}
	p.bind(k, i, len(path))
	return n.rest
}

// bind notes the span of parameter k. No pattern has more than MaxParams, so the mask changes nothing but spares a test.
func (p *Params) bind(k, i, j int) {
	p.spans[k&(MaxParams-1)] = span{uint16(i), uint16(j)}
}

// segment returns the end of the segment at i. It is not sure of a segment of a path as sent that
// begins with a dot or holds a special octet.
func (p *Params) segment(path string, i int) (end int, sure bool) {
	if p.checked {
		return segmentEnd(path, i), true
	}
	if path[i] == '.' {
		return 0, false
	}
	for {
		var w uint64
		if i+8 <= len(path) {
			w = word8(path[i:])
		} else {
			w = lastWord(path, i)
		}
		j := i + firstSpecial(w)
		if j >= len(path) {
			return len(path), true
		}
		if j < i+8 {
			return j, path[j] == '/'
		}
		i = j
	}
}

func segmentEnd(path string, i int) int {
	if j := strings.IndexByte(path[i:], '/'); j >= 0 {
		return i + j
	}
	return len(path)
}
