package tidy

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/token"
	"strings"
)

// Inside a testing/synctest bubble time is virtual, so a sleep there costs nothing and cannot be too short.
var sleepRule = rule{
	name: "tests do not sleep",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.files {
			if f.module != "" || !f.isTest() {
				continue
			}
			bubbles := bubblesOf(f)
			for _, n := range f.uses("time", "Sleep") {
				if !within(n, bubbles) {
					out = append(out, f.found(n.Pos(), "a test sleeps",
						"wait for the event itself (a channel, a read), or use a virtual clock or testing/synctest"))
				}
			}
		}
		return out
	},
	bad: []sample{
		{"sleep", map[string]string{"web/a_test.go": "package web\nimport \"time\"\nfunc f() {\n\ttime.Sleep(1)\n}"}, "web/a_test.go:4"},
		{"renamed", map[string]string{"web/a_test.go": "package web\nimport clock \"time\"\nfunc f() { clock.Sleep(1) }"}, "a test sleeps"},
		{"beside a bubble", map[string]string{"web/a_test.go": "package web\nimport (\n\"testing/synctest\"\n\"time\"\n)\nfunc f() {\nsynctest.Test(nil, nil)\ntime.Sleep(1) }"}, "web/a_test.go:8"},
	},
	good: []sample{
		{"bubble", map[string]string{"web/a_test.go": "package web\nimport (\n\"testing/synctest\"\n\"time\"\n)\nfunc f() { synctest.Test(nil, func(t *testing.T) { time.Sleep(1) }) }"}, ""},
		{"production", map[string]string{"web/a.go": "package web\nimport \"time\"\nfunc f() { time.Sleep(1) }"}, ""},
	},
}

// bubblesOf gives the calls of synctest.Test in the file.
func bubblesOf(f *goFile) (calls []ast.Node) {
	entries := f.uses("testing/synctest", "Test")
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			for _, entry := range entries {
				if call.Fun == entry {
					calls = append(calls, call)
				}
			}
		}
		return true
	})
	return calls
}

func within(n ast.Node, around []ast.Node) bool {
	for _, a := range around {
		if a.Pos() <= n.Pos() && n.End() <= a.End() {
			return true
		}
	}
	return false
}

// Under -race sync.Pool drops at random and the counts lie, so `make test` runs the allocation tests in a pass of their own,
// found by the build tag and by the name.
var allocationRule = rule{
	name: "allocation tests can be found",
	check: func(tr *tree) (out []finding) {
		for _, f := range tr.files {
			if f.module != "" || !f.isTest() {
				continue
			}
			for _, n := range f.uses("testing", "AllocsPerRun") {
				if !excludesRace(f) {
					out = append(out, f.found(n.Pos(), "allocations are counted in a file that is built with -race",
						"move the test to a file that begins with //go:build !race"))
				}
				if name := testAround(f, n.Pos()); name != "" && !strings.HasPrefix(name, "TestAlloc") {
					out = append(out, f.found(n.Pos(), fmt.Sprintf("%s counts allocations, but its name hides it", name),
						"begin the name with TestAlloc"))
				}
			}
		}
		return out
	},
	bad: []sample{
		{"race", map[string]string{"web/a_test.go": "package web\nimport \"testing\"\nfunc TestAllocX(t *testing.T) { testing.AllocsPerRun(1, f) }"}, "built with -race"},
		{"name", map[string]string{"web/a_test.go": "//go:build !race\n\npackage web\nimport \"testing\"\nfunc TestX(t *testing.T) { testing.AllocsPerRun(1, f) }"}, "TestX counts"},
		{"other tag", map[string]string{"web/a_test.go": "//go:build race || linux\n\npackage web\nimport \"testing\"\nfunc TestAllocX(t *testing.T) { testing.AllocsPerRun(1, f) }"}, "built with -race"},
	},
	good: []sample{
		{"both", map[string]string{"web/a_test.go": "//go:build linux && !race\n\npackage web\nimport \"testing\"\nfunc TestAllocX(t *testing.T) { testing.AllocsPerRun(1, f) }"}, ""},
	},
}

// excludesRace reports whether the file's build constraint can never hold with the tag race.
func excludesRace(f *goFile) bool {
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if c.Pos() > f.ast.Package || !constraint.IsGoBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			return err == nil && !holdsWithRace(expr)
		}
	}
	return false
}

// holdsWithRace tells whether some choice of the other tags satisfies expr when race is set. Each other tag is taken as free,
// which is exact as long as no tag stands in an expression twice.
func holdsWithRace(expr constraint.Expr) bool {
	can, _ := outcomes(expr)
	return can
}

// outcomes tells whether expr can be true, and whether it can be false.
func outcomes(expr constraint.Expr) (canHold, canFail bool) {
	switch e := expr.(type) {
	case *constraint.TagExpr:
		return true, e.Tag != "race"
	case *constraint.NotExpr:
		hold, fail := outcomes(e.X)
		return fail, hold
	case *constraint.AndExpr:
		xh, xf := outcomes(e.X)
		yh, yf := outcomes(e.Y)
		return xh && yh, xf || yf
	case *constraint.OrExpr:
		xh, xf := outcomes(e.X)
		yh, yf := outcomes(e.Y)
		return xh || yh, xf && yf
	}
	return true, true
}

// testAround names the Test function that holds p; it is empty inside any other function.
func testAround(f *goFile, p token.Pos) string {
	for _, d := range f.ast.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Pos() <= p && p < fn.End() && strings.HasPrefix(fn.Name.Name, "Test") {
			return fn.Name.Name
		}
	}
	return ""
}
