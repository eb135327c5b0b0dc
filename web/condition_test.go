package web

import "testing"

func TestIfNoneMatch(t *testing.T) {
	for line, want := range map[string]bool{
		`"a,b"`: true, `W/"a,b"`: true, `"x", W/"y" , "a,b"`: true, `,,"a,b"`: true, "*": true, " * ": true,
		"": false, `"a"`: false, `a,b`: false, `"a,b`: false, `x, "a,b"`: false, `"x" "a,b"`: false, `"A,b"`: false, "**": false, `*, "x"`: false,
	} {
		for _, tag := range []string{`"a,b"`, `W/"a,b"`} {
			if got := (Fields{{"if-none-match", line}}).IfNoneMatch(tag); got != want {
				t.Errorf("%q of %q: %t", tag, line, got)
			}
		}
	}
	if !(Fields{{"If-None-Match", `"x"`}, {"If-None-Match", `"a"`}}).IfNoneMatch(`"a"`) || (Fields{}).IfNoneMatch(`"a"`) {
		t.Error("of several lines each counts, and none knows nothing")
	}
}
