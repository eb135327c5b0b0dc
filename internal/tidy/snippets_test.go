package tidy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// importPaths are what the programs in the documents may use without saying so.
var importPaths = map[string]string{
	"context": "context", "io": "io", "log": "log", "os": "os", "strings": "strings", "time": "time",
	"testing": "testing", "synctest": "testing/synctest",
	"tls": "crypto/tls", "x509": "crypto/x509", "http": "net/http",
	"fasterapi":     "github.com/fasterapi-go/fasterapi",
	"fasterapitest": "github.com/fasterapi-go/fasterapi/fasterapitest",
	"server":        "github.com/fasterapi-go/fasterapi/server",
	"certificate":   "github.com/fasterapi-go/fasterapi/server/certificate",
	"middleware":    "github.com/fasterapi-go/fasterapi/middleware",
	"web":           "github.com/fasterapi-go/fasterapi/web",
}

// TestDocumentsCompile compiles every ```go block below docs. A block that is no whole program is declarations or statements; those of
// one document stand behind each other, and each sees the variables of those before it. Blocks that use a nested module are left to
// that module's own example.
func TestDocumentsCompile(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(documents) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	// All at once, each as a package of its own; for its export data a package is compiled, and not linked.
	files, packages := map[string]string{}, []string{"list", "-export", "-overlay", ""}
	for _, name := range documents {
		if isGuide(filepath.Base(name)) {
			continue // TestGuides runs it
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, program := range programs(t, string(text)) {
			place := fmt.Sprintf("examples/document_%s_%d", strings.TrimSuffix(filepath.Base(name), ".md"), i+1)
			files[place+"/main.go"] = program
			packages = append(packages, "./"+place)
		}
	}
	packages[3] = overlay(t, root, files)
	list := exec.Command("go", packages...)
	list.Dir = root
	if out, err := list.CombinedOutput(); err != nil {
		t.Errorf("the code of a document, which its package is named after, does not compile: %v. Fix: correct the document or the API\n%s", err, out)
	}
}

func TestProgramsOfADocument(t *testing.T) {
	text := "```go\npackage main\n\nfunc main() {}\n```\n```go\nfunc f() { log.Print() }\n```\n```go\nx, err := os.Getwd()\n```\n```go\nx := 1\n```\n```go\nacme.F()\n```\n"
	got := programs(t, text)
	want := "package main\nimport \"log\"\nimport \"os\"\nfunc f() { log.Print() }\nfunc main() {\n{\nx, err := os.Getwd()\n_ = x\n_ = err\n{\nx := 1\n_ = x\n}\n}\n}\n"
	if len(got) != 2 || got[0] != "package main\n\nfunc main() {}\n" || got[1] != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// programs are the whole programs of a document, and one more made of the rest.
func programs(t *testing.T, text string) (whole []string) {
	var declarations, body strings.Builder
	depth := 0
	for _, block := range goBlocks(text) {
		switch {
		case strings.HasPrefix(block, "package "):
			whole = append(whole, block)
		case strings.Contains(block, "acme."):
		case strings.HasPrefix(block, "func "), strings.HasPrefix(block, "type "):
			declarations.WriteString(block)
		default:
			body.WriteString("{\n" + block)
			for _, name := range assigned(t, block) {
				body.WriteString("_ = " + name + "\n")
			}
			depth++
		}
	}
	rest := declarations.String() + "func main() {\n" + body.String() + strings.Repeat("}\n", depth) + "}\n"
	if declarations.Len()+body.Len() == 0 {
		return whole
	}
	head := "package main\n"
	for _, name := range sortedKeys(importPaths) {
		if regexp.MustCompile(`(^|[^.\w])` + name + `\.[A-Z]`).MatchString(rest) {
			head += "import \"" + importPaths[name] + "\"\n"
		}
	}
	return append(whole, head+rest)
}

func goBlocks(text string) (blocks []string) {
	for {
		block, ok := firstGoBlock(text)
		if !ok {
			return blocks
		}
		blocks = append(blocks, block)
		_, text, _ = strings.Cut("\n"+text, "\n```go\n")
	}
}

// assigned are the variables that the statements make, of which a document need not use all.
func assigned(t *testing.T, block string) (names []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+block+"}\n", parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("%v in\n%s", err, block)
		return nil
	}
	for _, statement := range file.Decls[0].(*ast.FuncDecl).Body.List {
		if s, ok := statement.(*ast.AssignStmt); ok && s.Tok == token.DEFINE {
			for _, x := range s.Lhs {
				if name := x.(*ast.Ident).Name; name != "_" {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
