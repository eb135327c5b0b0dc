package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	// See node.go: memory is addressed by offsets of its own type.
	"unsafe"
)

// validateTags are the names under which Gin and its validator know their rules. Their words are translated to those of JSON Schema, so
// that they are enforced, described and reported like any other rule; a word without a translation is a mistake.
var validateTags = []string{"validate", "binding"}

// translated is a tag of the validator in the words of this package.
type translated struct {
	words    map[string]string
	required bool // absence and the zero value are faults
	optional bool // "omitempty": absence and the zero value are none, whatever the rules say
}

// validatorOf reads the one such tag that a field may have.
func validatorOf(tag reflect.StructTag) (string, error) {
	text := ""
	for _, name := range validateTags {
		own, there := tag.Lookup(name)
		if !there || own == "-" {
			continue
		}
		if text != "" {
			return "", fmt.Errorf("it has the tags %s; one says its rules", strings.Join(validateTags, " and "))
		}
		text = own
	}
	return text, nil
}

// translateTag rewrites a tag for a value of a type: its words for validators become words of JSON Schema, which depend on the kind.
// Behind pointers and Opts the tag is that of what they hold.
func translateTag(tag reflect.StructTag, n *Node) (reflect.StructTag, *translated, error) {
	text, err := validatorOf(tag)
	if text == "" || err != nil {
		return tag, nil, err
	}
	said, err := translate(text, n)
	if err != nil {
		return tag, nil, err
	}
	said.describeRequired(tag, n)
	for _, rule := range ruleWords { // in their order, so that of two mistakes always the same is told
		value, there := said.words[rule.word]
		if !there {
			continue
		}
		if elementTags[n.Kind] != "" && !slices.Contains(rule.kinds, n.Kind) {
			return tag, nil, fmt.Errorf("the tag %q asks for the rule %s, which is not for %s; words for its elements stand behind dive", text, rule.word, n.Kind)
		}
		if _, twice := tag.Lookup(rule.word); twice {
			return tag, nil, fmt.Errorf("the rule %s is given twice, once in the tag %s:%q", rule.word, validateTags[0], text)
		}
		tag += reflect.StructTag(" " + rule.word + ":" + strconv.Quote(value))
	}
	return tag, said, nil
}

// describeRequired says in rules, for documents, that a required scalar is not the zero value; the fault for it is "required".
func (said *translated) describeRequired(tag reflect.StructTag, n *Node) {
	word, value := "not", "0"
	switch {
	case !said.required || !isScalar(n):
		return
	case n.Kind == String:
		word, value = "minLength", "1"
	case n.Kind == Boolean:
		word, value = "const", "true"
	}
	_, there := tag.Lookup(word)
	if _, also := said.words[word]; !there && !also {
		said.words[word] = value
	}
}

// withoutPresence takes required and omitempty, which are about a pointer or an Opt, from the tag for what these hold.
func withoutPresence(tag reflect.StructTag) (inner reflect.StructTag, required bool, err error) {
	text, err := validatorOf(tag)
	if text == "" || err != nil {
		return tag, false, err
	}
	words, elements, dives := strings.Cut(","+text+",", ",dive,")
	kept := slices.DeleteFunc(strings.Split(strings.Trim(words, ","), ","), func(word string) bool {
		required = required || word == "required"
		return word == "required" || word == "omitempty"
	})
	if dives {
		kept = append(kept, "dive")
		if elements != "" {
			kept = append(kept, strings.TrimSuffix(elements, ","))
		}
	}
	own := strconv.Quote(strings.Join(kept, ","))
	for _, name := range validateTags {
		if _, there := tag.Lookup(name); there {
			tag = reflect.StructTag(name+":"+own+" ") + tag // the first of a name is the one that counts
		}
	}
	return tag, required, nil
}

// insideWords are the words of a validator behind dive: those for the elements.
func insideWords(tag reflect.StructTag) (string, error) {
	text, err := validatorOf(tag)
	_, elements, _ := strings.Cut(","+text+",", ",dive,")
	return strings.TrimSuffix(elements, ","), err
}

// translate reads "word,word=value"; what follows dive is for the elements.
func translate(text string, n *Node) (*translated, error) {
	out := &translated{words: map[string]string{}}
	for rest := text; rest != ""; {
		var entry string
		entry, rest, _ = strings.Cut(rest, ",")
		word, value, _ := strings.Cut(entry, "=")
		switch {
		case word == "dive":
			if elementTags[n.Kind] == "" {
				return nil, fmt.Errorf("the word dive in %q is for arrays and maps, not for %s", text, n.Kind)
			}
			rest = "" // elementTag reads it
		case word == "required":
			out.required = true
		case word == "omitempty":
			out.optional = true
		default:
			if err := out.rule(word, value, n); err != nil {
				return nil, fmt.Errorf("the word %q among those for the validator, %q: %w", entry, text, err)
			}
		}
	}
	if out.required && out.optional {
		return nil, fmt.Errorf("%q says required and omitempty; one of them holds", text)
	}
	return out, nil
}

// settle makes required and omitempty hold for a compiled node: as the validator has it, both are about the zero value of the type too.
func (said *translated) settle(n *Node) {
	isZero := zeroTest(n.Go)
	if isScalar(n) {
		isZero = zeroScalar(n)
	}
	check := n.check
	switch {
	case said.optional:
		n.Optional = true
		if check != nil {
			n.check = func(p unsafe.Pointer, faults []Fault) []Fault {
				if isZero(p) {
					return faults
				}
				return check(p, faults)
			}
		}
	case said.required && isScalar(n):
		n.check = func(p unsafe.Pointer, faults []Fault) []Fault {
			if isZero(p) {
				return append(faults, Fault{Code: "required", Detail: "is required, and must not be " + zeroName(n.Kind)})
			}
			if check == nil {
				return faults
			}
			return check(p, faults)
		}
	}
}

// isScalar: the zero value of the others cannot be told from an absent one once a member is there, so being there is enough.
func isScalar(n *Node) bool {
	return n.Kind == String && n.Go.Kind() == reflect.String || n.Kind == Integer || n.Kind == Number || n.Kind == Boolean
}

func zeroScalar(n *Node) func(unsafe.Pointer) bool {
	switch n.Kind {
	case String:
		return func(p unsafe.Pointer) bool { return *(*string)(p) == "" }
	case Boolean:
		return func(p unsafe.Pointer) bool { return !*(*bool)(p) }
	}
	load := loader(n.Go.Kind())
	return func(p unsafe.Pointer) bool {
		v := load(p)
		return v.integer == 0 && v.huge == 0 && v.float == 0
	}
}

func zeroName(k Kind) string {
	switch k {
	case String:
		return "empty"
	case Boolean:
		return "false"
	}
	return "0"
}

// insist makes null a mistake and absence a fault for a pointer or an Opt that is required; what it points to may be zero.
func insist(n *Node) {
	n.Optional, n.Nullable = false, false
	decode := n.decode
	n.decode = func(d *decoder, p unsafe.Pointer) bool {
		if d.peek() == 'n' {
			return d.mismatch(n.Kind.String())
		}
		return decode(d, p)
	}
}

// checkRequiredList: a list of parameters that is not given is an empty one, which only a rule about its size can refuse.
func checkRequiredList(n *Node, tag reflect.StructTag) error {
	if n.Kind != Array || n.Rules != nil && n.Rules.MinItems > 0 {
		return nil
	}
	if _, required, err := withoutPresence(tag); err != nil || !required {
		return err
	}
	return fmt.Errorf("a list of parameters that is not given is empty, so required says nothing; write min=1")
}
