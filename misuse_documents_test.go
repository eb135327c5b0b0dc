package fasterapi_test

import (
	"math"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// misusesOfDocumentOptions are those of options that only documents show.
var misusesOfDocumentOptions = []misuse{
	{"GET /y", `the operation id "a" is that of GET /x`, "give each route an OperationID of its own",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Callback[int]("c", "POST", "{$url}", fasterapi.OperationID("a")))
			fasterapi.Get(a, "/y", answer[struct{}], fasterapi.OperationID("a"))
		}},
	{"GET /x", `the operation id "a" is said twice`, "give each operation an OperationID of its own",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.OperationID("a"), fasterapi.Callback[int]("c", "POST", "{$url}", fasterapi.OperationID("a")))
		}},
	{"Servers", `the server "https://{region}.example" has a variable in its URL that is not described`, "an entry in Variables",
		func(*fasterapi.App) {
			fasterapi.New(fasterapi.Servers(openapi.Server{URL: "https://{region}.example"}))
		}},
	{"GET /x", `the server "/v1" has no {n} in its URL`, "give each server a URL",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Servers(openapi.Server{URL: "/v1", Variables: openapi.Map[openapi.ServerVariable]{{Name: "n"}}}))
		}},
	{"GET /x", `the variable n of the server "/v{n}" has the default "3"`, "a default that its enum has",
		func(a *fasterapi.App) {
			variables := openapi.Map[openapi.ServerVariable]{{Name: "n", Value: openapi.ServerVariable{Enum: []string{"1", "2"}, Default: "3"}}}
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Servers(openapi.Server{URL: "/v{n}", Variables: variables}))
		}},
	{"GET /x", `the server has the URL ""`, "give each server a URL",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Servers(openapi.Server{})) }},
	{"ExternalDocs", `the documentation has the URL "http://a b"`, "give the URL of a page",
		func(*fasterapi.App) { fasterapi.New(fasterapi.ExternalDocs("http://a b", "")) }},
	{"GET /x", `the documentation has the URL ""`, "give ExternalDocs the URL of a page",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.ExternalDocs("", "More")) }},
	{"GET /x", `the callback "" has no name`, "give it one",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Callback[int]("", "POST", "{$url}"))
		}},
	{"GET /x", `the callback "c" has the method "post"`, "in capitals",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Callback[int]("c", "post", "{$url}"))
		}},
	{"GET /x", `the callback "c" has the URL "{$url"`, "give it an expression",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Callback[int]("c", "POST", "{$url"))
		}},
	{"GET /x", `the callback "c" is told twice`, "leave one out",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Callback[int]("c", "POST", "{$url}"), fasterapi.Callback[int]("c", "POST", "{$url}"))
		}},
	{"GET /x", `the callback "c" has an option that is for routes`, "give it options for documents alone",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Callback[int]("c", "POST", "{$url}", fasterapi.Status(202)))
		}},
	{"GET /x", `the callback "c" has an answer with the status 99`, "give Answers a status between 200 and 599",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Callback[int]("c", "POST", "{$url}", fasterapi.Answers[int](99, "")))
		}},
	{"GET /x", `an example has the name "a", which is empty or that of another`, "give each example a name of its own",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.AnswerExample(200, "a", 1), fasterapi.AnswerExample(200, "a", 1))
		}},
	{"GET /x", `the example "a" is of a JSON body, but the route takes none`, "leave it out",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Example("a", "1")) }},
	{"POST /x", `the example "a" is no JSON`, "correct its text",
		func(a *fasterapi.App) { fasterapi.Post(a, "/x", answer[bounded], fasterapi.Example("a", "{")) }},
	{"POST /x", `the example "a" breaks rules of the body: /n must be at least 3; /m is not a member of this object`, "correct its text, or the rules",
		func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[bounded], fasterapi.Example("a", `{"n": 2, "m": 1}`))
		}},
	{"GET /x", `the example "a" is of type string, but the body of 200 is int`, "give a value of that type",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.AnswerExample(200, "a", "1"))
		}},
	{"GET /x", `the example "a" is of type int, but the body of 404 is no JSON`, "tell of the status with Answers",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.AnswerExample(404, "a", 1)) }},
	{"GET /x", `the example "a" cannot be written`, "correct its value",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Answers[float64](203, ""), fasterapi.AnswerExample(203, "a", math.NaN()))
		}},
}

type bounded struct {
	N int `json:"n" minimum:"3"`
}
