package fasterapi

import (
	"encoding/json"
	"fmt"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/web"
)

// SchemaRoute is a route that is described by JSON Schemas (draft 2020-12) instead of Go types, for HandleSchema: one that another
// language registers, or that a configuration describes. Schemas hold references into themselves alone. Words that are not known are
// mistakes, never passed over; unlike in typed routes, members that a schema does not name are valid unless its additionalProperties says
// otherwise, as JSON Schema has it.
type SchemaRoute struct {
	Params []SchemaParam
	// Body is the schema of the JSON body; nil where the route takes none.
	Body json.RawMessage
	// OptionalBody: the body may be absent.
	OptionalBody bool
	// Answers are for the document; what the handler answers is not held against them.
	Answers []SchemaAnswer
	// Handler is called once the request is valid by the schemas. It writes the answer, or returns an error that is answered as those of typed
	// handlers are. in is its own.
	Handler func(w *web.Response, r *web.Request, in *SchemaValues) error
}

// SchemaParam is a parameter of a SchemaRoute.
type SchemaParam struct {
	// In is "path", "query", "header" or "cookie", Name the name there.
	In, Name string
	// Schema is of a scalar, or of a list of scalars where In is "query" or "header"; without one it is any text.
	Schema json.RawMessage
	// Required: its absence is a mistake. What is in the path is never absent, and what has a default is never missed.
	Required bool
	// Comma: a list from the query is one value with its elements between commas, instead of a value for each.
	Comma bool
}

// SchemaAnswer is an answer of a SchemaRoute, for its document.
type SchemaAnswer struct {
	Status      int
	Description string
	// Schema is that of its JSON; nil where it has none.
	Schema json.RawMessage
}

// SchemaValues are what a request to a SchemaRoute holds, valid by its schemas.
type SchemaValues struct {
	// Params are those that were sent, and those with a default, in the order path, query, header, cookie.
	Params []SchemaValue
	// Body is what encoding/json makes of the body (map[string]any, []any, string, float64, bool, nil), with the defaults of members that are
	// absent; Raw is its JSON as it was sent, where numbers have all their digits. Raw is nil where no body was sent.
	Body any
	Raw  []byte
}

// SchemaValue is the value of a parameter: a string, float64 or bool, or a []any of them.
type SchemaValue struct {
	In, Name string
	Value    any
}

// Param is the value of a parameter by its place and name, nil where it was not sent.
func (v *SchemaValues) Param(in, name string) any {
	for _, p := range v.Params {
		if p.In == in && p.Name == name {
			return p.Value
		}
	}
	return nil
}

// HandleSchema registers a route that is described by JSON Schemas. Requests are held against them with the same mistakes as those of typed
// routes, and it stands in the document like any other. Options say the same as they do there, but for [Status] and [StrictAccept], since
// the answer is the handler's own; background tasks are had by [WithTasks].
func (a *App) HandleSchema(method, pattern string, route SchemaRoute, opts ...RouteOption) {
	g := a.newRegistration(method, pattern, opts)
	if route.Handler == nil {
		g.misuse("the handler is nil", "give a function")
	}
	of := schema.InputSchema{Body: route.Body, OptionalBody: route.OptionalBody}
	for _, p := range route.Params {
		of.Params = append(of.Params, schema.ParamSchema{In: p.In, Name: p.Name, Schema: p.Schema, Required: p.Required, Comma: p.Comma})
	}
	input, err := schema.InputFromJSON(of)
	if err != nil {
		g.misuse(err, "correct the schema or the parameter")
	}
	g.documentAnswers(route.Answers)
	g.input, g.streams = input, true
	a.register(g, &schemaPlan{handler: route.Handler, binding: a.site.newBinding(&g)})
}

// documentAnswers tells of the answers, and that there is one where nobody told of any.
func (g *registration) documentAnswers(answers []SchemaAnswer) {
	m := &g.settings.metadata
	for _, answer := range answers {
		told := documentedAnswer{status: answer.Status, description: answer.Description}
		if answer.Schema != nil {
			var err error
			if told.schema, err = schema.FromJSON(answer.Schema); err != nil {
				g.misuse(fmt.Errorf("the answer %d: %w", answer.Status, err), "correct the schema")
			}
		}
		m.answers = append(m.answers, told)
	}
	if len(m.answers) == 0 {
		m.answers = append(m.answers, documentedAnswer{status: 200, description: "The answer."})
	}
}

// schemaPlan is a route of JSON Schemas, compiled.
type schemaPlan struct {
	binding binding
	handler func(*web.Response, *web.Request, *SchemaValues) error
}

func (p *schemaPlan) ServeWeb(w *web.Response, r *web.Request) {
	input := p.binding.input
	memory := input.NewMemory()
	if err := p.binding.bind(r, memory); err != nil {
		web.Fail(w, r, err)
		return
	}
	in := &SchemaValues{}
	for _, params := range [][]schema.Param{input.Path, input.Query, input.Header, input.Cookie} {
		for i := range params {
			if v, there := params[i].Value(memory); there {
				in.Params = append(in.Params, SchemaValue{params[i].In, params[i].Name, v})
			}
		}
	}
	if input.Body != nil {
		body := input.Body.Raw(memory)
		in.Body, in.Raw = body.Value, body.Raw
	}
	if err := p.handler(w, r, in); err != nil {
		web.Fail(w, r, err)
	}
}
