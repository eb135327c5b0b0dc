package schema

import (
	"context"
	"errors"
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Validator is a type with rules that tags cannot say, as those between fields. Validate is called once all of its fields were filled
// and no other rule of theirs is broken.
type Validator interface {
	Validate(ctx context.Context) error
}

// Faulty is an error that is several mistakes, each in its place inside of the value.
type Faulty interface {
	error
	Faults() []Fault
}

// validateFunc calls the Validate method of the value at p.
type validateFunc func(ctx context.Context, p unsafe.Pointer) error

var validatorType = reflect.TypeFor[Validator]()

// validateOf is nil for a type without such a method. A method that came from an embedded struct alone is that struct's own affair.
func validateOf(t reflect.Type) validateFunc {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface || !reflect.PointerTo(t).Implements(validatorType) {
		return nil
	}
	return func(ctx context.Context, p unsafe.Pointer) error {
		return reflect.NewAt(t, p).Interface().(Validator).Validate(ctx)
	}
}

// Validate holds the whole input against its own Validate method, where it has one, after everything else was found right.
func (in *Input) Validate(ctx context.Context, target Target, faults []Fault) []Fault {
	if in.validate == nil || len(faults) > 0 {
		return faults
	}
	err := in.validate(ctx, target.p)
	if err == nil {
		return faults
	}
	return append(faults, faultsOf(err)...)
}

// faultsOf reads what a Validate method said.
func faultsOf(err error) []Fault {
	var several Faulty
	if errors.As(err, &several) {
		return several.Faults()
	}
	return []Fault{{In: "body", Code: "invalid", Detail: err.Error()}}
}
