package fasterapi

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"

	"github.com/fasterapi-go/fasterapi/internal/schema"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// docs is what the options of an App say of its documents.
type docs struct {
	info  openapi.Info
	amend []func(*openapi.Document)
	off   bool
	// served are the documents by their paths; made when the App is sealed.
	served map[string]*web.Route
}

// Docs says what the document tells of the API as a whole; title and version are "API" and "0.0.0" unless said.
func Docs(info openapi.Info) Option { return appOption(func(s *site) { s.docs.info = info }) }

// AmendDocs changes the document when it is made, after all else: for servers, descriptions of tags, webhooks, extensions.
func AmendDocs(change func(*openapi.Document)) Option {
	return appOption(func(s *site) { s.docs.amend = append(s.docs.amend, change) })
}

// NoDocs serves no documents. Without it an App answers GET of these paths, where no route of its own matches them, with its own
// middleware around the answers:
//
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
	route := func(pattern string, h web.HandlerFunc) *web.Route {
		return &web.Route{Method: "GET", Pattern: pattern, Handler: chained(h, chain), Fail: s.root.fail}
	}
	for path, version := range map[string]openapi.Version{
		"/openapi.json": openapi.V31, "/openapi-3.0.json": openapi.V30, "/openapi-3.2.json": openapi.V32,
	} {
		text := sync.OnceValue(func() servedText {
			data, err := s.root.OpenAPI().Render(version)
			return newServedText("application/json", data, err)
		})
		s.docs.served[path] = route(path, func(w *web.Response, r *web.Request) { text().serve(w, r) })
	}
	texts := sync.OnceValue(s.schemaTexts)
	s.docs.served[schemaPrefix] = route(schemaPrefix+"{name}"+schemaSuffix, func(w *web.Response, r *web.Request) {
		if text, there := texts()[r.RawPath]; there {
			text.serve(w, r)
			return
		}
		web.Fail(w, r, NotFound("there is no schema of this name"))
	})
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

// schemaTexts are the schemas of all components by their paths. Each has its path as $id, so that their references are relative to
// each other.
func (s *site) schemaTexts() map[string]servedText {
	texts := map[string]servedText{}
	document := s.root.OpenAPI()
	if document.Components == nil {
		return texts
	}
	for _, e := range document.Components.Schemas {
		path := schemaPrefix + e.Name + schemaSuffix
		data, err := e.Value.Render(path, func(ref string) string {
			if name, ok := strings.CutPrefix(ref, schema.ComponentPrefix); ok {
				return name + schemaSuffix
			}
			return ref
		})
		texts[path] = newServedText("application/schema+json", data, err)
	}
	return texts
}

// servedText is an answer that never changes.
type servedText struct {
	mediaType, tag string
	data           []byte
	err            error
}

func newServedText(mediaType string, data []byte, err error) servedText {
	sum := sha256.Sum256(data)
	return servedText{mediaType, `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, data, err}
}

func (t servedText) serve(w *web.Response, r *web.Request) {
	switch {
	case t.err != nil:
		web.Fail(w, r, t.err)
		return
	case r.Method == "OPTIONS":
		w.Set("Allow", "GET, HEAD, OPTIONS")
		_ = w.NoContent(204)
		return
	case r.Method != "GET" && r.Method != "HEAD":
		w.Set("Allow", "GET, HEAD, OPTIONS")
		web.Fail(w, r, web.NewProblem(405, "this path does not take this method"))
		return
	}
	w.Set("ETag", t.tag)
	w.Set("Cache-Control", "no-cache")
	if t.isKnown(r) {
		_ = w.NoContent(304)
		return
	}
	_ = w.Bytes(200, t.mediaType, t.data)
}

// isKnown: "the weak comparison function" decides (RFC 9110, section 13.1.2), and "*" matches what exists.
func (t servedText) isKnown(r *web.Request) bool {
	for field := range r.Fields.Values("If-None-Match") {
		for tag := range strings.SplitSeq(field, ",") {
			if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == t.tag || tag == "*" {
				return true
			}
		}
	}
	return false
}
