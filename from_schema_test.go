package fasterapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// echoValues answers with what a request was found to hold.
func echoValues(w *web.Response, _ *web.Request, in *fasterapi.SchemaValues) error {
	var params []string
	for _, p := range in.Params {
		params = append(params, fmt.Sprintf("%s %s=%v (%T)", p.In, p.Name, p.Value, p.Value))
	}
	body, err := json.Marshal(in.Body)
	if err != nil {
		return err
	}
	return w.Text(200, fmt.Sprintf("%s; %s; %s", strings.Join(params, ", "), body, in.Raw))
}

// petSchema is as pydantic writes models.
const petSchema = `{
	"$defs": {
		"Cat": {"properties": {"kind": {"const": "cat", "title": "Kind", "type": "string"}, "lives": {"default": 9, "title": "Lives", "type": "integer"}},
			"required": ["kind"], "title": "Cat", "type": "object"},
		"Dog": {"properties": {"kind": {"const": "dog", "title": "Kind", "type": "string"}, "toys": {"items": {"type": "string"}, "title": "Toys", "type": "array"}},
			"required": ["kind", "toys"], "title": "Dog", "type": "object"}
	},
	"properties": {
		"name": {"anyOf": [{"maxLength": 5, "type": "string"}, {"type": "null"}], "default": null, "title": "Name"},
		"pet": {"discriminator": {"mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}, "propertyName": "kind"},
			"oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}], "title": "Pet"}
	},
	"required": ["pet"], "title": "Owner", "type": "object"
}`

func schemaApp() *fasterapi.App {
	app := newQuiet()
	app.HandleSchema("GET", "/lists/{id:int}", fasterapi.SchemaRoute{
		Params: []fasterapi.SchemaParam{
			{In: "path", Name: "id", Schema: json.RawMessage(`{"type":"integer","minimum":1}`)},
			{In: "query", Name: "tag", Schema: json.RawMessage(`{"type":"array","items":{"type":"integer"},"minItems":2,"uniqueItems":true}`)},
			{In: "query", Name: "sort", Schema: json.RawMessage(`{"type":"array","items":{"enum":["a","b"]}}`), Comma: true, Required: true},
			{In: "query", Name: "on", Schema: json.RawMessage(`{"anyOf":[{"type":"boolean"},{"type":"null"}],"default":null,"title":"On"}`)},
			{In: "header", Name: "X-Level", Schema: json.RawMessage(`{"type":["integer","string"],"title":"Level","description":"how far"}`)},
			{In: "header", Name: "X-Must", Required: true},
			{In: "cookie", Name: "theme", Schema: json.RawMessage(`{"$ref":"#/$defs/t","default":"dark","$defs":{"t":{"enum":["dark","light"]}}}`)},
		},
		Handler: echoValues,
	}, fasterapi.Tags("lists"))
	app.HandleSchema("POST", "/owners", fasterapi.SchemaRoute{
		Body: json.RawMessage(petSchema), OptionalBody: true, Handler: echoValues,
		Answers: []fasterapi.SchemaAnswer{{Status: 200, Description: "As it was.", Schema: json.RawMessage(petSchema)}, {Status: 204}},
	})
	return app
}

func TestHandleSchema(t *testing.T) {
	const list, owner = "\nX-Must: 1\n", "POST /owners\nContent-Type: application/json\n\n"
	onEach(t, schemaApp(), func(t *testing.T, addr string) {
		for request, want := range map[string]string{
			"GET /lists/7?sort=a,b&tag=1&tag=2&on=true" + list + "X-Level: 4\nCookie: theme=light": "path id=7 (float64), query tag=[1 2] ([]interface {}), " +
				"query sort=[a b] ([]interface {}), query on=true (bool), header X-Level=4 (float64), header X-Must=1 (string), cookie theme=light (string); null; ",
			"GET /lists/7?sort=a" + list + "X-Level: high": "path id=7 (float64), query sort=[a] ([]interface {}), header X-Level=high (string), " +
				"header X-Must=1 (string), cookie theme=dark (string); null; ",
			owner + `{"pet": {"kind":"cat"}}`: `; {"name":null,"pet":{"kind":"cat","lives":9}}; {"pet": {"kind":"cat"}}`,
			"POST /owners":                    "; null; ",
		} {
			a := ask(t, addr, request)
			equal(t, request, a.status, 200)
			equal(t, request, a.body, want)
		}
		for request, want := range map[string][]string{
			"GET /lists/0?tag=1&tag=x&on=2\nX-Level:":                                 {"path id minimum", "query on type", "query tag type", "query sort required", "header X-Must required"},
			"GET /lists/1?sort=a&sort=b&tag=1&tag=1&on=" + list + "Cookie: theme=red": {"query on type", "query tag uniqueItems", "query sort repeated", "cookie theme enum"},
			owner + `{"pet":{"kind":"dog"},"name":"longer"}`:                          {"body /name maxLength", "body /pet/toys required"},
			owner + `{"pet":{"kind":"fish"}}`:                                         {"body /pet/kind enum"},
		} {
			a := ask(t, addr, request)
			equal(t, request, a.status, 422)
			equal(t, request, a.codes(t), want)
		}
		equal(t, "syntax", ask(t, addr, owner+"{").status, 400)
		equal(t, "media type", ask(t, addr, "POST /owners\nContent-Type: text/plain\n\na").status, 415)
		equal(t, "converter", ask(t, addr, "GET /lists/a").status, 404)
	})
}

// TestHandleSchemaDocument: schemas stand in the document as they are enforced, and the same definition of two of them once.
func TestHandleSchemaDocument(t *testing.T) {
	app := schemaApp()
	app.HandleSchema("PUT", "/owners", fasterapi.SchemaRoute{Body: json.RawMessage(petSchema), Handler: echoValues})
	data, err := app.OpenAPI().Render(openapi.V31)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Tags       []string
			Parameters []struct {
				Name, Description string
				Explode           *bool
				Required          bool
				Schema            map[string]any
			}
			RequestBody struct {
				Required bool
				Content  map[string]struct{ Schema map[string]string }
			}
			Responses map[string]any
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range doc.Components.Schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	equal(t, "components", names, []string{"Cat", "Dog", "FieldError", "Owner", "Problem", "T"})
	get, post, put := doc.Paths["/lists/{id}"]["get"], doc.Paths["/owners"]["post"], doc.Paths["/owners"]["put"]
	equal(t, "tags", get.Tags, []string{"lists"})
	equal(t, "parameters", len(get.Parameters), 7)
	equal(t, "description", get.Parameters[4].Description, "how far")
	if p := get.Parameters[2]; p.Name != "sort" || p.Explode == nil || *p.Explode || !p.Required || p.Schema["type"] != "array" {
		t.Errorf("%+v", p)
	}
	equal(t, "body", post.RequestBody.Content["application/json"].Schema["$ref"], "#/components/schemas/Owner")
	if post.RequestBody.Required || !put.RequestBody.Required || post.Responses["204"] == nil || post.Responses["422"] == nil || put.Responses["200"] == nil {
		t.Errorf("%+v %+v", post, put)
	}
	equal(t, "cat", fmt.Sprint(doc.Components.Schemas["Cat"]),
		"map[properties:map[kind:map[const:cat title:Kind type:string] lives:map[default:9 title:Lives type:integer]] required:[kind] title:Cat type:object]")
	if _, err := app.OpenAPI().Render(openapi.V30); err != nil {
		t.Error(err)
	}
}

func TestHandleSchemaMisuse(t *testing.T) {
	with := func(schema string, p fasterapi.SchemaParam) fasterapi.SchemaRoute {
		p.Schema = json.RawMessage(schema)
		return fasterapi.SchemaRoute{Handler: echoValues, Params: []fasterapi.SchemaParam{p}}
	}
	query, path := fasterapi.SchemaParam{In: "query", Name: "q"}, fasterapi.SchemaParam{In: "path", Name: "q"}
	for want, route := range map[string]fasterapi.SchemaRoute{
		"the handler is nil":                          {},
		`at #: the word "minLenght" is not supported`: {Handler: echoValues, Body: json.RawMessage(`{"minLenght":1}`)},
		`the query parameter "q": the JSON Schema at #/type: there is no type "int"`: with(`{"type":"int"}`, query),
		"an object cannot be sent as a parameter":                                    with(`{"type":"object"}`, query),
		"either it is a list or it is not":                                           with(`{"type":["array","string"]}`, query),
		"so they are neither lists nor objects":                                      with(`{"type":"array","items":{"type":"array"}}`, query),
		"a path parameter has one value":                                             with(`{"type":"array"}`, path),
		"a path parameter is always there":                                           with(`{"default":"a"}`, path),
		"a list has no default":                                                      with(`{"type":"array","default":[]}`, query),
		`the default 0 breaks the rules`:                                             with(`{"type":"integer","minimum":1,"default":0}`, query),
		"is in the path, query, header or cookie":                                    with("", fasterapi.SchemaParam{In: "form", Name: "q"}),
		"it has no name":                                                             with("", fasterapi.SchemaParam{In: "query"}),
		"only a list has its elements between commas":                                with("", fasterapi.SchemaParam{In: "query", Name: "q", Comma: true}),
		`takes the path parameter "q", but the pattern has none`:                     with("", path),
		"it is there twice":                                                          {Handler: echoValues, Params: []fasterapi.SchemaParam{query, query}},
		"the answer 200: the JSON Schema at #/$ref": {Handler: echoValues, Answers: []fasterapi.SchemaAnswer{
			{Status: 200, Schema: json.RawMessage(`{"$ref":"http://example.com"}`)}}},
		"answer has the status 99": {Handler: echoValues, Answers: []fasterapi.SchemaAnswer{{Status: 99}}},
	} {
		got := panicOf(func() { newQuiet().HandleSchema("POST", "/x", route) })
		if !strings.Contains(got, want) || !strings.Contains(got, "POST /x") || !strings.Contains(got, "from_schema_test.go:") || !strings.Contains(got, "Fix: ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	got := panicOf(func() {
		newQuiet().HandleSchema("GET", "/x", fasterapi.SchemaRoute{Handler: echoValues, Body: json.RawMessage("true")})
	})
	if !strings.Contains(got, "takes a body, but GET has none") {
		t.Error(got)
	}
}
