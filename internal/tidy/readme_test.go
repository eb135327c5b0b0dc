package tidy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeCompiles builds the first program of the README against this very tree. An overlay puts it into a folder of the
// module that does not exist on the disk, so that nothing is written here and the import paths are the real ones.
func TestReadmeCompiles(t *testing.T) {
	tr, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{".", "server"} {
		if !tr.hasPackage(dir) {
			t.Skipf("the package in %s is not written yet", dir)
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	program, ok := firstGoBlock(string(readme))
	if !ok {
		t.Fatal("README.md:1: it holds no ```go block. Fix: show a program of ten lines")
	}
	if out, err := buildOverlaid(t, root, program); err != nil {
		t.Errorf("README.md: its first program does not compile: %v. Fix: correct the README or the API\n%s", err, out)
	}
	if _, err := buildOverlaid(t, root, program+"\nvar broken int = \"no\"\n"); err == nil {
		t.Error("a broken program passed, so this test checks nothing")
	}
}

func TestFirstGoBlock(t *testing.T) {
	got, ok := firstGoBlock("a\n```sh\nmake\n```\nb\n```go\npackage main\n\nvar x int\n```\n```go\nno\n```\n")
	if want := "package main\n\nvar x int\n"; !ok || got != want {
		t.Errorf("got %q, %v; want %q", got, ok, want)
	}
	if _, ok := firstGoBlock("```go\nendless\n"); ok {
		t.Error("a block without an end was taken")
	}
}

func firstGoBlock(text string) (string, bool) {
	_, rest, ok := strings.Cut("\n"+text, "\n```go\n")
	if !ok {
		return "", false
	}
	program, _, ok := strings.Cut(rest, "\n```")
	return program + "\n", ok
}

func buildOverlaid(t *testing.T, root, program string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(root, "examples", "readme_of_this_test", "main.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{place: source}})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-overlay", list, "-o", os.DevNull, "./examples/readme_of_this_test")
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (tr *tree) hasPackage(dir string) bool {
	for _, f := range tr.production() {
		if f.dir == dir {
			return true
		}
	}
	return false
}
