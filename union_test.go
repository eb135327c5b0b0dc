package fasterapi_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

// square and line stand in no union.
type square struct{ Side int }

type line interface{ length() float64 }

func (square) area() float64 { return 0 }

func TestUnion(t *testing.T) {
	app := newQuiet()
	fasterapi.Post(app, "/same", func(_ context.Context, in struct {
		Body struct {
			Main  figure                `json:"main"`
			Other fasterapi.Opt[figure] `json:"other,omitzero"`
		} `body:""`
	}) (any, error) {
		return in.Body, nil
	})
	fasterapi.Get(app, "/none", func(context.Context, struct{}) (figure, error) { return nil, nil })
	fasterapi.Get(app, "/other", func(context.Context, struct{}) (figure, error) { return square{}, nil })
	const post = "POST /same\nContent-Type: application/json\n\n"
	onEach(t, app, func(t *testing.T, addr string) {
		for body, want := range map[string]string{
			`{"main":{"radius":1,"kind":"disc"}}`:                                             `{"main":{"kind":"disc","radius":1}}`,
			`{"main":{"kind":"box","height":1,"width":2},"other":{"kind":"disc","radius":2}}`: `{"main":{"kind":"box","width":2,"height":1},"other":{"kind":"disc","radius":2}}`,
			`{"other":null,"main":{"radius":1,"kind":"disc"}}`:                                `{"main":{"kind":"disc","radius":1},"other":null}`,
		} {
			a := ask(t, addr, post+body)
			equal(t, body, a.status, 200)
			equal(t, body, a.body, want)
		}
		a := ask(t, addr, post+`{"main":null,"other":{"radius":1,"kind":"ring"}}`)
		equal(t, "mistakes", a.codes(t), []string{"body /main type", "body /other/kind enum"})
		equal(t, "null", ask(t, addr, "GET /none").body, "null")
		equal(t, "not declared", ask(t, addr, "GET /other").status, 500)
	})
}

// TestUnionDocument: the mapping leads to the components in documents, and to their files in schemas of their own.
func TestUnionDocument(t *testing.T) {
	app := newQuiet()
	fasterapi.Post(app, "/areas", func(context.Context, []figure) (float64, error) { return 0, nil })
	for _, version := range []openapi.Version{openapi.V30, openapi.V31, openapi.V32} {
		data, err := app.OpenAPI().Render(version)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Components struct {
				Schemas map[string]struct {
					OneOf []struct {
						Ref string `json:"$ref"`
					}
					Discriminator struct{ Mapping map[string]string }
					Properties    map[string]any
				}
			}
		}
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		union := doc.Components.Schemas["Figure"]
		equal(t, "mapping", union.Discriminator.Mapping, map[string]string{"disc": "#/components/schemas/Disc", "box": "#/components/schemas/Box"})
		equal(t, "first", union.OneOf[0].Ref, "#/components/schemas/Disc")
		if doc.Components.Schemas["Disc"].Properties["kind"] == nil {
			t.Error("the discriminator is no property")
		}
	}
	onEach(t, app, func(t *testing.T, addr string) {
		if text := ask(t, addr, "GET /schemas/Figure.json").body; !strings.Contains(text, `"disc": "Disc.json"`) || strings.Contains(text, "components") {
			t.Error(text)
		}
	})
}

func TestUnionMisuse(t *testing.T) {
	for want, declare := range map[string]func(){
		"OneOf[fasterapi_test.square]":                                 func() { fasterapi.OneOf[square]("kind", fasterapi.Case[square]("square")) },
		"fasterapi_test.square does not implement fasterapi_test.line": func() { fasterapi.OneOf[line]("kind", fasterapi.Case[square]("square")) },
		"fasterapi_test.figure is declared already":                    func() { fasterapi.OneOf[figure]("kind", fasterapi.Case[square]("square")) },
		"fasterapi_test.line is an interface with methods": func() {
			fasterapi.Post(newQuiet(), "/lines", func(context.Context, line) (int, error) { return 0, nil })
		},
		"declare its types with fasterapi.OneOf": func() {
			fasterapi.Post(newQuiet(), "/lines", func(context.Context, struct {
				Line line `json:"line"`
			}) (int, error) {
				return 0, nil
			})
		},
		"its fields from query, path, header or cookie": func() { fasterapi.Get(newQuiet(), "/x", answer[figure]) },
		"cannot be filled from text": func() {
			fasterapi.Get(newQuiet(), "/x", answer[struct {
				F figure `query:"f"`
			}])
		},
	} {
		got := panicOf(declare)
		if !strings.Contains(got, want) || !strings.Contains(got, "union_test.go:") || !strings.Contains(got, "Fix: ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	fasterapi.OneOf[figure]("kind", fasterapi.Case[disc]("disc"), fasterapi.Case[*box]("box")) // the same again
}
