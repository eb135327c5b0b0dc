package main

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// machine describes where a run took place, one "what: value" a line.
func machine() []string {
	return []string{
		"processor: " + firstField("/proc/cpuinfo", "model name") + ", " + nproc() + " cores",
		"memory: " + firstField("/proc/meminfo", "MemTotal"),
		"kernel: " + contents("/proc/sys/kernel/osrelease"),
		"compilers: " + runtime.Version() + ", " + firstLine("cc", "--version"),
		"load: " + firstLine("wrk", "--version") + "; " + firstLine("h2load", "--version"),
		"revision: " + revision(),
	}
}

func nproc() string { return firstLine("nproc", "--all") }

// revision is the commit that was measured, marked when the tree holds more than that.
func revision() string {
	commit := firstLine("git", "rev-parse", "--short", "HEAD")
	if changed, err := exec.Command("git", "status", "--porcelain").Output(); err != nil || len(changed) > 0 {
		commit += " with uncommitted changes"
	}
	return commit
}

// firstLine returns the first line that a command prints. Some print their version and fail, so only the output counts.
func firstLine(name string, args ...string) string {
	out, _ := exec.Command(name, args...).Output()
	line, _, _ := bytes.Cut(out, []byte("\n"))
	if len(line) == 0 {
		return name + " unknown"
	}
	return strings.TrimSpace(string(line))
}

func contents(file string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(data))
}

// firstField returns the value of the first line "name : value" of a file in /proc.
func firstField(file, name string) string {
	for line := range strings.Lines(contents(file)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// peerModules are what a peer is made of, by the name of its program.
var peerModules = map[string][]string{
	"fasthttp": {"github.com/valyala/fasthttp"},
	"fiber":    {"github.com/gofiber/fiber/v3", "github.com/go-playground/validator/v10", "github.com/goccy/go-json"},
	"huma":     {"github.com/danielgtaylor/huma/v2"},
}

// version says what a server was built from: the releases of the modules that it is there to compare, as its build information has
// them, and that of Go. What was not built here says so itself.
func (p program) version() string {
	if p.files {
		return firstLine(p.argv[0], "--version")
	}
	info, err := buildinfo.ReadFile(p.argv[0])
	if err != nil {
		return ""
	}
	return versions(info, peerModules[filepath.Base(p.argv[0])])
}

func versions(info *buildinfo.BuildInfo, modules []string) string {
	var text strings.Builder
	for _, dep := range info.Deps {
		if slices.Contains(modules, dep.Path) {
			text.WriteString(strings.TrimPrefix(dep.Path, "github.com/") + " " + dep.Version + ", ")
		}
	}
	return text.String() + info.GoVersion
}
