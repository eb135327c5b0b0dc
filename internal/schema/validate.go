package schema

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Validator is a type with rules that tags cannot say, as those between fields. Validate is called once all of a value was filled and no
// other rule in it is broken, so it may rely on them: for a value in a JSON body or in a parameter in its place there, innermost first,
// and for the whole input last.
type Validator interface {
	Validate(ctx context.Context) error
}

// Faulty is an error that is several mistakes, each in its place inside of the value: their pointers begin at it. Any other error is one
// mistake of the value itself, with the code "invalid" and the error's text.
type Faulty interface {
	error
	Faults() []Fault
}

// validateFunc calls the Validate method of the value at p.
type validateFunc func(ctx context.Context, p unsafe.Pointer) error

var validatorType = reflect.TypeFor[Validator]()

// validateOf is nil for a type without such a method. One that came from an embedded struct is as good as its own.
func validateOf(t reflect.Type) validateFunc {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface || !reflect.PointerTo(t).Implements(validatorType) {
		return nil
	}
	return func(ctx context.Context, p unsafe.Pointer) error {
		return reflect.NewAt(t, p).Interface().(Validator).Validate(ctx)
	}
}

// validated runs the Validate method after a value was decoded without a fault in it.
func validated(decode decodeFunc, validate validateFunc) decodeFunc {
	return func(d *decoder, p unsafe.Pointer) bool {
		before := len(d.faults)
		if !decode(d, p) {
			return false
		}
		// Of more than MaxFaults none is kept, so whether there was one inside is not known then.
		if len(d.faults) != before || before >= MaxFaults {
			return true
		}
		if err := validate(d.ctx, p); err != nil {
			d.faults = append(d.faults, faultsOf(err)...)
			d.faults = d.faults[:min(len(d.faults), MaxFaults)]
		}
		return true
	}
}

// faultsOf reads what a Validate method said, and completes what it left out.
func faultsOf(err error) []Fault {
	var several Faulty
	if !errors.As(err, &several) || len(several.Faults()) == 0 {
		return []Fault{{In: "body", Code: "invalid", Detail: err.Error()}}
	}
	faults := slices.Clone(several.Faults())
	for i := range faults {
		faults[i].In = cmp.Or(faults[i].In, "body")
		faults[i].Code = cmp.Or(faults[i].Code, "invalid")
	}
	return faults
}
