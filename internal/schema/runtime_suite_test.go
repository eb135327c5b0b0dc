package schema

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// suiteExcluded are groups of the suite whose schemas are refused, with what the refusal says. Nothing else may be refused.
var suiteExcluded = map[string]string{
	"if-then-else: ignore then without if":                                        "without if",
	"if-then-else: ignore else without if":                                        "without if",
	"if-then-else: non-interference across combined schemas":                      "without if",
	"maxContains: maxContains without contains is ignored":                        "without contains",
	"minContains: minContains without contains is ignored":                        "without contains",
	"defs: validate definition against metaschema":                                "leads out of the document",
	"ref: remote ref, containing refs itself":                                     "leads out of the document",
	"ref: simple URN base URI with $ref via the URN":                              "leads out of the document",
	"ref: URN base URI with URN and JSON pointer ref":                             "leads out of the document",
	"not: collect annotations inside a 'not', even if collection is disabled":     `"unevaluatedProperties" is not supported`,
	"ref: ref creates new scope when adjacent to keywords":                        `"unevaluatedProperties" is not supported`,
	"ref: order of evaluation: $id and $anchor and $ref":                          `"$anchor" is not supported`,
	"ref: URN base URI with URN and anchor ref":                                   `"$anchor" is not supported`,
	"ref: Recursive references between schemas":                                   "at the root of the document",
	"ref: refs with relative uris and defs":                                       "at the root of the document",
	"ref: relative refs with absolute uris and defs":                              "at the root of the document",
	"ref: $id must be resolved against nearest parent, not just immediate parent": "at the root of the document",
	"ref: order of evaluation: $id and $ref":                                      "at the root of the document",
	"ref: URN ref with nested pointer ref":                                        "at the root of the document",
	"ref: ref to if":                                                              "at the root of the document",
	"ref: ref to then":                                                            "at the root of the document",
	"ref: ref to else":                                                            "at the root of the document",
	"ref: ref with absolute-path-reference":                                       "at the root of the document",
}

// TestJSONSchemaSuite holds FromJSON against the cases of JSON-Schema-Test-Suite for draft 2020-12 and the words that are supported.
func TestJSONSchemaSuite(t *testing.T) {
	files, err := filepath.Glob("testdata/json-schema-test-suite/*.json")
	more, _ := filepath.Glob("testdata/json-schema-test-suite/format/*.json")
	files = append(files, more...)
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	excluded := maps.Clone(suiteExcluded)
	run := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var groups []suiteGroup
		if err := json.Unmarshal(text, &groups); err != nil {
			t.Fatal(file, err)
		}
		for _, g := range groups {
			name := strings.TrimSuffix(filepath.Base(file), ".json") + ": " + g.Description
			run += g.check(t, name, excluded)
		}
	}
	if run < 800 {
		t.Errorf("%d cases were run", run)
	}
	for name, reason := range excluded {
		t.Errorf("%q (%s) is excluded but not refused", name, reason)
	}
}

type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

func (g *suiteGroup) check(t *testing.T, name string, excluded map[string]string) (run int) {
	n, err := FromJSON(g.Schema)
	if err != nil {
		if reason := excluded[name]; reason == "" || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %q", name, err)
		}
		delete(excluded, name)
		return 0
	}
	for _, one := range g.Tests {
		run++
		var v any
		faults, err := n.DecodeJSON(context.Background(), one.Data, TargetOf(&v), Policy{})
		if (err == nil && len(faults) == 0) != one.Valid {
			t.Errorf("%s: %s\n\tschema %s\n\tvalue %s: %v %v", name, one.Description, g.Schema, one.Data, faults, err)
		}
	}
	return run
}
