package fasterapi

import "testing"

// TestProblemTitle: a problem is called what the status line calls it.
func TestProblemTitle(t *testing.T) {
	for status, want := range map[int]string{
		404: "Not Found", 413: "Content Too Large", 422: "Unprocessable Content", 799: "Error",
	} {
		if got := (&Problem{Status: status}).title(); got != want {
			t.Errorf("%d is called %q, not %q", status, got, want)
		}
	}
	if got := (&Problem{Status: 404, Title: "Gone fishing"}).title(); got != "Gone fishing" {
		t.Errorf("%q", got)
	}
}
