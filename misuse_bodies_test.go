package fasterapi_test

import (
	"encoding/json"

	"github.com/fasterapi-go/fasterapi"
)

// undeclared is an interface that no OneOf tells the types of.
type undeclared interface{ nobodyHasIt() }

// misusesOfBodies are about what is read and written otherwise than as a struct of JSON.
var misusesOfBodies = []misuse{
	{"POST /x", "declare its types with fasterapi.OneOf", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A undeclared `json:"a"`
		}])
	}},
	{"OneOf[fasterapi_test.undeclared]", "fasterapi_test.undeclared has no types", "give an interface with methods, the name of a member, and a Case for each struct",
		func(*fasterapi.App) { fasterapi.OneOf[undeclared]("kind") }},
	{"Codecs", "a codec is nil", "give each codec media types of its own", func(*fasterapi.App) { fasterapi.New(fasterapi.Codecs(nil)) }},
	{"POST /x", "the tag maxLength is not for files", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A fasterapi.File `form:"a" maxLength:"9"`
		}])
	}},
	{"POST /x", "the tag multipleOf is not for files", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A fasterapi.File `form:"a" multipleOf:"2"`
		}])
	}},
	{"POST /x", "the tag contentType is not for files", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A []fasterapi.File `form:"a" minItems:"1" contentType:"text/plain"`
		}])
	}},
	{"POST /x", "the tag binding is not for a body that is taken as it is", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A []byte `body:"" contentType:"text/plain" binding:"required"`
		}])
	}},
	{"POST /x", `accept: "picture" is no media type`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A fasterapi.File `form:"a" accept:"picture"`
		}])
	}},
	{"POST /x", `another field takes the form field "a" too`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A string         `form:"a"`
			B fasterapi.File `form:"a"`
		}])
	}},
	{"POST /x", `takes the path parameter "q", but the pattern has none`, "write {q} in the pattern", func(a *fasterapi.App) {
		a.HandleSchema("POST", "/x", fasterapi.SchemaRoute{Handler: echoValues, Params: []fasterapi.SchemaParam{{In: "path", Name: "q"}}})
	}},
	{"GET /x", "takes a body, but GET has none", "or use Query or Post", func(a *fasterapi.App) {
		a.HandleSchema("GET", "/x", fasterapi.SchemaRoute{Handler: echoValues, Body: json.RawMessage("true")})
	}},
	{"POST /x", "the handler is nil", "give a function", func(a *fasterapi.App) { a.HandleSchema("POST", "/x", fasterapi.SchemaRoute{}) }},
	{"TaskLimit of 0", "no task could ever run", "give a number above zero", func(*fasterapi.App) { fasterapi.TaskLimit(0) }},
	{"GET /x", "the option WithTasks is for raw handlers", "give the input a field Dep[*fasterapi.Tasks] instead",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.WithTasks()) }},
}
