package tidy

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// rootEntries is all that may stand in the root besides the Go files of package fasterapi.
var rootEntries = []string{
	"web", "server", "websocket", "sse", "openapi", "codec", "security", "middleware", "fasterapitest", "internal", "capi", "python", "cmd",
	"examples", "bench", "conformance", "docs", "tools",
	"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "Makefile",
	".gitignore", ".gitattributes", ".ci", "go.mod", "go.sum",
}

var rootRule = rule{
	name: "a clean root",
	check: func(tr *tree) (out []finding) {
		for _, name := range tr.root {
			if !slices.Contains(rootEntries, name) && path.Ext(name) != ".go" {
				out = append(out, finding{name, 1, "it does not belong in the root", "move it to the folder of its concept, or delete it"})
			}
		}
		return out
	},
	bad: []sample{
		{"status", map[string]string{"STATUS.md": "x"}, "STATUS.md:1"},
		{"folder", map[string]string{"pkg/a.txt": "x"}, "pkg:1"},
		{"hidden", map[string]string{".cache/a": "x"}, ".cache:1"},
	},
	good: []sample{
		{"all", map[string]string{"app.go": "package fasterapi", "web/doc.go": "package web", "go.mod": "module x"}, ""},
		{"ignored", map[string]string{".gitignore": "/bin/\n*.out\n", "bin/a": "x", "cpu.out": "x"}, ""},
	},
}

// executables are the first bytes of what compilers and archivers write: ELF, Mach-O, PE, ar and wasm.
var executables = []string{"\x7fELF", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "MZ", "!<arch>\n", "\x00asm"}

var binaryRule = rule{
	name: "no binaries, no logs",
	check: func(tr *tree) (out []finding) {
		for _, text := range slices.Concat(tr.texts, tr.large) {
			if path.Ext(text.path) == ".log" {
				out = append(out, finding{text.path, 1, "a log is no source", "delete it, or name the pattern in .gitignore"})
			}
			for _, magic := range executables {
				if bytes.HasPrefix(text.data, []byte(magic)) && isBinary(text.data) {
					out = append(out, finding{text.path, 1, "a binary is no source", "delete it; build it from what is here"})
				}
			}
		}
		return out
	},
	bad: []sample{
		{"log", map[string]string{"bench/run.log": "x"}, "a log"},
		{"elf", map[string]string{"examples/arena/arena": "\x7fELF\x02\x01\x01\x00"}, "a binary"},
		{"large", map[string]string{"examples/arena/arena": "\x7fELF" + strings.Repeat("\x00", maxText)}, "a binary"},
	},
	good: []sample{
		{"text", map[string]string{"docs/a.md": "MZ is a magic number"}, ""},
	},
}

// banned gives what no text of ours may hold. The words are written in pieces so that this file does not hold them either.
var banned = []struct {
	pattern *regexp.Regexp
	fix     string
	data    bool // also in testdata
}{
	{regexp.MustCompile(`proxy\.golan` + `g\.org|registry\.npm` + `js|pypi\.or` + `g|deb\.debia` + `n\.org`),
		"name the package, and let the user's own tools find it", true},
	{regexp.MustCompile(`/wor` + `k/`), "write paths relative to the repository", true},
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`), "finish it, or write an issue and say here what holds today", false},
}

var wordRule = rule{
	name: "no loose ends",
	check: func(tr *tree) (out []finding) {
		for _, text := range tr.texts {
			if isBinary(text.data) {
				continue
			}
			for _, b := range banned {
				if inTestdata(text.path) && !b.data {
					continue
				}
				for _, at := range b.pattern.FindAllIndex(text.data, -1) {
					line := 1 + bytes.Count(text.data[:at[0]], []byte("\n"))
					out = append(out, finding{text.path, line, fmt.Sprintf("the text holds %q", text.data[at[0]:at[1]]), b.fix})
				}
			}
		}
		return out
	},
	bad: []sample{
		{"host", map[string]string{"docs/a.md": "x\nhttps://py" + "pi.org/x"}, "docs/a.md:2"},
		{"path", map[string]string{".ci/run": "cd /wor" + "k/x"}, ".ci/run:1"},
		{"note", map[string]string{"web/a.go": "package web\n\n// TO" + "DO: more"}, "web/a.go:3"},
	},
	good: []sample{
		{"words", map[string]string{"Makefile": "mktemp XXXXXX\necho network/"}, ""},
		{"dialogue", map[string]string{"web/testdata/a.txt": "recv TO" + "DO list"}, ""},
	},
}

func isBinary(data []byte) bool { return bytes.IndexByte(data[:min(len(data), 8192)], 0) >= 0 }
