package web

import (
	"slices"
	"strings"
	"testing"
)

func TestFieldsCompareNamesWithoutCase(t *testing.T) {
	f := Fields{{"Accept", "a"}, {"X-Two", "1"}, {"x-two", "2"}, {"X-TWO", ""}}
	if got := f.Get("ACCEPT"); got != "a" {
		t.Errorf("Get = %q", got)
	}
	if got := f.Get("x-tWo"); got != "1" {
		t.Errorf("Get of a repeated name = %q, want the first", got)
	}
	if f.Has("X-Tw") || f.Has("") || !f.Has("x-TWO") || f.Index("nope") != -1 || f.Index("x-two") != 1 {
		t.Error("Has or Index is wrong")
	}
	if got := slices.Collect(f.Values("X-Two")); !slices.Equal(got, []string{"1", "2", ""}) {
		t.Errorf("Values = %q", got)
	}
	for range f.Values("X-Two") { // stopping early is fine
		break
	}
	var none Fields
	if none.Get("a") != "" || none.Has("a") || len(none.With("a", "b")) != 1 || len(none.Without("a")) != 0 {
		t.Error("nil Fields do not behave as empty ones")
	}
}

// The ASCII rule: '@' and '`', '[' and '{' differ by the case bit and are no letters.
func TestEqualNameFoldsLettersOnly(t *testing.T) {
	for a := 0; a < 256; a++ {
		for b := 0; b < 256; b++ {
			x, y := string([]byte{byte(a)}), string([]byte{byte(b)})
			letter := a|0x20 >= 'a' && a|0x20 <= 'z'
			want := a == b || letter && a < 0x80 && b < 0x80 && a|0x20 == b|0x20
			if EqualName(x, y) != want {
				t.Fatalf("EqualName(%q, %q) = %t", x, y, !want)
			}
		}
	}
	if EqualName("a", "ab") {
		t.Error("a prefix is equal")
	}
}

func TestFieldsNeverChangeInPlace(t *testing.T) {
	backing := [6]Field{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}, {"spare", "5"}, {"spare", "6"}}
	want := backing
	shared := Fields(backing[:4]) // with capacity that an append could write to
	for _, change := range []func(){
		func() { shared.With("B", "new") },
		func() { shared.With("D", "new") },
		func() { shared.Without("A") },
		func() { shared.Without("none") },
		func() { _ = append(shared.Without("none"), Field{"x", "y"}) },
		func() { r := Request{Fields: shared}; r.SetField("C", "new"); r.DelField("A"); r.SetField("E", "x") },
	} {
		change()
		if backing != want {
			t.Fatalf("the shared lines are now %v", backing)
		}
	}
	if got := shared.With("A", "9"); !slices.Equal(got, Fields{{"B", "2"}, {"C", "4"}, {"A", "9"}}) {
		t.Errorf("With = %v", got)
	}
	if got := shared.Without("a"); !slices.Equal(got, Fields{{"B", "2"}, {"C", "4"}}) {
		t.Errorf("Without = %v", got)
	}
}

func TestTokenOctets(t *testing.T) {
	const tchar = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for c := 0; c < 256; c++ {
		want := strings.IndexByte(tchar, byte(c)) >= 0
		if IsTokenOctet(byte(c)) != want || IsToken("a"+string([]byte{byte(c)})) != want {
			t.Errorf("octet %#x: token %t, want %t", c, !want, want)
		}
	}
	if IsToken("") {
		t.Error("the empty string is a token")
	}
}

func TestFieldValue(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"plain":                "plain",
		"a\tb":                 "a\tb",
		"a\r\nX: y":            "a  X: y",
		"a\x00b\x7fc\x1bd":     "a b c d",
		" \t padded\t ":        "padded",
		"ends with a line\r\n": "ends with a line",
		"\n":                   "",
		"caf\u00e9 \x80\xff":   "caf\u00e9 \x80\xff",
	} {
		if got := fieldValue(in); got != want {
			t.Errorf("fieldValue(%q) = %q, want %q", in, got, want)
		}
	}
	for c := 0; c < 256; c++ {
		got := fieldValue("x" + string([]byte{byte(c)}) + "y")
		if !isFieldValue(got) || len(got) != 3 {
			t.Errorf("octet %#x leaves as %q", c, got)
		}
	}
}

func TestProtocolNames(t *testing.T) {
	for p, want := range map[Protocol]string{
		HTTP10: "HTTP/1.0", HTTP11: "HTTP/1.1", HTTP2: "HTTP/2.0", HTTP3: "HTTP/3.0", 0: "HTTP/?",
	} {
		if p.String() != want || p != 0 && byte('0'+p.Major()) != want[5] {
			t.Errorf("%d: %s, major %d", uint8(p), p, p.Major())
		}
	}
}

func TestChainPutsTheFirstOutermost(t *testing.T) {
	var order []string
	named := func(name string) Middleware {
		return func(next Handler) Handler {
			return HandlerFunc(func(w *Response, r *Request) {
				order = append(order, name)
				next.ServeWeb(w, r)
				order = append(order, "after "+name)
			})
		}
	}
	h := Chain(HandlerFunc(func(*Response, *Request) { order = append(order, "handler") }), named("a"), named("b"))
	h.ServeWeb(nil, nil)
	if got := strings.Join(order, ", "); got != "a, b, handler, after b, after a" {
		t.Error(got)
	}
}
