package fasterapi

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// operation describes one route. renamed are its path parameters by their own names.
func (b *documentBuilder) operation(e *endpoint, t pathTemplate, renamed map[string]string) *openapi.Operation {
	m := &e.operation.settings.metadata
	op := &openapi.Operation{
		Tags: slices.Clone(m.tags), Summary: m.summary, Description: m.description, OperationID: m.id, Deprecated: m.deprecated,
	}
	if op.OperationID == "" {
		op.OperationID = b.operationID(e.info.Method, t)
	}
	inputs := slices.Clone(e.operation.provided)
	input := cmp.Or(e.operation.input, e.operation.documented)
	if input != nil {
		inputs = append([]*schema.Input{input}, inputs...)
	}
	b.parameters(op, inputs, t, renamed)
	if input != nil {
		op.RequestBody = cmp.Or(b.form(input), b.raw(input))
	}
	if input != nil && input.Body != nil {
		op.RequestBody = &openapi.RequestBody{
			Required: input.Body.Required, Content: contentOf(jsonType, b.describer.Input(input.Body.Node)),
		}
		if e.operation.input != nil { // a raw handler reads what it reads
			for _, mediaType := range b.codecs.others() {
				op.RequestBody.Content.Set(mediaType, op.RequestBody.Content[0].Value)
			}
		}
	}
	if e.operation.output != nil {
		b.success(op, e.operation.output)
	}
	for _, answer := range m.answers {
		b.answer(op, answer)
	}
	b.security(op, e.operation.chain)
	if e.operation.input != nil {
		b.failures(op, e.operation.strictAccept)
	}
	if len(op.Responses) == 0 {
		op.Responses.Set("default", &openapi.Response{Description: "The answer."})
	}
	op.Servers, op.ExternalDocs = m.clone()
	b.examples(op, m.examples)
	b.callbacks(op, m.callbacks)
	for _, amend := range m.amend {
		amend(op)
	}
	return op
}

// parameters lists those of the input and of what it depends on, each once, then those of the path that nobody takes.
func (b *documentBuilder) parameters(op *openapi.Operation, inputs []*schema.Input, t pathTemplate, renamed map[string]string) {
	add := func(p *openapi.Parameter) {
		if !slices.ContainsFunc(op.Parameters, func(o *openapi.Parameter) bool { return o.In == p.In && o.Name == p.Name }) {
			op.Parameters = append(op.Parameters, p)
		}
	}
	for _, input := range inputs {
		for _, p := range input.Params() {
			if p.In == "header" && slices.Contains([]string{"accept", "content-type", "authorization"}, strings.ToLower(p.Name)) {
				continue // "the parameter definition SHALL be ignored" (OpenAPI 3.1, section 4.8.12.2)
			}
			s := b.describer.Param(&p)
			described := &openapi.Parameter{
				Name: p.Name, In: p.In, Required: p.Required, Schema: s, Description: s.Description, Deprecated: s.Deprecated,
			}
			s.Description, s.Deprecated = "", false
			switch {
			case p.Comma:
				described.Explode = new(bool)
			case p.Deep:
				described.Style, described.Explode = "deepObject", new(true)
			}
			if p.In == "path" {
				described.Name = cmp.Or(renamed[p.Name], p.Name)
			}
			add(described)
		}
	}
	for _, p := range t.params {
		s := &openapi.Schema{Type: openapi.Types{"string"}}
		switch p.converter {
		case "int":
			s = &openapi.Schema{Type: openapi.Types{"integer"}}
		case "uuid":
			s.Format = "uuid"
		}
		add(&openapi.Parameter{Name: renamed[p.name], In: "path", Required: true, Schema: s})
	}
}

// success describes what the function returns.
func (b *documentBuilder) success(op *openapi.Operation, o *output) {
	answer := &openapi.Response{Description: web.StatusText(o.status) + "."}
	for _, mediaType := range o.mediaTypes() {
		answer.Content.Set(mediaType, b.body(o, mediaType))
	}
	if o.shape.status == 201 {
		answer.Headers.Set("Location", &openapi.Header{
			Description: "Where it is now.", Schema: &openapi.Schema{Type: openapi.Types{"string"}, Format: "uri-reference"},
		})
	}
	for _, f := range o.fields {
		field := o.shape.value.FieldByIndex(f.index)
		switch f.source {
		case "status":
		case "cookie":
			answer.Headers.Set("Set-Cookie", &openapi.Header{Description: field.Tag.Get("doc"), Schema: &openapi.Schema{Type: openapi.Types{"string"}}})
		default:
			answer.Headers.Set(f.name, &openapi.Header{Description: field.Tag.Get("doc"), Schema: b.describer.Output(field.Type)})
		}
	}
	op.Responses.Set(strconv.Itoa(o.status), answer)
}

// body describes an answer's body of one media type. A sequence is an array of its elements in JSON, and one after the other in lines.
func (b *documentBuilder) body(o *output, mediaType string) openapi.MediaType {
	if o.shape.value == nil {
		return openapi.MediaType{Schema: plainSchema(mediaType)}
	}
	value := b.describer.Output(o.shape.value)
	switch {
	case !o.sequence: // a codec's value has the schema of its JSON
		return openapi.MediaType{Schema: value}
	case mediaType == jsonType:
		return openapi.MediaType{Schema: &openapi.Schema{Type: openapi.Types{"array"}, Items: value}}
	}
	return openapi.MediaType{ItemSchema: value}
}

// plainSchema is for what is no JSON: text, or octets.
func plainSchema(mediaType string) *openapi.Schema {
	if strings.HasPrefix(mediaType, "text/") {
		return &openapi.Schema{Type: openapi.Types{"string"}}
	}
	return &openapi.Schema{ContentMediaType: mediaType}
}

// answer adds one that was told. It takes the place of what would be made up.
func (b *documentBuilder) answer(op *openapi.Operation, a documentedAnswer) {
	status := strconv.Itoa(a.status)
	described := &openapi.Response{}
	if made, there := op.Responses.Get(status); there {
		described = made
	}
	described.Description = cmp.Or(a.description, web.StatusText(a.status)+".")
	switch mediaType := jsonType; {
	case a.schema != nil:
		described.Content = contentOf(jsonType, b.describer.Input(a.schema))
	case a.value == nil:
		described.Content = nil
	case a.value == reflect.TypeFor[Text]():
		described.Content = contentOf("text/plain", plainSchema("text/plain"))
	default:
		if a.value == reflect.TypeFor[Problem]() {
			mediaType = problemType
		}
		described.Content = contentOf(mediaType, b.describer.Output(a.value))
	}
	op.Responses.Set(status, described)
}

// failures adds the problems that the plan itself may answer with, and that any other error is one too. strict: a client that accepts
// nothing of what there is gets a problem.
func (b *documentBuilder) failures(op *openapi.Operation, strict bool) {
	if op.RequestBody != nil || len(op.Parameters) > 0 {
		b.problem(op, "400", "The request cannot be parsed.")
	}
	if strict {
		b.problem(op, "406", "The answer has no media type that is accepted.")
	}
	if op.RequestBody != nil {
		b.problem(op, "413", "The body is too large.")
		b.problem(op, "415", "The body is of another media type.")
	}
	if op.RequestBody != nil || len(op.Parameters) > 0 {
		b.problem(op, "422", "A value has the wrong type or breaks a rule; errors lists them all.")
	}
	b.problem(op, "default", "Any other error.")
}

// problem adds one, where the route does not tell of that status itself.
func (b *documentBuilder) problem(op *openapi.Operation, status, description string) {
	if _, told := op.Responses.Get(status); !told {
		op.Responses.Set(status, &openapi.Response{
			Description: description, Content: contentOf(problemType, b.describer.Output(reflect.TypeFor[Problem]())),
		})
	}
}

func contentOf(mediaType string, s *openapi.Schema) openapi.Map[openapi.MediaType] {
	return openapi.Map[openapi.MediaType]{{Name: mediaType, Value: openapi.MediaType{Schema: s}}}
}
