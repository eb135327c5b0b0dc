package fasterapi

import (
	"reflect"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// form describes a body that is a form: in both media types, in multipart alone where it must hold a file. It is nil where the input
// takes no form.
func (b *documentBuilder) form(input *schema.Input) *openapi.RequestBody {
	form, err := newFormBinding(input, 0)
	if err != nil || form == nil {
		return nil // what cannot be bound was refused when it was registered
	}
	s := &openapi.Schema{Type: openapi.Types{"object"}}
	for i := range form.params {
		p := &form.params[i]
		s.Properties.Set(p.Name, b.describer.Param(p))
		if p.Required {
			s.Required = append(s.Required, p.Name)
		}
	}
	mediaTypes := []string{urlencodedType, multipartType}
	if len(form.files) > 0 {
		mediaTypes = mediaTypes[1:]
	}
	body := &openapi.RequestBody{}
	var encoding openapi.Map[openapi.Encoding]
	for i := range form.files {
		f := &form.files[i]
		file := &openapi.Schema{ContentMediaType: octetsType}
		kind := f.field.Field.Type.Kind()
		if kind == reflect.Slice {
			file = &openapi.Schema{Type: openapi.Types{"array"}, Items: file, MaxItems: &f.maxItems}
			if f.minItems > 0 {
				file.MinItems = &f.minItems
			}
		}
		file.Description = f.field.Field.Tag.Get("doc")
		s.Properties.Set(f.name, file)
		if kind == reflect.Struct || f.minItems > 0 {
			s.Required = append(s.Required, f.name)
		}
		if f.accept != nil {
			encoding.Set(f.name, openapi.Encoding{ContentType: f.accept.String()})
		}
	}
	body.Required = len(s.Required) > 0
	for _, mediaType := range mediaTypes {
		body.Content.Set(mediaType, openapi.MediaType{Schema: s, Encoding: encoding})
	}
	return body
}

// raw describes a body that is taken as it is, and nil where the input takes none.
func (b *documentBuilder) raw(input *schema.Input) *openapi.RequestBody {
	raw, err := newRawBinding(input, 0)
	if err != nil || raw == nil {
		return nil
	}
	field := raw.field.Field
	body := &openapi.RequestBody{Description: field.Tag.Get("doc"), Required: field.Type == partsType}
	mediaTypes := raw.accept
	if mediaTypes == nil {
		mediaTypes = mediaRanges{"*/*"}
	}
	for _, mediaType := range mediaTypes {
		described := plainSchema(mediaType)
		switch {
		case field.Type == partsType:
			described = &openapi.Schema{Type: openapi.Types{"object"}}
		case strings.Contains(mediaType, "*"):
			described = &openapi.Schema{} // octets of a type that the request says
		}
		body.Content.Set(mediaType, openapi.MediaType{Schema: described})
	}
	return body
}
