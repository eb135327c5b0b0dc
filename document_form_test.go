package fasterapi_test

import (
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// TestDocumentedForms: a form is a body with a property for each field and each file.
func TestDocumentedForms(t *testing.T) {
	app := fasterapi.New()
	fasterapi.Post(app, "/text", zero[struct {
		Name string `form:"name" minLength:"2"`
		Note *int   `form:"note"`
	}, int])
	fasterapi.Post(app, "/files", zero[struct {
		Title *string          `form:"title"`
		Photo fasterapi.File   `form:"photo" accept:"image/png,text/*" doc:"Of you."`
		Maybe *fasterapi.File  `form:"maybe"`
		More  []fasterapi.File `form:"more" maxItems:"3"`
	}, int])
	d := app.OpenAPI()
	text, _ := d.Paths.Get("/text")
	equal(t, "media types", text.Post.RequestBody.Content.Names(), []string{"application/x-www-form-urlencoded", "multipart/form-data"})
	equal(t, "fields", schemaText(text.Post.RequestBody.Content[0].Value.Schema),
		`{"type":"object","properties":{"name":{"type":"string","minLength":2},"note":{"type":"integer","format":"int64"}},"required":["name"]}`)
	equal(t, "required", text.Post.RequestBody.Required, true)
	equal(t, "failures", text.Post.Responses.Names(), []string{"200", "400", "413", "415", "422", "default"})
	files, _ := d.Paths.Get("/files")
	equal(t, "media types", files.Post.RequestBody.Content.Names(), []string{"multipart/form-data"})
	form := files.Post.RequestBody.Content[0].Value
	equal(t, "files", schemaText(form.Schema),
		`{"type":"object","properties":{"title":{"type":"string"},"photo":{"description":"Of you.","contentMediaType":"application/octet-stream"},`+
			`"maybe":{"contentMediaType":"application/octet-stream"},"more":{"type":"array","items":{"contentMediaType":"application/octet-stream"},"maxItems":3}},`+
			`"required":["photo"]}`)
	equal(t, "accept", form.Encoding, openapi.Map[openapi.Encoding]{{Name: "photo", Value: openapi.Encoding{ContentType: "image/png, text/*"}}})
}
