package fasterapi

import (
	"strings"
	"sync"

	"github.com/fasterapi-go/fasterapi/internal/docspage"
	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// docs is what the options of an App say of its documents.
type docs struct {
	info  openapi.Info
	amend []func(*openapi.Document)
	off   bool
	surroundings
	// served are the documents by their paths; made when the App is sealed.
	served map[string]*web.Route
}

// Docs says what the document tells of the API as a whole; title and version are "API" and "0.0.0" unless said.
func Docs(info openapi.Info) Option { return appOption(func(s *site) { s.docs.info = info }) }

// AmendDocs changes the document when it is made, after all else: for descriptions of tags, webhooks, extensions.
func AmendDocs(change func(*openapi.Document)) Option {
	if change == nil {
		misuse("AmendDocs", caller(), "the function is nil", "give one")
	}
	return appOption(func(s *site) { s.docs.amend = append(s.docs.amend, change) })
}

// NoDocs serves no documents. Without it an App answers GET of these paths, where no route of its own matches them, with its own
// middleware around the answers:
//
//	/docs               a page to read the document and call its operations
//	/openapi.json       OpenAPI 3.1
//	/openapi-3.0.json   OpenAPI 3.0
//	/openapi-3.2.json   OpenAPI 3.2
//	/schemas/NAME.json  the JSON Schema (draft 2020-12) of a component
func NoDocs() Option { return appOption(func(s *site) { s.docs.off = true }) }

// schemaPrefix and schemaSuffix surround the name of a component in the path of its schema.
const (
	schemaPrefix = "/schemas/"
	schemaSuffix = ".json"
)

// serveDocs makes the routes of the documents. What they answer is made when the first is asked for: many Apps never are.
func (s *site) serveDocs(chain []link) {
	if s.docs.off {
		return
	}
	s.docs.served = map[string]*web.Route{}
	route := func(pattern string, h web.Handler) *web.Route {
		return &web.Route{Method: "GET", Pattern: pattern, Handler: chained(h, chain), Fail: s.root.fail}
	}
	for path, version := range map[string]openapi.Version{
		"/openapi.json": openapi.V31, "/openapi-3.0.json": openapi.V30, "/openapi-3.2.json": openapi.V32,
	} {
		s.docs.served[path] = route(path, madeLater(func() (*docspage.File, error) {
			data, err := s.root.OpenAPI().Render(version)
			return docspage.NewFile(jsonType, data), err
		}))
	}
	s.docs.served[pagePath] = route(pagePath, madeLater(s.docsPage))
	for name, file := range docspage.Assets() {
		path := pagePath + "/" + name
		s.docs.served[path] = route(path, file)
	}
	schemas := sync.OnceValues(s.schemaFiles)
	s.docs.served[schemaPrefix] = route(schemaPrefix+"{name}"+schemaSuffix, web.HandlerFunc(func(w *web.Response, r *web.Request) {
		files, err := schemas()
		switch file := files[r.RawPath]; {
		case err != nil:
			web.Fail(w, r, err)
		case file == nil:
			web.Fail(w, r, NotFound("there is no schema of this name"))
		default:
			file.ServeWeb(w, r)
		}
	}))
}

// madeLater serves a file that is made when it is asked for first.
func madeLater(makeFile func() (*docspage.File, error)) web.HandlerFunc {
	made := sync.OnceValues(makeFile)
	return func(w *web.Response, r *web.Request) {
		file, err := made()
		if err != nil {
			web.Fail(w, r, err)
			return
		}
		file.ServeWeb(w, r)
	}
}

// pagePath is where the interactive page is; what it loads is below.
const pagePath = "/docs"

// docsPage reads the document of 3.2, which has a word for the method QUERY and for endless answers.
func (s *site) docsPage() (*docspage.File, error) {
	document := s.root.OpenAPI()
	return docspage.New(docspage.Page{
		Name: strings.TrimPrefix(pagePath, "/"), Document: "openapi-3.2.json",
		Title: document.Info.Title, Origins: docspage.OriginsOf(document),
	}), nil
}

// docsRoute finds the document at a path that no route of the App matches.
func (s *site) docsRoute(path string) *web.Route {
	if found := s.docs.served[path]; found != nil && path != schemaPrefix {
		return found
	}
	if strings.HasPrefix(path, schemaPrefix) && strings.HasSuffix(path, schemaSuffix) {
		return s.docs.served[schemaPrefix]
	}
	return nil
}

// schemaFiles are the schemas of all components by their paths. Each has its path as $id, so that their references are relative to
// each other.
func (s *site) schemaFiles() (map[string]*docspage.File, error) {
	files := map[string]*docspage.File{}
	document := s.root.OpenAPI()
	if document.Components == nil {
		return files, nil
	}
	for _, e := range document.Components.Schemas {
		path := schemaPrefix + e.Name + schemaSuffix
		data, err := e.Value.Render(path, func(ref string) string {
			if name, ok := strings.CutPrefix(ref, schema.ComponentPrefix); ok {
				return name + schemaSuffix
			}
			return ref
		})
		if err != nil {
			return nil, err
		}
		files[path] = docspage.NewFile("application/schema+json", data)
	}
	return files, nil
}
