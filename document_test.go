package fasterapi_test

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/openapi"
)

var update = flag.Bool("update", false, "write the golden files anew")

type shopItem struct {
	ID      int64                 `json:"id" doc:"Given by the shop." readOnly:"true"`
	Name    string                `json:"name" minLength:"1" maxLength:"40" example:"Teapot"`
	Price   float64               `json:"price" exclusiveMinimum:"0"`
	Kind    string                `json:"kind" enum:"pot,cup" default:"pot"`
	Note    fasterapi.Opt[string] `json:"note,omitzero"`
	Parts   []shopItem            `json:"parts,omitempty" maxItems:"9"`
	Founded *time.Time            `json:"founded,omitempty"`
}

type shopQuery struct {
	Shop  string   `path:"shop" pattern:"^[a-z]+$"`
	Tags  []string `query:"tag" doc:"All of them." maxItems:"5"`
	Limit int      `query:"limit" default:"20" minimum:"1" maximum:"100"`
	Trace *string  `header:"X-Trace" deprecated:""`
	Auth  *string  `header:"Authorization"`
	Theme *string  `cookie:"theme"`
}

type shopOrder struct {
	Shop string   `path:"shop"`
	Item shopItem `body:""`
}

type shopPage struct {
	Total int        `header:"X-Total" json:"-" doc:"How many there are."`
	Items []shopItem `json:"items"`
}

func newShop() *fasterapi.App {
	app := fasterapi.New(fasterapi.Docs(openapi.Info{Title: "Shop", Version: "3"}),
		fasterapi.AmendDocs(func(d *openapi.Document) { d.Servers = []openapi.Server{{URL: "https://shop.example"}} }))
	shops := app.Group("/shops/{shop}")
	fasterapi.Get(shops, "/items", zero[shopQuery, shopPage], fasterapi.Tags("items"), fasterapi.Summary("Lists items"))
	fasterapi.Post(shops, "/items", zero[shopOrder, fasterapi.Creation[shopItem]], fasterapi.Tags("items"), fasterapi.OperationID("addItem"),
		fasterapi.Answers[fasterapi.Problem](409, "There is such an item."))
	fasterapi.Query(app, "/shops/{name}/items", func(_ context.Context, in struct {
		Name string    `path:"name"`
		Like *shopItem `body:""`
	}) (fasterapi.Text, error) {
		return "", nil
	}, fasterapi.Deprecated())
	fasterapi.Delete(app, "/shops/{id:int}", func(context.Context, struct {
		ID int `path:"id"`
	}) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, nil
	}, fasterapi.Amend(func(op *openapi.Operation) { op.Extensions = openapi.Extensions{"x-danger": true} }))
	app.Handle("GET", "/files/{path...}", text(""), fasterapi.Description("A file."), fasterapi.Answers[fasterapi.Text](200, "Its text."))
	app.Handle("POST", "/raw/{id:uuid}", text(""), fasterapi.Takes[shopOrderless](), fasterapi.Answers[struct{}](202, ""))
	app.Handle("GET", "/untold", text(""))
	fasterapi.Get(app, "/hidden", zero[struct{}, int], fasterapi.Hidden())
	fasterapi.Register(app, "*", "/any", zero[struct{}, int])
	return app
}

type shopOrderless struct {
	Dry bool     `query:"dry" default:"true"`
	Raw shopItem `body:""`
}

func zero[In, Out any](context.Context, In) (out Out, err error) { return }

// TestDocumentGolden holds the document of a shop in three versions against golden files.
func TestDocumentGolden(t *testing.T) {
	for version, file := range map[openapi.Version]string{
		openapi.V30: "openapi/testdata/shop-3.0.json", openapi.V31: "openapi/testdata/shop-3.1.json", openapi.V32: "openapi/testdata/shop-3.2.json",
	} {
		got, err := newShop().OpenAPI().Render(version)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || string(got) != string(want) {
			t.Errorf("%s (%v) is another one; go test -update writes it anew, git diff shows how", file, err)
		}
	}
}

// TestReferencesLead: every reference in a document leads to a component of it.
func TestReferencesLead(t *testing.T) {
	d := newShop().OpenAPI()
	data, _ := d.Render(openapi.V31)
	parts := strings.Split(string(data), `"$ref": "#/components/schemas/`)
	if len(parts) < 5 {
		t.Fatalf("%d references", len(parts)-1)
	}
	for _, part := range parts[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if _, there := d.Components.Schemas.Get(name); !there {
			t.Errorf("nothing is called %q", name)
		}
	}
}

func TestDocsAreServed(t *testing.T) {
	app := fasterapi.New()
	app.Use(mark("around"))
	fasterapi.Post(app, "/items", zero[shopItem, shopItem])
	onEach(t, app, func(t *testing.T, addr string) {
		for path, version := range map[string]string{"/openapi.json": "3.1.1", "/openapi-3.0.json": "3.0.3", "/openapi-3.2.json": "3.2.0"} {
			got := ask(t, addr, "GET "+path)
			var head struct{ OpenAPI string }
			if err := json.Unmarshal([]byte(got.body), &head); err != nil || head.OpenAPI != version || got.status != 200 {
				t.Errorf("%s: %d %v %q", path, got.status, err, head.OpenAPI)
			}
			tag := got.header.Get("ETag")
			equal(t, "known", ask(t, addr, "GET "+path+"\nIf-None-Match: \"x\", W/"+tag).status, 304)
			equal(t, "unknown", ask(t, addr, "GET "+path+"\nIf-None-Match: \"x\"").status, 200)
			equal(t, "HEAD", ask(t, addr, "HEAD "+path).status, 200)
		}
		equal(t, "middleware", ask(t, addr, "GET /openapi.json").header.Get("X-Chain"), "around")
		equal(t, "POST", ask(t, addr, "POST /openapi.json").problem(t).Status, 405)
		equal(t, "OPTIONS", ask(t, addr, "OPTIONS /openapi.json").header.Get("Allow"), "GET, HEAD, OPTIONS")
		schema := ask(t, addr, "GET /schemas/ShopItemInput.json")
		equal(t, "media type", schema.header.Get("Content-Type"), "application/schema+json")
		if !strings.Contains(schema.body, `"$id": "/schemas/ShopItemInput.json"`) || !strings.Contains(schema.body, `"$ref": "ShopItemInput.json"`) {
			t.Error(schema.body)
		}
		equal(t, "no schema", ask(t, addr, "GET /schemas/Nothing.json").problem(t).Status, 404)
	})
}

// TestDocsPage: the page and all that it names are served, around which stands the App's middleware.
func TestDocsPage(t *testing.T) {
	app := fasterapi.New(fasterapi.Docs(openapi.Info{Title: "Kettles"}),
		fasterapi.AmendDocs(func(d *openapi.Document) { d.Servers = []openapi.Server{{URL: "https://kettles.example/v1"}} }))
	app.Use(mark("around"))
	onEach(t, app, func(t *testing.T, addr string) {
		page := ask(t, addr, "GET /docs")
		equal(t, "middleware", page.header.Get("X-Chain"), "around")
		equal(t, "media type", page.header.Get("Content-Type"), "text/html; charset=utf-8")
		if !strings.Contains(page.body, "<title>Kettles</title>") || !strings.Contains(page.header.Get("Content-Security-Policy"), "connect-src 'self' https://kettles.example;") {
			t.Errorf("%v\n%s", page.header, page.body)
		}
		named := regexp.MustCompile(`(?:src|href|data-document|data-redirect)="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
		if len(named) < 6 {
			t.Errorf("the page names %q", named)
		}
		for _, m := range named {
			equal(t, m[1], ask(t, addr, "HEAD /"+m[1]).status, 200)
		}
		equal(t, "POST", ask(t, addr, "POST /docs").problem(t).Status, 405)
	})
}

// TestDocsPageBelowPrefix: what the page names is relative to it, so that it is found wherever the App stands.
func TestDocsPageBelowPrefix(t *testing.T) {
	below := http.StripPrefix("/api", fasterapi.New())
	fetch := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		below.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		equal(t, path, w.Code, 200)
		return w
	}
	named := regexp.MustCompile(`(?:src|href|data-document|data-redirect)="([^"]+)"`).FindAllStringSubmatch(fetch("/api/docs").Body.String(), -1)
	if len(named) < 6 {
		t.Errorf("the page names %q", named)
	}
	for _, m := range named {
		at, err := url.Parse("http://host/api/docs")
		if err != nil {
			t.Fatal(err)
		}
		if at, err = at.Parse(m[1]); err != nil {
			t.Fatal(err)
		}
		fetch(at.Path)
	}
}

// TestDocsYield: routes of the App come before its documents, and NoDocs leaves the paths alone.
func TestDocsYield(t *testing.T) {
	own := fasterapi.New()
	own.Handle("GET", "/openapi.json", text("mine"))
	own.Handle("GET", "/docs", text("mine"))
	onEach(t, own, func(t *testing.T, addr string) {
		equal(t, "own", ask(t, addr, "GET /openapi.json").body, "mine")
		equal(t, "own", ask(t, addr, "GET /docs").body, "mine")
	})
	mounted := fasterapi.New()
	mounted.Mount("/", http.NotFoundHandler())
	onEach(t, mounted, func(t *testing.T, addr string) {
		equal(t, "of the App", ask(t, addr, "GET /openapi.json").status, 200)
		equal(t, "mounted", ask(t, addr, "GET /openapi").body, "404 page not found\n")
	})
	onEach(t, fasterapi.New(fasterapi.NoDocs()), func(t *testing.T, addr string) {
		equal(t, "none", ask(t, addr, "GET /openapi.json").status, 404)
		equal(t, "none", ask(t, addr, "GET /docs").status, 404)
		equal(t, "none", ask(t, addr, "GET /schemas/Item.json").status, 404)
	})
	broken := newQuiet(fasterapi.AmendDocs(func(d *openapi.Document) { d.Extensions = openapi.Extensions{"x-a": func() {}} }))
	onEach(t, broken, func(t *testing.T, addr string) {
		equal(t, "broken", ask(t, addr, "GET /openapi.json").problem(t).Status, 500)
	})
}
