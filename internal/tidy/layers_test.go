package tidy

import (
	"fmt"
	"go/token"
	"strings"
)

// layers is the table: a package imports only packages of rows above its own. A name that ends in /... stands for all below.
// Packages of one row do not know each other; that is what keeps the server and the framework ("." is the root package,
// fasterapi) apart.
var layers = [][]string{
	{"web", "internal/huffman", "internal/invariants", "internal/router", "internal/peers", "openapi", "server/certificate"},
	{"internal/exchange", "internal/hpack", "internal/qpack", "internal/schema", "internal/docspage"},
	{"internal/http1", "internal/http2", "internal/http3", "internal/wsframe", "internal/transcode"},
	{"internal/tlspipe", "internal/loop", "internal/nethttp"},
	{"websocket", "sse", "middleware", "middleware/..."},
	{"server", "."},
	{"fasterapitest"},
	{"capi", "capi/...", "cmd/...", "examples/...", "conformance/..."},
}

// testSupport packages are imported by tests of any layer and by nothing else.
var testSupport = []string{"internal/wiretest", "internal/external", "internal/webdriver", "internal/tidy"}

// engine packages are the server's business: the framework and the middleware meet them only through web.
var engine = []string{
	"internal/exchange", "internal/hpack", "internal/qpack", "internal/http1", "internal/http2", "internal/http3",
	"internal/wsframe", "internal/tlspipe", "internal/loop",
}

// framework packages are what stands beside web under the typed API; the server routes without them.
var framework = []string{"internal/router", "internal/schema", "internal/transcode", "internal/docspage", "openapi"}

var layerRule = rule{
	name: "layers",
	check: func(tr *tree) (out []finding) {
		placed := map[string]bool{}
		for _, f := range tr.files {
			if f.module != "" || placed[f.dir] || isAny(f.dir, testSupport) {
				continue
			}
			placed[f.dir] = true
			if layerOf(f.dir) < 0 {
				out = append(out, f.found(f.ast.Package, fmt.Sprintf("package %s has no layer", f.dir),
					"place it in the table of internal/tidy/layers_test.go"))
			}
		}
		for _, f := range tr.production() {
			if layerOf(f.dir) >= 0 {
				out = append(out, checkImports(f)...)
			}
		}
		return out
	},
	bad: []sample{
		{"unplaced", map[string]string{"internal/novel/a.go": "package novel"}, "place it in the table"},
		{"core over loop", map[string]string{"internal/http1/a.go": imports("http1", modulePath+"/internal/loop")}, "internal/http1 must not import internal/loop"},
		{"server over fasterapi", map[string]string{"server/a.go": imports("server", modulePath)}, "server must not import ."},
		{"fasterapi over server", map[string]string{"a.go": imports("fasterapi", modulePath+"/server")}, ". must not import server"},
		{"fasterapi over a core", map[string]string{"a.go": imports("fasterapi", modulePath+"/internal/http1")}, "engine"},
		{"server over router", map[string]string{"server/a.go": imports("server", modulePath+"/internal/router")}, "framework"},
		{"web over anything", map[string]string{"web/a.go": imports("web", modulePath+"/internal/huffman")}, "web must not import"},
	},
	good: []sample{
		{"down", map[string]string{"server/a.go": imports("server", modulePath+"/internal/http1", modulePath+"/web")}, ""},
		{"framework", map[string]string{"a.go": imports("fasterapi", modulePath+"/internal/schema", modulePath+"/internal/nethttp")}, ""},
		{"example", map[string]string{"examples/x/a.go": imports("main", modulePath, modulePath+"/server")}, ""},
		{"test", map[string]string{"a_test.go": imports("fasterapi_test", modulePath+"/server")}, ""},
		{"nested module", map[string]string{"bench/go.mod": "module x", "bench/x/a.go": imports("x", modulePath+"/server")}, ""},
	},
}

func checkImports(f *goFile) (out []finding) {
	for _, spec := range f.ast.Imports {
		target, ok := insideModule(importPath(spec))
		if !ok || isAny(target, testSupport) {
			continue
		}
		refuse := func(why, fix string) {
			out = append(out, f.found(spec.Pos(), fmt.Sprintf("%s must not import %s: %s", f.dir, target, why), fix))
		}
		from, to := layerOf(f.dir), layerOf(target)
		switch {
		case to < 0:
			refuse("it has no layer", "place it in the table of internal/tidy/layers_test.go")
		case from == len(layers)-1:
			// The programs on top may use everything.
		case to >= from:
			refuse("it does not stand in a lower layer", "turn the dependency round, or move what is shared down")
		case (f.dir == "." || f.dir == "middleware") && isAny(target, engine):
			refuse("it belongs to the engine", "say it in the vocabulary of web")
		case f.dir != "." && f.dir != "fasterapitest" && !isAny(f.dir, framework) && isAny(target, framework):
			refuse("it belongs to the framework", "say it in the vocabulary of web")
		}
	}
	return out
}

var testSupportRule = rule{
	name: "test support stays in tests",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.production() {
			for _, spec := range f.ast.Imports {
				target, ok := insideModule(importPath(spec))
				if ok && isAny(target, testSupport) && !isAny(f.dir, testSupport) {
					out = append(out, f.found(spec.Pos(), fmt.Sprintf("%s imports the test support %s", f.dir, target),
						"import it from _test.go files only"))
				}
			}
		}
		return out
	},
	bad: []sample{
		{"server", map[string]string{"server/a.go": imports("server", modulePath+"/internal/wiretest")}, "test support"},
	},
	good: []sample{
		{"test", map[string]string{"server/a_test.go": imports("server", modulePath+"/internal/wiretest")}, ""},
	},
}

// mayImportNetHTTP lists where net/http is part of the surface or of the conversion to it.
var mayImportNetHTTP = []string{"internal/nethttp", "server", ".", "fasterapitest", "middleware", "middleware/...", "examples/...", "cmd/...", "internal/webdriver"}

var netHTTPRule = rule{
	name: "net/http stays at the edge",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.production() {
			for _, spec := range f.ast.Imports {
				if importPath(spec) == "net/http" && !isAny(f.dir, mayImportNetHTTP) {
					out = append(out, f.found(spec.Pos(), f.dir+" imports net/http",
						"use the vocabulary of web, and convert in internal/nethttp"))
				}
			}
		}
		return out
	},
	bad: []sample{
		{"web", map[string]string{"web/a.go": imports("web", "net/http")}, "imports net/http"},
	},
	good: []sample{
		{"server", map[string]string{"server/a.go": imports("server", "net/http"), "web/a_test.go": imports("web", "net/http")}, ""},
	},
}

// A hand-made http.Request is the visible half of a conversion; the other half, an http.ResponseWriter of one's own, cannot
// be told from an innocent type by syntax.
var conversionRule = rule{
	name: "one conversion",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.production() {
			if f.dir != "server" && f.dir != "." && !strings.HasPrefix(f.dir, "middleware") {
				continue
			}
			for _, lit := range composites(f, "net/http", "Request") {
				out = append(out, f.found(lit, f.dir+" builds an http.Request",
					"convert in internal/nethttp, the only place that does"))
			}
		}
		return out
	},
	bad: []sample{
		{"literal", map[string]string{"server/a.go": "package server\nimport h \"net/http\"\nvar r = &h.Request{Method: \"GET\"}"}, "server/a.go:3"},
	},
	good: []sample{
		{"nethttp", map[string]string{"internal/nethttp/a.go": "package nethttp\nimport \"net/http\"\nvar r = http.Request{}"}, ""},
		{"use", map[string]string{"server/a.go": "package server\nimport \"net/http\"\nfunc f(r *http.Request) {}"}, ""},
	},
}

var mayImportUnsafe = []string{"internal/schema", "internal/loop", "capi", "capi/..."}

// mayImportC: cgo anywhere else would cost every user the cross build and the pure Go stack.
var mayImportC = []string{"capi", "capi/..."}

var unsafeRule = rule{
	name: "unsafe has a reason, C its place",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.production() {
			for _, spec := range f.ast.Imports {
				if importPath(spec) == "C" && !isAny(f.dir, mayImportC) {
					out = append(out, f.found(spec.Pos(), f.dir+" uses cgo", "write it in Go: only capi speaks C"))
				}
				if importPath(spec) != "unsafe" {
					continue
				}
				if !isAny(f.dir, mayImportUnsafe) {
					out = append(out, f.found(spec.Pos(), f.dir+" imports unsafe",
						"do without: only "+strings.Join(mayImportUnsafe[:3], ", ")+" may"))
				}
				if !hasComment(f, spec.Pos()) {
					out = append(out, f.found(spec.Pos(), "unsafe is imported without a reason",
						"say beside the import, or on the line above, why it is needed and why it is sound"))
				}
			}
		}
		return out
	},
	bad: []sample{
		{"cgo", map[string]string{"server/a.go": imports("server", "C")}, "server uses cgo"},
		{"place", map[string]string{"web/a.go": "package web\nimport \"unsafe\" // because"}, "web imports unsafe"},
		{"reason", map[string]string{"internal/loop/a.go": "package loop\n\nimport (\n\t\"fmt\"\n\t\"unsafe\"\n)"}, "without a reason"},
	},
	good: []sample{
		{"capi", map[string]string{"capi/a.go": imports("main", "C")}, ""},
		{"beside", map[string]string{"internal/loop/a.go": "package loop\nimport \"unsafe\" // because"}, ""},
		{"above", map[string]string{"internal/schema/a.go": "package schema\nimport (\n// because\n\"unsafe\"\n)"}, ""},
		{"above alone", map[string]string{"internal/schema/a.go": "package schema\n// because\nimport \"unsafe\""}, ""},
	},
}

func layerOf(dir string) int {
	for i, row := range layers {
		if isAny(dir, row) {
			return i
		}
	}
	return -1
}

// isAny reports whether dir is one of names, where a name ending in /... stands for all folders below it.
func isAny(dir string, names []string) bool {
	for _, name := range names {
		above, ok := strings.CutSuffix(name, "...")
		if dir == name || ok && strings.HasPrefix(dir, above) {
			return true
		}
	}
	return false
}

// insideModule gives the folder of a package of this module.
func insideModule(importPath string) (dir string, ok bool) {
	if importPath == modulePath {
		return ".", true
	}
	return strings.CutPrefix(importPath, modulePath+"/")
}

func hasComment(f *goFile, p token.Pos) bool {
	line := f.line(p)
	for _, group := range f.ast.Comments {
		if f.line(group.Pos()) == line || f.line(group.End()) == line-1 {
			return true
		}
	}
	return false
}

// imports is the source of a file that imports paths.
func imports(pkg string, paths ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\n", pkg)
	for _, p := range paths {
		fmt.Fprintf(&b, "import _ %q\n", p)
	}
	return b.String()
}
