package tidy

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
)

// drawers are names that say nothing of what is inside.
var drawers = []string{
	"util", "utils", "common", "helper", "helpers", "misc", "base", "types", "manager", "impl", "wrapper",
}

var drawerRule = rule{
	name: "no drawers",
	check: func(tr *tree) (out []finding) {
		const fix = "name the concept that is inside, or move each piece to where it is used"
		for _, f := range tr.files {
			stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(f.path), ".go"), "_test")
			for _, word := range strings.Split(stem, "_") {
				if slices.Contains(drawers, word) {
					out = append(out, finding{f.path, 1, fmt.Sprintf("the file name contains %q", word), fix})
				}
			}
			for _, word := range strings.Split(f.dir, "/") {
				if slices.Contains(drawers, word) {
					out = append(out, finding{f.path, 1, fmt.Sprintf("the folder name %q is a drawer", word), fix})
				}
			}
			if name := strings.TrimSuffix(f.ast.Name.Name, "_test"); slices.Contains(drawers, name) {
				out = append(out, f.found(f.ast.Name.Pos(), fmt.Sprintf("the package name %q is a drawer", name), fix))
			}
		}
		return out
	},
	bad: []sample{
		{"file", map[string]string{"server/utils.go": "package server"}, "contains \"utils\""},
		{"suffix", map[string]string{"server/conn_helper.go": "package server"}, "contains \"helper\""},
		{"test", map[string]string{"server/common_test.go": "package server"}, "contains \"common\""},
		{"folder", map[string]string{"internal/misc/a.go": "package a"}, "folder name \"misc\""},
		{"package", map[string]string{"server/a.go": "package impl"}, "package name \"impl\""},
		{"nested module", map[string]string{"bench/go.mod": "module x", "bench/types.go": "package bench"}, "bench/types.go:1"},
	},
	good: []sample{
		{"nouns", map[string]string{"server/conn.go": "package server", "web/base64.go": "package web"}, ""},
		{"testdata", map[string]string{"server/testdata/utils.go": "package utils"}, ""},
	},
}

// emptyVerb matches names whose first word adds nothing. Exported API may say Get or Do, as net/http does.
var emptyVerb = regexp.MustCompile(`^(get|do)[A-Z]`)

var verbRule = rule{
	name: "no empty verbs",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.files {
			for _, d := range f.ast.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || !emptyVerb.MatchString(fn.Name.Name) {
					continue
				}
				out = append(out, f.found(fn.Name.Pos(), fmt.Sprintf("the name %s begins with an empty verb", fn.Name.Name),
					"name what it yields (path, not getPath) or what it does (send, not doRequest)"))
			}
		}
		return out
	},
	bad: []sample{
		{"get", map[string]string{"web/a.go": "package web\n\nfunc getPath() {}"}, "web/a.go:3"},
		{"do method", map[string]string{"web/a.go": "package web\ntype t int\nfunc (t) doSend() {}"}, "doSend"},
		{"test", map[string]string{"web/a_test.go": "package web\nfunc doRequest() {}"}, "doRequest"},
	},
	good: []sample{
		{"words", map[string]string{"a.go": "package fasterapi\nfunc Get() {}\nfunc done() {}\nfunc getter() {}\nfunc doc() {}"}, ""},
	},
}
