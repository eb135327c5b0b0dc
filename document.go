package fasterapi

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"

	"github.com/fasterapi-go/fasterapi/internal/router"
	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// OpenAPI makes the document of all routes, those of all groups: every typed one, and raw ones that tell something of themselves. It
// is made anew each time and belongs to the caller; no server is needed for it. Rules and defaults in it are read from the plans
// that enforce them.
//
// Routes for every method, mounted handlers and what is [Hidden] are not in it. Of several patterns that the document cannot tell
// apart, such as /{id} and /{id:int}, the first registered one is in it.
func (a *App) OpenAPI() *openapi.Document {
	s := a.site
	b := documentBuilder{
		document: &openapi.Document{Info: s.docs.info}, codecs: s.reading.codecs,
		describer: schema.NewDescriber(), ids: map[string]bool{}, templates: map[string]pathTemplate{},
	}
	b.document.Info.Title = cmp.Or(b.document.Info.Title, "API")
	b.document.Info.Version = cmp.Or(b.document.Info.Version, "0.0.0")
	b.document.Servers, b.document.ExternalDocs = s.docs.clone()
	var routes []*router.Route[*endpoint]
	for r := range s.tree.Routes() {
		m := &r.Value.operation.settings.metadata
		if m.hidden || r.Value.info.Method == router.AnyMethod || r.Value.operation.input == nil && !m.says() {
			continue
		}
		routes = append(routes, r)
		for _, id := range m.ids() {
			b.ids[id] = true // what was chosen comes before what is made up
		}
	}
	for _, r := range routes {
		b.add(r)
	}
	components := &openapi.Components{Schemas: b.describer.Components(), SecuritySchemes: b.schemes}
	if len(components.Schemas)+len(components.SecuritySchemes) > 0 {
		b.document.Components = components
	}
	for _, amend := range s.docs.amend {
		amend(b.document)
	}
	return b.document
}

// documentBuilder is a document while it is made.
type documentBuilder struct {
	document  *openapi.Document
	describer *schema.Describer
	ids       map[string]bool
	templates map[string]pathTemplate // by hierarchy
	schemes   openapi.Map[openapi.SecurityScheme]
	codecs    *codecs
}

func (b *documentBuilder) add(r *router.Route[*endpoint]) {
	e := r.Value
	own := templateOf(e.info.Pattern)
	// "Templated paths with the same hierarchy but different templated names MUST NOT exist as they are identical" (OpenAPI 3.1,
	// section 4.8.8.1): the parameters of later routes take the names of the first.
	first, there := b.templates[own.hierarchy]
	if !there {
		first = own
		b.templates[own.hierarchy] = own
		b.document.Paths.Set(own.path, &openapi.PathItem{})
	}
	item, _ := b.document.Paths.Get(first.path)
	if item.Operation(e.info.Method) != nil {
		return
	}
	renamed := map[string]string{}
	for i, p := range own.params {
		renamed[p.name] = first.params[i].name
	}
	item.SetOperation(e.info.Method, b.operation(e, own, renamed))
}

// pathTemplate is a pattern in the words of the document, which knows no converters and no remainder.
type pathTemplate struct {
	path      string // /users/{id}
	hierarchy string // /users/{}
	params    []templateParam
}

type templateParam struct{ name, converter string }

func templateOf(pattern string) pathTemplate {
	var t pathTemplate
	var path, hierarchy []string
	for segment := range strings.SplitSeq(pattern, "/") {
		if inner, ok := strings.CutPrefix(segment, "{"); ok {
			name, converter, _ := strings.Cut(strings.TrimSuffix(inner, "}"), ":")
			name = strings.TrimSuffix(name, "...")
			t.params = append(t.params, templateParam{name, converter})
			path, hierarchy = append(path, "{"+name+"}"), append(hierarchy, "{}")
			continue
		}
		path, hierarchy = append(path, segment), append(hierarchy, segment)
	}
	t.path, t.hierarchy = strings.Join(path, "/"), strings.Join(hierarchy, "/")
	return t
}

// operationID makes one of method and path: GET /users/{id} is getUsersById.
func (b *documentBuilder) operationID(method string, t pathTemplate) string {
	id := strings.ToLower(method)
	for segment := range strings.SplitSeq(t.path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			id += "By" + capitalized(strings.TrimSuffix(name, "}"))
		} else {
			id += capitalized(segment)
		}
	}
	for base, n := id, 2; b.ids[id]; n++ {
		id = base + strconv.Itoa(n)
	}
	b.ids[id] = true
	return id
}

// capitalized joins the words of a segment, each beginning with a capital.
func capitalized(segment string) string {
	words := strings.FieldsFunc(segment, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
