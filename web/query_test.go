package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func pairsOf(query string) (out []string) {
	r := Request{RawQuery: query}
	for n, v := range r.QueryPairs() {
		out = append(out, n+"="+v)
	}
	return out
}

func TestQueryPairs(t *testing.T) {
	for query, want := range map[string][]string{
		"":                 nil,
		"&&&":              nil,
		"a":                {"a="},
		"a=":               {"a="},
		"=":                {"="},
		"=b":               {"=b"},
		"a=b=c":            {"a=b=c"},
		"a=1&b=2&a=3":      {"a=1", "b=2", "a=3"},
		"a+b=c+d":          {"a b=c d"},
		"a%2Bb=%2b":        {"a+b=+"},
		"%26=%3D&%23":      {"&==", "#="},
		"a;b=1":            {"a;b=1"},
		"bad=%":            {"bad=%"},
		"bad=%4":           {"bad=%4"},
		"bad=a+%zz":        {"bad=a+%zz"}, // as it was sent, the '+' too
		"%zz=%41":          {"%zz=A"},
		"u=%E2%82%AC&n=%0": {"u=€", "n=%0"},
		"nul=%00%0d%0A":    {"nul=\x00\r\n"},
		"twice=%2541":      {"twice=%41"},
	} {
		if got := pairsOf(query); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
	r := Request{RawQuery: "a=1&b=&a=2"}
	if v, ok := r.Query("a"); v != "1" || !ok {
		t.Errorf("Query(a) = %q, %t", v, ok)
	}
	if v, ok := r.Query("b"); v != "" || !ok {
		t.Errorf("Query(b) = %q, %t", v, ok)
	}
	if v, ok := r.Query("c"); v != "" || ok {
		t.Errorf("Query(c) = %q, %t", v, ok)
	}
}

func TestPathIsDecodedOnce(t *testing.T) {
	for raw, want := range map[string]string{
		"/plain":     "/plain",
		"/a%20b":     "/a b",
		"/a%252Fb":   "/a%2Fb",
		"/a%2Fb":     "/a/b",
		"/a+b":       "/a+b",
		"/%":         "/%",
		"/%zz%41":    "/%zz%41",
		"/%e2%82%AC": "/€",
		"*":          "*",
		"":           "",
	} {
		r := Request{RawPath: raw}
		if got := r.Path(); got != want || r.Path() != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
	r := Request{RawPath: "/v1/a%20b"}
	_ = r.Path()
	r.RawPath = "/a%20b" // as a middleware that strips a prefix does
	if got := r.Path(); got != "/a b" {
		t.Errorf("after a new RawPath Path is %q", got)
	}
}

func FuzzUnescape(f *testing.F) {
	for _, s := range []string{"", "%", "%4", "%41", "a%2", "%zz", "%%41", "a+b%2B", "%E2%82", "%00", "x%2525"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := unescape(s)
		want, wantErr := url.PathUnescape(s)
		if (err != nil) != (wantErr != nil) || got != want {
			t.Fatalf("unescape(%q) = %q, %v; net/url says %q, %v", s, got, err, want, wantErr)
		}
	})
}

// net/url drops what it cannot decode and parts with a semicolon; on the rest the
// two must agree, values in order.
func FuzzQueryPairs(f *testing.F) {
	for _, s := range []string{"", "a=1&b=2&a=3", "a+b=%2B", "=&=", "a=%", "%zz=1&ok=2", "a;b=1", "&&x", "a=b=c", "%00=%ff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := Request{RawQuery: query}
		got := url.Values{}
		for part := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(part, "=")
			_, err1 := url.QueryUnescape(name)
			_, err2 := url.QueryUnescape(value)
			if part == "" || err1 == nil && err2 == nil && !strings.Contains(part, ";") {
				continue
			}
			// Left out there, passed on here: the pair must be there, undecoded.
			if err1 != nil && !has(&r, name) {
				t.Fatalf("%q: the broken name %q is lost", query, name)
			}
			r.RawQuery = without(r.RawQuery, part)
		}
		for n, v := range r.QueryPairs() {
			got[n] = append(got[n], v)
		}
		want, err := url.ParseQuery(r.RawQuery)
		if err != nil {
			t.Fatalf("%q: %v", r.RawQuery, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %v, net/url says %v", query, got, want)
		}
		for n, v := range want {
			if !slices.Equal(got[n], v) {
				t.Fatalf("%q: %q is %q, net/url says %q", query, n, got[n], v)
			}
		}
	})
}

func has(r *Request, name string) bool {
	_, ok := r.Query(name)
	return ok
}

// without takes the first part that is exactly this one out of a query.
func without(query, part string) string {
	parts := strings.Split(query, "&")
	i := slices.Index(parts, part)
	return strings.Join(slices.Delete(parts, i, i+1), "&")
}
