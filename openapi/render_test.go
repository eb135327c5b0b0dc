package openapi_test

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/fasterapi-go/fasterapi/openapi"
)

var update = flag.Bool("update", false, "write the golden files anew")

// pets has a word of every struct, and those that only some versions have.
func pets() *openapi.Document {
	ask := &openapi.Operation{
		OperationID: "ask", Summary: "Asks", Tags: []string{"pets"}, Security: []openapi.SecurityRequirement{},
		RequestBody: &openapi.RequestBody{Required: true, Content: openapi.Map[openapi.MediaType]{
			{Name: "application/json", Value: openapi.MediaType{Schema: &openapi.Schema{Ref: "#/components/schemas/Pet"}}},
		}},
		Responses: openapi.Map[*openapi.Response]{
			{Name: "200", Value: &openapi.Response{Description: "pets, one after the other", Content: openapi.Map[openapi.MediaType]{
				{Name: "application/jsonl", Value: openapi.MediaType{ItemSchema: &openapi.Schema{Ref: "#/components/schemas/Pet"}}},
			}}},
			{Name: "404", Value: &openapi.Response{Ref: "#/components/responses/Missing"}},
		},
	}
	item := &openapi.PathItem{Parameters: []*openapi.Parameter{
		{Name: "id", In: "path", Required: true, Schema: &openapi.Schema{Type: openapi.Types{"integer"}, Minimum: "1"}, Example: 7},
	}}
	item.SetOperation("QUERY", ask)
	item.SetOperation("COPY", &openapi.Operation{Deprecated: true, Responses: openapi.Map[*openapi.Response]{
		{Name: "204", Value: &openapi.Response{Headers: openapi.Map[*openapi.Header]{{Name: "X-A", Value: &openapi.Header{Schema: &openapi.Schema{}}}}}},
	}})
	return &openapi.Document{
		Info:    openapi.Info{Title: "Pets", Summary: "Tame ones", Version: "2", License: &openapi.License{Name: "MIT", Identifier: "MIT"}},
		Servers: []openapi.Server{{URL: "https://{host}", Name: "live", Variables: openapi.Map[openapi.ServerVariable]{{Name: "host", Value: openapi.ServerVariable{Default: "a.example"}}}}},
		Paths:   openapi.Map[*openapi.PathItem]{{Name: "/pets/{id}", Value: item}},
		Components: &openapi.Components{
			Schemas: openapi.Map[*openapi.Schema]{{Name: "Pet", Value: &openapi.Schema{
				Type: openapi.Types{"object"}, Required: []string{"name"},
				Properties: openapi.Map[*openapi.Schema]{
					{Name: "name", Value: &openapi.Schema{Type: openapi.Types{"string"}, Examples: []any{"Rex"}}},
					{Name: "kind", Value: (&openapi.Schema{Type: openapi.Types{"string"}, Enum: []any{"dog", "cat"}}).Nullable()},
				},
			}}},
			Responses: openapi.Map[*openapi.Response]{{Name: "Missing", Value: &openapi.Response{Description: "no such pet"}}},
			SecuritySchemes: openapi.Map[openapi.SecurityScheme]{
				{Name: "token", Value: openapi.SecurityScheme{Type: "http", Scheme: "bearer", BearerFormat: "JWT"}},
				{Name: "login", Value: openapi.SecurityScheme{Type: "oauth2", Flows: &openapi.OAuthFlows{
					ClientCredentials: &openapi.OAuthFlow{TokenURL: "https://a.example/token", Scopes: openapi.Map[string]{{Name: "read", Value: "look at pets"}}},
				}}},
			},
		},
		Security: []openapi.SecurityRequirement{
			{{Name: "token", Value: []string{"owner"}}, {Name: "login", Value: []string{"read"}}},
			{{Name: "token", Value: []string{"admin"}}, {Name: "login", Value: []string{"read"}}},
		},
		Tags:       []openapi.Tag{{Name: "pets", Summary: "Pets", Kind: "nav"}},
		Extensions: openapi.Extensions{"x-owner": "us"},
	}
}

// TestRender holds the three versions of one document against golden files.
func TestRender(t *testing.T) {
	for version, file := range map[openapi.Version]string{
		openapi.V30: "testdata/pets-3.0.json", openapi.V31: "testdata/pets-3.1.json", openapi.V32: "testdata/pets-3.2.json",
	} {
		got, err := pets().Render(version)
		if err != nil || !json.Valid(got) {
			t.Fatalf("%s: %v\n%s", version, err, got)
		}
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s (%v): see go test -update\n%s", file, err, got)
		}
	}
}

func TestOperationsByMethod(t *testing.T) {
	for _, method := range []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY", "LINK"} {
		var item openapi.PathItem
		op := &openapi.Operation{OperationID: method}
		item.SetOperation(method, op)
		if item.Operation(method) != op || item.Operation("OTHER") != nil {
			t.Errorf("%s: %v", method, item.Operation(method))
		}
	}
}

func TestMap(t *testing.T) {
	var m openapi.Map[int]
	m.Set("b", 1)
	m.Set("a", 2)
	m.Set("b", 3)
	if got, ok := m.Get("b"); got != 3 || !ok || len(m) != 2 || m.Names()[1] != "a" {
		t.Errorf("%v", m)
	}
	if _, ok := m.Get("c"); ok {
		t.Error("c is there")
	}
}
