package fasterapi

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// callback is a request that the server makes later, because of one that it got.
type callback struct {
	name, method, url string
	body              reflect.Type // nil without one
	said              routeSettings
}

// Callback tells in the document of a request that the server makes later, because of the one that the route takes: the sending itself
// is the user's. Body is what it sends as JSON, struct{} for nothing. url is a runtime expression (OpenAPI 3.1, section 4.8.20.4), such as
// "{$request.body#/notify}". Options that say something for the document hold for it too: Summary, Description, Tags, OperationID, Deprecated,
// Answers, ExternalDocs, Servers, Amend. Without Answers any answer of 2xx is expected.
func Callback[Body any](name, method, url string, opts ...RouteOption) RouteOption {
	body := reflect.TypeFor[Body]()
	if isEmpty(body) {
		body = nil
	}
	return told(func(m *metadata) {
		m.callbacks = append(m.callbacks, callback{name, method, url, body, settingsOf(opts)})
	})
}

// settleCallbacks refuses those that cannot stand in the document.
func (g *registration) settleCallbacks() {
	callbacks := g.settings.metadata.callbacks
	for i := range callbacks {
		c := &callbacks[i]
		wrong := func(format string, args ...any) string {
			return fmt.Sprintf("the callback %q ", c.name) + fmt.Sprintf(format, args...)
		}
		same := func(o callback) bool { return o.name == c.name && o.method == c.method && o.url == c.url }
		said, outside := c.said.metadata, c.said
		outside.metadata = metadata{}
		switch {
		case c.name == "":
			g.misuse(wrong("has no name"), "give it one, such as \"shipped\"")
		case !web.IsToken(c.method) || c.method != strings.ToUpper(c.method):
			g.misuse(wrong("has the method %q", c.method), "give it one such as POST, in capitals")
		case c.url == "" || strings.Count(c.url, "{") != strings.Count(c.url, "}"):
			g.misuse(wrong("has the URL %q", c.url), "give it an expression such as {$request.body#/notify}")
		case slices.ContainsFunc(callbacks[:i], same):
			g.misuse(wrong("is told twice"), "leave one out, or give it another name")
		case !reflect.ValueOf(outside).IsZero() || said.takes != nil || said.hidden || said.callbacks != nil || said.examples != nil:
			g.misuse(wrong("has an option that is for routes"), "give it options for documents alone: Summary, Answers, OperationID and such")
		}
		for _, answer := range said.answers {
			if answer.status < 200 || answer.status > 599 {
				g.misuse(wrong("has an answer with the status %d", answer.status), "give Answers a status between 200 and 599")
			}
		}
		inner := *g
		inner.settings.metadata = said
		inner.settleSurroundings()
	}
}

// callbacks describes those of a route. What is sent is described as what is answered: the server writes both.
func (b *documentBuilder) callbacks(op *openapi.Operation, list []callback) {
	for _, c := range list {
		m := &c.said.metadata
		sent := &openapi.Operation{
			Tags: slices.Clone(m.tags), Summary: m.summary, Description: m.description, OperationID: m.id, Deprecated: m.deprecated,
		}
		sent.Servers, sent.ExternalDocs = m.clone()
		if c.body != nil {
			sent.RequestBody = &openapi.RequestBody{Required: true, Content: contentOf(jsonType, b.describer.Output(c.body))}
		}
		for _, answer := range m.answers {
			b.answer(sent, answer)
		}
		if len(sent.Responses) == 0 {
			sent.Responses.Set("2XX", &openapi.Response{Description: "It was received."})
		}
		for _, amend := range m.amend {
			amend(sent)
		}
		items, _ := op.Callbacks.Get(c.name)
		item, there := items.Get(c.url)
		if !there {
			item = &openapi.PathItem{}
			items.Set(c.url, item)
			op.Callbacks.Set(c.name, items)
		}
		item.SetOperation(c.method, sent)
	}
}
