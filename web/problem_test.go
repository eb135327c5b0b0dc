package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// TestProblemTitle: a problem is called what the status line calls it.
func TestProblemTitle(t *testing.T) {
	for want, p := range map[string]*web.Problem{
		"Not Found": {Status: 404}, "Content Too Large": {Status: 413}, "Unprocessable Content": {Status: 422},
		"Error": {Status: 599}, "Gone fishing": {Status: 404, Title: "Gone fishing"},
	} {
		var got web.Problem
		if err := json.Unmarshal(p.Append(nil), &got); err != nil || got.Title != want {
			t.Errorf("%d is called %q, not %q (%v)", p.Status, got.Title, want, err)
		}
	}
}

// TestProblemText: whatever the strings hold, what leaves is JSON that says the same.
func TestProblemText(t *testing.T) {
	for _, text := range []string{"plain", "a \"quote\" and \\", "line\nline\r\t\x00\x1b[31m\x7f", "<script>&amp;", "é € 😀 \u2028"} {
		p := &web.Problem{Type: text, Title: text, Status: 422, Detail: text, Instance: text, RequestID: text,
			Errors: []web.FieldError{{In: "query", Name: text, Code: text, Detail: text}, {In: "body", Pointer: text, Code: "x", Detail: text}}}
		var got web.Problem
		if err := json.Unmarshal(p.Append(nil), &got); err != nil || !reflect.DeepEqual(&got, p) {
			t.Errorf("%q: %v, %+v", text, err, got)
		}
	}
	var got web.Problem
	if err := json.Unmarshal((&web.Problem{Status: 400, Detail: "\xff"}).Append(nil), &got); err != nil || got.Detail != "\ufffd" {
		t.Errorf("%v %q", err, got.Detail)
	}
}

// TestProblemFor: failures of ours say which request it was; the problem itself may be told to others.
func TestProblemFor(t *testing.T) {
	r := &web.Request{}
	ours, theirs := web.NewProblem(503, "busy"), web.NewProblem(404, "no such")
	if ours.For(r) != ours || ours.For(nil) != ours {
		t.Error("a request without a name has one")
	}
	r.SetID("r1")
	if got := ours.For(r); got.RequestID != "r1" || got.Detail != "busy" || ours.RequestID != "" {
		t.Errorf("%+v of %+v", got, ours)
	}
	if theirs.For(r) != theirs {
		t.Error("a mistake of the client names the request")
	}
	if own := (&web.Problem{Status: 500, RequestID: "own"}); own.For(r) != own {
		t.Error("a name that was given is replaced")
	}
}

type teapot int

func (s teapot) Error() string   { return "short and stout" }
func (s teapot) HTTPStatus() int { return int(s) }

// TestProblemOf: what was not made for clients is not shown to them.
func TestProblemOf(t *testing.T) {
	cases := []struct {
		err    error
		status int
		detail string
		meant  bool
	}{
		{errors.New("secret"), 500, "", false},
		{fmt.Errorf("x: %w", web.NewProblem(404, "no %d%%", 5)), 404, "no 5%", true},
		{&web.BodyTooLargeError{Limit: 7}, 413, "the body is larger than 7 bytes", true},
		{fmt.Errorf("wrapped: %w", teapot(418)), 418, "wrapped: short and stout", true},
		{teapot(503), 503, "", false},
		{teapot(200), 500, "", false},
		{web.NewProblem(200, "no error at all"), 500, "", false},
	}
	for _, c := range cases {
		p, meant := web.ProblemOf(c.err)
		if p.Status != c.status || p.Detail != c.detail || meant != c.meant {
			t.Errorf("%v: %d %q %v", c.err, p.Status, p.Detail, meant)
		}
	}
}
