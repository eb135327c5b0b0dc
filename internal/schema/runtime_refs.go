package schema

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// settle refuses words that have an effect beside others alone.
func (s *jsonSchema) settle() error {
	condition, hasBounds := s.applied.condition, s.array.minContains >= 0 || s.array.maxContains >= 0
	switch {
	case condition.when == nil && (condition.then != nil || condition.otherwise != nil):
		return schemaError(s.at, "then and else say nothing without if")
	case s.array.contains == nil && hasBounds:
		return schemaError(s.at, "minContains and maxContains say nothing without contains")
	case s.applied.choice != nil && s.applied.one == nil:
		return schemaError(s.at, "a discriminator chooses among the schemas of oneOf, and there is none")
	}
	if bounds := numberFormats[s.rules.Format]; bounds[0] != "" {
		s.within = newRules()
		s.within.Minimum, _ = parseBound(bounds[0], Number)
		s.within.Maximum, _ = parseBound(bounds[1], Number)
	}
	return nil
}

// resolve finds what references lead to: schemas of the same document.
func (p *schemaParser) resolve() error {
	for _, s := range p.all {
		if s.applied.refText == nil {
			continue
		}
		target, err := p.target(*s.applied.refText)
		if err != nil {
			return schemaError(s.at+"/$ref", "%v", err)
		}
		s.applied.ref = target
	}
	for _, s := range p.all {
		if s.applied.choice == nil {
			continue
		}
		if err := p.choose(s); err != nil {
			return schemaError(s.at+"/discriminator", "%v", err)
		}
	}
	return nil
}

func (p *schemaParser) target(ref string) (*jsonSchema, error) {
	fragment, local := strings.CutPrefix(ref, "#")
	if ref != "" && !local {
		return nil, errors.New("it leads out of the document; only references that begin with # are followed")
	}
	pointer, err := url.PathUnescape(fragment)
	if err != nil {
		return nil, errors.New("it is no URI reference")
	}
	if target := p.byPointer[pointer]; target != nil {
		return target, nil
	}
	return nil, errors.New("it leads to " + ref + ", where no schema is")
}

// choose finds the schemas that a discriminator names: by its mapping, else each by the last part of its reference.
func (p *schemaParser) choose(s *jsonSchema) error {
	c := s.applied.choice
	for _, one := range s.applied.one {
		if one.applied.ref == nil {
			return errors.New("beside it each schema of oneOf must be a reference")
		}
	}
	if c.mapping == nil {
		for _, one := range s.applied.one {
			c.mapping = append(c.mapping, mappedCase{name: one.applied.ref.lastName(), ref: *one.applied.refText})
		}
	}
	var names []string
	for i := range c.mapping {
		m := &c.mapping[i]
		var err error
		if m.schema, err = p.target(m.ref); err != nil {
			return err
		}
		if !slices.ContainsFunc(s.applied.one, func(one *jsonSchema) bool { return one.applied.ref == m.schema }) {
			return errors.New("it maps to " + m.ref + ", which is not in oneOf")
		}
		names = append(names, m.name)
	}
	for _, one := range s.applied.one {
		if !slices.ContainsFunc(c.mapping, func(m mappedCase) bool { return one.applied.ref == m.schema }) {
			return errors.New("nothing is mapped to " + *one.applied.refText)
		}
	}
	c.names = strings.Join(names, ", ")
	return nil
}

// inPlace are the schemas that s applies to the same value.
func (s *jsonSchema) inPlace() []*jsonSchema {
	a := s.applied
	list := slices.Concat(a.all, a.any, a.one, []*jsonSchema{a.not, a.ref, a.condition.when, a.condition.then, a.condition.otherwise})
	for _, of := range a.dependent {
		list = append(list, of.schema)
	}
	return slices.DeleteFunc(list, func(s *jsonSchema) bool { return s == nil })
}

// refuseCircles finds schemas that apply themselves to the same value, which would never end.
func (p *schemaParser) refuseCircles() error {
	const under, done = 1, 2
	state := map[*jsonSchema]int{}
	var visit func(s *jsonSchema) error
	visit = func(s *jsonSchema) error {
		switch state[s] {
		case done:
			return nil
		case under:
			return schemaError(s.at, "it applies itself to the same value, without end")
		}
		state[s] = under
		for _, inner := range s.inPlace() {
			if err := visit(inner); err != nil {
				return err
			}
		}
		state[s] = done
		return nil
	}
	for _, s := range p.all {
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}

// nameAll gives the schemas that are referred to, and a root with a title, the names and keys that components know them by. Equal keys are
// equal schemas, whatever document they stand in: the text of each, and of all that it leads to.
func (p *schemaParser) nameAll() {
	for _, s := range p.all {
		if s.at == "" && s.prose.title != "" && (s.object.properties != nil || s.applied.one != nil) {
			s.key = p.keyOf(s)
		}
		if target := s.applied.ref; target != nil && target.key == "" {
			target.key = p.keyOf(target)
		}
	}
}

func (p *schemaParser) keyOf(s *jsonSchema) string {
	reached := []*jsonSchema{s}
	for i := 0; i < len(reached); i++ {
		for _, inner := range p.all {
			isInside := inner.at == reached[i].at || strings.HasPrefix(inner.at, reached[i].at+"/")
			if target := inner.applied.ref; isInside && target != nil && !slices.Contains(reached, target) {
				reached = append(reached, target)
			}
		}
	}
	slices.SortFunc(reached[1:], func(a, b *jsonSchema) int { return cmp.Compare(a.at, b.at) })
	sum := sha256.New()
	for _, r := range reached {
		var text bytes.Buffer
		_ = json.Compact(&text, p.texts[r]) // it is valid: it was parsed
		sum.Write([]byte(r.at + "\n"))
		sum.Write(text.Bytes())
	}
	return s.componentName() + "\n" + string(sum.Sum(nil))
}

// componentName is the name by which it stands in its document, or its title.
func (s *jsonSchema) componentName() string {
	return cmp.Or(word(s.lastName()), word(s.prose.title), "Schema")
}

// lastName is the last part of where it stands.
func (s *jsonSchema) lastName() string {
	return pointerPlain.Replace(s.at[strings.LastIndexByte(s.at, '/')+1:])
}

var pointerPlain = strings.NewReplacer("~1", "/", "~0", "~")
