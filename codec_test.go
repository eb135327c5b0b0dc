package fasterapi_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// bracketed is a format for tests: JSON between < and >.
type bracketed struct{ mediaTypes []string }

var errBrackets = errors.New("it is not between brackets")

func (b bracketed) MediaTypes() []string { return b.mediaTypes }

func (bracketed) ToJSON(dst, src []byte) ([]byte, error) {
	if len(src) < 2 || src[0] != '<' || src[len(src)-1] != '>' {
		return dst, errBrackets
	}
	return append(dst, src[1:len(src)-1]...), nil
}

func (bracketed) FromJSON(dst, src []byte) ([]byte, error) {
	if strings.Contains(string(src), "secret") {
		return dst, errBrackets
	}
	return append(append(append(dst, '<'), src...), '>'), nil
}

type coded struct {
	Name  string `json:"name" minLength:"2"`
	Trace string `header:"X-Trace"`
}

func codecApp(opts ...fasterapi.Option) *fasterapi.App {
	app := newQuiet(append(opts, fasterapi.Codecs(bracketed{[]string{"application/bracketed", "text/bracketed"}}))...)
	type name struct {
		Name string `json:"name" minLength:"2"`
	}
	fasterapi.Post(app, "/names", func(_ context.Context, in name) (coded, error) { return coded{in.Name, "t"}, nil })
	fasterapi.Post(app, "/created", func(_ context.Context, in name) (fasterapi.Creation[name], error) {
		return fasterapi.Created(in, "/created/1"), nil
	})
	fasterapi.Get(app, "/text", func(context.Context, struct{}) (fasterapi.Text, error) { return "text", nil })
	fasterapi.Get(app, "/strict", func(context.Context, struct{}) (int, error) { return 1, nil }, fasterapi.StrictAccept(true))
	fasterapi.Get(app, "/lax", func(context.Context, struct{}) (int, error) { return 1, nil }, fasterapi.StrictAccept(false))
	return app
}

func TestCodecs(t *testing.T) {
	onEach(t, codecApp(), func(t *testing.T, addr string) {
		for request, want := range map[string]string{
			"POST /names\nContent-Type: application/bracketed\nAccept: text/bracketed\n\n<{\"name\":\"ann\"}>":      `200 text/bracketed <{"name":"ann"}>`,
			"POST /names\nContent-Type: TEXT/Bracketed; x=1\nAccept: application/*\n\n<{\"name\":\"ann\"}>":         `200 application/json {"name":"ann"}`,
			"POST /names\nContent-Type: application/json\nAccept: application/bracketed\n\n{\"name\":\"ann\"}":      `200 application/bracketed <{"name":"ann"}>`,
			"POST /names\nContent-Type: text/bracketed\nAccept: image/png\n\n<{\"name\":\"ann\"}>":                  `200 application/json {"name":"ann"}`,
			"POST /names\nContent-Type: text/bracketed\nAccept: text/*, application/*;q=.5\n\n<{\"name\":\"ann\"}>": `200 text/bracketed <{"name":"ann"}>`,
			"POST /names\nContent-Type: text/bracketed\n\n<{\"name\":\"a\"}>":                                       "422 body /name minLength",
			"POST /names\nContent-Type: text/bracketed\n\n<{\"name\":1,\"name\":2}>":                                "400 the body cannot be read as text/bracketed: a member name stands twice in one object",
			"POST /names\nContent-Type: text/bracketed\n\n{}":                                                       "400 the body cannot be read as text/bracketed: it is not between brackets",
			"POST /names\nContent-Type: text/plain\n\n{}":                                                           "415 the body must be one of application/json, application/bracketed, text/bracketed",
			"POST /names\nContent-Type: application/json\nContent-Encoding: gzip\n\n{}":                             "415 the body must be sent without a Content-Encoding",
			"POST /names\nContent-Type: application/json\nContent-Encoding: identity\n\n{}":                         "422 body /name required",
			"POST /names\nContent-Type: text/bracketed":                                                             "422 body required",
			"POST /created\nContent-Type: text/bracketed\nAccept: text/bracketed\n\n<{\"name\":\"ann\"}>":           `201 text/bracketed <{"name":"ann"}>`,
			"POST /created\nContent-Type: text/bracketed\nAccept: text/bracketed\n\n<{\"name\":\"secret\"}>":        "500 ",
			"GET /text\nAccept: image/png":   "200 text/plain; charset=utf-8 text",
			"GET /strict\nAccept: image/png": "406 this is served as application/json, application/bracketed, text/bracketed",
			"GET /strict\nAccept: text/*":    "200 text/bracketed <1>",
			"GET /strict":                    "200 application/json 1",
		} {
			got := ask(t, addr, request)
			told := got.header.Get("Content-Type") + " " + got.body
			if got.status == 422 {
				told = strings.Join(got.codes(t), ", ")
			} else if got.status >= 400 {
				told = got.problem(t).Detail
			}
			equal(t, request, fmt.Sprint(got.status, " ", told), want)
		}
		got := ask(t, addr, "POST /names\nContent-Type: text/bracketed\nAccept: text/bracketed\n\n<{\"name\":\"ann\"}>")
		equal(t, "fields", []string{got.header.Get("X-Trace"), got.header.Get("Vary")}, []string{"t", "Accept"})
	})
	onEach(t, codecApp(fasterapi.StrictAccept(true)), func(t *testing.T, addr string) {
		equal(t, "App", ask(t, addr, "GET /text\nAccept: image/png").status, 406)
		equal(t, "route", ask(t, addr, "GET /lax\nAccept: image/png").status, 200)
	})
}

// TestDocumentedCodecs: one schema stands under each media type.
func TestDocumentedCodecs(t *testing.T) {
	app := codecApp()
	app.Handle("POST", "/raw", text(""), fasterapi.Takes[user]())
	d := app.OpenAPI()
	raw, _ := d.Paths.Get("/raw")
	equal(t, "a raw handler", raw.Post.RequestBody.Content.Names(), []string{"application/json"})
	want := []string{"application/json", "application/bracketed", "text/bracketed"}
	names, _ := d.Paths.Get("/names")
	equal(t, "takes", names.Post.RequestBody.Content.Names(), want)
	equal(t, "gives", names.Post.Responses[0].Value.Content.Names(), want)
	equal(t, "schema", schemaText(names.Post.RequestBody.Content[0].Value.Schema), schemaText(names.Post.RequestBody.Content[2].Value.Schema))
	text, _ := d.Paths.Get("/text")
	equal(t, "text", text.Get.Responses[0].Value.Content.Names(), []string{"text/plain"})
	strict, _ := d.Paths.Get("/strict")
	equal(t, "strict", strict.Get.Responses.Names(), []string{"200", "406", "default"})
}

func TestCodecMisuse(t *testing.T) {
	for want, list := range map[string][]fasterapi.Codec{
		"a codec is nil":               {nil},
		"a codec has no media types":   {bracketed{}},
		`"text/*" is no media type`:    {bracketed{[]string{"text/*"}}},
		`"Text/x" is no media type`:    {bracketed{[]string{"Text/x"}}},
		`"text" is no media type`:      {bracketed{[]string{"text"}}},
		`"application/a+json" is JSON`: {bracketed{[]string{"application/a+json"}}},
		`"text/x" has a codec already`: {bracketed{[]string{"text/x"}}, bracketed{[]string{"text/x"}}},
		`"text/y" has a codec already`: {bracketed{[]string{"text/y", "text/y"}}},
	} {
		got := panicOf(func() { fasterapi.New(fasterapi.Codecs(list...)) })
		if !strings.Contains(got, want) || !strings.Contains(got, "codec_test.go:") || !strings.Contains(got, "Fix: ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
