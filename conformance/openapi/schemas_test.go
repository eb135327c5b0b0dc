package openapi

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchemas compiles the schema of each component from its URL, by way of its references to others, after the meta-schema of draft
// 2020-12 has allowed it; and holds an answer of the arena against its own.
func TestSchemas(t *testing.T) {
	for _, s := range []subject{arena, quickstart, everything} {
		t.Run(s.name, func(t *testing.T) {
			origin := s.start(t)
			var document struct {
				Components struct{ Schemas map[string]any }
			}
			if err := json.Unmarshal(fetch(t, origin+paths["3.1"]), &document); err != nil {
				t.Fatal(err)
			}
			if len(document.Components.Schemas) < 2 {
				t.Fatalf("%d schemas", len(document.Components.Schemas))
			}
			compiler := jsonschema.NewCompiler()
			compiler.DefaultDraft(jsonschema.Draft2020)
			compiler.UseLoader(overHTTP{t, origin})
			for name := range document.Components.Schemas {
				if _, err := compiler.Compile(origin + "/schemas/" + name + ".json"); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			problem, err := compiler.Compile(origin + "/schemas/Problem.json")
			if err != nil {
				t.Fatal(err)
			}
			for text, valid := range map[string]bool{`{"status": 404, "title": "Not Found"}`: true, `{"status": "404", "title": "Not Found"}`: false} {
				value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
				if err != nil {
					t.Fatal(err)
				}
				if err := problem.Validate(value); (err == nil) != valid {
					t.Errorf("%s: %v", text, err)
				}
			}
		})
	}
}

// overHTTP loads schemas from the App that is tested.
type overHTTP struct {
	t      *testing.T
	origin string
}

func (l overHTTP) Load(at string) (any, error) {
	if u, err := url.Parse(at); err != nil || "http://"+u.Host != l.origin {
		l.t.Errorf("a schema refers to %s", at)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	res, err := client.Get(at)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != "application/schema+json" {
		l.t.Errorf("%s: %d %s", at, res.StatusCode, got)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
}
