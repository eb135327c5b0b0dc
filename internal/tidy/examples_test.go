package tidy

import (
	"go/ast"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// shownPackages are those whose every exported name is used by an example that runs: an Example with an output, or what it calls.
var shownPackages = []string{".", "middleware", "fasterapitest"}

// unshown names are none that people call: those who do are named.
var unshown = map[string]string{
	"fasterapi.App.Connects":                    "servers",
	"fasterapi.App.Route":                       "servers",
	"fasterapi.Invalid.Faults":                  "package schema",
	"middleware.IdempotencyEntry":               "Idempotency, of a store",
	"middleware.MemoryIdempotencyStore.Claim":   "Idempotency",
	"middleware.MemoryIdempotencyStore.Release": "Idempotency",
	"middleware.MemoryIdempotencyStore.Replace": "Idempotency",
	"middleware.MemorySessionStore.Create":      "Sessions",
	"middleware.MemorySessionStore.Load":        "Sessions",
	"middleware.MemorySessionStore.Replace":     "Sessions",
}

// TestUnshown: the list above holds nothing that has an example by now, or is gone.
func TestUnshown(t *testing.T) {
	tr, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	shown, offered := newShowing(tr), map[string]bool{}
	for _, f := range tr.production() {
		for name := range f.offers() {
			offered[name] = true
		}
	}
	for name := range unshown {
		if shown[name] || !offered[name] {
			t.Errorf("%s is in an example, or nowhere. Fix: take it from the list", name)
		}
	}
}

var exampleRule = rule{
	name: "exported names have examples that run",
	check: func(tr *tree) (out []finding) {
		shown := newShowing(tr)
		for _, f := range tr.production() {
			if !slices.Contains(shownPackages, f.dir) {
				continue
			}
			offered := f.offers()
			for _, name := range slices.Sorted(maps.Keys(offered)) {
				if !shown[name] && unshown[name] == "" {
					out = append(out, f.found(offered[name], name+" is in no example that runs", "use it in an Example with an // Output"))
				}
			}
		}
		return out
	},
	bad: []sample{
		{"none", map[string]string{"a.go": "package fasterapi\n\nfunc F() {}"}, "a.go:3: fasterapi.F is in no example"},
		{"method", map[string]string{"a.go": "package fasterapi\ntype T int\nfunc (*T) M() {}", "a_test.go": exampleText("var t fasterapi.T", "")}, "fasterapi.T.M is in no example"},
		{"no output", map[string]string{"a.go": "package fasterapi\nfunc F() {}", "a_test.go": strings.ReplaceAll(exampleText("fasterapi.F()", ""), "// Output:", "")}, "fasterapi.F is"},
		{"beside", map[string]string{"a.go": "package fasterapi\nfunc F() {}", "a_test.go": exampleText("", "func other() { fasterapi.F() }")}, "fasterapi.F is"},
	},
	good: []sample{
		{"used", map[string]string{"a.go": "package fasterapi\nfunc F() {}\nfunc f() {}\ntype t int\nfunc (t) M() {}", "a_test.go": exampleText("fasterapi.F()", "")}, ""},
		{"called", map[string]string{"a.go": "package fasterapi\nfunc F() {}", "a_test.go": exampleText("other()", "func other() { fasterapi.F() }")}, ""},
		{"result", map[string]string{"a.go": "package fasterapi\nfunc F() T[int] { return 0 }\ntype T[A any] int\nfunc (T[A]) M() {}", "a_test.go": exampleText("fasterapi.F().M()", "")}, ""},
		{"elsewhere", map[string]string{"web/a.go": "package web\nfunc F() {}"}, ""},
	},
}

func exampleText(body, beside string) string {
	return "package fasterapi_test\n\nimport \"" + modulePath + "\"\n\nfunc ExampleF() {\n" + body + "\n\t// Output: x\n}\n\n" + beside + "\n"
}

// offers are the exported functions, types and methods of a file, "middleware.CORS" or "fasterapi.App.Use".
func (f *goFile) offers() map[string]token.Pos {
	offered := map[string]token.Pos{}
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d)) && !slices.Contains(wellKnown, d.Name.Name)) {
				offered[f.nameOf(d)] = d.Name.Pos()
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && t.Name.IsExported() {
					offered[f.ast.Name.Name+"."+t.Name.Name] = t.Name.Pos()
				}
			}
		}
	}
	return offered
}

func (f *goFile) nameOf(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return f.ast.Name.Name + "." + d.Name.Name
	}
	return f.ast.Name.Name + "." + receiver(d) + "." + d.Name.Name
}

// showing is what examples use. A method counts by its name, whoever has it: nothing here knows types. A type counts where it is
// named, and where it stands in the signature of a function, or in the fields of a struct, that is used.
type showing map[string]bool

func newShowing(tr *tree) showing {
	shown, methods := showing{}, map[string]bool{}
	for _, tests := range testPackages(tr) {
		tests.collect(shown, methods)
	}
	for grown := -1; grown != len(shown); {
		grown = len(shown)
		for _, f := range tr.production() {
			if slices.Contains(shownPackages, f.dir) {
				shown.spread(f, methods)
			}
		}
	}
	return shown
}

// spread adds the methods that are called, and the types that stand in what is shown already.
func (s showing) spread(f *goFile, methods map[string]bool) {
	types := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.IsExported() {
				s[f.ast.Name.Name+"."+id.Name] = true
			}
			return true
		})
	}
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil && methods[d.Name.Name] {
				s[f.nameOf(d)] = true
			}
			if s[f.nameOf(d)] {
				types(d.Type)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || !s[f.ast.Name.Name+"."+t.Name.Name] {
					continue
				}
				if fields, ok := t.Type.(*ast.StructType); ok {
					for _, field := range fields.Fields.List {
						types(field.Type)
					}
				}
			}
		}
	}
}

// testPackage is the top level of the test files of one package.
type testPackage struct {
	declared map[string][]declared
	examples []string
}

type declared struct {
	file *goFile
	node ast.Node
}

func testPackages(tr *tree) map[string]*testPackage {
	packages := map[string]*testPackage{}
	for _, f := range tr.files {
		if f.module != "" || !f.isTest() {
			continue
		}
		key := path.Join(f.dir, f.ast.Name.Name)
		if packages[key] == nil {
			packages[key] = &testPackage{declared: map[string][]declared{}}
		}
		packages[key].add(f)
	}
	return packages
}

func (p *testPackage) add(f *goFile) {
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = receiver(d) // a type is used with its methods
			}
			p.declared[name] = append(p.declared[name], declared{f, d})
			if strings.HasPrefix(name, "Example") && f.hasOutput(d) || name == "init" && strings.HasPrefix(path.Base(f.path), "example") {
				p.examples = append(p.examples, name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					p.declared[spec.Name.Name] = append(p.declared[spec.Name.Name], declared{f, spec})
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						p.declared[name.Name] = append(p.declared[name.Name], declared{f, spec})
					}
				}
			}
		}
	}
}

// hasOutput: without one an example is compiled and never run.
func (f *goFile) hasOutput(d *ast.FuncDecl) bool {
	for _, group := range f.ast.Comments {
		text := strings.ToLower(group.Text())
		if d.Pos() < group.Pos() && group.End() < d.End() && (strings.HasPrefix(text, "output:") || strings.HasPrefix(text, "unordered output:")) {
			return true
		}
	}
	return false
}

// collect follows the examples through what they call, and notes the names of our packages that come up.
func (p *testPackage) collect(shown showing, methods map[string]bool) {
	seen := map[string]bool{}
	for todo := slices.Clone(p.examples); len(todo) > 0; todo = todo[1:] {
		if seen[todo[0]] {
			continue
		}
		seen[todo[0]] = true
		for _, d := range p.declared[todo[0]] {
			local := map[string]string{}
			for _, dir := range shownPackages {
				pkg := path.Join(modulePath, dir)
				local[d.file.localName(pkg)] = path.Base(pkg)
			}
			ast.Inspect(d.node, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					methods[n.Sel.Name] = true
					if x, ok := n.X.(*ast.Ident); ok && local[x.Name] != "" {
						shown[local[x.Name]+"."+n.Sel.Name] = true
					}
				case *ast.Ident:
					if p.declared[n.Name] != nil {
						todo = append(todo, n.Name)
					}
				}
				return true
			})
		}
	}
}
