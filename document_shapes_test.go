package fasterapi_test

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// TestDocumentedParameters: the document says how lists, structs and what is optional stand in a request.
func TestDocumentedParameters(t *testing.T) {
	type bounds struct {
		Min *int `json:"min"`
	}
	app := fasterapi.New()
	fasterapi.Get(app, "/{id}", zero[struct {
		ID    string            `path:"id" format:"uuid"`
		Many  []int             `query:"many" items:"minimum=1"`
		Comma []string          `query:"comma" explode:"false"`
		Price bounds            `query:"price"`
		Free  map[string]string `query:"free"`
	}, int])
	fasterapi.Get(app, "/{name}/more", zero[struct {
		Name string `path:"name"`
	}, int])
	d := app.OpenAPI()
	item, _ := d.Paths.Get("/{id}")
	want := map[string]string{
		"id":    `{"type":"string","format":"uuid"}`,
		"many":  `{"type":"array","items":{"type":"integer","format":"int64","minimum":1}}`,
		"comma": `{"type":"array","items":{"type":"string"}}`,
		"price": `{"$ref":"#/components/schemas/Bounds"}`,
		"free":  `{"type":"object","additionalProperties":{"type":"string"}}`,
	}
	for _, p := range item.Get.Parameters {
		if got, _ := json.Marshal(p.Schema); string(got) != want[p.Name] {
			t.Errorf("%s: %s, want %s", p.Name, got, want[p.Name])
		}
		equal(t, "deep "+p.Name, p.Style == "deepObject", p.Name == "price" || p.Name == "free")
		equal(t, "comma "+p.Name, p.Explode != nil && !*p.Explode, p.Name == "comma")
		equal(t, "required "+p.Name, p.Required, p.Name == "id")
	}
	equal(t, "parameters", len(item.Get.Parameters), len(want))
}

// TestDocumentedAnswers: each kind of result with its media types, and what is one after the other with the schema of one.
func TestDocumentedAnswers(t *testing.T) {
	app := fasterapi.New()
	fasterapi.Get(app, "/sequence", func(context.Context, struct{}) (iter.Seq2[shopItem, error], error) { return nil, nil })
	fasterapi.Get(app, "/text", zero[struct{}, fasterapi.Text])
	fasterapi.Get(app, "/empty", zero[struct{}, fasterapi.NoContent])
	fasterapi.Get(app, "/accepted", zero[struct{}, *shopItem], fasterapi.Status(202))
	for path, want := range map[string]string{
		"/sequence": `200 application/json {"type":"array","items":{"$ref":"#/components/schemas/ShopItem"}} ` +
			`application/jsonl each {"$ref":"#/components/schemas/ShopItem"} application/x-ndjson each {"$ref":"#/components/schemas/ShopItem"}`,
		"/text":     `200 text/plain {"type":"string"}`,
		"/empty":    `204`,
		"/accepted": `202 application/json {"anyOf":[{"$ref":"#/components/schemas/ShopItem"},{"type":"null"}]}`,
	} {
		item, _ := app.OpenAPI().Paths.Get(path)
		answer := item.Get.Responses[0]
		got := []string{answer.Name}
		for _, media := range answer.Value.Content {
			got = append(got, media.Name)
			if media.Value.ItemSchema != nil {
				got = append(got, "each", schemaText(media.Value.ItemSchema))
				continue
			}
			got = append(got, schemaText(media.Value.Schema))
		}
		equal(t, path, strings.Join(got, " "), want)
		equal(t, path+" failures", item.Get.Responses.Names()[1:], []string{"default"})
	}
}

func schemaText(s *openapi.Schema) string {
	data, _ := json.Marshal(s)
	return string(data)
}

// TestSamePathOtherNames: two patterns of one hierarchy are one path of the document, and ids stay apart.
func TestSamePathOtherNames(t *testing.T) {
	app := fasterapi.New()
	fasterapi.Get(app, "/a/{x}", zero[struct {
		X string `path:"x"`
	}, int])
	fasterapi.Get(app, "/a/{n:int}", zero[struct {
		N int `path:"n"`
	}, int])
	fasterapi.Delete(app, "/a/{y}", zero[struct {
		Y string `path:"y"`
	}, int])
	fasterapi.Get(app, "/a-by/x", zero[struct{}, int], fasterapi.OperationID("getAByX"))
	d := app.OpenAPI()
	equal(t, "paths", d.Paths.Names(), []string{"/a/{x}", "/a-by/x"})
	item, _ := d.Paths.Get("/a/{x}")
	equal(t, "ids", []string{item.Get.OperationID, item.Delete.OperationID}, []string{"getAByX2", "deleteAByY"})
	equal(t, "renamed", item.Delete.Parameters[0].Name, "x")
}
