package fasterapi

import (
	"fmt"
	"runtime"
	"strings"
)

// misuse panics with one sentence: what was registered, by which line, what is wrong with it, and how it is mended.
func misuse(subject, where string, problem any, fix string) {
	panic(fmt.Sprintf("fasterapi: %s (%s): %v. Fix: %s", subject, where, problem, fix))
}

func (g registration) misuse(problem any, fix string) {
	misuse(g.method+" "+g.pattern, g.where, problem, fix)
}

const packagePrefix = "github.com/fasterapi-go/fasterapi."

// caller gives file:line of the innermost frame outside of this package.
func caller() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, packagePrefix) || strings.HasSuffix(f.File, "_test.go") {
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return "place unknown"
		}
	}
}
