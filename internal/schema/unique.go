package schema

import (
	"reflect"
	"slices"
	"strconv"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// arrayChecker makes the check of an array: its size, and where asked that no two elements are equal.
func (r *Rules) arrayChecker(n *Node) (checkFunc, error) {
	if !r.UniqueItems {
		return r.checkSize, nil
	}
	find, err := duplicateFinder(n.Go.Elem())
	if err != nil {
		return nil, err
	}
	return func(p unsafe.Pointer, faults []Fault) []Fault {
		faults = r.checkSize(p, faults)
		if first, second, found := find(p); found {
			faults = append(faults, Fault{Code: "uniqueItems",
				Detail: "must have no two equal elements; " + strconv.Itoa(first) + " and " + strconv.Itoa(second) + " are"})
		}
		return faults
	}, nil
}

// isUnfilled reports whether a fault leaves memory as it was, at least in part, instead of a value that breaks a rule.
func isUnfilled(f Fault) bool {
	return slices.Contains([]string{"type", "required", "unknown_field", "readOnly", "propertyNames"}, f.Code)
}

// checkSize is all that can be said of the slice at p when elements of it could not be filled: those would all be equal.
func (r *Rules) checkSize(p unsafe.Pointer, faults []Fault) []Fault {
	return r.checkItems((*sliceHeader)(p).len, faults)
}

// duplicateFunc finds the first element of the slice at p that equals an earlier one.
type duplicateFunc func(p unsafe.Pointer) (first, second int, found bool)

func duplicateFinder(elem reflect.Type) (duplicateFunc, error) {
	if !marshalsItself(elem) {
		switch elem.Kind() {
		case reflect.String:
			return duplicates[string], nil
		case reflect.Int64:
			return duplicates[int64], nil
		case reflect.Int:
			return duplicates[int], nil
		case reflect.Int32:
			return duplicates[int32], nil
		case reflect.Float64:
			return duplicates[float64], nil
		case reflect.Float32:
			return duplicates[float32], nil
		}
	}
	return encodedDuplicates(elem)
}

// fewElements is up to which size looking at all pairs costs less than a table.
const fewElements = 12

func duplicates[T comparable](p unsafe.Pointer) (int, int, bool) {
	list := *(*[]T)(p)
	if len(list) > fewElements {
		return tabledDuplicates(len(list), func(i int) T { return list[i] })
	}
	for second := range list {
		for first := range second {
			if list[first] == list[second] {
				return first, second, true
			}
		}
	}
	return 0, 0, false
}

func tabledDuplicates[T comparable](n int, key func(int) T) (int, int, bool) {
	seen := make(map[T]int, n)
	for second := range n {
		k := key(second)
		if first, there := seen[k]; there {
			return first, second, true
		}
		seen[k] = second
	}
	return 0, 0, false
}

// encodedDuplicates compares elements by the JSON that they are written as, where the members of objects from maps are in order and those that are writeOnly
// stand too: two values are equal if they have the same members, not if they are the same memory.
func encodedDuplicates(elem reflect.Type) (duplicateFunc, error) {
	encoder, err := compileWhole(elem)
	if err != nil {
		return nil, err
	}
	size := elem.Size()
	return func(p unsafe.Pointer) (int, int, bool) {
		h := (*sliceHeader)(p)
		var buffer []byte
		return tabledDuplicates(h.len, func(i int) string {
			b, err := encoder.Append(buffer[:0], Target{unsafe.Add(h.data, uintptr(i)*size)})
			buffer = b
			if err != nil {
				return "\x00" + strconv.Itoa(i) // it has no form that another could share
			}
			return string(b)
		})
	}, nil
}
