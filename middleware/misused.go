package middleware

import (
	"fmt"
	"runtime"
	"strings"
)

// misused is what a constructor panics with: a sentence with the line that called into this package, which is the one to mend.
func misused(format string, args ...any) string {
	place := ""
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		frame, more := frames.Next()
		// A test of the package calls from outside of it, as its users do.
		if !strings.Contains(frame.Function, "fasterapi/middleware.") || strings.HasSuffix(frame.File, "_test.go") {
			place = fmt.Sprintf("%s:%d: ", frame.File, frame.Line)
			break
		}
		if !more {
			break
		}
	}
	return place + "middleware: " + fmt.Sprintf(format, args...)
}

// misusedFor is misused with an error that says what is wrong and, behind a semicolon, what mends it.
func misusedFor(constructor string, err error) string {
	problem, fix, _ := strings.Cut(err.Error(), "; ")
	return misused("%s: %s. Fix: %s", constructor, problem, fix)
}
