package fasterapi_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// TestSecretsAreNotCompared is AP-19. It holds the code that handles secrets against its rule: how long it takes must tell nothing about them. A measurement
// could not show that on a busy machine; the shape of the code does.
func TestSecretsAreNotCompared(t *testing.T) {
	files, err := filepath.Glob("security*.go")
	if err != nil || len(files) < 4 {
		t.Fatalf("%q: %v", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, fault := range timingFaults(t, name, nil) {
			t.Error(fault)
		}
	}
	const hashed = `func ConstantTimeEqual(a, b string) bool {
		x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
		return subtle.ConstantTimeCompare(x[:], y[:]) == 1
	}`
	for text, faulty := range map[string]bool{
		hashed: false,
		`func f(secret string) bool { return secret == "" }`:                                              false,
		`func f(secret, known string) bool { return secret == known }`:                                    true,
		`func f(c credentials) bool { return known != c.secret }`:                                         true,
		`func f(password string) bool { switch password { case known: return true }; return false }`:      true,
		`func f(token string) bool { return strings.EqualFold(token, known) }`:                            true,
		`func f(token []byte) bool { return bytes.Equal(token, known) }`:                                  true,
		`func f(token string) T { return values[token] }`:                                                 true,
		strings.Replace(hashed, "x, y :=", "if len(a) != len(b) { return false }; x, y :=", 1):            true,
		strings.Replace(hashed, "x[:], y[:]", "[]byte(a), []byte(b)", 1):                                  true,
		strings.Replace(hashed, "return subtle.ConstantTimeCompare(x[:], y[:]) == 1", "return x == y", 1): true,
	} {
		if faults := timingFaults(t, "sample.go", "package p\n"+text); (len(faults) > 0) != faulty {
			t.Errorf("%s: %q", text, faults)
		}
	}
}

// timingFaults finds where a file compares a secret, looks it up or branches on it by what takes longer the more of it is right.
func timingFaults(t *testing.T, name string, source any) (faults []string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	fault := func(n ast.Node, what string) {
		faults = append(faults, fmt.Sprintf("%v: %s. Fix: ConstantTimeEqual, or a hash under a key", set.Position(n.Pos()), what))
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "ConstantTimeEqual" && !hashesBoth(n) {
				fault(n, "it does not compare hashes of both, and those alone")
			}
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && (isSecret(n.X) && !isEmpty(n.Y) || isSecret(n.Y) && !isEmpty(n.X)) {
				fault(n, "a secret is compared")
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && isSecret(n.Tag) {
				fault(n, "a secret is compared")
			}
		case *ast.IndexExpr:
			if isSecret(n.Index) {
				fault(n, "a secret is looked up")
			}
		case *ast.CallExpr:
			compares := []string{"strings.EqualFold", "strings.Compare", "strings.HasPrefix", "bytes.Equal", "bytes.Compare", "slices.Contains", "web.EqualName"}
			if slices.Contains(compares, written(n.Fun)) && slices.ContainsFunc(n.Args, isSecret) {
				fault(n, "a secret is compared")
			}
		}
		return true
	})
	return faults
}

// isSecret knows secrets by their names.
func isSecret(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "secret" || x.Name == "password" || x.Name == "token"
	case *ast.SelectorExpr:
		return isSecret(x.Sel)
	}
	return false
}

func isEmpty(x ast.Expr) bool {
	l, ok := x.(*ast.BasicLit)
	return ok && l.Value == `""`
}

// written is a name as it stands in the source: "sha256.Sum256".
func written(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return written(x.X) + "." + x.Sel.Name
	}
	return ""
}

// hashesBoth reports whether each parameter of f is used once, as what is hashed to an array of one length, and the only comparison is that of
// whole arrays in constant time.
func hashesBoth(f *ast.FuncDecl) bool {
	uses, hashed, compared := map[string]int{}, map[string]int{}, 0
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			uses[n.Name]++
		case *ast.CallExpr:
			switch written(n.Fun) {
			case "sha256.Sum256":
				if c, ok := n.Args[0].(*ast.CallExpr); ok {
					hashed[written(c.Args[0])]++
				}
			case "subtle.ConstantTimeCompare":
				whole := func(x ast.Expr) bool {
					s, ok := x.(*ast.SliceExpr)
					return ok && s.Low == nil && s.High == nil
				}
				if whole(n.Args[0]) && whole(n.Args[1]) {
					compared++
				}
			}
		}
		return true
	})
	return uses["a"] == 1 && uses["b"] == 1 && hashed["a"] == 1 && hashed["b"] == 1 && compared == 1
}

// FuzzConstantTimeEqual: it says what == says.
func FuzzConstantTimeEqual(f *testing.F) {
	f.Add("", "")
	f.Add("secret", "secret")
	f.Add("secret", "secret\x00")
	f.Fuzz(func(t *testing.T, a, b string) {
		if fasterapi.ConstantTimeEqual(a, b) != (a == b) || !fasterapi.ConstantTimeEqual(b, b) {
			t.Errorf("%q, %q", a, b)
		}
	})
}
