package schema

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// Rules are what a field's tag asks of its value, in the words of JSON Schema (draft 2020-12, validation). Each broken one is a
// Fault whose code is the word.
type Rules struct {
	NumberRules
	TextRules
	SizeRules
	// Enum lists the texts of all values that are allowed; nil is no rule.
	Enum []string
	// Const is the text of the only value that is allowed.
	Const    string
	HasConst bool
	// Not lists the texts of values that are not allowed: {"not": {"enum": [...]}}.
	Not []string

	// enumBounds, constBound and notBounds are the same as numbers, which compare by value: 1e2 is 100.
	enumBounds, notBounds []*Bound
	constBound            *Bound
}

// NumberRules are those for integers and numbers; nil is no rule.
type NumberRules struct {
	Minimum, Maximum                   *Bound
	ExclusiveMinimum, ExclusiveMaximum *Bound
	MultipleOf                         *Bound
}

// TextRules are those for strings. MinLength and MaxLength count characters (code points); -1 is no rule.
type TextRules struct {
	MinLength, MaxLength int
	Pattern              *regexp.Regexp
	Format               string

	format func(string) bool
}

// SizeRules are those for arrays and for objects with names of any kind; -1 is no rule.
type SizeRules struct {
	MinItems, MaxItems           int
	MinProperties, MaxProperties int
	UniqueItems                  bool
}

// unsupportedRules are tags that have no effect here; to accept them would be to pretend.
var unsupportedRules = []string{"contains", "minContains", "maxContains", "prefixItems", "propertyNames"}

// ruleWords are all rules, each with the kinds that it is for, in the order in which mistakes in them are told.
var ruleWords = []struct {
	word  string
	kinds []Kind
}{
	{"minimum", []Kind{Integer, Number}}, {"maximum", []Kind{Integer, Number}},
	{"exclusiveMinimum", []Kind{Integer, Number}}, {"exclusiveMaximum", []Kind{Integer, Number}},
	{"multipleOf", []Kind{Integer, Number}},
	{"minLength", []Kind{String}}, {"maxLength", []Kind{String}}, {"pattern", []Kind{String}}, {"format", []Kind{String}},
	{"minItems", []Kind{Array}}, {"maxItems", []Kind{Array}}, {"uniqueItems", []Kind{Array}},
	{"minProperties", []Kind{Map}}, {"maxProperties", []Kind{Map}},
	{"enum", []Kind{String, Integer, Number, Boolean}}, {"const", []Kind{String, Integer, Number, Boolean}},
	{"not", []Kind{String, Integer, Number, Boolean}},
}

// elementTags say rules of what a container holds: "word=value word=value".
var elementTags = map[Kind]string{Array: "items", Map: "values"}

func newRules() *Rules {
	return &Rules{
		TextRules: TextRules{MinLength: -1, MaxLength: -1},
		SizeRules: SizeRules{MinItems: -1, MaxItems: -1, MinProperties: -1, MaxProperties: -1},
	}
}

// parseRules reads a tag; it gives nil when there is no rule in it for n. Rules that fit no array and no map belong to what these
// hold: see elementTag.
func parseRules(tag reflect.StructTag, n *Node) (*Rules, error) {
	for _, word := range unsupportedRules {
		if _, there := tag.Lookup(word); there {
			return nil, fmt.Errorf("the tag %q is not supported", word)
		}
	}
	if err := refuseMisspelt(tag); err != nil {
		return nil, err
	}
	for kind, word := range elementTags {
		if _, there := tag.Lookup(word); there && kind != n.Kind {
			return nil, fmt.Errorf("the tag %s is for the rules of what %s holds, not for %s (%s)", word, kind, n.Kind, n.Go)
		}
	}
	r := newRules()
	found := false
	for _, rule := range ruleWords {
		text, there := tag.Lookup(rule.word)
		fits := slices.Contains(rule.kinds, n.Kind)
		if !there || !fits && elementTags[n.Kind] != "" {
			continue
		}
		found = true
		if !fits || !n.holdsRules() {
			return nil, fmt.Errorf("the rule %s is not for %s (%s)", rule.word, n.Kind, n.Go)
		}
		if err := r.parse(rule.word, text, n); err != nil {
			return nil, fmt.Errorf("the rule %s:%q: %w", rule.word, text, err)
		}
	}
	if !found {
		return nil, nil
	}
	return r, r.contradiction()
}

// holdsRules: texts of other types than Go's strings, and numbers kept as text, cannot be checked once they are stored.
func (n *Node) holdsRules() bool {
	return n.Go != jsonNumberType && (n.Kind != String || n.Go.Kind() == reflect.String)
}

// elementTag makes the tag of what an array or a map holds: the rules that do not fit the container itself (minLength on a []string
// is about each string, minItems about the slice), and those in its items or values tag, which say what would otherwise be
// taken for the container's (items:"minItems=1" on a [][]int).
func elementTag(tag reflect.StructTag, kind Kind) (reflect.StructTag, error) {
	var out strings.Builder
	add := func(word, text string) { fmt.Fprintf(&out, "%s:%s ", word, strconv.Quote(text)) }
	explicit, err := explicitRules(tag, elementTags[kind])
	if err != nil {
		return "", err
	}
	if words, err := insideWords(tag); err != nil {
		return "", err
	} else if words != "" {
		add(validateTags[0], words)
	}
	for _, rule := range ruleWords {
		text, there := tag.Lookup(rule.word)
		there = there && !slices.Contains(rule.kinds, kind)
		own, said := explicit[rule.word]
		switch {
		case there && said:
			return "", fmt.Errorf("the rule %s is given twice, once in the tag %s", rule.word, elementTags[kind])
		case there:
			add(rule.word, text)
		case said:
			add(rule.word, own)
		}
	}
	return reflect.StructTag(out.String()), nil
}

// insideTag is elementTag for descriptions of answers, whose rules bind nobody: one that is no rule says nothing.
func insideTag(tag reflect.StructTag, kind Kind) reflect.StructTag {
	inside, err := elementTag(tag, kind)
	if err != nil {
		return ""
	}
	return inside
}

// explicitRules reads "word=value word=value"; a value that holds a space is not to be said there.
func explicitRules(tag reflect.StructTag, name string) (map[string]string, error) {
	said := map[string]string{}
	for _, entry := range strings.Fields(tag.Get(name)) {
		word, text, ok := strings.Cut(entry, "=")
		if !ok || !isRuleWord(word) {
			return nil, fmt.Errorf("the tag %s holds %q, which is no rule; write word=value", name, entry)
		}
		if _, twice := said[word]; twice {
			return nil, fmt.Errorf("the tag %s says %s twice", name, word)
		}
		said[word] = text
	}
	return said, nil
}

// RuleTags are all tags that say something of a value and its presence, those that no type knows included: what fills a field otherwise has
// no use for them.
func RuleTags() []string {
	tags := slices.Concat(unsupportedRules, validateTags, []string{"default", "explode", "readOnly", "writeOnly"})
	for _, rule := range ruleWords {
		tags = append(tags, rule.word)
	}
	for _, name := range elementTags {
		tags = append(tags, name)
	}
	slices.Sort(tags)
	return tags
}

func isRuleWord(word string) bool {
	for _, rule := range ruleWords {
		if rule.word == word {
			return true
		}
	}
	return false
}

func (r *Rules) parse(word, text string, n *Node) (err error) {
	switch word {
	case "minimum":
		r.Minimum, err = parseBound(text, n.Kind)
	case "maximum":
		r.Maximum, err = parseBound(text, n.Kind)
	case "exclusiveMinimum":
		r.ExclusiveMinimum, err = parseBound(text, n.Kind)
	case "exclusiveMaximum":
		r.ExclusiveMaximum, err = parseBound(text, n.Kind)
	case "multipleOf":
		r.MultipleOf, err = parseStep(text, n.Kind)
	case "minLength":
		r.MinLength, err = parseCount(text)
	case "maxLength":
		r.MaxLength, err = parseCount(text)
	case "minItems":
		r.MinItems, err = parseCount(text)
	case "maxItems":
		r.MaxItems, err = parseCount(text)
	case "minProperties":
		r.MinProperties, err = parseCount(text)
	case "maxProperties":
		r.MaxProperties, err = parseCount(text)
	case "uniqueItems":
		if r.UniqueItems, err = strconv.ParseBool(text); err != nil {
			err = fmt.Errorf("it must be true or false")
		}
	case "pattern":
		r.Pattern, err = regexp.Compile(text)
	case "format":
		if r.format = formats[text]; r.format == nil {
			err = fmt.Errorf("no such format is known")
		}
		r.Format = text
	default:
		err = r.parseValues(word, text, n)
	}
	return err
}

// parseValues reads the rules that list values, which must be values of the type.
func (r *Rules) parseValues(word, text string, n *Node) error {
	texts := []string{text}
	if word != "const" {
		texts = strings.Split(text, ",")
	}
	var bounds []*Bound
	for _, t := range texts {
		if n.text == nil {
			return fmt.Errorf("%s has no form as text", n.Go)
		}
		if wanted := n.text(t, reflect.New(n.Go).UnsafePointer()); wanted != "" {
			return fmt.Errorf("%q must be %s", t, wanted)
		}
		if n.Kind == Boolean && t != "true" && t != "false" {
			return fmt.Errorf("%q must be true or false", t)
		}
		if n.Kind == Integer || n.Kind == Number {
			b, err := parseBound(t, n.Kind)
			if err != nil {
				return err
			}
			bounds = append(bounds, b)
		}
	}
	switch word {
	case "enum":
		r.Enum, r.enumBounds = texts, bounds
	case "not":
		r.Not, r.notBounds = texts, bounds
	case "const":
		r.Const, r.HasConst = text, true
		if bounds != nil {
			r.constBound = bounds[0]
		}
	}
	return nil
}

func parseCount(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("it must be a whole number from 0 to %d", math.MaxInt32)
	}
	return int(n), nil
}

// contradiction finds rules that no value can meet.
func (r *Rules) contradiction() error {
	for _, c := range []struct {
		least, most int
		word        string
	}{{r.MinLength, r.MaxLength, "Length"}, {r.MinItems, r.MaxItems, "Items"}, {r.MinProperties, r.MaxProperties, "Properties"}} {
		if c.most >= 0 && c.least > c.most {
			return fmt.Errorf("no value has min%s %d and max%s %d", c.word, c.least, c.word, c.most)
		}
	}
	if r.Minimum != nil && r.Maximum != nil && r.Minimum.Float > r.Maximum.Float {
		return fmt.Errorf("no number is at least %s and at most %s", r.Minimum.Text, r.Maximum.Text)
	}
	return nil
}

// checker makes the function that holds a value against the rules: one for each type of memory, chosen once.
func (r *Rules) checker(n *Node) (checkFunc, error) {
	switch n.Kind {
	case String:
		return func(p unsafe.Pointer, faults []Fault) []Fault { return r.checkString(*(*string)(p), faults) }, nil
	case Boolean:
		return func(p unsafe.Pointer, faults []Fault) []Fault {
			return r.checkText(strconv.FormatBool(*(*bool)(p)), faults)
		}, nil
	case Array:
		return r.arrayChecker(n)
	case Map:
		t := n.Go
		return func(p unsafe.Pointer, faults []Fault) []Fault {
			return r.checkProperties(reflect.NewAt(t, p).Elem().Len(), faults)
		}, nil
	}
	if check := r.rangeChecker(n.Go.Kind()); check != nil {
		return check, nil
	}
	load := loader(n.Go.Kind())
	return func(p unsafe.Pointer, faults []Fault) []Fault { return r.checkNumber(load(p), faults) }, nil
}
