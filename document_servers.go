package fasterapi

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// surroundings are what a document says of an App as of a route: where it is served, and where more is said of it.
type surroundings struct {
	servers []openapi.Server
	more    *openapi.ExternalDocs
}

// ServersOption is what Servers returns: an Option and a RouteOption.
type ServersOption struct {
	servers []openapi.Server
	where   string
}

// Servers says in the document where the API is served, or one route of it, when that is not where the document is: behind a prefix
// that a proxy strips, on another host. URLs may be relative to the document and may hold {variables}, each with a default. Options
// add to each other; those of a route stand in the place of the App's.
func Servers(servers ...openapi.Server) ServersOption { return ServersOption{servers, caller()} }

func (o ServersOption) applyApp(s *site) {
	for _, server := range o.servers {
		if fault := faultOf(server); fault != "" {
			misuse("Servers", o.where, fault, serverFix)
		}
	}
	s.docs.servers = append(s.docs.servers, o.servers...)
}

func (o ServersOption) applyRoute(s *routeSettings) {
	s.metadata.servers = append(s.metadata.servers, o.servers...)
}

const serverFix = "give each server a URL, and each {variable} in it an entry in Variables with a default that its enum has"

// faultOf says what is wrong with a server, "" if nothing is.
func faultOf(server openapi.Server) string {
	text := server.URL
	for _, v := range server.Variables {
		if !strings.Contains(server.URL, "{"+v.Name+"}") {
			return fmt.Sprintf("the server %q has no {%s} in its URL", server.URL, v.Name)
		}
		if v.Value.Enum != nil && !slices.Contains(v.Value.Enum, v.Value.Default) || v.Value.Default == "" {
			return fmt.Sprintf("the variable %s of the server %q has the default %q", v.Name, server.URL, v.Value.Default)
		}
		text = strings.ReplaceAll(text, "{"+v.Name+"}", v.Value.Default)
	}
	if strings.ContainsAny(text, "{}") {
		return fmt.Sprintf("the server %q has a variable in its URL that is not described", server.URL)
	}
	return faultOfURL("server", server.URL, text)
}

// faultOfURL says what is wrong with a URL that stands in the document as written; text is what it is read as.
func faultOfURL(what, written, text string) string {
	if _, err := url.Parse(text); err != nil || text == "" {
		return fmt.Sprintf("the %s has the URL %q", what, written)
	}
	return ""
}

// ExternalDocsOption is what ExternalDocs returns: an Option and a RouteOption.
type ExternalDocsOption struct {
	docs  openapi.ExternalDocs
	where string
}

// ExternalDocs leads readers of the document to more about the API, or about one route. The description may be empty.
func ExternalDocs(url, description string) ExternalDocsOption {
	return ExternalDocsOption{openapi.ExternalDocs{URL: url, Description: description}, caller()}
}

func (o ExternalDocsOption) applyApp(s *site) {
	if fault := faultOfURL("documentation", o.docs.URL, o.docs.URL); fault != "" {
		misuse("ExternalDocs", o.where, fault, "give the URL of a page")
	}
	s.docs.more = &o.docs
}

func (o ExternalDocsOption) applyRoute(s *routeSettings) { s.metadata.more = &o.docs }

// settleSurroundings refuses what a route cannot have around it.
func (g *registration) settleSurroundings() {
	m := &g.settings.metadata
	for _, server := range m.servers {
		if fault := faultOf(server); fault != "" {
			g.misuse(fault, serverFix)
		}
	}
	if m.more != nil {
		if fault := faultOfURL("documentation", m.more.URL, m.more.URL); fault != "" {
			g.misuse(fault, "give ExternalDocs the URL of a page")
		}
	}
}

// clone gives each document its own, since whoever gets one may change it.
func (s *surroundings) clone() ([]openapi.Server, *openapi.ExternalDocs) {
	if s.more == nil {
		return slices.Clone(s.servers), nil
	}
	more := *s.more
	return slices.Clone(s.servers), &more
}
