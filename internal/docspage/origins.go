package docspage

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/fasterapi-go/fasterapi/openapi"
)

// plainHost is a host that may stand in a policy as it is.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]+$`)

// OriginsOf lists the origins that a document has its readers ask: those of its servers, with the defaults of their variables, and
// those where tokens are made and OpenID Connect is discovered. Each is there once, in order.
func OriginsOf(d *openapi.Document) []string {
	var origins []string
	add := func(text string) {
		u, err := url.Parse(text)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && plainHost.MatchString(u.Host) {
			origins = append(origins, u.Scheme+"://"+u.Host)
		}
	}
	addServers := func(servers []openapi.Server) {
		for _, s := range servers {
			text := s.URL
			for _, v := range s.Variables {
				text = strings.ReplaceAll(text, "{"+v.Name+"}", v.Value.Default)
			}
			add(text)
		}
	}
	addServers(d.Servers)
	for _, path := range d.Paths {
		addServers(path.Value.Servers)
		for _, op := range path.Value.Operations() {
			addServers(op.Value.Servers)
		}
	}
	if d.Components != nil {
		for _, scheme := range d.Components.SecuritySchemes {
			add(scheme.Value.OpenIDConnectURL)
			if f := scheme.Value.Flows; f != nil {
				for _, flow := range []*openapi.OAuthFlow{f.Implicit, f.Password, f.ClientCredentials, f.AuthorizationCode} {
					if flow != nil {
						add(flow.TokenURL)
						add(flow.RefreshURL)
					}
				}
			}
		}
	}
	slices.Sort(origins)
	return slices.Compact(origins)
}
