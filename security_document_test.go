package fasterapi_test

import (
	"context"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// TestSecurityIsDocumented: the document says what is enforced: all that the chain requires, and each way where there are several.
func TestSecurityIsDocumented(t *testing.T) {
	oauth := fasterapi.OAuth2("oauth", openapi.OAuthFlows{}, func(context.Context, string) (member, error) { return member{}, nil })
	app := newQuiet()
	app.Secure(fasterapi.AnyOf(oauth.Require("read"), key.Require()))
	fasterapi.Get(app, "/both", who, bearer.Require("read"))
	fasterapi.Get(app, "/write", who, oauth.Require("write", "read"))
	fasterapi.Get(app, "/roles", who, oauth.RequireRole("any"), fasterapi.Public(), bearer.Require("read"), bearer.RequireRole("owner", "admin"))
	fasterapi.Get(app, "/open", answer[struct{}], fasterapi.Public())

	document := app.OpenAPI()
	of := func(path string) *openapi.Operation {
		item, _ := document.Paths.Get(path)
		return item.Operation("GET")
	}
	equal(t, "both", of("/both").Security, []openapi.SecurityRequirement{
		{{Name: "oauth", Value: []string{"read"}}, {Name: "token", Value: []string{"read"}}}, {{Name: "key"}, {Name: "token", Value: []string{"read"}}},
	})
	equal(t, "write", of("/write").Security, []openapi.SecurityRequirement{
		{{Name: "oauth", Value: []string{"read", "write"}}}, {{Name: "key"}, {Name: "oauth", Value: []string{"write", "read"}}},
	})
	equal(t, "roles", of("/roles").Security, []openapi.SecurityRequirement{
		{{Name: "oauth"}, {Name: "token", Value: []string{"read", "owner"}}}, {{Name: "oauth"}, {Name: "token", Value: []string{"read", "admin"}}},
	})
	equal(t, "open", len(of("/open").Security), 0)
	for path, want := range map[string]bool{"/both": true, "/open": false} {
		if _, there := of(path).Responses.Get("401"); there != want {
			t.Errorf("%s tells of 401: %v", path, there)
		}
	}
	equal(t, "schemes", document.Components.SecuritySchemes.Names(), []string{"oauth", "key", "token"})
	scheme, _ := document.Components.SecuritySchemes.Get("key")
	equal(t, "key", scheme, openapi.SecurityScheme{Type: "apiKey", In: "header", Name: "X-Key"})
}
