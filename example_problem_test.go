package fasterapi_test

import (
	"context"

	"github.com/fasterapi-go/fasterapi"
)

// Each refusal is problem details. A handler may say more than the constructors do, single mistakes among it.
func ExampleProblem() {
	refusals := map[string]error{
		"login":  fasterapi.Unauthorized("the session has ended"),
		"rights": fasterapi.Forbidden("only the author may do that"),
		"stale":  fasterapi.PreconditionFailed("somebody has changed it"),
		"words":  fasterapi.Unprocessable("the text has no words"),
		"often":  fasterapi.TooManyRequests("wait a minute"),
		"dates": &fasterapi.Problem{Status: 422, Type: "/problems/dates", Title: "Dates do not fit", Errors: []fasterapi.FieldError{
			{In: "body", Pointer: "/to", Code: "order", Detail: "must be after from"},
		}},
	}
	app := fasterapi.New()
	fasterapi.Get(app, "/{why}", func(_ context.Context, in struct {
		Why string `path:"why"`
	}) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, refusals[in.Why]
	})
	for _, why := range []string{"login", "rights", "stale", "words", "often", "dates"} {
		printAnswer(app, "GET", "/"+why, "")
	}
	// Output:
	// 401 {"title":"Unauthorized","status":401,"detail":"the session has ended"}
	// 403 {"title":"Forbidden","status":403,"detail":"only the author may do that"}
	// 412 {"title":"Precondition Failed","status":412,"detail":"somebody has changed it"}
	// 422 {"title":"Unprocessable Content","status":422,"detail":"the text has no words"}
	// 429 {"title":"Too Many Requests","status":429,"detail":"wait a minute"}
	// 422 {"type":"/problems/dates","title":"Dates do not fit","status":422,"errors":[{"in":"body","pointer":"/to","code":"order","detail":"must be after from"}]}
}

// What a PATCH leaves out is not what it sets to null.
func ExampleOpt() {
	type change struct {
		Name fasterapi.Opt[string] `json:"name,omitzero"`
		Due  fasterapi.Opt[string] `json:"due,omitzero" format:"date"`
	}
	app := fasterapi.New()
	fasterapi.Patch(app, "/note", func(_ context.Context, in change) (fasterapi.Text, error) {
		said := "the name is " + in.Name.Or("as it was")
		if in.Due.IsNull() {
			said += ", and no longer due"
		}
		return fasterapi.Text(said), nil
	})
	fasterapi.Get(app, "/note", func(context.Context, struct{}) (change, error) {
		return change{Name: fasterapi.Some("tea"), Due: fasterapi.Null[string]()}, nil
	})

	printAnswer(app, "PATCH", "/note", `{"due": null}`)
	printAnswer(app, "PATCH", "/note", `{"name": "tea"}`)
	printAnswer(app, "GET", "/note", "")
	// Output:
	// 200 the name is as it was, and no longer due
	// 200 the name is tea
	// 200 {"name":"tea","due":null}
}
