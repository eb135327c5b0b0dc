package fasterapi_test

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// misuse is a mistake of registration, and what must be said of it: what was registered, what is wrong with it, and what mends it.
type misuse struct {
	subject, problem, fix string
	register              func(*fasterapi.App)
}

// misuses are all of them, by what they are mistakes about.
var misuses = slices.Concat(misusesOfRoutes, misusesOfChains, misusesOfOptions, misusesOfInputs, misusesOfOutputs, misusesOfDependencies,
	misusesOfSecurity, misusesOfBodies, misusesOfDocuments, misusesOfDocumentOptions)

// TestMisuse: each mistake panics at registration with one sentence that names the file, the line, what was registered and the fix.
func TestMisuse(t *testing.T) {
	if len(misuses) < 30 {
		t.Errorf("%d mistakes", len(misuses))
	}
	for i, m := range misuses {
		got := panicOf(func() { m.register(newQuiet()) })
		before, fix, _ := strings.Cut(got, ". Fix: ")
		if !strings.HasPrefix(got, "fasterapi: ") || !strings.Contains(before, m.subject+" (") || !strings.Contains(before, m.problem) || !strings.Contains(fix, m.fix) {
			t.Errorf("got %q, want %q: %q. Fix: %q", got, m.subject, m.problem, m.fix)
		}
		if strings.Contains(got, "\n") {
			t.Errorf("more than a line: %q", got)
		}
		file, first := placeOf(m.register)
		end := first + 30
		if i+1 < len(misuses) {
			if next, line := placeOf(misuses[i+1].register); next == file {
				end = line
			}
		}
		named, line := placeIn(got)
		if named != file || line < first || line >= end {
			t.Errorf("it is between %s:%d and %d, but the sentence names %s:%d first: %q", file, first, end, named, line, got)
		}
	}
}

// TestMisusePlace: the place that is named is the line of the call, whoever calls through whom.
func TestMisusePlace(t *testing.T) {
	_, _, here, _ := runtime.Caller(0)
	got := panicOf(func() { fasterapi.Get(newQuiet(), "x", answer[struct{}]) })
	if want := fmt.Sprintf("misuse_test.go:%d): the pattern does not begin with a slash", here+1); !strings.Contains(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// placeOf is where a function is written.
func placeOf(f func(*fasterapi.App)) (file string, line int) {
	pc := reflect.ValueOf(f).Pointer()
	file, line = runtime.FuncForPC(pc).FileLine(pc)
	return filepath.Base(file), line
}

var place = regexp.MustCompile(`\((\S+\.go):(\d+)\)`)

// placeIn is the first place that a sentence names.
func placeIn(sentence string) (file string, line int) {
	m := place.FindStringSubmatch(sentence)
	if m == nil {
		return "", 0
	}
	line, _ = strconv.Atoi(m[2])
	return filepath.Base(m[1]), line
}

func panicOf(f func()) (sentence string) {
	defer func() {
		if p := recover(); p != nil {
			sentence = fmt.Sprint(p)
		}
	}()
	f()
	return ""
}

func answer[In any](context.Context, In) (int, error) { return 0, nil }

// TestGroupParameters: what a group's prefix names may be left to middleware.
func TestGroupParameters(t *testing.T) {
	app := newQuiet()
	tenants := app.Group("/{tenant}")
	fasterapi.Get(tenants, "/a", answer[struct{}])
	fasterapi.Get(tenants, "/b", func(_ context.Context, in struct {
		Tenant string `path:"tenant"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text(in.Tenant), nil
	})
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "unused", ask(t, addr, "GET /x/a").body, "0")
		equal(t, "taken", ask(t, addr, "GET /x/b").body, "x")
	})
}
