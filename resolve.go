package fasterapi

import (
	"context"
	"errors"
	"slices"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// resolution is the memory of the dependencies of one call: what they are given, and what is still to be done after them.
type resolution struct {
	steps    []step
	supplies []supply
	scopes   []Scope
	// unsettled and unclosed are how many of scopes still wait for it.
	unsettled, unclosed int
}

// newResolution makes the memory for calls whose input is target; it must live as long as that.
func (d *dependencies) newResolution(target schema.Target) *resolution {
	n := &resolution{steps: d.steps, supplies: make([]supply, len(d.steps)), scopes: make([]Scope, 0, len(d.steps))}
	for i := range d.steps {
		n.supplies[i] = d.steps[i].provider.newSupply()
		for _, u := range d.steps[i].uses {
			n.supplies[u.step].addTaker(u.field.Value(n.supplies[i].input()))
		}
	}
	for _, u := range d.uses {
		n.supplies[u.step].addTaker(u.field.Value(target))
	}
	return n
}

// bind fills the inputs of all providers before the first of them runs, so that nothing happens for a request with mistakes. err is
// what the handler's own input had; all mistakes are told together.
func (n *resolution) bind(r *web.Request, err error) error {
	for i := range n.steps {
		if err != nil && mistakes(err) == nil {
			return err
		}
		if s, ok := n.supplies[i].(*requestInfoSupply); ok {
			s.see(r)
		}
		if found := n.steps[i].binding.bind(r, n.supplies[i].input()); found != nil {
			err = together(err, found)
		}
	}
	return err
}

// mistakes is the list of single mistakes that err is, nil where it is something else, which is then answered alone.
func mistakes(err error) *Problem {
	var p *Problem
	if !errors.As(err, &p) || len(p.Errors) == 0 {
		return nil
	}
	return p
}

func together(told, found error) error {
	if told == nil || mistakes(found) == nil {
		return found
	}
	all := mistakes(told)
	all.Errors = appendNew(all.Errors, mistakes(found).Errors)
	return all
}

// appendNew adds to told what is not there yet: two inputs may take the same parameter, two requirements ask for the same scope.
func appendNew[E comparable](told, found []E) []E {
	for _, e := range found {
		if !slices.Contains(told, e) {
			told = append(told, e)
		}
	}
	return told
}

// provide runs the providers in order, until one fails.
func (n *resolution) provide(ctx context.Context) error {
	for _, s := range n.supplies {
		scope, err := s.run(ctx)
		if err != nil {
			return err
		}
		if scope.Settle != nil || scope.Close != nil {
			n.scopes = append(n.scopes, scope)
			n.unsettled, n.unclosed = len(n.scopes), len(n.scopes)
		}
	}
	return nil
}

// settle runs what has to be done before the answer, the last first. One that panics does not keep the others from it.
func (n *resolution) settle(ctx context.Context, err error) error {
	returned := false
	defer func() {
		if !returned {
			_ = n.settle(ctx, ErrPanicked)
		}
	}()
	for n.unsettled > 0 {
		n.unsettled--
		if settle := n.scopes[n.unsettled].Settle; settle != nil {
			if own := settle(ctx, err); own != nil {
				err = own
			}
		}
	}
	returned = true
	return err
}

// close runs what has to be done after the answer, the last first.
func (n *resolution) close(ctx context.Context) {
	if n.unclosed == 0 {
		return
	}
	returned := false
	defer func() {
		if !returned {
			n.close(ctx)
		}
	}()
	kept := context.WithoutCancel(ctx)
	for n.unclosed > 0 {
		n.unclosed--
		if end := n.scopes[n.unclosed].Close; end != nil {
			end(kept)
		}
	}
	returned = true
}

// forget drops what belongs to the request.
func (n *resolution) forget() {
	for _, s := range n.supplies {
		s.forget()
	}
	clear(n.scopes)
	n.scopes, n.unsettled, n.unclosed = n.scopes[:0], 0, 0
}
