package fasterapi

import (
	"context"
	"reflect"

	"github.com/fasterapi-go/fasterapi/internal/schema"
)

// source is one provider, its types forgotten.
type source struct {
	of, in reflect.Type
	where  string
	// newSupply makes the memory of one call; nil where the provider is.
	newSupply func() supply
}

func newProvider[In, T any](where string, f func(context.Context, In) (T, Scope, error)) *source {
	p := &source{of: reflect.TypeFor[T](), in: reflect.TypeFor[In](), where: where}
	if f != nil {
		p.newSupply = func() supply { return &supplied[In, T]{provider: f} }
	}
	return p
}

// supply is the memory of one provider in one request. It is used again, so that a dependency costs what its provider allocates.
type supply interface {
	// input is what the provider takes, to be filled.
	input() schema.Target
	// addTaker says once which field, a Dep of the provider's type, takes the value. Its memory must live as long as the supply.
	addTaker(field reflect.Value)
	// run calls the provider and fills the fields.
	run(ctx context.Context) (Scope, error)
	// forget drops what belongs to the request, in the supply and in the fields.
	forget()
}

type supplied[In, T any] struct {
	provider func(context.Context, In) (T, Scope, error)
	in       In
	takers   []*Dep[T]
}

func (s *supplied[In, T]) input() schema.Target { return schema.TargetOf(&s.in) }

func (s *supplied[In, T]) addTaker(field reflect.Value) {
	s.takers = append(s.takers, field.Addr().Interface().(*Dep[T]))
}

func (s *supplied[In, T]) run(ctx context.Context) (Scope, error) {
	v, scope, err := s.provider(ctx, s.in)
	if err != nil {
		return Scope{}, err
	}
	for _, field := range s.takers {
		field.Value = v
	}
	return scope, nil
}

func (s *supplied[In, T]) forget() {
	var none In
	s.in = none
	for _, field := range s.takers {
		*field = Dep[T]{}
	}
}
