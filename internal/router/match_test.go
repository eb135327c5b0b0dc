package router

import (
	"slices"
	"strings"
	"testing"
)

// newTree registers "METHOD /pattern" lines; a route's value is its line.
func newTree(tb testing.TB, options Options, lines ...string) *Tree[string] {
	tb.Helper()
	t := New[string](options)
	if err := t.AddConverter(Converter{"even", func(s string) bool { return len(s)%2 == 0 }}); err != nil {
		tb.Fatal(err)
	}
	for _, line := range lines {
		method, pattern, _ := strings.Cut(line, " ")
		if err := t.Add(method, pattern, line, "match_test.go"); err != nil {
			tb.Fatal(err)
		}
	}
	return t
}

// answer renders a result in one line: the route and its parameters, or the outcome.
func answer(r Result[string], p *Params) string {
	switch r.Outcome {
	case Found:
		out := r.Route.Value
		for name, value := range p.All() {
			out += " " + name + "=" + value
		}
		return out
	case MethodNotAllowed:
		return r.Outcome.String() + ": " + r.Allow
	case BadPath:
		return r.Reason.Error()
	}
	return r.Outcome.String()
}

type question struct{ method, path, want string }

func ask(t *testing.T, tree *Tree[string], questions []question) {
	t.Helper()
	var p Params
	for _, q := range questions {
		r := tree.Match(q.method, q.path, &p)
		if got := answer(r, &p); got != q.want {
			t.Errorf("%s %q: %s; want %s", q.method, q.path, got, q.want)
		}
		if r.Outcome != Found && p.Len() != 0 {
			t.Errorf("%s %q: %v with %d parameters", q.method, q.path, r.Outcome, p.Len())
		}
	}
}

func TestPrecedence(t *testing.T) {
	tree := newTree(t, Options{},
		"GET /x/{p...}", "GET /x/{v}", "GET /x/{e:even}", "GET /x/{n:int}", "GET /x/new",
		"GET /x/{n:int}/deep", "GET /x/{v}/other", "GET /x/new/one/two")
	ask(t, tree, []question{
		{"GET", "/x/new", "GET /x/new"},
		{"GET", "/x/12", "GET /x/{n:int} n=12"},
		{"GET", "/x/ab", "GET /x/{e:even} e=ab"},
		{"GET", "/x/abc", "GET /x/{v} v=abc"},
		{"GET", "/x/12/deep", "GET /x/{n:int}/deep n=12"},
		{"GET", "/x/12/other", "GET /x/{v}/other v=12"},
		{"GET", "/x/new/other", "GET /x/{v}/other v=new"},
		{"GET", "/x/new/one/two", "GET /x/new/one/two"},
		{"GET", "/x/new/one/three", "GET /x/{p...} p=new/one/three"},
		{"GET", "/x/new/", "GET /x/{p...} p=new/"},
		{"GET", "/x/", "GET /x/{p...} p="},
		{"GET", "/x//", "GET /x/{p...} p=/"},
		{"GET", "/x//new", "GET /x/{p...} p=/new"},
		{"GET", "/x", "not found"},
		{"GET", "/x/ne", "GET /x/{e:even} e=ne"},
		{"GET", "/x/newer", "GET /x/{v} v=newer"},
	})
}

func TestBacktracking(t *testing.T) {
	tree := newTree(t, Options{},
		"GET /a/b/c/d", "GET /a/b/{x}/e", "GET /a/{x}/c/f", "GET /{x}/b/c/g", "GET /{x}/{y}/{z}/{w:int}", "GET /{rest...}")
	ask(t, tree, []question{
		{"GET", "/a/b/c/d", "GET /a/b/c/d"},
		{"GET", "/a/b/c/e", "GET /a/b/{x}/e x=c"},
		{"GET", "/a/b/c/f", "GET /a/{x}/c/f x=b"},
		{"GET", "/a/b/c/g", "GET /{x}/b/c/g x=a"},
		{"GET", "/a/b/c/9", "GET /{x}/{y}/{z}/{w:int} x=a y=b z=c w=9"},
		{"GET", "/a/b/c/h", "GET /{rest...} rest=a/b/c/h"},
		{"GET", "/", "GET /{rest...} rest="},
	})
}

// TestTextOfEveryLength flips each octet of texts around the width of a word, at every distance from the path's end.
func TestTextOfEveryLength(t *testing.T) {
	var p Params
	for size := 1; size <= 20; size++ {
		text := "/" + "abcdefghijklmnopqrstuvwxyz"[:size]
		tree := newTree(t, Options{}, "GET "+text, "GET "+text+"/{v}", "GET /{v}"+text+"/z")
		for _, c := range []struct{ path, want string }{
			{text, "GET " + text},
			{text + "/" + text[1:], "GET " + text + "/{v} v=" + text[1:]},
			{"/0" + text + "/z", "GET /{v}" + text + "/z v=0"},
		} {
			r := tree.Match("GET", c.path, &p)
			if got := answer(r, &p); got != c.want {
				t.Errorf("%q: %s, want %s", c.path, got, c.want)
			}
		}
		for at := 1; at < len(text); at++ {
			other := []byte(text)
			other[at] = '!'
			for _, path := range []string{string(other) + "/v/w", "/0" + string(other) + "/z", string(other) + "/v"} {
				if r := tree.Match("GET", path, &p); r.Outcome != NotFound {
					t.Errorf("%q with %s: %s", path, text, answer(r, &p))
				}
			}
			if r := tree.Match("GET", text[:at], &p); r.Outcome != NotFound {
				t.Errorf("%q with %s: %s", text[:at], text, answer(r, &p))
			}
		}
	}
}

func TestParamIsNeverEmpty(t *testing.T) {
	tree := newTree(t, Options{}, "GET /a/{x}", "GET /a/{x}/b", "GET /{x}/")
	ask(t, tree, []question{
		{"GET", "/a/", "GET /{x}/ x=a"},
		{"GET", "/a//b", "not found"},
		{"GET", "//", "not found"},
		{"GET", "/", "not found"},
	})
}

func TestDecoding(t *testing.T) {
	tree := newTree(t, Options{}, "GET /users/{id}", "GET /caf%C3%A9", "GET /a%2Fb", "GET /100%25", "GET /%7Bx%7D",
		"GET /files/{path...}", "GET /even/{v:even}")
	ask(t, tree, []question{
		{"GET", "/%75sers/7", "GET /users/{id} id=7"},
		{"GET", "/users/a%20b", "GET /users/{id} id=a b"},
		{"GET", "/users/a%2Fb", "GET /users/{id} id=a/b"},
		{"GET", "/users/a%2fb/c", "not found"},
		{"GET", "/users%2F7", "not found"},
		{"GET", "/users/%252e%252e", "GET /users/{id} id=%2e%2e"},
		{"GET", "/users/%252F", "GET /users/{id} id=%2F"},
		{"GET", "/users/%2F", "GET /users/{id} id=/"},
		{"GET", "/users/%FF", "GET /users/{id} id=\xff"},
		{"GET", "/users/a+b;c=d", "GET /users/{id} id=a+b;c=d"},
		{"GET", `/users/a\b`, `GET /users/{id} id=a\b`},
		{"GET", "/users/.profile", "GET /users/{id} id=.profile"},
		{"GET", "/users/...", "GET /users/{id} id=..."},
		{"GET", "/users/a..b", "GET /users/{id} id=a..b"},
		{"GET", "/caf%c3%a9", "GET /caf%C3%A9"},
		{"GET", "/café", "GET /caf%C3%A9"},
		{"GET", "/a%2fb", "GET /a%2Fb"},
		{"GET", "/a/b", "not found"},
		{"GET", "/a\x00b", HoldsNUL.Error()},
		{"GET", "/100%25", "GET /100%25"},
		{"GET", "/100%", BrokenEscape.Error()},
		{"GET", "/{x}", "GET /%7Bx%7D"},
		{"GET", "/files/a%2Fb/c%20d", "GET /files/{path...} path=a/b/c d"},
		{"GET", "/files/.git/x.", "GET /files/{path...} path=.git/x."},
		{"GET", "/even/a%2Fbc", "GET /even/{v:even} v=a/bc"},
		{"GET", "/even/a%2Fb", "not found"},
	})
}

func TestBadPaths(t *testing.T) {
	tree := newTree(t, Options{TrailingSlash: Ignore}, "GET /a/b", "GET /users/{id}", "GET /users/{id}/x", "GET /files/{path...}", "* /any/{rest...}")
	for path, want := range map[string]Reason{
		"": NoLeadingSlash, "a/b": NoLeadingSlash, "*": NoLeadingSlash, "http://x/": NoLeadingSlash, "%2Fa": NoLeadingSlash,
		"/%": BrokenEscape, "/a/%4": BrokenEscape, "/users/%zz": BrokenEscape, "/users/x%": BrokenEscape, "/files/%+1": BrokenEscape,
		"/users/%00": HoldsNUL, "/users/a\x00": HoldsNUL, "/users/abcdefghij\x00": HoldsNUL, "/\x00": HoldsNUL, "/files/a%2F%00": HoldsNUL,
		"/.": DotSegment, "/..": DotSegment, "/a/../a/b": DotSegment, "/a/./b": DotSegment, "/users/.": DotSegment,
		"/users/..": DotSegment, "/users/../x": DotSegment, "/users/%2e%2E": DotSegment, "/users/.%2e": DotSegment,
		"/users/a%2F..": DotSegment, "/users/..%2Fa": DotSegment, "/users/a%2F..%2Fb": DotSegment,
		`/users/a\..`: DotSegment, `/users/..\a`: DotSegment, "/users/a%5C..%5Cb": DotSegment, `/users/a\.\b`: DotSegment,
		"/files/..": DotSegment, "/files/a/../b": DotSegment, "/files/a/b/..": DotSegment, `/files/x\..\y`: DotSegment,
		"/files/%2e%2e/%2e%2e/etc/passwd": DotSegment, "/files/a/.": DotSegment, "/files/../": DotSegment,
		"/any/..": DotSegment, "/nowhere/..": DotSegment, "/nowhere%": BrokenEscape,
	} {
		for _, method := range []string{"GET", "POST", "WEIRD"} {
			var p Params
			r := tree.Match(method, path, &p)
			if r.Outcome != BadPath || r.Reason != want {
				t.Errorf("%s %q: %s, want %v", method, path, answer(r, &p), want)
			}
		}
		if path != "" && path != "*" && tree.Allowed(path) != "" {
			t.Errorf("Allowed(%q) = %q", path, tree.Allowed(path))
		}
	}
}

func TestPathLimit(t *testing.T) {
	tree := newTree(t, Options{TrailingSlash: Ignore}, "GET /f/{v}/", "GET /r/{v...}")
	var p Params
	for _, head := range []string{"/f/", "/r/"} {
		path := head + strings.Repeat("x", MaxPathBytes-len(head))
		if r := tree.Match("GET", path, &p); r.Outcome != Found || p.Value(0) != path[len(head):] {
			t.Errorf("the longest path under %s: %v, %d bytes", head, r.Outcome, len(p.Value(0)))
		}
		if r := tree.Match("GET", path+"x", &p); r.Outcome != BadPath || r.Reason != PathTooLong {
			t.Errorf("one byte more under %s: %v", head, r.Outcome)
		}
	}
}

func TestTrailingSlash(t *testing.T) {
	lines := []string{"GET /a", "GET /b/", "GET /u/{id}", "GET /v/{id}/", "GET /both", "GET /both/", "POST /p", "GET /f/{p...}", "GET /e%2F"}
	for _, c := range []struct {
		path                     string
		strict, redirect, ignore string
	}{
		{"/a/", "not found", "drop slash", "GET /a"},
		{"/b", "not found", "add slash", "GET /b/"},
		{"/u/7/", "not found", "drop slash", "GET /u/{id} id=7"},
		{"/v/7", "not found", "add slash", "GET /v/{id}/ id=7"},
		{"/v/a%2Fb", "not found", "add slash", "GET /v/{id}/ id=a/b"},
		{"/u/a%2Fb/", "not found", "drop slash", "GET /u/{id} id=a/b"},
		{"/both", "GET /both", "GET /both", "GET /both"},
		{"/both/", "GET /both/", "GET /both/", "GET /both/"},
		{"/f", "not found", "add slash", "GET /f/{p...} p="},
		{"/a//", "not found", "not found", "not found"},
		{"/e%2F/", "not found", "drop slash", "GET /e%2F"},
		{"/e", "not found", "not found", "not found"},
		{"/", "not found", "not found", "not found"},
		{"//evil.example/", "not found", "not found", "not found"},
		{"/p", "method not allowed: OPTIONS, POST", "method not allowed: OPTIONS, POST", "method not allowed: OPTIONS, POST"},
		{"/p/", "not found", "not found", "method not allowed: OPTIONS, POST"},
	} {
		for policy, want := range []string{c.strict, c.redirect, c.ignore} {
			tree := newTree(t, Options{TrailingSlash: SlashPolicy(policy)}, lines...)
			ask(t, tree, []question{{"GET", c.path, want}})
		}
	}
}

func TestMethods(t *testing.T) {
	tree := newTree(t, Options{}, "GET /u/{id}", "POST /u/me", "QUERY /q", "get /lower", "HEAD /h/own", "GET /h/own",
		"GET /h/{x}", "OPTIONS /o", "GET /o")
	ask(t, tree, []question{
		{"HEAD", "/u/7", "GET /u/{id} id=7"},
		{"HEAD", "/h/own", "HEAD /h/own"},
		{"GET", "/h/own", "GET /h/own"},
		{"HEAD", "/h/x", "GET /h/{x} x=x"},
		{"DELETE", "/u/7", "method not allowed: GET, HEAD, OPTIONS"},
		{"DELETE", "/u/me", "method not allowed: GET, HEAD, OPTIONS, POST"},
		{"POST", "/u/7", "method not allowed: GET, HEAD, OPTIONS"},
		{"QUERY", "/q", "QUERY /q"},
		{"GET", "/q", "method not allowed: OPTIONS, QUERY"},
		{"HEAD", "/q", "method not allowed: OPTIONS, QUERY"},
		{"query", "/q", "method not allowed: OPTIONS, QUERY"},
		{"GET", "/lower", "method not allowed: OPTIONS, get"},
		{"OPTIONS", "/u/me", "method not allowed: GET, HEAD, OPTIONS, POST"},
		{"OPTIONS", "/o", "OPTIONS /o"},
		{"OPTIONS", "/none", "not found"},
		{"DELETE", "/none", "not found"},
		{"OPTIONS", "*", "method not allowed: GET, HEAD, OPTIONS, POST, QUERY, get"},
		{"GET", "*", NoLeadingSlash.Error()},
	})
	for path, want := range map[string]string{
		"*": "GET, HEAD, OPTIONS, POST, QUERY, get", "": "GET, HEAD, OPTIONS, POST, QUERY, get",
		"/u/me": "GET, HEAD, OPTIONS, POST", "/u/%6de": "GET, HEAD, OPTIONS, POST", "/none": "", "/u/%zz": "",
	} {
		if got := tree.Allowed(path); got != want {
			t.Errorf("Allowed(%q) = %q, want %q", path, got, want)
		}
	}
	if got := New[int](Options{}).Allowed("*"); got != "OPTIONS" {
		t.Errorf("an empty tree allows %q", got)
	}
}

func TestAnyMethod(t *testing.T) {
	lines := []string{"* /api/{rest...}", "GET /{page...}", "POST /api/{rest...}", "HEAD /only", "* /only", "GET /only",
		"* /m", "PUT /m", "GET /api/x"}
	want := []question{
		{"GET", "/api/y", "* /api/{rest...} rest=y"},
		{"GET", "/api/x", "GET /api/x"},
		{"HEAD", "/api/x", "GET /api/x"},
		{"GET", "/other", "GET /{page...} page=other"},
		{"POST", "/api/y", "POST /api/{rest...} rest=y"},
		{"BREW", "/api/y", "* /api/{rest...} rest=y"},
		{"OPTIONS", "/api/y", "* /api/{rest...} rest=y"},
		{"HEAD", "/only", "HEAD /only"},
		{"GET", "/only", "GET /only"},
		{"POST", "/only", "* /only"},
		{"PUT", "/m", "PUT /m"},
		{"GET", "/m", "* /m"},
		{"BREW", "/other", "method not allowed: GET, HEAD, OPTIONS"},
	}
	// No order of registration changes the answers.
	for range lines {
		ask(t, newTree(t, Options{}, lines...), want)
		slices.Reverse(lines[1:])
		ask(t, newTree(t, Options{}, lines...), want)
		lines = append(lines[1:], lines[0])
	}
	tree := newTree(t, Options{}, lines...)
	if got, want := tree.Allowed("/api/y"), "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"; got != want {
		t.Errorf("Allowed = %q, want %q", got, want)
	}
	if err := tree.Add("BREW", "/pot", "", ""); err != nil {
		t.Fatal(err)
	}
	if got, want := tree.Allowed("/api/y"), "BREW, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"; got != want {
		t.Errorf("with one method more, Allowed = %q, want %q", got, want)
	}
}

func TestRoutes(t *testing.T) {
	lines := []string{"POST /b/{x}/{y:int}", "GET /a", "* /m/{p...}", "GET /"}
	tree := newTree(t, Options{}, lines...)
	var got []string
	for r := range tree.Routes() {
		got = append(got, r.Method+" "+r.Pattern)
		if r.Where != "match_test.go" || r.Value != r.Method+" "+r.Pattern {
			t.Errorf("%s: where %q, value %q", r.Pattern, r.Where, r.Value)
		}
		for _, name := range r.ParamNames() {
			if !strings.Contains(r.Pattern, "{"+name) {
				t.Errorf("%s has no %s", r.Pattern, name)
			}
		}
		if len(r.ParamNames()) != strings.Count(r.Pattern, "{") {
			t.Errorf("%s: %q", r.Pattern, r.ParamNames())
		}
	}
	if !slices.Equal(got, lines) || tree.Len() != len(lines) {
		t.Errorf("routes %q, want %q", got, lines)
	}
}

func TestParams(t *testing.T) {
	tree := newTree(t, Options{}, "GET /{a}/{b}")
	var p Params
	tree.Match("GET", "/1/22", &p)
	if v, ok := p.Lookup("b"); v != "22" || !ok {
		t.Errorf("b = %q, %v", v, ok)
	}
	if v, ok := p.Lookup("c"); v != "" || ok {
		t.Errorf("c = %q, %v", v, ok)
	}
	for name := range p.All() {
		if name != "a" {
			t.Error("All went on")
		}
		break
	}
	kept := p
	tree.Match("GET", "/333/4", &p)
	if kept.Value(0) != "1" || p.Value(0) != "333" {
		t.Errorf("a copy gives %q, the original %q", kept.Value(0), p.Value(0))
	}
	p.Reset()
	if p.Len() != 0 || p.values != "" {
		t.Error("Reset kept something")
	}
}
