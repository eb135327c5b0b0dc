package router

import "iter"

// Params receives the parameters of one match. It belongs to the caller, needs no initialisation, may be reused and
// copied, and holds MaxParams in place. After any outcome but Found it is empty. The values are substrings of the path
// given to Match, or of its one decoded copy, and outlive the Params.
type Params struct {
	values  string
	names   []string // of the route; shared, never written
	spans   [MaxParams]span
	checked bool // the path was validated before the walk
	// visited counts the nodes entered by the last walk: the tests hold the bound of the package comment against it.
	visited uint32
}

type span struct{ start, end uint16 }

// Len returns how many parameters there are.
func (p *Params) Len() int { return len(p.names) }

// At returns parameter i, in the order of the pattern. It panics unless 0 <= i < Len.
func (p *Params) At(i int) (name, value string) {
	name = p.names[i]
	s := p.spans[i]
	return name, p.values[s.start:s.end]
}

// Value returns the value of parameter i, in the order of the pattern. It panics unless 0 <= i < Len.
func (p *Params) Value(i int) string {
	_ = p.names[i]
	s := p.spans[i]
	return p.values[s.start:s.end]
}

// Lookup returns the value of the parameter called name.
func (p *Params) Lookup(name string) (value string, ok bool) {
	for i, n := range p.names {
		if n == name {
			return p.Value(i), true
		}
	}
	return "", false
}

// All yields names and values in the order of the pattern.
func (p *Params) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i := range p.names {
			if !yield(p.At(i)) {
				return
			}
		}
	}
}

// Reset drops the references to the path and the route, for Params that are kept in a pool.
func (p *Params) Reset() { p.values, p.names = "", nil }
