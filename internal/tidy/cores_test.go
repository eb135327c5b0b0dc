package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
)

// cores are the pure state machines: bytes, events and the caller's clock go in, bytes and events come out.
var cores = []string{
	"internal/http1", "internal/http2", "internal/http3", "internal/hpack", "internal/qpack", "internal/huffman",
	"internal/wsframe", "internal/exchange",
}

var impureImports = []string{"net", "net/http", "net/http/...", "os", "os/...", "syscall", "sync", "sync/...", "golang.org/x/sys/..."}

var clockNames = []string{"Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep"}

var coreRule = rule{
	name: "pure cores",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.production() {
			if isAny(f.dir, cores) {
				out = append(out, checkCore(f)...)
			}
		}
		return out
	},
	bad: []sample{
		{"net", map[string]string{"internal/http1/a.go": imports("http1", "net")}, "imports net"},
		{"atomic", map[string]string{"internal/hpack/a.go": imports("hpack", "sync/atomic")}, "imports sync/atomic"},
		{"go", map[string]string{"internal/http2/a.go": "package http2\nfunc f() {\n\tgo f()\n}"}, "internal/http2/a.go:3"},
		{"now", map[string]string{"internal/exchange/a.go": "package exchange\nimport clock \"time\"\nvar t = clock.Now()"}, "time.Now"},
		{"since as value", map[string]string{"internal/wsframe/a.go": "package wsframe\nimport \"time\"\nvar f = time.Since"}, "time.Since"},
	},
	good: []sample{
		{"given time", map[string]string{"internal/http1/a.go": "package http1\nimport \"time\"\nfunc f(now time.Time) {}"}, ""},
		{"loop", map[string]string{"internal/loop/a.go": "package loop\nimport \"time\"\nfunc f() { go f(); time.Now() }"}, ""},
		{"test", map[string]string{"internal/http1/a_test.go": imports("http1", "os", "sync")}, ""},
	},
}

func checkCore(f *goFile) (out []finding) {
	for _, spec := range f.ast.Imports {
		if p := importPath(spec); isAny(p, impureImports) {
			out = append(out, f.found(spec.Pos(), fmt.Sprintf("the core %s imports %s", f.dir, p),
				"leave sockets, files and locks to the driver"))
		}
	}
	for _, n := range f.uses("time", clockNames...) {
		name := n.(*ast.SelectorExpr).Sel.Name
		out = append(out, f.found(n.Pos(), fmt.Sprintf("the core %s reads a clock: time.%s", f.dir, name),
			"take the time from the caller, as Receive(now, in) and Expire(now) do"))
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if stmt, ok := n.(*ast.GoStmt); ok {
			out = append(out, f.found(stmt.Pos(), fmt.Sprintf("the core %s starts a goroutine", f.dir),
				"return an event and let the driver decide who runs what"))
		}
		return true
	})
	return out
}

// composites gives the positions of literals of the type pkg.name.
func composites(f *goFile, pkg, name string) []token.Pos {
	local := f.localName(pkg)
	var out []token.Pos
	ast.Inspect(f.ast, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		if sel, ok := lit.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == local {
				out = append(out, lit.Pos())
			}
		}
		return true
	})
	return out
}
