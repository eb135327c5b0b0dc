package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// schemaParser reads one document.
type schemaParser struct {
	byPointer map[string]*jsonSchema
	all       []*jsonSchema // in the order in which they begin
	texts     map[*jsonSchema]json.RawMessage
	depth     int
}

// maxSchemaText bounds a schema document, in bytes; it is the program's own, so this is a mistake and no attack.
const maxSchemaText = 4 << 20

func parseSchemaDocument(document []byte) (*jsonSchema, error) {
	if len(document) > maxSchemaText {
		return nil, schemaError("", "it is longer than %d bytes", maxSchemaText)
	}
	if !json.Valid(document) {
		return nil, schemaError("", "it is not valid JSON")
	}
	p := schemaParser{byPointer: map[string]*jsonSchema{}, texts: map[*jsonSchema]json.RawMessage{}}
	root, err := p.schema(document, "")
	if err == nil {
		err = p.resolve()
	}
	if err == nil {
		err = p.refuseCircles()
	}
	if err != nil {
		return nil, err
	}
	p.nameAll()
	return root, nil
}

// jsonMember is a member of an object in a document.
type jsonMember struct {
	name string
	text json.RawMessage
}

// objectOf lists the members of a valid JSON text in their order; ok is false for what is no object.
func objectOf(text json.RawMessage) (members []jsonMember, ok bool, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false, nil
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, true, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil && !errors.Is(err, io.EOF) {
			return nil, true, err
		}
		members = append(members, jsonMember{name.(string), value})
	}
	return members, true, nil
}

// schema compiles one schema and those inside of it. References are set later.
func (p *schemaParser) schema(text json.RawMessage, at string) (*jsonSchema, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, schemaError("", "it is nested more than %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	s := &jsonSchema{at: at, rules: newRules(), array: arrayWords{minContains: -1, maxContains: -1}}
	p.byPointer[at], p.texts[s] = s, text
	p.all = append(p.all, s)
	members, ok, err := objectOf(text)
	switch {
	case err != nil:
		return nil, schemaError(at, "%v", err)
	case ok:
	case string(bytes.TrimSpace(text)) == "true":
		return s, nil
	case string(bytes.TrimSpace(text)) == "false":
		s.never = true
		return s, nil
	default:
		return nil, schemaError(at, "a schema is an object, true or false")
	}
	for i, m := range members {
		twice := slices.ContainsFunc(members[:i], func(o jsonMember) bool { return o.name == m.name })
		read := wordReader(m.name)
		switch {
		case twice:
			return nil, schemaError(at, "the word %q stands twice", m.name)
		case read == nil && strings.HasPrefix(m.name, "x-"):
			continue
		case read == nil:
			return nil, schemaError(at, "the word %q is not supported", m.name)
		}
		if err := read(p, s, schemaWord{m.name, m.text, at + "/" + pointerEscape.Replace(m.name)}); err != nil {
			return nil, err
		}
	}
	return s, s.settle()
}

// schemaWord is one word of a schema and what it says.
type schemaWord struct {
	name string
	text json.RawMessage
	at   string
}

func (w schemaWord) wrong(wanted string) error { return schemaError(w.at, "it must be %s", wanted) }

func (w schemaWord) string() (string, error) {
	var v *string
	if json.Unmarshal(w.text, &v) != nil || v == nil {
		return "", w.wrong("a string")
	}
	return *v, nil
}

func (w schemaWord) boolean() (bool, error) {
	var v *bool
	if json.Unmarshal(w.text, &v) != nil || v == nil {
		return false, w.wrong("true or false")
	}
	return *v, nil
}

func (w schemaWord) list() ([]json.RawMessage, error) {
	var v []json.RawMessage
	if json.Unmarshal(w.text, &v) != nil || v == nil {
		return nil, w.wrong("an array")
	}
	return v, nil
}

func (w schemaWord) strings() ([]string, error) {
	var pointers []*string
	if json.Unmarshal(w.text, &pointers) != nil || pointers == nil {
		return nil, w.wrong("an array of strings")
	}
	var list []string
	for _, s := range pointers {
		if s == nil || slices.Contains(list, *s) {
			return nil, w.wrong("an array of strings that differ")
		}
		list = append(list, *s)
	}
	return list, nil
}

// count reads a number of things, which may be written with a fraction of zero.
func (w schemaWord) count() (int, error) {
	var v *float64
	if json.Unmarshal(w.text, &v) != nil || v == nil || *v < 0 || *v >= 1<<31 || *v != float64(int(*v)) {
		return 0, w.wrong("an integer from 0 to 2^31-1")
	}
	return int(*v), nil
}

func (w schemaWord) number() (string, error) {
	var v json.Number
	if json.Unmarshal(w.text, &v) != nil || v == "" || w.text[0] == '"' {
		return "", w.wrong("a number")
	}
	return v.String(), nil
}

func (w schemaWord) object() ([]jsonMember, error) {
	members, ok, err := objectOf(w.text)
	if err != nil || !ok {
		return nil, w.wrong("an object")
	}
	for i, m := range members {
		if slices.ContainsFunc(members[:i], func(o jsonMember) bool { return o.name == m.name }) {
			return nil, schemaError(w.at, "the name %q stands twice", m.name)
		}
	}
	return members, nil
}

func (w schemaWord) value() (listedValue, error) {
	v := listedValue{text: w.text}
	if err := json.Unmarshal(w.text, &v.value); err != nil {
		return v, schemaError(w.at, "%v", err)
	}
	return v, nil
}

// inside is the schema that is the word's value.
func (p *schemaParser) inside(w schemaWord) (*jsonSchema, error) { return p.schema(w.text, w.at) }

// several are the schemas in the list that is the word's value.
func (p *schemaParser) several(w schemaWord) ([]*jsonSchema, error) {
	texts, err := w.list()
	if err != nil {
		return nil, err
	}
	if len(texts) == 0 {
		return nil, w.wrong("an array that is not empty")
	}
	var list []*jsonSchema
	for i, text := range texts {
		s, err := p.schema(text, w.at+"/"+strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// named are the schemas by name that are the word's value.
func (p *schemaParser) named(w schemaWord) ([]property, error) {
	members, err := w.object()
	if err != nil {
		return nil, err
	}
	var list []property
	for _, m := range members {
		s, err := p.schema(m.text, w.at+"/"+pointerEscape.Replace(m.name))
		if err != nil {
			return nil, err
		}
		list = append(list, property{m.name, s})
	}
	return list, nil
}
