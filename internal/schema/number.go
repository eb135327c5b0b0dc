package schema

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Bound is a number in a rule; integers compare exactly.
type Bound struct {
	Text    string
	Integer int64
	Float   float64

	// exact and scale are for multipleOf: the number is exact / 10^scale, with a scale that a float64 holds exactly.
	exact int64
	scale int
}

func parseBound(text string, kind Kind) (*Bound, error) {
	b := &Bound{Text: text}
	var err error
	// As JSON writes it, since it stands in documents: ParseFloat takes ".5", "+1" and "0x1p4" too.
	if b.Float, err = strconv.ParseFloat(text, 64); err != nil || !isJSONNumber(text) {
		return nil, fmt.Errorf("it must be a number, as JSON writes numbers")
	}
	if kind == Integer {
		if b.Integer, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fmt.Errorf("it must be an integer of 64 bits")
		}
	}
	return b, nil
}

func isJSONNumber(text string) bool {
	d := decoder{data: []byte(text)}
	_, _, ok := d.number()
	return ok && d.pos == len(text)
}

// maxScale: 10^22 is the largest power of ten that a float64 holds exactly.
const maxScale = 22

// parseStep: "The value of "multipleOf" MUST be a number, strictly greater than 0" (JSON Schema validation, section 6.2.1).
func parseStep(text string, kind Kind) (*Bound, error) {
	b, err := parseBound(text, kind)
	if err != nil {
		return nil, err
	}
	if b.Float <= 0 {
		return nil, fmt.Errorf("it must be more than 0")
	}
	r, ok := new(big.Rat).SetString(text)
	for ok && !r.IsInt() && b.scale < maxScale {
		r.Mul(r, big.NewRat(10, 1))
		b.scale++
	}
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return nil, fmt.Errorf("it must be a decimal of at most %d digits", maxScale)
	}
	b.exact = r.Num().Int64()
	return b, nil
}

// numeric is a value of any number type. An integer is in integer, or in huge where it is more than an int64 holds.
type numeric struct {
	integer int64
	huge    uint64
	float   float64
	whole   bool
	single  bool // float came from a float32
}

// loader gives the function that reads a number of a kind of memory.
func loader(k reflect.Kind) func(unsafe.Pointer) numeric {
	switch k {
	case reflect.Int:
		return loadSigned[int]
	case reflect.Int8:
		return loadSigned[int8]
	case reflect.Int16:
		return loadSigned[int16]
	case reflect.Int32:
		return loadSigned[int32]
	case reflect.Int64:
		return loadSigned[int64]
	case reflect.Uint:
		return loadUnsigned[uint]
	case reflect.Uint8:
		return loadUnsigned[uint8]
	case reflect.Uint16:
		return loadUnsigned[uint16]
	case reflect.Uint32:
		return loadUnsigned[uint32]
	case reflect.Uint64:
		return loadUnsigned[uint64]
	case reflect.Float32:
		return func(p unsafe.Pointer) numeric { return numeric{float: float64(*(*float32)(p)), single: true} }
	}
	return func(p unsafe.Pointer) numeric { return numeric{float: *(*float64)(p)} }
}

func loadSigned[T int | int8 | int16 | int32 | int64](p unsafe.Pointer) numeric {
	return numeric{integer: int64(*(*T)(p)), whole: true}
}

func loadUnsigned[T uint | uint8 | uint16 | uint32 | uint64](p unsafe.Pointer) numeric {
	v := uint64(*(*T)(p))
	if v > math.MaxInt64 {
		return numeric{huge: v, whole: true}
	}
	return numeric{integer: int64(v), whole: true}
}

// compare: what a bound holds is read at the width of the value, so that a float32 of 0.1 is the 0.1 of a rule.
func (v numeric) compare(b *Bound) int {
	switch {
	case v.huge != 0:
		return 1
	case v.whole:
		return cmpOrdered(v.integer, b.Integer)
	case v.single:
		return cmpOrdered(v.float, float64(float32(b.Float)))
	}
	return cmpOrdered(v.float, b.Float)
}

func cmpOrdered[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// isMultiple decides on decimals, as they are written: 0.07 is a multiple of 0.01, whatever floating point makes of their quotient.
func (v numeric) isMultiple(of *Bound) bool {
	switch {
	case v.huge != 0:
		return v.huge%uint64(of.Integer) == 0
	case v.whole:
		return v.integer%of.Integer == 0
	}
	power := math.Pow10(of.scale)
	scaled := math.Round(v.float * power)
	// Below 2^50 the error of the product is less than a half, so scaled is the only candidate; it is the value if it reads back.
	if math.Abs(scaled) < 1<<50 {
		back := scaled / power
		same := back == v.float || v.single && float32(back) == float32(v.float)
		return same && int64(scaled)%of.exact == 0
	}
	return v.isLargeMultiple(of)
}

// isLargeMultiple does the same by long division, on the shortest decimal that reads back as the value.
func (v numeric) isLargeMultiple(of *Bound) bool {
	bits := 64
	if v.single {
		bits = 32
	}
	value, ok := new(big.Rat).SetString(strconv.FormatFloat(v.float, 'g', -1, bits))
	step, known := new(big.Rat).SetString(of.Text)
	return ok && known && value.Quo(value, step).IsInt()
}
