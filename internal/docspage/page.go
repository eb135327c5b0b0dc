package docspage

import (
	_ "embed"
	"html"
	"strings"

	"github.com/fasterapi-go/fasterapi/web"
)

//go:embed page.html
var pageText string

//go:embed redirect.html
var redirectText string

// redirectName is where authorization servers send people back to: it is registered with them, so that it does not change.
const redirectName = "oauth2-redirect.html"

// Page is what tells one page from another.
type Page struct {
	// Name is the last segment of the page's own path, "docs", below which the Assets are.
	Name string
	// Document is the URL of the OpenAPI document, relative to the page.
	Document, Title string
	// Origins beside the page's own are those it may ask: see [OriginsOf].
	Origins []string
}

// hardened says that a file is what its media type says, and that no other site may load it.
var hardened = web.Fields{
	{Name: "X-Content-Type-Options", Value: "nosniff"},
	{Name: "Cross-Origin-Resource-Policy", Value: "same-origin"},
	{Name: "Referrer-Policy", Value: "no-referrer"},
}

// New makes a page.
func New(p Page) *File {
	text := strings.NewReplacer(
		"{{title}}", html.EscapeString(p.Title), "{{document}}", html.EscapeString(p.Document),
		"{{assets}}", html.EscapeString(p.Name+"/"+folder), "{{redirect}}", html.EscapeString(p.Name+"/"+redirectName),
	).Replace(pageText)
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src " +
		strings.Join(append([]string{"'self'"}, p.Origins...), " ") + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// The window of an authorization server, which the page opens, has to find its way back to it.
	return newDocument(text, policy, "same-origin-allow-popups")
}

// newRedirect is the page that an authorization server sends people back to. It hands what it was told to the page that opened it.
func newRedirect() *File {
	text := strings.ReplaceAll(redirectText, "{{assets}}", folder)
	return newDocument(text, "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", "unsafe-none")
}

func newDocument(text, policy, opener string) *File {
	file := NewFile("text/html; charset=utf-8", []byte(text))
	file.tag = digest([]byte(text + policy))
	file.fields = append(web.Fields{
		{Name: "Content-Security-Policy", Value: policy}, {Name: "Cross-Origin-Opener-Policy", Value: opener},
	}, hardened...)
	return file
}
