package schema

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"sync"
)

// readWord reads one word of a schema into s.
type readWord func(p *schemaParser, s *jsonSchema, w schemaWord) error

// schemaWords are all that are understood; wordReader asks it. It is filled when it is first asked, since reading a schema reads those
// inside of it, and since a program without such schemas is then built without all of this.
var (
	schemaWords       map[string]readWord
	schemaWordsFilled sync.Once
)

// wordReader is nil for a word that is not understood.
func wordReader(word string) readWord {
	schemaWordsFilled.Do(fillSchemaWords)
	return schemaWords[word]
}

func fillSchemaWords() {
	schemaWords = map[string]readWord{
		"type": readTypes, "enum": readEnum, "const": readConst,
		"minimum":          readBound(func(r *Rules) **Bound { return &r.Minimum }, parseBound),
		"maximum":          readBound(func(r *Rules) **Bound { return &r.Maximum }, parseBound),
		"exclusiveMinimum": readBound(func(r *Rules) **Bound { return &r.ExclusiveMinimum }, parseBound),
		"exclusiveMaximum": readBound(func(r *Rules) **Bound { return &r.ExclusiveMaximum }, parseBound),
		"multipleOf":       readBound(func(r *Rules) **Bound { return &r.MultipleOf }, parseStep),
		"minLength":        readCount(func(s *jsonSchema) *int { return &s.rules.MinLength }),
		"maxLength":        readCount(func(s *jsonSchema) *int { return &s.rules.MaxLength }),
		"minItems":         readCount(func(s *jsonSchema) *int { return &s.rules.MinItems }),
		"maxItems":         readCount(func(s *jsonSchema) *int { return &s.rules.MaxItems }),
		"minProperties":    readCount(func(s *jsonSchema) *int { return &s.rules.MinProperties }),
		"maxProperties":    readCount(func(s *jsonSchema) *int { return &s.rules.MaxProperties }),
		"minContains":      readCount(func(s *jsonSchema) *int { return &s.array.minContains }),
		"maxContains":      readCount(func(s *jsonSchema) *int { return &s.array.maxContains }),
		"uniqueItems":      readBoolean(func(s *jsonSchema) *bool { return &s.rules.UniqueItems }),
		"pattern":          readPattern, "format": readFormat,

		"properties": readProperties, "required": readRequired, "patternProperties": readPatterns, "dependentRequired": readDependent,
		"additionalProperties": readInside(func(s *jsonSchema) **jsonSchema { return &s.object.additional }),
		"propertyNames":        readInside(func(s *jsonSchema) **jsonSchema { return &s.object.names }),
		"prefixItems":          readSeveral(func(s *jsonSchema) *[]*jsonSchema { return &s.array.prefix }),
		"items":                readInside(func(s *jsonSchema) **jsonSchema { return &s.array.items }),
		"contains":             readInside(func(s *jsonSchema) **jsonSchema { return &s.array.contains }),

		"allOf": readSeveral(func(s *jsonSchema) *[]*jsonSchema { return &s.applied.all }),
		"anyOf": readSeveral(func(s *jsonSchema) *[]*jsonSchema { return &s.applied.any }),
		"oneOf": readSeveral(func(s *jsonSchema) *[]*jsonSchema { return &s.applied.one }),
		"not":   readInside(func(s *jsonSchema) **jsonSchema { return &s.applied.not }),
		"if":    readInside(func(s *jsonSchema) **jsonSchema { return &s.applied.condition.when }),
		"then":  readInside(func(s *jsonSchema) **jsonSchema { return &s.applied.condition.then }),
		"else":  readInside(func(s *jsonSchema) **jsonSchema { return &s.applied.condition.otherwise }),
		"dependentSchemas": func(p *schemaParser, s *jsonSchema, w schemaWord) (err error) {
			s.applied.dependent, err = p.named(w)
			return err
		},
		"$ref": readRef, "discriminator": readDiscriminator,
		"$defs": readDefinitions, "definitions": readDefinitions, // the older name, that many still write

		"title":            readText(func(s *jsonSchema) *string { return &s.prose.title }),
		"description":      readText(func(s *jsonSchema) *string { return &s.prose.description }),
		"contentEncoding":  readText(func(s *jsonSchema) *string { return &s.prose.contentEncoding }),
		"contentMediaType": readText(func(s *jsonSchema) *string { return &s.prose.contentMedia }),
		"deprecated":       readBoolean(func(s *jsonSchema) *bool { return &s.prose.deprecated }),
		"readOnly":         readBoolean(func(s *jsonSchema) *bool { return &s.prose.readOnly }),
		"writeOnly":        readBoolean(func(s *jsonSchema) *bool { return &s.prose.writeOnly }),
		"default":          readDefault, "examples": readExamples, "example": readExample,
		"$schema": readDialect, "$id": readID, "$comment": readText(func(*jsonSchema) *string { return new(string) }),
	}
}

func readBound(of func(*Rules) **Bound, parse func(string, Kind) (*Bound, error)) readWord {
	return func(_ *schemaParser, s *jsonSchema, w schemaWord) error {
		text, err := w.number()
		if err != nil {
			return err
		}
		if *of(s.rules), err = parse(text, Number); err != nil {
			return schemaError(w.at, "%v", err)
		}
		return nil
	}
}

func readCount(of func(*jsonSchema) *int) readWord {
	return func(_ *schemaParser, s *jsonSchema, w schemaWord) (err error) {
		*of(s), err = w.count()
		return err
	}
}

func readBoolean(of func(*jsonSchema) *bool) readWord {
	return func(_ *schemaParser, s *jsonSchema, w schemaWord) (err error) {
		*of(s), err = w.boolean()
		return err
	}
}

func readText(of func(*jsonSchema) *string) readWord {
	return func(_ *schemaParser, s *jsonSchema, w schemaWord) (err error) {
		*of(s), err = w.string()
		return err
	}
}

func readInside(of func(*jsonSchema) **jsonSchema) readWord {
	return func(p *schemaParser, s *jsonSchema, w schemaWord) (err error) {
		*of(s), err = p.inside(w)
		return err
	}
}

func readSeveral(of func(*jsonSchema) *[]*jsonSchema) readWord {
	return func(p *schemaParser, s *jsonSchema, w schemaWord) (err error) {
		*of(s), err = p.several(w)
		return err
	}
}

func readTypes(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	names := []string{""}
	if json.Unmarshal(w.text, &names[0]) != nil || names[0] == "" {
		var err error
		if names, err = w.strings(); err != nil || len(names) == 0 {
			return w.wrong("the name of a type, or an array of such names that differ")
		}
	}
	for _, name := range names {
		t := typeNamed(name)
		if t == 0 {
			return schemaError(w.at, "there is no type %q", name)
		}
		s.types |= t
	}
	return nil
}

func readEnum(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	texts, err := w.list()
	if err != nil {
		return err
	}
	if len(texts) == 0 {
		return w.wrong("an array that is not empty")
	}
	return s.list(texts, w)
}

func readConst(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	s.constant = true
	return s.list([]json.RawMessage{w.text}, w)
}

// list keeps the values that are allowed.
func (s *jsonSchema) list(texts []json.RawMessage, w schemaWord) error {
	if s.enum != nil {
		return schemaError(w.at, "enum and const say the same thing; one is enough")
	}
	for _, text := range texts {
		v, err := schemaWord{w.name, text, w.at}.value()
		if err != nil {
			return err
		}
		s.enum = append(s.enum, v)
	}
	return nil
}

func readPattern(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	text, err := w.string()
	if err != nil {
		return err
	}
	if s.rules.Pattern, err = regexp.Compile(text); err != nil {
		return schemaError(w.at, "%v", err)
	}
	return nil
}

// numberFormats are those of the OpenAPI format registry that bound numbers. A double is any that can be represented.
var numberFormats = map[string][2]string{
	"int32": {"-2147483648", "2147483647"}, "int64": {"-9223372036854775808", "9223372036854775807"},
	"float": {"-3.4028234663852886e38", "3.4028234663852886e38"}, "double": {"", ""},
}

// proseFormats say how a value is shown or carried; every text is one.
var proseFormats = []string{"password", "binary"}

func readFormat(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	name, err := w.string()
	if err != nil {
		return err
	}
	s.rules.Format = name
	if _, known := numberFormats[name]; known || slices.Contains(proseFormats, name) {
		return nil
	}
	if s.rules.format = formats[name]; s.rules.format == nil {
		return schemaError(w.at, "no such format is known: %q", name)
	}
	return nil
}

func readProperties(p *schemaParser, s *jsonSchema, w schemaWord) (err error) {
	if s.object.properties, err = p.named(w); err != nil {
		return err
	}
	s.object.byName = map[string]int{}
	for i, property := range s.object.properties {
		s.object.byName[property.name] = i
	}
	return nil
}

func readRequired(_ *schemaParser, s *jsonSchema, w schemaWord) (err error) {
	s.object.required, err = w.strings()
	return err
}

// patternProperty is for the members whose names match.
type patternProperty struct {
	pattern *regexp.Regexp
	schema  *jsonSchema
}

func readPatterns(p *schemaParser, s *jsonSchema, w schemaWord) error {
	named, err := p.named(w)
	if err != nil {
		return err
	}
	for _, of := range named {
		pattern, err := regexp.Compile(of.name)
		if err != nil {
			return schemaError(w.at, "%v", err)
		}
		s.object.patterns = append(s.object.patterns, patternProperty{pattern, of.schema})
	}
	return nil
}

// dependency says that a member needs others.
type dependency struct {
	name  string
	needs []string
}

func readDependent(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	members, err := w.object()
	if err != nil {
		return err
	}
	for _, m := range members {
		needs, err := schemaWord{m.name, m.text, w.at + "/" + pointerEscape.Replace(m.name)}.strings()
		if err != nil {
			return err
		}
		s.object.dependent = append(s.object.dependent, dependency{m.name, needs})
	}
	return nil
}

func readRef(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	text, err := w.string()
	s.applied.refText = &text
	return err
}

func readDefinitions(p *schemaParser, _ *jsonSchema, w schemaWord) error {
	_, err := p.named(w)
	return err
}

func readDiscriminator(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	members, err := w.object()
	if err != nil {
		return err
	}
	s.applied.choice = &choice{}
	for _, m := range members {
		inside := schemaWord{m.name, m.text, w.at + "/" + pointerEscape.Replace(m.name)}
		switch m.name {
		case "propertyName":
			s.applied.choice.property, err = inside.string()
		case "mapping":
			err = s.applied.choice.read(inside)
		default:
			err = schemaError(w.at, "the word %q is not supported", m.name)
		}
		if err != nil {
			return err
		}
	}
	if s.applied.choice.property == "" {
		return schemaError(w.at, "it must say a propertyName")
	}
	return nil
}

func (c *choice) read(w schemaWord) error {
	members, err := w.object()
	c.mapping = []mappedCase{}
	for i := 0; err == nil && i < len(members); i++ {
		m := mappedCase{name: members[i].name}
		m.ref, err = schemaWord{m.name, members[i].text, w.at + "/" + pointerEscape.Replace(m.name)}.string()
		c.mapping = append(c.mapping, m)
	}
	return err
}

func readDefault(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	v, err := w.value()
	s.prose.standard = &v
	return err
}

func readExamples(_ *schemaParser, s *jsonSchema, w schemaWord) (err error) {
	s.prose.examples, err = w.list()
	return err
}

func readExample(_ *schemaParser, s *jsonSchema, w schemaWord) error {
	s.prose.examples = []json.RawMessage{w.text}
	return nil
}

// dialects are what "$schema" may say; older drafts give some words other meanings.
var dialects = []string{
	"https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2020-12/schema#",
	"https://spec.openapis.org/oas/3.1/dialect/base",
}

func readDialect(_ *schemaParser, _ *jsonSchema, w schemaWord) error {
	name, err := w.string()
	if err == nil && !slices.Contains(dialects, name) {
		return schemaError(w.at, "the dialect %s is not draft 2020-12", strconv.Quote(name))
	}
	return err
}

// readID: within a document an $id would be where references begin from, so it is understood at its root alone.
func readID(p *schemaParser, s *jsonSchema, w schemaWord) error {
	if _, err := w.string(); err != nil || s.at != "" {
		return w.wrong("at the root of the document, and a string")
	}
	return nil
}
