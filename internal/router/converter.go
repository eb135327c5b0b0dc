package router

import "slices"

// Converter restricts a parameter: {id:Name} matches a segment only if Match accepts its decoded value. Otherwise the
// next alternative is tried. Match is called while routing, possibly from many goroutines and more than once a request.
// It must take time linear in its argument and must not keep it past the request.
type Converter struct {
	Name  string
	Match func(value string) bool
}

// accept says how an edge of the tree tests a segment: it is the index of the converter. The two that every tree has
// are called directly.
type accept uint8

const (
	acceptInt accept = iota
	acceptUUID
)

// acceptAny stands after every converter, as {name} does after every {name:conv}.
const acceptAny = accept(255)

// maxConverters keeps the added ones below acceptAny.
const maxConverters = int(acceptAny)

func builtinConverters() []Converter {
	return []Converter{{"int", isInt}, {"uuid", isUUID}}
}

// AddConverter makes a converter known to patterns registered later. Where two accept the same segment, the one added
// first has precedence; int and uuid come before all.
func (t *Tree[T]) AddConverter(c Converter) error {
	switch {
	case !isName(c.Name):
		return &ConverterError{c.Name, errConverterName}
	case c.Match == nil:
		return &ConverterError{c.Name, errConverterNil}
	case slices.ContainsFunc(t.converters, func(o Converter) bool { return o.Name == c.Name }):
		return &ConverterError{c.Name, errConverterExists}
	case len(t.converters) == maxConverters:
		return &ConverterError{c.Name, errTooManyConverters}
	}
	t.converters = append(t.converters, c)
	return nil
}

// isInt accepts an optional '-' and decimal digits that fit an int64.
func isInt(s string) bool {
	limit := uint64(1<<63 - 1)
	if s != "" && s[0] == '-' {
		s, limit = s[1:], 1<<63
	}
	if s == "" {
		return false
	}
	var v uint64
	for i := 0; i < len(s); i++ {
		d := uint64(s[i] - '0')
		// v is at most 2^63 here, so v*10+d could wrap; the division cannot.
		if d > 9 || v > (limit-d)/10 {
			return false
		}
		v = v*10 + d
	}
	return true
}

// isUUID accepts the 8-4-4-4-12 form of RFC 9562 section 4, in either case.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if unhex(s[i]) > 15 {
				return false
			}
		}
	}
	return true
}
