package schema

import (
	"math"
	"reflect"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// rangeChecker is the checker of the commonest rules of numbers, a minimum and a maximum alone, in the commonest memory; nil for what is
// anything else. It only passes what is inside, and leaves it to checkNumber to say what is wrong.
func (r *Rules) rangeChecker(kind reflect.Kind) checkFunc {
	if r.ExclusiveMinimum != nil || r.ExclusiveMaximum != nil || r.MultipleOf != nil || r.Enum != nil || r.HasConst || r.Not != nil {
		return nil
	}
	switch kind {
	case reflect.Int:
		return signedRange[int](r, kind)
	case reflect.Int32:
		return signedRange[int32](r, kind)
	case reflect.Int64:
		return signedRange[int64](r, kind)
	case reflect.Float64:
		return floatRange(r)
	}
	return nil
}

func signedRange[T int | int32 | int64](r *Rules, kind reflect.Kind) checkFunc {
	least, most := int64(math.MinInt64), int64(math.MaxInt64)
	if r.Minimum != nil {
		least = r.Minimum.Integer
	}
	if r.Maximum != nil {
		most = r.Maximum.Integer
	}
	load := loader(kind)
	return func(p unsafe.Pointer, faults []Fault) []Fault {
		if v := int64(*(*T)(p)); v >= least && v <= most {
			return faults
		}
		return r.checkNumber(load(p), faults)
	}
}

func floatRange(r *Rules) checkFunc {
	least, most := math.Inf(-1), math.Inf(1)
	if r.Minimum != nil {
		least = r.Minimum.Float
	}
	if r.Maximum != nil {
		most = r.Maximum.Float
	}
	load := loader(reflect.Float64)
	return func(p unsafe.Pointer, faults []Fault) []Fault {
		if v := *(*float64)(p); v >= least && v <= most {
			return faults
		}
		return r.checkNumber(load(p), faults)
	}
}
