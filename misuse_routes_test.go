package fasterapi_test

import (
	"context"
	"net/http"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

type byID struct {
	ID int `path:"id"`
}

var misusesOfRoutes = []misuse{
	{"GET /x", `takes the path parameter "id", but the pattern has none of that name`, "write {id} in the pattern",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[byID]) }},
	{"GET /x/{id}/{name}", "the pattern has {name}, but no field of the input takes it", `add a field tagged path:"name"`,
		func(a *fasterapi.App) { fasterapi.Get(a, "/x/{id}/{name}", answer[byID]) }},
	{"GET /x/{no}", "matches the same paths as GET /x/{id}", "change this pattern or the method",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x/{id}", answer[byID])
			fasterapi.Get(a, "/x/{no}", answer[struct {
				No int `path:"no"`
			}])
		}},
	{"GET /v1/x", "matches the same paths as GET /v1/x", "change this pattern or the method",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/v1/x", answer[struct{}])
			fasterapi.Get(a.Group("/v1"), "/x", answer[struct{}])
		}},
	{"GET /x/{id", `pattern "/x/{id"`, "correct the pattern",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x/{id", answer[byID]) }},
	{"GET /x/{id:number}", `"number"`, "correct the pattern",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x/{id:number}", answer[byID]) }},
	{"GET /{a}/{a}", `"a"`, "change this pattern",
		func(a *fasterapi.App) { a.Handle("GET", "/{a}/{a}", text("")) }},
	{"GET x", "the pattern does not begin with a slash", "begin it with one",
		func(a *fasterapi.App) { a.Handle("GET", "x", text("")) }},
	{"GET /x/:id", "the segment :id is a parameter in other routers", "write {id}",
		func(a *fasterapi.App) { a.Handle("GET", "/x/:id", text("")) }},
	{"GET /x/*", "the segment * is a rest of the path in other routers", "write {path...}",
		func(a *fasterapi.App) { fasterapi.Get(a.Group("/x"), "/*", answer[struct{}]) }},
	{"GE T /x", "the method is not a token", "change this pattern or the method",
		func(a *fasterapi.App) { a.Handle("GE T", "/x", text("")) }},
	{"GET /x", "the handler is nil", "give one",
		func(a *fasterapi.App) { a.Handle("GET", "/x", nil) }},
	{"GET /x", "the handler is nil", "give a function",
		func(a *fasterapi.App) { fasterapi.Get[struct{}, int](a, "/x", nil) }},
	{"GET /x", "it is said to be Inline and Blocking", "choose one",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Inline(), fasterapi.Blocking())
		}},
	{"GET /late", "the App has served a request already", "register all routes before it is served",
		func(a *fasterapi.App) {
			a.Route(&web.Request{Method: "GET", RawPath: "/"})
			a.Handle("GET", "/late", text(""))
		}},
	{`group "/v1/"`, "the prefix must begin with a slash and not end in one", `write it like "/v1"`,
		func(a *fasterapi.App) { a.Group("/v1/") }},
	{`Mount "files"`, "the prefix must begin with a slash and not end in one", `write it like "/files"`,
		func(a *fasterapi.App) { a.Mount("files", http.NotFoundHandler()) }},
	{`Mount "/files"`, "the handler is nil", "give one",
		func(a *fasterapi.App) { a.Mount("/files", nil) }},
	{`Lifespan "database"`, "the function is nil", "give one",
		func(a *fasterapi.App) { a.Lifespan("database", nil) }},
	{`Lifespan "late"`, "comes after the start", "before the App is served",
		func(a *fasterapi.App) {
			_ = a.Start(context.Background())
			a.Lifespan("late", func(context.Context) (func(context.Context) error, error) { return nil, nil })
		}},
}

var misusesOfChains = []misuse{
	{"Use", "comes after the route GET /x", "call Use first, or use a Group",
		func(a *fasterapi.App) {
			a.Handle("GET", "/x", text(""))
			a.Use(mark("late"))
		}},
	{"UseHTTP", "comes after the route POST /g/x", "call UseHTTP first, or use a Group",
		func(a *fasterapi.App) {
			fasterapi.Post(a.Group("/g"), "/x", answer[user])
			a.UseHTTP(func(h http.Handler) http.Handler { return h })
		}},
	{"Use", "comes after the first request", "before the App is served",
		func(a *fasterapi.App) {
			a.Route(&web.Request{Method: "GET", RawPath: "/"})
			a.Use(mark("late"))
		}},
	{"Use", "a middleware is nil", "leave it out",
		func(a *fasterapi.App) { a.Use(mark("first"), nil) }},
	{"UseHTTP", "the middleware is nil", "leave it out",
		func(a *fasterapi.App) { a.UseHTTP(nil) }},
	{`group "/v1"`, "a middleware is nil", "leave it out",
		func(a *fasterapi.App) { a.Group("/v1", nil) }},
	{"GET /x", "a middleware of With is nil", "leave it out",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.With(nil)) }},
	{"GET /x", "the middleware fasterapi_test.returnNothing returns no handler", "return the handler that it is given, or one around it",
		func(a *fasterapi.App) {
			a.Use(returnNothing)
			fasterapi.Get(a, "/x", answer[struct{}])
		}},
	{"MapErrors", "the function is nil", "give one",
		func(a *fasterapi.App) { a.MapErrors(nil) }},
	{"MapErrors", "comes after the first request", "before the App is served",
		func(a *fasterapi.App) {
			a.Route(&web.Request{Method: "GET", RawPath: "/"})
			a.MapErrors(func(_ context.Context, err error) error { return err })
		}},
}

func returnNothing(web.Handler) web.Handler { return nil }

// misusesOfOptions are options that say nothing, or would have no effect on their route.
var misusesOfOptions = []misuse{
	{"GET /x", "Status is for typed handlers", "leave it out; the handler writes its own",
		func(a *fasterapi.App) { a.Handle("GET", "/x", text(""), fasterapi.Status(201)) }},
	{"GET /x", "Status is for typed handlers", "leave it out; the handler writes its own",
		func(a *fasterapi.App) {
			a.HandleSchema("GET", "/x", fasterapi.SchemaRoute{Handler: echoValues}, fasterapi.Status(201))
		}},
	{"GET /x", "how strictly it reads, but a raw handler reads for itself", "or register a typed function",
		func(a *fasterapi.App) { a.Handle("GET", "/x", text(""), fasterapi.StrictQuery(true)) }},
	{"AmendDocs", "the function is nil", "give one", func(*fasterapi.App) { fasterapi.AmendDocs(nil) }},
	{"GET /x", "the function of Amend is nil", "give one",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Amend(nil)) }},
	{"TrailingSlash", "there is no policy 7", "use SlashStrict, SlashRedirect or SlashIgnore",
		func(*fasterapi.App) { fasterapi.TrailingSlash(7) }},
	{"GET /x", "StrictAccept is for typed handlers", "Request.Prefer",
		func(a *fasterapi.App) {
			a.HandleSchema("GET", "/x", fasterapi.SchemaRoute{Handler: echoValues}, fasterapi.StrictAccept(true))
		}},
}
