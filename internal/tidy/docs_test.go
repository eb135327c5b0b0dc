package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

const minDocSentences = 3

var packageDocRule = rule{
	name: "package doc",
	check: func(tr *tree) (out []finding) {
		docs := map[string]*goFile{}
		first := map[string]*goFile{}
		var dirs []string
		for _, f := range tr.files {
			if f.module != "" {
				continue
			}
			if first[f.dir] == nil {
				first[f.dir] = f
				dirs = append(dirs, f.dir)
			}
			if path.Base(f.path) == "doc.go" || f.ast.Name.Name == "main" && f.ast.Doc != nil {
				docs[f.dir] = f
			}
		}
		for _, dir := range dirs {
			f := docs[dir]
			if f == nil {
				out = append(out, finding{first[dir].path, 1, fmt.Sprintf("package %s has no doc.go", dir),
					"say there what it is, what it refuses and how bytes move"})
				continue
			}
			if n := sentences(f.ast.Doc.Text()); n < minDocSentences && f.ast.Name.Name != "main" {
				out = append(out, f.found(f.ast.Package, fmt.Sprintf("the package comment has %d sentences, at least %d", n, minDocSentences),
					"say what it is, what it refuses and how bytes move"))
			}
		}
		return out
	},
	bad: []sample{
		{"missing", map[string]string{"web/a.go": "// Package web is. Yes. Yes.\npackage web"}, "no doc.go"},
		{"short", map[string]string{"web/doc.go": "// Package web is a leaf: e.g.x. Small.\npackage web"}, "has 2 sentences"},
		{"main", map[string]string{"cmd/x/main.go": "package main"}, "no doc.go"},
	},
	good: []sample{
		{"three", map[string]string{"web/doc.go": "// Package web is one. It is\n// two. Is it three?\npackage web"}, ""},
		{"main", map[string]string{"cmd/x/main.go": "// Command x runs.\npackage main"}, ""},
	},
}

var exportedDocRule = rule{
	name: "exported names are documented",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.production() {
			if f.ast.Name.Name == "main" || ast.IsGenerated(f.ast) {
				continue
			}
			for _, d := range f.ast.Decls {
				out = append(out, checkDocumented(f, d)...)
			}
		}
		return out
	},
	bad: []sample{
		{"func", map[string]string{"web/a.go": "package web\n\nfunc F() {}"}, "web/a.go:3: F has no doc comment"},
		{"method", map[string]string{"web/a.go": "package web\n// T is.\ntype T[A any] int\nfunc (t *T[A]) M() {}"}, "M has no doc comment"},
		{"type", map[string]string{"web/a.go": "package web\ntype T int"}, "T has no doc comment"},
		{"value", map[string]string{"web/a.go": "package web\nvar (\n\tA = 1 // A is.\n\tB = 2\n)"}, "web/a.go:4: B has"},
		{"well-known name, but no method", map[string]string{"web/a.go": "package web\nfunc Error() {}"}, "Error has no doc comment"},
		{"directive only", map[string]string{"web/a.go": "package web\n//tidy:fields because\ntype T struct{}"}, "T has no doc comment"},
	},
	good: []sample{
		{"all", map[string]string{"web/a.go": "package web\n// These are states.\nconst (\nA = 1\nB = 2\n)\n// T is.\ntype T int\n// M does.\nfunc (T) M() {}"}, ""},
		{"hidden receiver", map[string]string{"web/a.go": "package web\ntype t int\nfunc (t) Error() string { return \"\" }"}, ""},
		{"main", map[string]string{"cmd/x/a.go": "package main\nfunc F() {}"}, ""},
		{"well known", map[string]string{"web/a.go": "package web\n// E is.\ntype E int\nfunc (E) Error() string { return \"\" }"}, ""},
	},
}

// wellKnown methods are documented by the interfaces of the standard library that they satisfy.
var wellKnown = []string{"Error", "Unwrap", "Is", "Timeout", "Temporary", "String", "Len", "Less", "Swap"}

func checkDocumented(f *goFile, d ast.Decl) (out []finding) {
	want := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		for _, doc := range docs {
			if strings.TrimSpace(doc.Text()) != "" {
				return
			}
		}
		out = append(out, f.found(name.Pos(), name.Name+" has no doc comment",
			"say what a caller must know: units, errors, ownership, the RFC section"))
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || ast.IsExported(receiver(d)) && !slices.Contains(wellKnown, d.Name.Name) {
			want(d.Name, d.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				want(spec.Name, spec.Doc, spec.Comment, declDoc(d))
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					want(name, spec.Doc, spec.Comment, d.Doc)
				}
			}
		}
	}
	return out
}

// declDoc is the comment above a type declaration; above a group of types it documents none of them.
func declDoc(d *ast.GenDecl) *ast.CommentGroup {
	if d.Lparen == token.NoPos {
		return d.Doc
	}
	return nil
}

func receiver(fn *ast.FuncDecl) string {
	name := ""
	ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return name == ""
	})
	return name
}

var sentenceEnd = regexp.MustCompile(`[.!?]["')]*(\s|$)`)

func sentences(text string) int { return len(sentenceEnd.FindAllString(text, -1)) }

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

var linkRule = rule{
	name: "links in documents lead somewhere",
	check: func(tr *tree) (out []finding) {
		for _, text := range tr.texts {
			if path.Ext(text.path) != ".md" || inTestdata(text.path) {
				continue
			}
			line, code := 0, false
			for row := range strings.Lines(string(text.data)) {
				line++
				if strings.HasPrefix(row, "```") {
					code = !code
				}
				if code { // there a call with type arguments looks like a link
					continue
				}
				for _, m := range markdownLink.FindAllStringSubmatch(row, -1) {
					u, err := url.Parse(m[1])
					if err == nil && (u.IsAbs() || u.Path == "") {
						continue
					}
					if err != nil || !tr.paths[path.Join(path.Dir(text.path), u.Path)] {
						out = append(out, finding{text.path, line, fmt.Sprintf("the link %s leads nowhere", m[1]),
							"correct the path, relative to the document"})
					}
				}
			}
		}
		return out
	},
	bad: []sample{
		{"gone", map[string]string{"docs/a.md": "one\n[b](b.md)"}, "docs/a.md:2"},
		{"after code", map[string]string{"docs/a.md": "```go\nx\n```\n[b](b.md)"}, "docs/a.md:4"},
	},
	good: []sample{
		{"code", map[string]string{"docs/a.md": "```go\nx := list[int](nil)\n```\n"}, ""},
		{"there", map[string]string{"docs/a.md": "[b](../README.md#x) [c](https://example.com/x) [d](#y)", "README.md": "x"}, ""},
	},
}

var decisionName = regexp.MustCompile(`^docs/decisions/(\d{4})-[a-z0-9-]+\.md$`)

var decisionRule = rule{
	name: "decisions are numbered",
	check: func(tr *tree) (out []finding) {
		taken := map[string]string{}
		for _, text := range tr.texts {
			if path.Dir(text.path) != "docs/decisions" {
				continue
			}
			m := decisionName.FindStringSubmatch(text.path)
			if m == nil {
				out = append(out, finding{text.path, 1, "a decision has no number", "name it NNNN-title.md, in lower case"})
				continue
			}
			if other := taken[m[1]]; other != "" {
				out = append(out, finding{text.path, 1, "its number is taken by " + other, "take the next free number"})
			}
			taken[m[1]] = text.path
		}
		return out
	},
	bad: []sample{
		{"name", map[string]string{"docs/decisions/loop.md": "x"}, "has no number"},
		{"twice", map[string]string{"docs/decisions/0001-a.md": "x", "docs/decisions/0001-b.md": "x"}, "taken by docs/decisions/0001-a.md"},
	},
	good: []sample{
		{"row", map[string]string{"docs/decisions/0001-a.md": "x", "docs/decisions/0002-b.md": "x"}, ""},
	},
}
