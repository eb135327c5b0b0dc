package fasterapitest

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// Answer is a whole answer.
type Answer struct {
	Status  int
	Header  http.Header
	Trailer http.Header
	Body    []byte

	t  testing.TB
	of string // the request
}

// Text is the body as it came.
func (a *Answer) Text() string { return string(a.Body) }

// Expect ends the test unless the answer has this status.
func (a *Answer) Expect(status int) *Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: %d, not %d: %s", a.of, a.Status, status, a.excerpt())
	}
	return a
}

// As decodes the body as JSON, and ends the test where it is none, or another than T.
func As[T any](a *Answer) (v T) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, &v); err != nil {
		a.t.Fatalf("%s: %d is no JSON of a %T: %v: %s", a.of, a.Status, v, err, a.excerpt())
	}
	return v
}

// Problem decodes problem details, and ends the test where the answer is none.
func (a *Answer) Problem() fasterapi.Problem {
	a.t.Helper()
	if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
		a.t.Fatalf("%s: %d is no problem details but %q: %s", a.of, a.Status, kind, a.excerpt())
	}
	return As[fasterapi.Problem](a)
}

// shown is how much of a body a failure shows, in bytes.
const shown = 1000

func (a *Answer) excerpt() string {
	if len(a.Body) > shown {
		return string(a.Body[:shown]) + " ..."
	}
	return string(a.Body)
}
