package schema

import (
	"cmp"
	"encoding/json"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// ComponentPrefix is where references lead to.
const ComponentPrefix = "#/components/schemas/"

// Components names what was described, in that order, and sets all references. A struct that reads and writes the same is one
// component, named after its type; else what it reads is named with "Input" behind it.
func (d *Describer) Components() openapi.Map[*openapi.Schema] {
	differs := d.differing()
	bases := map[subject]string{}
	for _, c := range d.components {
		if c.key.json == "" {
			bases[c.key.subject] = d.baseName(c.key.subject)
		}
	}
	d.qualify(bases)
	taken := map[string]subject{}
	var named openapi.Map[*openapi.Schema]
	for _, c := range d.components {
		name := cmp.Or(bases[c.key.subject], readableKey(c.key.json))
		if differs[c.key.subject] && !c.key.out {
			name += "Input"
		}
		// Only types of one name in one package come here twice: those that functions declare, and made-up clashes with Input.
		for base, n := name, 2; ; n++ {
			if owner, there := taken[name]; !there || owner == c.key.subject {
				break
			}
			name = base + strconv.Itoa(n)
		}
		taken[name] = c.key.subject
		c.name = name
		named.Set(name, c.schema)
	}
	for _, c := range d.components {
		for _, r := range c.refs {
			r.Ref = ComponentPrefix + c.name
		}
		for _, m := range c.mappings {
			*m = ComponentPrefix + c.name
		}
	}
	return named
}

// readableKey is the name that a schema without a type begins its key with.
func readableKey(key string) string {
	name, _, _ := strings.Cut(key, "\n")
	return name
}

// baseName names what is described after its type. A struct that stands in a union and elsewhere too is two components, of which one has the
// discriminator.
func (d *Describer) baseName(of subject) string {
	if of.union == nil {
		return readableName(of.t)
	}
	for _, c := range d.components {
		if c.key.t == of.t && c.key.union != of.union {
			return readableName(of.t) + "Of" + readableName(of.union)
		}
	}
	return readableName(of.t)
}

// differing tells which types are written otherwise than they are read, by themselves or by what they refer to.
func (d *Describer) differing() map[subject]bool {
	differs := map[subject]bool{}
	ids := map[subject]string{}
	for _, c := range d.components {
		if ids[c.key.subject] == "" {
			ids[c.key.subject] = strconv.Itoa(len(ids) + 1)
		}
		for _, r := range c.refs {
			r.Ref = ids[c.key.subject]
		}
	}
	text := func(c *component) string {
		data, _ := json.Marshal(c.schema) // an example that cannot be written fails when the document is
		return string(data)
	}
	for _, c := range d.components {
		if twin := d.known[componentKey{c.key.subject, !c.key.out}]; twin != nil && text(c) != text(twin) {
			differs[c.key.subject] = true
		}
	}
	for again := true; again; {
		again = false
		for _, c := range d.components {
			both := d.known[componentKey{c.key.subject, !c.key.out}] != nil
			if both && !differs[c.key.subject] && slices.ContainsFunc(c.refersTo, func(o *component) bool { return differs[o.key.subject] }) {
				differs[c.key.subject], again = true, true
			}
		}
	}
	return differs
}

// qualify puts as much of the package's path before names as makes them differ.
func (d *Describer) qualify(names map[subject]string) {
	for depth := 1; depth <= 4; depth++ {
		owners := map[string][]subject{}
		for of, name := range names {
			owners[name] = append(owners[name], of)
		}
		for _, types := range owners {
			elsewhere := func(of subject) bool { return of.t.PkgPath() != types[0].t.PkgPath() }
			if !slices.ContainsFunc(types, elsewhere) {
				continue
			}
			for _, of := range types {
				names[of] = packageWords(of.t.PkgPath(), depth) + d.baseName(of)
			}
		}
	}
}

// packageWords are the last elements of a path as one word.
func packageWords(pkg string, elements int) string {
	var words string
	for range elements {
		words = word(path.Base(pkg)) + words
		if pkg = path.Dir(pkg); pkg == "." || pkg == "/" {
			break
		}
	}
	return words
}

// word makes text a part of a name: letters and digits, the first of each run large.
func word(text string) string {
	var b strings.Builder
	up := true
	for _, r := range text {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			up = true
			continue
		}
		if up {
			r = unicode.ToUpper(r)
		}
		up = false
		b.WriteRune(r)
	}
	return b.String()
}

// readableName names a type without its package: Page[shop.Item] is PageOfItem.
func readableName(t reflect.Type) string { return cmp.Or(readable(t.Name()), "Object") }

func readable(name string) string {
	name, _, _ = strings.Cut(name, "·") // a type of a function has its number behind
	switch {
	case strings.HasPrefix(name, "[]"):
		return "ListOf" + readable(name[2:])
	case strings.HasPrefix(name, "*"):
		return readable(name[1:])
	case strings.HasPrefix(name, "map["):
		key, value, _ := strings.Cut(name[4:], "]")
		return "MapOf" + readable(key) + "To" + readable(value)
	}
	own, arguments, generic := strings.Cut(name, "[")
	own = word(own[strings.LastIndexByte(own, '.')+1:])
	if !generic {
		return own
	}
	var parts []string
	for _, argument := range splitArguments(strings.TrimSuffix(arguments, "]")) {
		parts = append(parts, readable(argument))
	}
	return own + "Of" + strings.Join(parts, "And")
}

// splitArguments splits at the commas that stand in no bracket.
func splitArguments(list string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case '[':
			depth++
		case ']':
			depth--
		case ',':
			if depth == 0 {
				parts, start = append(parts, list[start:i]), i+1
			}
		}
	}
	return append(parts, list[start:])
}
