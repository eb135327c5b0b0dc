package schema

import (
	"encoding/json"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// json describes a schema that has no Go type: what is referred to by a component, the rest in its place.
func (d *Describer) json(s *jsonSchema) *openapi.Schema {
	if s.key == "" {
		return d.jsonWords(s)
	}
	return d.object(componentKey{subject: subject{json: s.key}}, func() *openapi.Schema { return d.jsonWords(s) })
}

// jsonWords writes the schema as it is enforced, and its annotations.
func (d *Describer) jsonWords(s *jsonSchema) *openapi.Schema {
	if s.never {
		return &openapi.Schema{Never: true}
	}
	out := &openapi.Schema{}
	if s.applied.ref != nil {
		out = d.json(s.applied.ref)
	}
	for _, name := range s.types.names() {
		out.Type = append(out.Type, name)
	}
	s.rules.describe(out, nil)
	for _, one := range s.enum {
		if s.constant {
			out.Const = one.text
			break
		}
		out.Enum = append(out.Enum, one.text)
	}
	d.jsonObject(&s.object, out)
	d.jsonArray(&s.array, out)
	d.jsonApplied(&s.applied, out)
	s.prose.describe(out)
	return out
}

// maybe describes a schema that may not be there.
func (d *Describer) maybe(s *jsonSchema) *openapi.Schema {
	if s == nil {
		return nil
	}
	return d.json(s)
}

func (d *Describer) several(list []*jsonSchema) (out []*openapi.Schema) {
	for _, s := range list {
		out = append(out, d.json(s))
	}
	return out
}

func (d *Describer) jsonObject(words *objectWords, out *openapi.Schema) {
	for _, property := range words.properties {
		out.Properties.Set(property.name, d.json(property.schema))
	}
	out.Required = words.required
	for _, of := range words.patterns {
		out.PatternProperties.Set(of.pattern.String(), d.json(of.schema))
	}
	out.AdditionalProperties, out.PropertyNames = d.maybe(words.additional), d.maybe(words.names)
	for _, of := range words.dependent {
		out.DependentRequired.Set(of.name, of.needs)
	}
}

func (d *Describer) jsonArray(words *arrayWords, out *openapi.Schema) {
	out.PrefixItems, out.Items, out.Contains = d.several(words.prefix), d.maybe(words.items), d.maybe(words.contains)
	if words.minContains >= 0 {
		out.MinContains = &words.minContains
	}
	if words.maxContains >= 0 {
		out.MaxContains = &words.maxContains
	}
}

func (d *Describer) jsonApplied(words *appliedWords, out *openapi.Schema) {
	out.AllOf, out.AnyOf, out.OneOf = d.several(words.all), d.several(words.any), d.several(words.one)
	out.Not, out.If, out.Then, out.Else = d.maybe(words.not), d.maybe(words.condition.when), d.maybe(words.condition.then), d.maybe(words.condition.otherwise)
	for _, of := range words.dependent {
		out.DependentSchemas.Set(of.name, d.json(of.schema))
	}
	if words.choice == nil {
		return
	}
	out.Discriminator = &openapi.Discriminator{PropertyName: words.choice.property, Mapping: make(openapi.Map[string], len(words.choice.mapping))}
	for i, m := range words.choice.mapping {
		out.Discriminator.Mapping[i].Name = m.name
		c := d.known[componentKey{subject: subject{json: m.schema.key}}] // oneOf has described it
		c.mappings = append(c.mappings, &out.Discriminator.Mapping[i].Value)
	}
}

func (p *proseWords) describe(out *openapi.Schema) {
	out.Title, out.Description = p.title, p.description
	out.Deprecated, out.ReadOnly, out.WriteOnly = p.deprecated, p.readOnly, p.writeOnly
	out.ContentEncoding, out.ContentMediaType = p.contentEncoding, p.contentMedia
	if p.standard != nil {
		out.Default = p.standard.text
	}
	for _, example := range p.examples {
		out.Examples = append(out.Examples, json.RawMessage(example))
	}
}
