package tidy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What the framework may weigh for those who take nothing but it.
const (
	maxHello   = 12_000_000 // bytes of a program for linux/amd64, with its symbols
	maxModules = 8          // that the root go.mod names directly
)

var moduleRule = rule{
	name: "few modules",
	check: func(tr *tree) (out []finding) {
		for _, text := range tr.texts {
			if text.path != "go.mod" {
				continue
			}
			if direct := directModules(string(text.data)); len(direct) > maxModules {
				out = append(out, finding{text.path, 1, fmt.Sprintf("it requires %d modules directly, which everybody who uses us gets", len(direct)),
					fmt.Sprintf("at most %d: put what needs one into a nested module", maxModules)})
			}
		}
		return out
	},
	bad: []sample{
		{"block", map[string]string{"go.mod": "module x\n\nrequire (\n" + strings.Repeat("\texample.org/a v1.0.0\n", 9) + ")\n"}, "9 modules"},
		{"lines", map[string]string{"go.mod": "module x\n" + strings.Repeat("require example.org/a v1.0.0\n", 9)}, "9 modules"},
	},
	good: []sample{
		{"eight", map[string]string{"go.mod": "module x\n\nrequire (\n" + strings.Repeat("\texample.org/a v1.0.0\n", 8) +
			")\n\nreplace (\n\tx => ./x\n)\n"}, ""},
		{"indirect", map[string]string{"go.mod": "module x\n\nrequire (\n" + strings.Repeat("\texample.org/a v1.0.0 // indirect\n", 9) + ")\n"}, ""},
		{"nested", map[string]string{"bench/go.mod": "module x\n\nrequire (\n" + strings.Repeat("\texample.org/a v1.0.0\n", 9) + ")\n"}, ""},
	},
}

// directModules are the lines of go.mod that require a module which packages of ours import themselves.
func directModules(mod string) (direct []string) {
	inBlock := false
	for line := range strings.Lines(mod) {
		line = strings.TrimSpace(line)
		required, isLine := strings.CutPrefix(line, "require ")
		switch {
		case line == "require (":
			inBlock = true
		case line == ")":
			inBlock = false
		case (inBlock || isLine) && line != "" && !strings.HasPrefix(line, "//") && !strings.Contains(line, "// indirect"):
			direct = append(direct, required)
		}
	}
	return direct
}

// TestHelloIsSmall builds testdata/hello as its users would and weighs it.
func TestHelloIsSmall(t *testing.T) {
	const hello = "./internal/tidy/testdata/hello"
	if deps := run(t, "go", "list", "-deps", hello); slices.Contains(strings.Fields(deps), modulePath+"/server") {
		t.Error("the framework on net/http alone brings the engine along")
	}
	file := filepath.Join(t.TempDir(), "hello")
	run(t, "go", "build", "-o", file, hello)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", info.Size())
	if info.Size() > maxHello {
		t.Errorf("%d bytes, at most %d: see what `go tool nm -size -sort size` says of it", info.Size(), maxHello)
	}
}

// run runs a command in the root of the repository, for one system, without the flags that the test itself was built with.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOOS=linux", "GOARCH=amd64")
	cmd.Stderr = new(strings.Builder)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, cmd.Stderr)
	}
	return string(out)
}
