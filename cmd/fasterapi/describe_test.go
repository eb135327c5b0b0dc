package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestDescribe runs the commands that need a program of their own, on packages in testdata.
func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		args string
		exit int
		want string // in what it prints; in its complaint where exit is not 0
	}{
		{"openapi ./testdata/shop", exitDone, `"openapi": "3.1.1"`},
		{"openapi -version 3.0 ./testdata/shop", exitDone, `"/items/{id}"`},
		{"openapi ./testdata/shop.Empty -version 3.2", exitDone, `"title": "Empty"`},
		{"routes ./testdata/shop", exitDone, "GET  /items/{id}  []\n"},
		{"version", exitDone, "fasterapi "},
		{"version now", exitUsage, "takes no arguments"},
		{"openapi", exitUsage, "it takes one package"},
		{"openapi -version 2.0 ./testdata/shop", exitUsage, `there is no version "2.0"`},
		{"openapi ../../examples/quickstart", exitDone, `"/items/{id}"`},
		{"routes ./testdata/program.makeApp", exitDone, "GET  /made  []\n"},
		{"openapi ./testdata/program", exitUsage, "has no function newApp"},
		{"openapi ./testdata/program.takesOne", exitFailed, "not enough arguments in call to takesOne"},
		{"openapi ./testdata/shop.Missing", exitFailed, "undefined: described.Missing"},
		{"routes ./testdata/nowhere", exitFailed, "go list: "},
	} {
		var stdout, stderr bytes.Buffer
		exit := run(strings.Fields(c.args), &stdout, &stderr)
		told := stdout.String()
		if c.exit != exitDone {
			told = stderr.String()
		}
		if exit != c.exit || !strings.Contains(told, c.want) {
			t.Errorf("%s: %d, want %d with %q\n%s%s", c.args, exit, c.exit, c.want, &stdout, &stderr)
		}
	}
	for _, name := range []string{"testdata/shop/fasterapidescribe", "testdata/program/fasterapidescribe.go"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s was written beside the sources", name)
		}
	}
}
