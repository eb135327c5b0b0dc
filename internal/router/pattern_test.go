package router

import (
	"errors"
	"strings"
	"testing"
)

func TestPatternErrors(t *testing.T) {
	for _, c := range []struct {
		pattern string
		offset  int
		problem string
	}{
		{"", 0, "begins with a slash"},
		{"users", 0, "begins with a slash"},
		{"{id}", 0, "begins with a slash"},
		{"//", 1, "empty segment"},
		{"/a//b", 3, "empty segment"},
		{"/a/{", 3, `"{" without "}"`},
		{"/a/{id", 3, `"{" without "}"`},
		{"/a/{i/d}", 3, `"{" without "}"`},
		{"/a/id}", 5, `"}" without "{"`},
		{"/a/{i{d}", 5, `"{" inside a parameter`},
		{"/a/{}", 4, "no name"},
		{"/a/{...}", 4, "no name"},
		{"/a/{:int}", 4, "no name"},
		{"/a/{1d}", 4, "parameter name"},
		{"/a/{i d}", 4, "parameter name"},
		{"/a/{é}", 4, "parameter name"},
		{"/a/{$}", 4, "parameter name"},
		{"/a/{id}/b/{id}", 11, `duplicate parameter name "id"`},
		{"/a/{id:hex}", 7, `unknown converter "hex" (known: int, uuid)`},
		{"/a/{id:}", 7, `unknown converter ""`},
		{"/a/{p...}/b", 5, "must be the last segment"},
		{"/a/{p...}/", 5, "must be the last segment"},
		{"/a/{p...:int}", 5, "cannot be combined"},
		{"/a/{p:int...}", 5, "cannot be combined"},
		{"/a/v{id}", 4, `"v" stands before it`},
		{"/a/{id}.json", 7, `".json" stands after it`},
		{"/a/{x}{y}", 6, `"{y}" stands after it`},
		{"/a/%", 3, "no percent-escape"},
		{"/a/%4", 3, "no percent-escape"},
		{"/a/x%zz", 4, "no percent-escape"},
		{"/a/%00", 3, "NUL"},
		{"/a/x\x00", 4, "NUL"},
		{"/a/./b", 3, "dot segment"},
		{"/a/..", 3, "dot segment"},
		{"/a/%2e%2E/b", 3, "dot segment"},
		{`/a/b\..\c`, 3, "dot segment"},
		{"/a/b%2F../c", 3, "dot segment"},
	} {
		tree := New[int](Options{})
		err := tree.Add("GET", c.pattern, 1, "x.go:7")
		var pe *PatternError
		if !errors.As(err, &pe) {
			t.Errorf("%q: %v, want a PatternError", c.pattern, err)
			continue
		}
		if pe.Offset != c.offset || !strings.Contains(pe.Problem, c.problem) || pe.Where != "x.go:7" {
			t.Errorf("%q: %v; want offset %d, %q", c.pattern, err, c.offset, c.problem)
		}
		if tree.Len() != 0 || tree.Match("GET", "/a/b", new(Params)).Outcome != NotFound {
			t.Errorf("%q: refused, but left a trace", c.pattern)
		}
	}
}

func TestLimitsOfPatterns(t *testing.T) {
	tree := New[int](Options{})
	pattern := ""
	for k := range MaxParams {
		pattern += "/{p" + string(rune('A'+k/26)) + string(rune('a'+k%26)) + "}"
	}
	if err := tree.Add("GET", pattern, 1, ""); err != nil {
		t.Fatal(err)
	}
	var p Params
	if got := tree.Match("GET", strings.Repeat("/v", MaxParams), &p); got.Outcome != Found || p.Len() != MaxParams {
		t.Errorf("%d parameters: %v with %d", MaxParams, got.Outcome, p.Len())
	}
	for name, value := range p.All() {
		if value != "v" {
			t.Errorf("%s = %q", name, value)
		}
	}
	err := tree.Add("GET", pattern+"/{one-more}", 1, "")
	if err == nil || !strings.Contains(err.Error(), "more than 32 parameters") {
		t.Errorf("one parameter too many: %v", err)
	}
	long := "/" + strings.Repeat("x", MaxPatternBytes-1)
	if err := tree.Add("GET", long, 1, ""); err != nil {
		t.Error(err)
	}
	if err := tree.Add("GET", long+"x", 1, ""); err == nil || !strings.Contains(err.Error(), "longer than 4096") {
		t.Errorf("a long pattern: %v", err)
	}
}

func TestMethodsOfRegistration(t *testing.T) {
	tree := New[int](Options{})
	for _, method := range []string{"GE T", "GET\n", "É", "a/b", "{x}"} {
		var me *MethodError
		if err := tree.Add(method, "/", 1, ""); !errors.As(err, &me) || !errors.Is(err, errMethodNotToken) {
			t.Errorf("method %q: %v", method, err)
		}
	}
	for k := range MaxMethods - 3 {
		if err := tree.Add("M"+strings.Repeat("x", k), "/", k, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.Add("LAST", "/", 1, ""); !errors.Is(err, errTooManyMethods) {
		t.Errorf("method %d: %v", MaxMethods+1, err)
	}
	for _, method := range []string{"GET", "HEAD", "OPTIONS", AnyMethod} {
		if err := tree.Add(method, "/", 1, ""); err != nil {
			t.Errorf("%s with all bits used: %v", method, err)
		}
	}
	for k := range MaxMethods - 3 {
		if got := tree.Match("M"+strings.Repeat("x", k), "/", new(Params)); got.Outcome != Found || got.Route.Value != k {
			t.Fatalf("method %d: %v", k, got)
		}
	}
}

func TestConflicts(t *testing.T) {
	for _, c := range []struct {
		method, first, second string
		conflict              bool
	}{
		{"GET", "/a", "/a", true},
		{"GET", "/users", "/%75sers", true},
		{"GET", "/a/{x}", "/a/{y}", true},
		{"GET", "/a/{x}/b", "/a/{y}/b", true},
		{"GET", "/a/{x...}", "/a/{y...}", true},
		{"GET", "/a/{x:int}", "/a/{y:int}", true},
		{"", "/a", "/a", true},
		{"GET", "/a", "/a/", false},
		{"GET", "/a/{x}", "/a/{x}/", false},
		{"GET", "/a/{x}", "/a/{x:int}", false},
		{"GET", "/a/{x:uuid}", "/a/{x:int}", false},
		{"GET", "/a/{x}", "/a/{x...}", false},
		{"GET", "/a/", "/a/{x...}", false},
		{"GET", "/a/{x}", "/a/%7Bx%7D", false},
		{"GET", "/a%2Fb", "/a/b", false},
	} {
		tree := New[int](Options{})
		if err := tree.Add(c.method, c.first, 1, "first.go:1"); err != nil {
			t.Fatal(err)
		}
		err := tree.Add(c.method, c.second, 2, "second.go:2")
		var ce *ConflictError
		if errors.As(err, &ce) != c.conflict {
			t.Errorf("%s then %s: %v, want conflict %v", c.first, c.second, err, c.conflict)
		}
		if ce == nil {
			continue
		}
		for _, part := range []string{c.first, c.second, "first.go:1", "second.go:2"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q does not name %q", err, part)
			}
		}
		if tree.Len() != 1 {
			t.Errorf("%s: refused, but kept", c.second)
		}
	}
}

func TestConvertersOfRegistration(t *testing.T) {
	tree := New[int](Options{})
	accept := func(string) bool { return true }
	for _, c := range []struct {
		Converter
		want error
	}{
		{Converter{"", accept}, errConverterName},
		{Converter{"a:b", accept}, errConverterName},
		{Converter{"int", accept}, errConverterExists},
		{Converter{"hex", nil}, errConverterNil},
		{Converter{"hex", accept}, nil},
		{Converter{"hex", accept}, errConverterExists},
	} {
		if err := tree.AddConverter(c.Converter); !errors.Is(err, c.want) {
			t.Errorf("%q: %v, want %v", c.Name, err, c.want)
		}
	}
	for k := len(tree.converters); k < maxConverters; k++ {
		if err := tree.AddConverter(Converter{"c" + strings.Repeat("x", k), accept}); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.AddConverter(Converter{"over", accept}); !errors.Is(err, errTooManyConverters) {
		t.Errorf("one converter too many: %v", err)
	}
	last := tree.converters[maxConverters-1].Name
	if err := tree.Add("GET", "/{x:"+last+"}", 7, ""); err != nil {
		t.Fatal(err)
	}
	if got := tree.Match("GET", "/v", new(Params)); got.Outcome != Found {
		t.Errorf("the last converter: %v", got.Outcome)
	}
}

func TestBuiltinConverters(t *testing.T) {
	for value, want := range map[string]bool{
		"0": true, "-0": true, "007": true, "42": true, "-42": true,
		"9223372036854775807": true, "9223372036854775808": false,
		"-9223372036854775808": true, "-9223372036854775809": false,
		"18446744073709551616": false, "99999999999999999999": false, "000000000000000000000000000001": true,
		"": false, "-": false, "+1": false, "1.0": false, "0x1": false, " 1": false, "1 ": false, "--1": false, "١": false,
	} {
		if isInt(value) != want {
			t.Errorf("isInt(%q) = %v", value, !want)
		}
	}
	for value, want := range map[string]bool{
		"f81d4fae-7dec-11d0-a765-00a0c91e6bf6":   true,
		"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6":   true,
		"f81d4fae-7dec-11d0-a765-00a0c91e6bf":    false,
		"f81d4fae-7dec-11d0-a765-00a0c91e6bf6a":  false,
		"f81d4fae+7dec-11d0-a765-00a0c91e6bf6":   false,
		"g81d4fae-7dec-11d0-a765-00a0c91e6bf6":   false,
		"f81d4fae7dec11d0a76500a0c91e6bf6":       false,
		"{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}": false,
		"":                                       false,
	} {
		if isUUID(value) != want {
			t.Errorf("isUUID(%q) = %v", value, !want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{"/", "/a/{id}", "/a/{id:int}/b/{p...}", "/%7B/%2F", "/{a", "/a}", "//", "/..", "/{...}", "/\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		tree := New[int](Options{})
		err := tree.Add("GET", pattern, 1, "")
		if err == nil {
			if tree.Add("GET", pattern, 2, "") == nil {
				t.Fatalf("%q twice", pattern)
			}
			return
		}
		pe, ok := err.(*PatternError)
		if !ok || pe.Offset < 0 || pe.Offset > len(pattern) || pe.Problem == "" {
			t.Fatalf("%q: %v", pattern, err)
		}
	})
}
