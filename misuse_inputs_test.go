package fasterapi_test

import (
	"context"
	"iter"
	"net/http"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

const mendField = "correct the field or its tag"

type rest struct {
	A int `query:"a"`
	B int
}

var misusesOfInputs = []misuse{
	{"POST /x", "field B of fasterapi_test.rest: it has no source; tag it with one of path, query", mendField,
		func(a *fasterapi.App) { fasterapi.Post(a, "/x", answer[rest]) }},
	{"POST /x", "field A of struct", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int `query:"a" header:"a"`
		}])
	}},
	{"POST /x", "a second field is tagged body; a request has one", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A user `body:""`
			B user `body:""`
		}])
	}},
	{"POST /x", "takes a form and has a field tagged body; a request has one body", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int  `form:"a"`
			B user `body:""`
		}])
	}},
	{"GET /x", "the input takes a body, but GET has none", "take its fields from query, path, header or cookie, or use Query or Post",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[user]) }},
	{"GET /x", "the input takes a form, but GET has no body", "tag its fields with query, or use Post", func(a *fasterapi.App) {
		fasterapi.Get(a, "/x", answer[struct {
			A int `form:"a"`
		}])
	}},
	{"GET /x", `the default "x" must be an integer`, mendField, func(a *fasterapi.App) {
		fasterapi.Get(a, "/x", answer[struct {
			A int `query:"a" default:"x"`
		}])
	}},
	{"GET /x", `the default "0" breaks its own rule minimum`, mendField, func(a *fasterapi.App) {
		fasterapi.Get(a, "/x", answer[struct {
			A int `query:"a" default:"0" minimum:"1"`
		}])
	}},
	{"GET /x/{a}", "a path parameter is always there, so it has no default", mendField, func(a *fasterapi.App) {
		fasterapi.Get(a, "/x/{a}", answer[struct {
			A int `path:"a" default:"1"`
		}])
	}},
	{"GET /x", `the tag query:"a,omitempty" is a name alone: write query:"a"`, mendField, func(a *fasterapi.App) {
		fasterapi.Get(a, "/x", answer[struct {
			A int `query:"a,omitempty"`
		}])
	}},
	{"POST /x", `the tag minlength is misspelt: write minLength`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A string `json:"a" minlength:"3"`
		}])
	}},
	{"POST /x", `the example "many" must be an integer`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int `json:"a" example:"many"`
		}])
	}},
	{"GET /x", `the example "7" breaks its own rule maximum`, mendField, func(a *fasterapi.App) {
		fasterapi.Get(a, "/x", answer[struct {
			A *int `query:"a" maximum:"5" example:"7"`
		}])
	}},
	{"POST /x", `the tag readonly is misspelt: write readOnly`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A string `json:"a" readonly:"true"`
		}])
	}},
	{"POST /x", `the word "required_if=B 1" among those for the validator, "required_if=B 1"`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A string `json:"a" binding:"required_if=B 1"`
		}])
	}},
	{"GET /x", `another field takes the query parameter "a" too`, mendField, func(a *fasterapi.App) {
		fasterapi.Get(a, "/x", answer[struct {
			A int `query:"a"`
			B int `query:"a"`
		}])
	}},
	{"GET /x", "it is not exported, so nothing can fill it", mendField, func(a *fasterapi.App) {
		fasterapi.Get(a, "/x", answer[struct {
			a int `query:"a"` //nolint:unused // the mistake
		}])
	}},
	{"POST /x", `the rule maximum:"many": it must be a number`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int `json:"a" maximum:"many"`
		}])
	}},
	{"POST /x", "the rule maxLength is not for an integer (int)", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int `json:"a" maxLength:"3"`
		}])
	}},
	{"POST /x", `the rule pattern:"("`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A string `json:"a" pattern:"("`
		}])
	}},
	{"POST /x", "no such format is known", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A string `json:"a" format:"postcode"`
		}])
	}},
	{"POST /x", "no number is at least 5 and at most 4", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int `json:"a" minimum:"5" maximum:"4"`
		}])
	}},
	{"POST /x", "readOnly and writeOnly together", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int `json:"a" readOnly:"true" writeOnly:"true"`
		}])
	}},
	{"POST /x", `the rule maximum:"many": it must be a number`, mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A int `json:"a" validate:"max=many"`
		}])
	}},
	{"POST /x", "chan int has no JSON form", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			A chan int `json:"a"`
		}])
	}},
	{"POST /x", "the tag query has no effect inside a JSON value", mendField, func(a *fasterapi.App) {
		fasterapi.Post(a, "/x", answer[struct {
			B rest `body:""`
		}])
	}},
}

var misusesOfOutputs = []misuse{
	{"POST /x", "the status 99 does not fit the result", "correct the type, or the option Status",
		func(a *fasterapi.App) { fasterapi.Post(a, "/x", answer[user], fasterapi.Status(99)) }},
	{"POST /x", "the status 204 does not fit the result int", "correct the type, or the option Status",
		func(a *fasterapi.App) { fasterapi.Post(a, "/x", answer[user], fasterapi.Status(http.StatusNoContent)) }},
	{"GET /x", "chan int has no JSON form", "correct the type",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", func(context.Context, struct{}) (chan int, error) { return nil, nil })
		}},
	{"GET /x", "the field S of struct { S string \"status:\\\"\\\"\" } cannot be a status", "correct the type",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", func(context.Context, struct{}) (o struct {
				S string `status:""`
			}, err error) {
				return
			})
		}},
	{"GET /x", "the elements of a sequence have no header of their own", "correct the type",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", func(context.Context, struct{}) (s iter.Seq2[struct {
				H string `header:"X"`
			}, error], err error) {
				return
			})
		}},
}

var misusesOfDocuments = []misuse{
	{"GET /x", "the documented answer has the status 1000", "give Answers a status between 100 and 599",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Answers[int](1000, "")) }},
	{"GET /y", `the operation id "a" is that of GET /x`, "give each route an OperationID of its own",
		func(a *fasterapi.App) {
			fasterapi.Get(a, "/x", answer[struct{}], fasterapi.OperationID("a"))
			fasterapi.Get(a, "/y", answer[struct{}], fasterapi.OperationID("a"))
		}},
	{"GET /x", "Takes is for raw handlers", "leave Takes out",
		func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[struct{}], fasterapi.Takes[user]()) }},
	{"GET /x", "Takes cannot describe chan int", mendField,
		func(a *fasterapi.App) {
			a.Handle("GET", "/x", web.HandlerFunc(func(*web.Response, *web.Request) {}), fasterapi.Takes[chan int]())
		}},
}
