// Package fasterapi is the typed API: plain Go functions become validated HTTP endpoints.
//
//	app := fasterapi.New()
//	fasterapi.Get(app, "/hello/{name}", func(ctx context.Context, in HelloIn) (HelloOut, error) { ... })
//	log.Fatal(server.ListenAndServe(":8080", app))
//
// An [App] is a set of routes with middleware around them. It is a web.Handler for the engine of package server and an
// http.Handler for net/http, and knows neither. Typed functions are registered with [Get], [Post] and their kin, raw handlers with
// [App.Handle], whole http.Handlers with [App.Mount]. Registration ends with the first request: then the App is immutable and may
// be used from many goroutines.
//
// # Inputs
//
// Tags of the fields of In say where each comes from: path, query, header, cookie, form or body, with the name there. A field is filled
// from its source and from nowhere else. An In without such a tag is the JSON body itself; a []byte, an io.Reader or a
// sequence of [Part] that is tagged body takes the body as it is; struct{} takes nothing. A [File] takes an upload, and a [Dep] what
// a provider gives. A field is required unless it is a pointer, an [Opt], a slice of a parameter, or has a default tag. The rules are words
// of JSON Schema: minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern, format, enum, const,
// not, minItems, maxItems, uniqueItems, minProperties, maxProperties. What tags cannot say, a method Validate does: see [Invalid].
//
// # Answers
//
// Out is written as JSON with status 200, or the one of [Status]. [Created] answers 201 with Location, [NoContent] and struct{}
// answer 204, [Text] is plain text, an iter.Seq2[T, error] a list that leaves while it is made. Fields of Out tagged header, cookie or status leave the JSON. An error becomes problem details
// (RFC 9457): a [*Problem] as it is, an error with a method HTTPStatus under that status, any other as a 500 whose text goes to the
// log alone. What cannot be parsed is 400; what breaks a type or a rule is 422 and reports every mistake at once.
//
// # Around handlers
//
// A field [Dep] of an input is what a provider makes for the request ([Provide], [ProvideScoped]), who asks ([Bearer], [APIKey] and
// their kin, enforced by [App.Secure]), or work for after the answer ([Tasks]). [App.Use] puts middleware around the routes that follow,
// [App.Group] keeps it to a prefix, [App.MapErrors] turns errors of other packages into answers. The documents of all this
// are served unless [NoDocs] says otherwise. The pages in the folder docs go on from here, beginning with first-api.md.
//
// # How bytes move
//
// Registration compiles a plan for each route: decode, validate, call, encode. A request is routed first, then runs through the
// chain of app, group and route, which was merged once. The plan reads the parameters and the body into a pooled In, calls the
// function with a copy, and encodes what it returns into a pooled buffer that leaves in one piece.
//
// # What it refuses
//
// Mistakes of registration panic with a sentence that names the place, the route and the fix: patterns that conflict, path
// parameters that the pattern lacks, types that nothing can fill, defaults that break their own rules, middleware added after routes.
package fasterapi
