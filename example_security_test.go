package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// visitor is what verified credentials become.
type visitor struct {
	Name   string
	scopes []string
}

// HasScope is asked for the scopes that routes require.
func (v visitor) HasScope(scope string) bool {
	for _, s := range v.scopes {
		if s == scope {
			return true
		}
	}
	return false
}

func greet(_ context.Context, in struct{ Visitor fasterapi.Dep[visitor] }) (fasterapi.Text, error) {
	return fasterapi.Text("Hello " + in.Visitor.Value.Name), nil
}

// showTo prints the status and the challenge or the body of a GET with one field.
func showTo(app *fasterapi.App, path, field, value string) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
	r.Header.Set(field, value)
	app.ServeHTTP(w, r)
	if w.Code != 200 {
		fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
		return
	}
	fmt.Println(w.Code, w.Body)
}

// One declaration asks for a token, gives the handler who it belongs to, and stands in the document.
func ExampleBearer() {
	login := fasterapi.Bearer("login", fasterapi.Keys(map[string]visitor{"t0k3n": {"Ada", []string{"read"}}}))
	app := fasterapi.New()
	app.Secure(login.Require())
	fasterapi.Get(app, "/hello", greet)
	fasterapi.Get(app, "/write", greet, login.Require("write"))

	showTo(app, "/hello", "Authorization", "Bearer t0k3n")
	showTo(app, "/hello", "Authorization", "Bearer guessed")
	showTo(app, "/write", "Authorization", "Bearer t0k3n")
	// Output:
	// 200 Hello Ada
	// 401 Bearer realm="login", error="invalid_token"
	// 403 Bearer realm="login", error="insufficient_scope", scope="write"
}

func ExampleAPIKey() {
	key := fasterapi.APIKey("key", fasterapi.InHeader, "X-API-Key", fasterapi.Keys(map[string]visitor{"k3y": {Name: "a service"}}))
	app := fasterapi.New()
	fasterapi.Get(app, "/hello", greet, key.Require())

	showTo(app, "/hello", "X-API-Key", "k3y")
	showTo(app, "/hello", "X-API-Key", "guessed")
	// Output:
	// 200 Hello a service
	// 401 ApiKey realm="key"
}

func ExampleBasic() {
	login := fasterapi.Basic("staff", fasterapi.Logins(map[string]visitor{"ada:secret": {Name: "Ada"}}))
	app := fasterapi.New()
	fasterapi.Get(app, "/hello", greet, login.Require())

	showTo(app, "/hello", "Authorization", "Basic YWRhOnNlY3JldA==")
	showTo(app, "/hello", "Authorization", "")
	// Output:
	// 200 Hello Ada
	// 401 Basic realm="staff", charset="UTF-8"
}

// OAuth2 documents where tokens come from; they are checked as those of Bearer.
func ExampleOAuth2() {
	flows := openapi.OAuthFlows{ClientCredentials: &openapi.OAuthFlow{
		TokenURL: "https://issuer.example/token",
		Scopes:   openapi.Map[string]{{Name: "read", Value: "read everything"}},
	}}
	login := fasterapi.OAuth2("oauth", flows, fasterapi.Keys(map[string]visitor{"t0k3n": {"Ada", []string{"read"}}}))
	app := fasterapi.New()
	fasterapi.Get(app, "/hello", greet, login.Require("read"))

	showTo(app, "/hello", "Authorization", "Bearer t0k3n")
	// Output: 200 Hello Ada
}

func ExampleOpenIDConnect() {
	login := fasterapi.OpenIDConnect("oidc", "https://issuer.example/.well-known/openid-configuration",
		func(_ context.Context, token string) (visitor, error) {
			if !fasterapi.ConstantTimeEqual(token, "t0k3n") {
				return visitor{}, fasterapi.ErrInvalidCredentials
			}
			return visitor{Name: "Ada"}, nil
		})
	app := fasterapi.New()
	fasterapi.Get(app, "/hello", greet, login.Require())

	showTo(app, "/hello", "Authorization", "Bearer t0k3n")
	// Output: 200 Hello Ada
}

// A route may take one of several credentials, and one route of a secured group none.
func ExampleAnyOf() {
	login := fasterapi.Bearer("login", fasterapi.Keys(map[string]visitor{"t0k3n": {Name: "Ada"}}))
	key := fasterapi.APIKey("key", fasterapi.InHeader, "X-API-Key", fasterapi.Keys(map[string]visitor{"k3y": {Name: "a service"}}))
	app := fasterapi.New()
	app.Secure(fasterapi.AnyOf(login.Require(), key.Require()))
	fasterapi.Get(app, "/hello", greet)
	fasterapi.Get(app, "/health", func(context.Context, struct{}) (fasterapi.Text, error) { return "well", nil }, fasterapi.Public())

	showTo(app, "/hello", "X-API-Key", "k3y")
	showTo(app, "/hello", "Authorization", "Bearer t0k3n")
	showTo(app, "/health", "Accept", "*/*")
	// Output:
	// 200 Hello a service
	// 200 Hello Ada
	// 200 well
}
