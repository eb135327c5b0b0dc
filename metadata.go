package fasterapi

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// metadata is what the options of a route tell its document.
type metadata struct {
	summary, description, id string
	tags                     []string
	deprecated, hidden       bool
	takes                    reflect.Type // of a raw handler; nil: nobody said
	answers                  []documentedAnswer
	examples                 []example
	callbacks                []callback
	amend                    []func(*openapi.Operation)
	surroundings
}

// documentedAnswer is an answer that the function's type does not tell. value and schema are nil where it has no body.
type documentedAnswer struct {
	status      int
	description string
	value       reflect.Type
	schema      *schema.Node
}

// says reports whether anything was told; a raw handler stands in the document then.
func (m *metadata) says() bool {
	return m.summary != "" || m.description != "" || m.id != "" || m.tags != nil || m.deprecated || m.takes != nil || m.answers != nil ||
		m.examples != nil || m.callbacks != nil || m.servers != nil || m.more != nil || m.amend != nil
}

func told(set func(*metadata)) RouteOption {
	return routeOption(func(s *routeSettings) { set(&s.metadata) })
}

// Summary is the route in a few words, for the document.
func Summary(text string) RouteOption { return told(func(m *metadata) { m.summary = text }) }

// Description tells of the route at length, in CommonMark, for the document.
func Description(text string) RouteOption { return told(func(m *metadata) { m.description = text }) }

// Tags are the headings that the document lists the route under.
func Tags(names ...string) RouteOption {
	return told(func(m *metadata) { m.tags = append(m.tags, names...) })
}

// OperationID names the route for programs, in the whole document; made of method and pattern unless said: getUsersById.
func OperationID(id string) RouteOption { return told(func(m *metadata) { m.id = id }) }

// Deprecated says in the document that clients should do without the route.
func Deprecated() RouteOption { return told(func(m *metadata) { m.deprecated = true }) }

// Hidden keeps the route out of the document. It is served as ever.
func Hidden() RouteOption { return told(func(m *metadata) { m.hidden = true }) }

// Takes says for the document of a raw handler what it takes, by the tags of In; nothing is checked for it.
func Takes[In any]() RouteOption {
	return told(func(m *metadata) { m.takes = reflect.TypeFor[In]() })
}

// Answers adds an answer to the document: a status, when it is given, and the type of its body, struct{} for none. For a status of
// 400 and above [Problem] is the usual body.
func Answers[Out any](status int, description string) RouteOption {
	value := reflect.TypeFor[Out]()
	if value == reflect.TypeFor[struct{}]() || value == reflect.TypeFor[NoContent]() {
		value = nil
	}
	return told(func(m *metadata) {
		m.answers = append(m.answers, documentedAnswer{status: status, description: description, value: value})
	})
}

// Amend changes the route's operation in the document when that is made, after all else: for links, extensions and what else no
// option has a word for. It is called for each document that is made, with an operation of its own.
func Amend(change func(*openapi.Operation)) RouteOption {
	return told(func(m *metadata) { m.amend = append(m.amend, change) })
}

// settleMetadata refuses what cannot be documented, and compiles what a raw handler takes.
func (a *App) settleMetadata(g *registration) {
	m := &g.settings.metadata
	for _, answer := range m.answers {
		if answer.status < 100 || answer.status > 599 {
			g.misuse("the documented answer has the status "+strconv.Itoa(answer.status), "give Answers a status between 100 and 599")
		}
	}
	if slices.ContainsFunc(m.amend, func(change func(*openapi.Operation)) bool { return change == nil }) {
		g.misuse("the function of Amend is nil", "give one")
	}
	a.settleIDs(g)
	if m.takes != nil {
		g.settleTakes()
	}
	g.settleSurroundings()
	g.settleCallbacks()
	g.settleExamples()
}

// settleIDs: "The id MUST be unique among all operations described in the API" (OpenAPI 3.1, section 4.8.10.1), callbacks among them.
func (a *App) settleIDs(g *registration) {
	chosen := g.settings.metadata.ids()
	for i, id := range chosen {
		if slices.Contains(chosen[:i], id) {
			g.misuse(fmt.Sprintf("the operation id %q is said twice", id), "give each operation an OperationID of its own")
		}
		for r := range a.site.tree.Routes() {
			if o := r.Value; slices.Contains(o.operation.settings.metadata.ids(), id) {
				g.misuse(fmt.Sprintf("the operation id %q is that of %s %s (%s) already", id, o.info.Method, o.info.Pattern, o.info.Where),
					"give each route an OperationID of its own")
			}
		}
	}
}

// ids are the operation ids that were chosen, for the route and its callbacks.
func (m *metadata) ids() (chosen []string) {
	if m.id != "" {
		chosen = append(chosen, m.id)
	}
	for i := range m.callbacks {
		chosen = append(chosen, m.callbacks[i].said.metadata.ids()...)
	}
	return chosen
}

// settleTakes compiles what a raw handler is said to take.
func (g *registration) settleTakes() {
	m := &g.settings.metadata
	if g.input != nil {
		g.misuse("Takes is for raw handlers; the input of a typed one tells by itself", "leave Takes out")
	}
	input, err := schema.CompileInput(m.takes, isForeign)
	if err != nil {
		g.misuse("Takes cannot describe "+m.takes.String()+": "+err.Error(), "correct the field or its tag")
	}
	g.documented = input
}
