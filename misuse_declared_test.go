package fasterapi_test

import (
	"context"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

type (
	depA   struct{}
	depB   struct{}
	needsA struct{ A fasterapi.Dep[depA] }
	needsB struct{ B fasterapi.Dep[depB] }
)

func provideA(context.Context, struct{}) (depA, error) { return depA{}, nil }

func aFromB(context.Context, needsB) (depA, error) { return depA{}, nil }

func bFromA(context.Context, needsA) (depB, error) { return depB{}, nil }

var misusesOfDependencies = []misuse{
	{"GET /x", "the field A of fasterapi_test.needsA needs a fasterapi_test.depA, which nothing provides", "call fasterapi.Provide",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[needsA]) }},
	{"GET /x", "field B of fasterapi_test.needsB needs a fasterapi_test.depB, which nothing provides: fasterapi_test.depA (", "call fasterapi.Provide",
		func(a *fasterapi.App) {
			fasterapi.Provide(a, aFromB)
			fasterapi.Get(a, "/x", answer[needsA])
		}},
	{"GET /x", "its dependencies go round in a circle: fasterapi_test.depA (", "let one of these providers do without the next",
		func(a *fasterapi.App) {
			fasterapi.Provide(a, aFromB)
			fasterapi.Provide(a, bFromA)
			fasterapi.Get(a, "/x", answer[needsA])
		}},
	{"Provide of fasterapi_test.depA", "it comes after the route GET /x", "call Provide first, or use a Group",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}])
			fasterapi.Provide(a, provideA)
		}},
	{"Provide of fasterapi_test.depA", "this App or Group has a provider of it already", "remove one",
		func(a *fasterapi.App) {
			fasterapi.Provide(a, provideA)
			fasterapi.Provide(a, provideA)
		}},
	{"Provide of fasterapi_test.depA", "the provider is nil", "give a function",
		func(a *fasterapi.App) { fasterapi.Provide[struct{}, depA](a, nil) }},
	{"Provide of fasterapi_test.depA", "the provider is nil", "give a function",
		func(a *fasterapi.App) { fasterapi.ProvideScoped[struct{}, depA](a, nil) }},
	{"Override of fasterapi_test.depA", "the provider is nil", "give a function",
		func(a *fasterapi.App) { fasterapi.Override[struct{}, depA](a, nil) }},
	{"Override of fasterapi_test.depA", "comes after the first request", "override before the App is served",
		func(a *fasterapi.App) {
			a.Route(&web.Request{Method: "GET", RawPath: "/"})
			fasterapi.Override(a, provideA)
		}},
	{"POST /x", "it takes a body, which is the handler's alone", mendField,
		func(a *fasterapi.App) {
			fasterapi.Provide(a, func(context.Context, user) (depA, error) { return depA{}, nil })
			fasterapi.Post(a, "/x", answer[needsA])
		}},
	{"GET /x", `takes the path parameter "id", but the pattern has none`, "write {id} in the pattern",
		func(a *fasterapi.App) {
			fasterapi.Provide(a, func(context.Context, byID) (depA, error) { return depA{}, nil })
			fasterapi.Get(a, "/x", answer[needsA])
		}},
}

type plain struct{}

func verifyPlain(context.Context, string) (plain, error) { return plain{}, nil }

var weak = fasterapi.Bearer("weak", verifyPlain)

const noVerifier = "it has no verifier, so nothing would tell good credentials from bad ones"

var misusesOfSecurity = []misuse{
	{`scheme "t"`, noVerifier, "give a function that checks them", func(*fasterapi.App) { fasterapi.Bearer[plain]("t", nil) }},
	{`scheme "t"`, noVerifier, "give a function that checks them", func(*fasterapi.App) { fasterapi.Basic[plain]("t", nil) }},
	{`scheme "o"`, noVerifier, "give a function that checks them",
		func(*fasterapi.App) { fasterapi.OAuth2[plain]("o", openapi.OAuthFlows{}, nil) }},
	{`scheme "k"`, noVerifier, "give a function that checks them",
		func(*fasterapi.App) { fasterapi.APIKey[plain]("k", fasterapi.InHeader, "X", nil) }},
	{`scheme "k"`, `a key cannot be in "body"`, "use InHeader, InQuery or InCookie",
		func(*fasterapi.App) { fasterapi.APIKey("k", "body", "X", verifyPlain) }},
	{`scheme "k"`, `"X Key" names no field`, "name what holds the key",
		func(*fasterapi.App) { fasterapi.APIKey("k", fasterapi.InHeader, "X Key", verifyPlain) }},
	{`scheme "my token"`, "its name is to stand in documents", "rename it",
		func(*fasterapi.App) { fasterapi.Bearer("my token", verifyPlain) }},
	{`scheme "o"`, `"/x" is no absolute URL`, "write it like", func(*fasterapi.App) { fasterapi.OpenIDConnect("o", "/x", verifyPlain) }},
	{`scheme "weak"`, "fasterapi_test.plain has no method HasScope", "add the method, or require none",
		func(*fasterapi.App) { weak.Require("read") }},
	{`scheme "weak"`, "fasterapi_test.plain has no method HasRole", "add the method, or use Require",
		func(*fasterapi.App) { weak.RequireRole("admin") }},
	{`scheme "token"`, "it requires one of no roles, which nobody has", "name a role", func(*fasterapi.App) { bearer.RequireRole() }},
	{"AnyOf", "it has nothing to choose from, and would let nobody in", "give it requirements", func(*fasterapi.App) { fasterapi.AnyOf() }},
	{"a Requirement", "is empty, so it would let everybody in", "make it with Scheme.Require or AnyOf",
		func(app *fasterapi.App) { app.Secure(fasterapi.Requirement{}) }},
	{"Secure", "comes after the route GET /", "call Secure first, or use a Group",
		func(app *fasterapi.App) { app.Handle("GET", "/", text("")); app.Secure(weak.Require()) }},
	{"GET /", `two security schemes are called "token"`, "rename one", func(app *fasterapi.App) {
		fasterapi.Get(app, "/", answer[struct{}], bearer.Require(), fasterapi.Bearer("token", verifyPlain).Require())
	}},
	{"GET /", "needs a fasterapi_test.member, which nothing provides", "call fasterapi.Provide", func(app *fasterapi.App) {
		app.Secure(bearer.Require())
		fasterapi.Get(app, "/", who, fasterapi.Public())
	}},
	{"GET /", "field Member of struct { Member fasterapi.Dep[github.com/fasterapi-go/fasterapi_test.member] } needs", "call fasterapi.Provide",
		func(app *fasterapi.App) {
			fasterapi.Get(app, "/", who, fasterapi.AnyOf(bearer.Require(), weak.Require()))
		}},
}
