package fasterapi_test

import (
	"context"
	"fmt"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// The document is made without a server.
func ExampleApp_OpenAPI() {
	type greetIn struct {
		Name string `path:"name" maxLength:"20" doc:"Who is greeted."`
	}
	app := fasterapi.New(fasterapi.Docs(openapi.Info{Title: "Greetings", Version: "1"}))
	fasterapi.Get(app, "/greet/{name}", func(_ context.Context, in greetIn) (fasterapi.Text, error) {
		return fasterapi.Text("Hello, " + in.Name), nil
	}, fasterapi.Summary("Greets"), fasterapi.Tags("people"))

	document := app.OpenAPI()
	item, _ := document.Paths.Get("/greet/{name}")
	fmt.Println(document.Info.Title, document.Paths.Names())
	fmt.Println(item.Get.OperationID, item.Get.Summary, item.Get.Tags, item.Get.Responses.Names())
	fmt.Println(item.Get.Parameters[0].Name, item.Get.Parameters[0].Description, *item.Get.Parameters[0].Schema.MaxLength)
	// Output:
	// Greetings [/greet/{name}]
	// getGreetByName Greets [people] [200 400 422 default]
	// name Who is greeted. 20
}

// A raw handler stands in the document once it tells what it takes and answers.
func ExampleTakes() {
	type in struct {
		Wait int `query:"wait" default:"0" maximum:"60"`
	}
	app := fasterapi.New()
	app.Handle("GET", "/events", fasterapi.NotFound("none yet"), fasterapi.Takes[in](),
		fasterapi.Answers[fasterapi.Problem](404, "There are no events."), fasterapi.OperationID("waitForEvents"))
	item, _ := app.OpenAPI().Paths.Get("/events")
	fmt.Println(item.Get.OperationID, item.Get.Parameters[0].Name, item.Get.Responses.Names())
	// Output: waitForEvents wait [404]
}

// What no option has a word for is said in the model itself.
func ExampleAmend() {
	app := fasterapi.New(fasterapi.AmendDocs(func(d *openapi.Document) {
		d.Tags = []openapi.Tag{{Name: "jobs", Description: "Work that takes its time."}}
	}))
	fasterapi.Post(app, "/jobs", func(context.Context, struct{}) (fasterapi.NoContent, error) { return fasterapi.NoContent{}, nil },
		fasterapi.Tags("jobs"), fasterapi.Amend(func(op *openapi.Operation) {
			op.ExternalDocs = &openapi.ExternalDocs{URL: "https://example.com/jobs"}
		}))
	document := app.OpenAPI()
	item, _ := document.Paths.Get("/jobs")
	fmt.Println(document.Tags[0].Description, item.Post.ExternalDocs.URL)
	// Output: Work that takes its time. https://example.com/jobs
}
