package fasterapi

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// example is a named body for the document. status is zero for what a request sends.
type example struct {
	status int
	name   string
	text   string       // of a request's body, as JSON
	value  any          // of an answer's body, a pointer to it
	kind   reflect.Type // of value
}

// Example shows a body that the route takes, in the document and on its page. text is JSON. At registration it is read as that of a
// request would be, so that no example breaks a rule.
func Example(name, text string) RouteOption {
	return told(func(m *metadata) { m.examples = append(m.examples, example{name: name, text: text}) })
}

// AnswerExample shows a body that the route answers with. Out is the type that the function returns, or that [Answers] tells for the
// status; the value is written as an answer's would be.
func AnswerExample[Out any](status int, name string, value Out) RouteOption {
	return told(func(m *metadata) {
		m.examples = append(m.examples, example{status: status, name: name, value: &value, kind: reflect.TypeFor[Out]()})
	})
}

// settleExamples refuses examples of what there is not, and those that are none. What is shown is the JSON of each.
func (g *registration) settleExamples() {
	examples := g.settings.metadata.examples
	for i := range examples {
		e := &examples[i]
		if e.name == "" || slices.ContainsFunc(examples[:i], func(o example) bool { return o.name == e.name && o.status == e.status }) {
			g.misuse(fmt.Sprintf("an example has the name %q, which is empty or that of another", e.name), "give each example a name of its own")
		}
		if e.status == 0 {
			g.settleSent(e)
		} else {
			g.settleAnswered(e)
		}
	}
}

// settleSent reads the example of a body by the plan of the route.
func (g *registration) settleSent(e *example) {
	input := g.input
	if input == nil {
		input = g.documented
	}
	if input == nil || input.Body == nil {
		g.misuse(fmt.Sprintf("the example %q is of a JSON body, but the route takes none", e.name), "leave it out, or let the input have a body")
	}
	faults, err := input.Body.DecodeJSON(context.Background(), []byte(e.text), input.NewMemory(), schema.Policy{})
	if err != nil {
		g.misuse(fmt.Sprintf("the example %q is no JSON: %v", e.name, err), "correct its text")
	}
	if len(faults) > 0 {
		var told []string
		for _, f := range faults {
			told = append(told, strings.TrimSpace(f.Pointer+" "+f.Detail))
		}
		g.misuse(fmt.Sprintf("the example %q breaks rules of the body: %s", e.name, strings.Join(told, "; ")), "correct its text, or the rules")
	}
}

// settleAnswered writes the example of an answer as the route would.
func (g *registration) settleAnswered(e *example) {
	var answered reflect.Type
	if g.output != nil && g.output.status == e.status {
		answered = g.output.shape.value
	}
	for _, a := range g.settings.metadata.answers {
		if a.status == e.status {
			answered = a.value
		}
	}
	if answered != e.kind {
		body := "no JSON"
		if answered != nil {
			body = answered.String()
		}
		g.misuse(fmt.Sprintf("the example %q is of type %s, but the body of %d is %s", e.name, e.kind, e.status, body),
			"give a value of that type, or tell of the status with Answers")
	}
	encoder, err := schema.CompileEncoder(e.kind)
	if err == nil {
		var text []byte
		text, err = encoder.Append(nil, schema.TargetOf(e.value))
		e.text = string(text)
	}
	if err != nil {
		g.misuse(fmt.Sprintf("the example %q cannot be written: %v", e.name, err), "correct its value")
	}
}

// examples puts them beside the schemas of their bodies. An example of a sequence is one of its elements, which only itemSchema describes
// so; in a JSON array it stands alone.
func (b *documentBuilder) examples(op *openapi.Operation, list []example) {
	for _, e := range list {
		var content openapi.Map[openapi.MediaType]
		if e.status == 0 {
			content = op.RequestBody.Content
		} else if answer, there := op.Responses.Get(strconv.Itoa(e.status)); there {
			content = answer.Content
		}
		for i := range content {
			m := &content[i].Value
			text := e.text
			switch {
			case m.Schema == nil:
				continue
			case e.status != 0 && m.Schema.Items != nil && e.kind.Kind() != reflect.Slice && e.kind.Kind() != reflect.Array:
				text = "[" + text + "]"
			}
			m.Examples.Set(e.name, &openapi.Example{Value: json.RawMessage(text)})
		}
	}
}
