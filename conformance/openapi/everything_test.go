package openapi

import (
	"context"
	"encoding/json"
	"iter"
	"net/netip"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// tree holds itself, and every kind of member.
type tree struct {
	_        struct{}                      `title:"A tree" doc:"Of anything."`
	ID       int64                         `json:"id" readOnly:"true"`
	Secret   string                        `json:"secret,omitempty" writeOnly:"true" minLength:"8"`
	Name     string                        `json:"name" minLength:"1" maxLength:"40" pattern:"^[A-Za-z ]*$" example:"Oak"`
	Kind     string                        `json:"kind" enum:"leaf,needle" default:"leaf"`
	Height   float64                       `json:"height" exclusiveMinimum:"0" maximum:"120" multipleOf:"0.5"`
	Small    uint8                         `json:"small"`
	Old      *bool                         `json:"old,omitempty" deprecated:""`
	Note     fasterapi.Opt[string]         `json:"note,omitzero"`
	Above    *tree                         `json:"above"`
	Below    []tree                        `json:"below,omitempty" maxItems:"9"`
	Marks    []string                      `json:"marks" uniqueItems:"true" minItems:"0"`
	Grid     [2][2]int                     `json:"grid"`
	By       map[string]tree               `json:"by,omitempty" maxProperties:"3"`
	Planted  time.Time                     `json:"planted"`
	Every    time.Duration                 `json:"every"`
	Address  netip.Addr                    `json:"address"`
	Bytes    []byte                        `json:"bytes"`
	Any      any                           `json:"any,omitempty"`
	Anything map[string]any                `json:"anything,omitempty"`
	Mail     string                        `json:"mail" format:"email"`
	Optional map[string]fasterapi.Opt[int] `json:"optional,omitempty"`
}

type leaf struct {
	Color string `json:"color" enum:"green,red"`
}

var oak = tree{
	ID: 1, Name: "Oak", Kind: "leaf", Height: 20.5, Address: netip.MustParseAddr("::1"), Mail: "oak@everything.example",
	Planted: time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC), Every: time.Hour, Any: 1, Note: fasterapi.Null[string](),
}

// page is generic, and has fields of its own head.
type page[T any] struct {
	Next  *string `json:"next"`
	Items []T     `json:"items"`
	Total int     `header:"X-Total" json:"-" doc:"How many there are."`
}

type searching struct {
	Forest string   `path:"forest" pattern:"^[a-z]+$"`
	Marks  []string `query:"mark" maxItems:"3" doc:"All of them."`
	IDs    []int    `query:"ids" explode:"false"`
	Where  struct {
		Min int  `json:"min" default:"1"`
		Max *int `json:"max"`
	} `query:"where"`
	Limit int                   `query:"limit" default:"20" minimum:"1" maximum:"100"`
	Since *time.Time            `query:"since"`
	Opt   fasterapi.Opt[string] `query:"opt"`
	Trace *string               `header:"X-Trace" deprecated:""`
	Theme *string               `cookie:"theme" enum:"dark,light"`
}

// caller is who shows credentials.
type caller struct{ name string }

func (caller) HasScope(string) bool { return true }

// newEverything is an App with every shape that a document can have.
func newEverything() *fasterapi.App {
	app := fasterapi.New(fasterapi.Docs(openapi.Info{
		Title: "Everything", Version: "1", Summary: "All shapes", Description: "Of *documents*.", TermsOfService: "https://everything.example/terms",
		Contact: &openapi.Contact{Name: "Us", Email: "us@everything.example"}, License: &openapi.License{Name: "MIT", Identifier: "MIT"},
	}), fasterapi.Servers(openapi.Server{URL: "https://{region}.everything.example", Variables: openapi.Map[openapi.ServerVariable]{
		{Name: "region", Value: openapi.ServerVariable{Enum: []string{"eu", "us"}, Default: "eu"}},
	}}), fasterapi.ExternalDocs("https://everything.example", "More."))
	forest := app.Group("/forests/{forest}")
	fasterapi.Get(forest, "/trees", answers[searching, page[tree]], fasterapi.Tags("trees"), fasterapi.Summary("Lists trees"))
	fasterapi.Post(forest, "/trees", answers[struct {
		Forest string `path:"forest"`
		Tree   tree   `body:""`
	}, fasterapi.Creation[tree]], fasterapi.OperationID("plant"), fasterapi.Answers[fasterapi.Problem](409, "There is such a tree."),
		fasterapi.AnswerExample(409, "taken", fasterapi.Problem{Status: 409, Title: "Conflict"}), fasterapi.AnswerExample(201, "oak", oak),
		fasterapi.Callback[tree]("grown", "POST", "{$request.header.notify}", fasterapi.Answers[struct{}](204, "")))
	fasterapi.Put(app, "/leaves", answers[leaf, leaf], fasterapi.Example("green", `{"color": "green"}`), fasterapi.Servers(openapi.Server{URL: "/v2"}),
		fasterapi.ExternalDocs("https://everything.example/leaves", ""))
	fasterapi.Query(app, "/forests/{name}/trees", answers[struct {
		Name string `path:"name"`
		Like *tree  `body:""`
	}, fasterapi.Text], fasterapi.Deprecated())
	fasterapi.Delete(app, "/forests/{id:int}", answers[struct {
		ID int `path:"id"`
	}, fasterapi.NoContent])
	fasterapi.Get(app, "/events", func(context.Context, struct{}) (iter.Seq2[tree, error], error) {
		return func(func(tree, error) bool) {}, nil
	})
	fasterapi.Get(app, "/moved", func(context.Context, struct{}) (fasterapi.Redirection, error) {
		return fasterapi.SeeOther("/events"), nil
	})
	fasterapi.Get(app, "/octets", answers[struct{}, fasterapi.Bytes])
	addForms(app)
	addUntyped(app)
	addSecured(app)
	app.Handle("GET", "/files/{path...}", fasterapi.NotFound("none"), fasterapi.Description("A file."), fasterapi.Answers[fasterapi.Text](200, "Its text."))
	app.Handle("POST", "/raw/{id:uuid}", web.HandlerFunc(func(w *web.Response, _ *web.Request) { _ = w.NoContent(202) }),
		fasterapi.Takes[struct {
			Dry bool `query:"dry" default:"true"`
			Raw tree `body:""`
		}](), fasterapi.Answers[struct{}](202, ""))
	return app
}

// shape is a union.
type shape interface{ area() float64 }

type circle struct {
	Radius float64 `json:"radius" exclusiveMinimum:"0"`
}

func (c circle) area() float64 { return c.Radius }

type box struct {
	Side  float64 `json:"side"`
	Holds []shape `json:"holds,omitempty"`
}

func (b *box) area() float64 { return b.Side }

func init() {
	fasterapi.OneOf[shape]("kind", fasterapi.Case[circle]("circle"), fasterapi.Case[*box]("box"))
}

// addUntyped adds what is described by unions, and by schemas that no Go type has.
func addUntyped(app *fasterapi.App) {
	fasterapi.Put(app, "/shapes", answers[struct {
		Shape shape `body:""`
	}, []shape], fasterapi.Example("round", `{"kind": "circle", "radius": 1}`), fasterapi.AnswerExample(200, "both", []shape{circle{2}, &box{3, nil}}))
	app.HandleSchema("POST", "/untyped/{n}", fasterapi.SchemaRoute{
		Params: []fasterapi.SchemaParam{
			{In: "path", Name: "n", Schema: json.RawMessage(`{"type": "integer", "minimum": 1}`)},
			{In: "query", Name: "tag", Schema: json.RawMessage(`{"type": "array", "items": {"type": "string"}, "maxItems": 3}`)},
		},
		Body: json.RawMessage(`{"type": "object", "required": ["a"], "properties": {
			"a": {"type": ["string", "null"], "pattern": "^x"}, "b": {"oneOf": [{"type": "integer"}, {"const": "none"}]}, "c": {"exclusiveMinimum": 1, "type": "number"}}}`),
		Answers: []fasterapi.SchemaAnswer{{Status: 200, Schema: json.RawMessage(`{"type": "array", "items": {"$ref": "#/$defs/d"}, "$defs": {"d": {"type": "boolean"}}}`)}},
		Handler: func(w *web.Response, _ *web.Request, _ *fasterapi.SchemaValues) error { return w.JSON(200, []bool{}) },
	}, fasterapi.Example("plain", `{"a": "xy", "b": "none", "c": 1.5}`), fasterapi.OperationID("bySchema"))
}

func addForms(app *fasterapi.App) {
	fasterapi.Post(app, "/forms", answers[struct {
		Name string `form:"name" maxLength:"9"`
		Many []int  `form:"many"`
	}, fasterapi.Text])
	fasterapi.Post(app, "/uploads", answers[struct {
		Title string           `form:"title" doc:"Of the picture."`
		Photo fasterapi.File   `form:"photo" accept:"image/*" maxSize:"1000000"`
		More  []fasterapi.File `form:"more"`
	}, fasterapi.Text])
}

func addSecured(app *fasterapi.App) {
	keys := fasterapi.Keys(map[string]caller{"key": {"a program"}})
	flow := &openapi.OAuthFlow{
		AuthorizationURL: "https://login.example/authorize", TokenURL: "https://login.example/token", RefreshURL: "https://login.example/refresh",
		Scopes: openapi.Map[string]{{Name: "read", Value: "to read"}},
	}
	key := fasterapi.APIKey("key", fasterapi.InHeader, "X-Key", keys)
	oauth := fasterapi.OAuth2("oauth", openapi.OAuthFlows{AuthorizationCode: flow}, keys)
	secured := app.Group("/secured")
	secured.Secure(fasterapi.AnyOf(key.Require(), oauth.Require("read")))
	fasterapi.Get(secured, "/any", answers[struct{}, tree])
	fasterapi.Get(secured, "/basic", answers[struct{}, tree], fasterapi.Basic("basic", fasterapi.Logins(map[string]caller{"a:b": {"a"}})).Require())
	fasterapi.Get(secured, "/bearer", answers[struct{}, tree], fasterapi.Bearer("bearer", keys).Require())
	fasterapi.Get(secured, "/oidc", answers[struct{}, tree],
		fasterapi.OpenIDConnect("oidc", "https://login.example/.well-known/openid-configuration", keys).Require())
	fasterapi.Get(secured, "/public", answers[struct{}, tree], fasterapi.Public())
}

// answers is a handler for documents alone: what it answers is empty.
func answers[In, Out any](context.Context, In) (out Out, err error) { return }
