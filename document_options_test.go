package fasterapi_test

import (
	"encoding/json"
	"iter"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

type parcel struct {
	ID     int       `json:"id" readOnly:"true"`
	To     string    `json:"to" minLength:"2"`
	Notify string    `json:"notify" format:"uri"`
	Pieces *[]string `json:"pieces,omitempty"`
}

// rendered is what of the document of an App stands at a path of names.
func rendered(t *testing.T, app *fasterapi.App, path ...string) string {
	t.Helper()
	text, err := app.OpenAPI().Render(openapi.V31)
	if err != nil {
		t.Fatal(err)
	}
	var here any
	if err := json.Unmarshal(text, &here); err != nil {
		t.Fatal(err)
	}
	for _, name := range path {
		inner, _ := here.(map[string]any)
		if here = inner[name]; here == nil {
			t.Fatalf("there is no %s on the way %q in\n%s", name, path, text)
		}
	}
	short, err := json.Marshal(here)
	if err != nil {
		t.Fatal(err)
	}
	return string(short)
}

func TestServersInDocument(t *testing.T) {
	region := openapi.Map[openapi.ServerVariable]{{Name: "region", Value: openapi.ServerVariable{Enum: []string{"eu", "us"}, Default: "eu"}}}
	app := fasterapi.New(fasterapi.Servers(openapi.Server{URL: "/v1"}), fasterapi.Servers(openapi.Server{URL: "https://{region}.example", Variables: region}),
		fasterapi.ExternalDocs("https://docs.example", "A guide."))
	fasterapi.Get(app, "/x", zero[struct{}, int], fasterapi.Servers(openapi.Server{URL: "https://x.example"}), fasterapi.ExternalDocs("https://docs.example/x", ""))
	fasterapi.Get(app, "/y", zero[struct{}, int])
	equal(t, "App", rendered(t, app, "servers"),
		`[{"url":"/v1"},{"url":"https://{region}.example","variables":{"region":{"default":"eu","enum":["eu","us"]}}}]`)
	equal(t, "more", rendered(t, app, "externalDocs"), `{"description":"A guide.","url":"https://docs.example"}`)
	equal(t, "route", rendered(t, app, "paths", "/x", "get", "servers"), `[{"url":"https://x.example"}]`)
	equal(t, "more of the route", rendered(t, app, "paths", "/x", "get", "externalDocs"), `{"url":"https://docs.example/x"}`)
	item, _ := app.OpenAPI().Paths.Get("/y")
	if item.Get.Servers != nil || item.Get.ExternalDocs != nil {
		t.Errorf("a route that said nothing has %v and %v", item.Get.Servers, item.Get.ExternalDocs)
	}
	// Whoever gets a document may change it.
	changed := app.OpenAPI()
	changed.Servers[0].URL, changed.ExternalDocs.URL = "/changed", "/changed"
	if d := app.OpenAPI(); d.Servers[0].URL != "/v1" || d.ExternalDocs.URL != "https://docs.example" {
		t.Error("documents share what they hold")
	}
}

func TestCallbacksInDocument(t *testing.T) {
	app := fasterapi.New()
	const where = "{$request.body#/notify}"
	fasterapi.Post(app, "/parcels", zero[parcel, parcel],
		fasterapi.Callback[parcel]("moved", "POST", where, fasterapi.Summary("It moved"), fasterapi.OperationID("moved"),
			fasterapi.Answers[struct{}](204, "Noted."), fasterapi.Answers[fasterapi.Problem](410, ""), fasterapi.Servers(openapi.Server{URL: "https://r.example"}),
			fasterapi.Amend(func(op *openapi.Operation) { op.Extensions = openapi.Extensions{"x-late": true} })),
		fasterapi.Callback[struct{}]("moved", "DELETE", where), fasterapi.Callback[struct{}]("lost", "NOTIFY", where))
	equal(t, "sent", rendered(t, app, "paths", "/parcels", "post", "callbacks", "moved", where, "post", "requestBody"),
		`{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Parcel"}}},"required":true}`)
	sent, _ := app.OpenAPI().Paths[0].Value.Post.Callbacks.Get("moved")
	post := sent[0].Value.Post
	equal(t, "answers", post.Responses.Names(), []string{"204", "410"})
	if post.Summary != "It moved" || post.OperationID != "moved" || post.Extensions["x-late"] != true || post.Servers[0].URL != "https://r.example" {
		t.Errorf("%+v", post)
	}
	equal(t, "usual answer", rendered(t, app, "paths", "/parcels", "post", "callbacks", "moved", where, "delete"),
		`{"responses":{"2XX":{"description":"It was received."}}}`)
	equal(t, "callbacks", app.OpenAPI().Paths[0].Value.Post.Callbacks.Names(), []string{"moved", "lost"})
}

func TestExamplesInDocument(t *testing.T) {
	app := fasterapi.New()
	fasterapi.Post(app, "/parcels", zero[parcel, fasterapi.Creation[parcel]],
		fasterapi.Example("short", `{"to": "Ada", "notify": "https://ada.example"}`), fasterapi.Example("long", `{"to": "Bob", "notify": "https://b.example", "pieces": ["a"]}`),
		fasterapi.AnswerExample(201, "short", parcel{ID: 7, To: "Ada", Notify: "https://ada.example"}),
		fasterapi.Answers[fasterapi.Problem](409, "It is on its way."), fasterapi.AnswerExample(409, "moving", fasterapi.Problem{Status: 409, Title: "Conflict"}))
	fasterapi.Get(app, "/parcels", zero[struct{}, iter.Seq2[parcel, error]], fasterapi.AnswerExample(200, "one", parcel{ID: 1}))
	app.Handle("PUT", "/raw", web.HandlerFunc(func(*web.Response, *web.Request) {}), fasterapi.Takes[parcel](),
		fasterapi.Example("raw", `{"to": "Ada", "notify": "https://ada.example"}`))
	post := []string{"paths", "/parcels", "post"}
	equal(t, "sent", rendered(t, app, append(post, "requestBody", "content", "application/json", "examples")...),
		`{"long":{"value":{"notify":"https://b.example","pieces":["a"],"to":"Bob"}},"short":{"value":{"notify":"https://ada.example","to":"Ada"}}}`)
	equal(t, "answered", rendered(t, app, append(post, "responses", "201", "content", "application/json", "examples")...),
		`{"short":{"value":{"id":7,"notify":"https://ada.example","to":"Ada"}}}`)
	equal(t, "problem", rendered(t, app, append(post, "responses", "409", "content", "application/problem+json", "examples", "moving")...),
		`{"value":{"status":409,"title":"Conflict"}}`)
	equal(t, "list", rendered(t, app, "paths", "/parcels", "get", "responses", "200", "content", "application/json", "examples", "one", "value"),
		`[{"id":1,"notify":"","to":""}]`)
	equal(t, "raw", rendered(t, app, "paths", "/raw", "put", "requestBody", "content", "application/json", "examples", "raw", "value", "to"), `"Ada"`)
}
