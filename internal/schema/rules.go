package schema

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Rules are what a field's tag asks of its value, in the words of JSON Schema (draft 2020-12, validation).
type Rules struct {
	Minimum, Maximum                   *Bound
	ExclusiveMinimum, ExclusiveMaximum *Bound
	// MinLength and MaxLength count characters (code points), MinItems and MaxItems elements; -1 is no rule.
	MinLength, MaxLength, MinItems, MaxItems int
	Pattern                                  *regexp.Regexp
	Format                                   string
	Enum                                     []string

	format func(string) bool
}

// Bound is a limit on a number; integers compare exactly.
type Bound struct {
	Text    string
	Integer int64
	Float   float64
}

// unsupportedRules are words of JSON Schema that have no effect here; to accept them would be to pretend.
var unsupportedRules = []string{"multipleOf", "uniqueItems", "const", "contains", "minProperties", "maxProperties", "form"}

// ruleKinds tells which kinds a rule is for.
var ruleKinds = map[string][]Kind{
	"minimum": {Integer, Number}, "maximum": {Integer, Number},
	"exclusiveMinimum": {Integer, Number}, "exclusiveMaximum": {Integer, Number},
	"minLength": {String}, "maxLength": {String}, "pattern": {String}, "format": {String},
	"minItems": {Array}, "maxItems": {Array}, "enum": {String, Integer, Number},
}

// parseRules reads a tag; it gives nil when there is no rule in it.
func parseRules(tag reflect.StructTag, n *Node) (*Rules, error) {
	for _, word := range unsupportedRules {
		if _, there := tag.Lookup(word); there {
			return nil, fmt.Errorf("the tag %q is not supported", word)
		}
	}
	r := &Rules{MinLength: -1, MaxLength: -1, MinItems: -1, MaxItems: -1}
	found := false
	for word, kinds := range ruleKinds {
		text, there := tag.Lookup(word)
		if !there {
			continue
		}
		found = true
		if !slices.Contains(kinds, n.Kind) || n.Kind == String && n.Go.Kind() != reflect.String || n.Go == jsonNumberType {
			return nil, fmt.Errorf("the rule %s is not for %s (%s)", word, n.Kind, n.Go)
		}
		if err := r.parse(word, text, n.Kind); err != nil {
			return nil, fmt.Errorf("the rule %s:%q: %w", word, text, err)
		}
	}
	if !found {
		return nil, nil
	}
	return r, nil
}

func (r *Rules) parse(word, text string, kind Kind) (err error) {
	switch word {
	case "minimum":
		r.Minimum, err = parseBound(text, kind)
	case "maximum":
		r.Maximum, err = parseBound(text, kind)
	case "exclusiveMinimum":
		r.ExclusiveMinimum, err = parseBound(text, kind)
	case "exclusiveMaximum":
		r.ExclusiveMaximum, err = parseBound(text, kind)
	case "minLength":
		r.MinLength, err = parseCount(text)
	case "maxLength":
		r.MaxLength, err = parseCount(text)
	case "minItems":
		r.MinItems, err = parseCount(text)
	case "maxItems":
		r.MaxItems, err = parseCount(text)
	case "pattern":
		r.Pattern, err = regexp.Compile(text)
	case "enum":
		r.Enum = strings.Split(text, ",")
	case "format":
		if r.format = formats[text]; r.format == nil {
			err = fmt.Errorf("no such format is known")
		}
		r.Format = text
	}
	return err
}

func parseCount(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err
}

func parseBound(text string, kind Kind) (*Bound, error) {
	b := &Bound{Text: text}
	var err error
	if b.Float, err = strconv.ParseFloat(text, 64); err != nil {
		return nil, err
	}
	if kind == Integer {
		if b.Integer, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// checker makes the function that holds a value against the rules.
func (r *Rules) checker(n *Node) checkFunc {
	switch n.Kind {
	case String:
		return func(p unsafe.Pointer, faults []Fault) []Fault { return r.checkString(*(*string)(p), faults) }
	case Array:
		return func(p unsafe.Pointer, faults []Fault) []Fault { return r.checkItems((*sliceHeader)(p).len, faults) }
	}
	load := loader(n.Go)
	return func(p unsafe.Pointer, faults []Fault) []Fault { return r.checkNumber(load(p), faults) }
}

// numeric is a number in both forms; whole says that integer is exact.
type numeric struct {
	integer int64
	float   float64
	whole   bool
}

// loader reads a number of a type. An unsigned one beyond int64 is above every integer bound, as MaxInt64 is.
func loader(t reflect.Type) func(unsafe.Pointer) numeric {
	switch t.Kind() {
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
		return func(p unsafe.Pointer) numeric { return numeric{float: float64(*(*float32)(p))} }
	}
	return func(p unsafe.Pointer) numeric { return numeric{float: *(*float64)(p)} }
}

func loadSigned[T int | int8 | int16 | int32 | int64](p unsafe.Pointer) numeric {
	v := int64(*(*T)(p))
	return numeric{v, float64(v), true}
}

func loadUnsigned[T uint | uint8 | uint16 | uint32 | uint64](p unsafe.Pointer) numeric {
	v := uint64(*(*T)(p))
	return numeric{int64(min(v, math.MaxInt64)), float64(v), true}
}

func (v numeric) compare(b *Bound) int {
	if v.whole {
		return cmpOrdered(v.integer, b.Integer)
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

func (v numeric) text() string {
	if v.whole {
		return strconv.FormatInt(v.integer, 10)
	}
	return strconv.FormatFloat(v.float, 'g', -1, 64)
}

func (r *Rules) checkNumber(v numeric, faults []Fault) []Fault {
	if r.Minimum != nil && v.compare(r.Minimum) < 0 {
		faults = append(faults, Fault{Code: "minimum", Detail: "must be at least " + r.Minimum.Text})
	}
	if r.Maximum != nil && v.compare(r.Maximum) > 0 {
		faults = append(faults, Fault{Code: "maximum", Detail: "must be at most " + r.Maximum.Text})
	}
	if r.ExclusiveMinimum != nil && v.compare(r.ExclusiveMinimum) <= 0 {
		faults = append(faults, Fault{Code: "exclusiveMinimum", Detail: "must be more than " + r.ExclusiveMinimum.Text})
	}
	if r.ExclusiveMaximum != nil && v.compare(r.ExclusiveMaximum) >= 0 {
		faults = append(faults, Fault{Code: "exclusiveMaximum", Detail: "must be less than " + r.ExclusiveMaximum.Text})
	}
	if r.Enum != nil {
		faults = r.checkEnum(v.text(), faults)
	}
	return faults
}

func (r *Rules) checkString(s string, faults []Fault) []Fault {
	if r.MinLength >= 0 || r.MaxLength >= 0 {
		n := utf8.RuneCountInString(s)
		if n < r.MinLength {
			faults = append(faults, Fault{Code: "minLength", Detail: "must have at least " + plural(r.MinLength, "character")})
		}
		if r.MaxLength >= 0 && n > r.MaxLength {
			faults = append(faults, Fault{Code: "maxLength", Detail: "must have at most " + plural(r.MaxLength, "character")})
		}
	}
	if r.Pattern != nil && !r.Pattern.MatchString(s) {
		faults = append(faults, Fault{Code: "pattern", Detail: "must match " + r.Pattern.String()})
	}
	if r.format != nil && !r.format(s) {
		faults = append(faults, Fault{Code: "format", Detail: "must be of the format " + r.Format})
	}
	if r.Enum != nil {
		faults = r.checkEnum(s, faults)
	}
	return faults
}

func (r *Rules) checkItems(n int, faults []Fault) []Fault {
	if n < r.MinItems {
		faults = append(faults, Fault{Code: "minItems", Detail: "must have at least " + plural(r.MinItems, "element")})
	}
	if r.MaxItems >= 0 && n > r.MaxItems {
		faults = append(faults, Fault{Code: "maxItems", Detail: "must have at most " + plural(r.MaxItems, "element")})
	}
	return faults
}

func (r *Rules) checkEnum(text string, faults []Fault) []Fault {
	if slices.Contains(r.Enum, text) {
		return faults
	}
	return append(faults, Fault{Code: "enum", Detail: "must be one of " + strings.Join(r.Enum, ", ")})
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
