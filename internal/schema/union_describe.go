package schema

import (
	"slices"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// inputUnion describes what a union takes: the object of one of its types, with the discriminator that names it.
func (d *Describer) inputUnion(a *Alternatives) *openapi.Schema {
	return d.union(a.Union, false, func(i int) *openapi.Schema { return d.inputMembers(a.Nodes[i].Members) })
}

// outputUnion describes what the encoder writes for a union.
func (d *Describer) outputUnion(u *Union) *openapi.Schema {
	return d.union(u, true, func(i int) *openapi.Schema { return d.outputMembers(u.Cases[i].struc()) })
}

func (d *Describer) union(u *Union, out bool, members func(i int) *openapi.Schema) *openapi.Schema {
	return d.object(componentKey{subject{t: u.Type}, out}, func() *openapi.Schema {
		s := &openapi.Schema{Discriminator: &openapi.Discriminator{PropertyName: u.Property}}
		mapping := make(openapi.Map[string], len(u.Cases))
		for i, one := range u.Cases {
			key := componentKey{subject{t: one.struc(), union: u.Type}, out}
			ref := d.object(key, func() *openapi.Schema { return discriminated(members(i), u.Property, one.Name) })
			mapping[i].Name = one.Name
			d.known[key].mappings = append(d.known[key].mappings, &mapping[i].Value)
			s.OneOf = append(s.OneOf, ref)
		}
		s.Discriminator.Mapping = mapping
		return s
	})
}

// discriminated says of an object's schema what the discriminator is.
func discriminated(s *openapi.Schema, property, name string) *openapi.Schema {
	said := &openapi.Schema{Type: openapi.Types{"string"}, Const: name}
	if own, there := s.Properties.Get(property); there {
		said.Title, said.Description = own.Title, own.Description
		s.Properties.Set(property, said)
	} else {
		s.Properties = slices.Insert(s.Properties, 0, openapi.Entry[*openapi.Schema]{Name: property, Value: said})
	}
	if !slices.Contains(s.Required, property) {
		s.Required = slices.Insert(s.Required, 0, property)
	}
	return s
}
