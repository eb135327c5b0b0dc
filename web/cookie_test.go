package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func cookiesOf(lines ...string) (out []string) {
	var r Request
	for i, line := range lines {
		r.Fields = append(r.Fields, Field{[]string{"Cookie", "cookie", "COOKIE"}[i%3], line})
	}
	for n, v := range r.Cookies() {
		out = append(out, n+"="+v)
	}
	return out
}

func TestCookies(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  []string
	}{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{"a=1"}, []string{"a=1"}},
		{[]string{"a=1; b=2;c=3;\td=4"}, []string{"a=1", "b=2", "c=3", "d=4"}},
		{[]string{"a=1; a=2", "a=3", "b=4"}, []string{"a=1", "a=2", "a=3", "b=4"}},
		{[]string{`q="quoted"; e=""; l="; x=a"b`}, []string{"q=quoted", "e=", `l="`, `x=a"b`}},
		{[]string{"a =1; b= 2 ;c=3"}, []string{"b= 2", "c=3"}},
		{[]string{"a=b=c=="}, []string{"a=b=c=="}},
		{[]string{"a="}, []string{"a="}},
		{[]string{"nothing; =v; bad name=1; b\u00e9=2; ok=3"}, []string{"ok=3"}},
		{[]string{";;; ; a=1;"}, []string{"a=1"}},
		{[]string{"a[0]=1; (x)=2; $Version=1"}, []string{"$Version=1"}},
	} {
		if got := cookiesOf(c.lines...); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.lines, got, c.want)
		}
	}
	r := Request{Fields: Fields{{"Cookie", "a=1; B=2"}, {"Cookie", "a=3; c="}}}
	if v, ok := r.Cookie("a"); v != "1" || !ok {
		t.Errorf("Cookie(a) = %q, %t", v, ok)
	}
	if v, ok := r.Cookie("c"); v != "" || !ok {
		t.Errorf("Cookie(c) = %q, %t", v, ok)
	}
	if _, ok := r.Cookie("b"); ok { // names of cookies do have case
		t.Error("Cookie(b) found B")
	}
}

func TestSetCookie(t *testing.T) {
	at := time.Date(2031, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600))
	for _, c := range []struct {
		cookie Cookie
		want   string
	}{
		{Cookie{Name: "a", Value: "b"}, "a=b"},
		{Cookie{Name: "a"}, "a="},
		{Cookie{Name: "a", Value: `"b"`}, `a="b"`},
		{Cookie{Name: "a", Path: "/x y", Domain: ".Example.org", MaxAge: 60}, "a=; Path=/x y; Domain=Example.org; Max-Age=60"},
		{Cookie{Name: "a", MaxAge: -5}, "a=; Max-Age=0"},
		{Cookie{Name: "a", Expires: at}, "a=; Expires=Mon, 03 Feb 2031 03:05:06 GMT"},
		{Cookie{Name: "a", Secure: true, HTTPOnly: true, SameSite: SameSiteLax}, "a=; HttpOnly; Secure; SameSite=Lax"},
		{Cookie{Name: "a", SameSite: SameSiteStrict}, "a=; SameSite=Strict"},
		{Cookie{Name: "a", SameSite: SameSiteNone, Secure: true, Partitioned: true}, "a=; Secure; SameSite=None; Partitioned"},
		{Cookie{Name: "__Secure-a", Secure: true}, "__Secure-a=; Secure"},
		{Cookie{Name: "__Host-a", Secure: true, Path: "/"}, "__Host-a=; Path=/; Secure"},
		{Cookie{Name: "a", Domain: "127.0.0.1"}, "a=; Domain=127.0.0.1"},
	} {
		var w Response
		if err := w.SetCookie(c.cookie); err != nil {
			t.Errorf("%+v: %v", c.cookie, err)
		} else if got := w.Get("Set-Cookie"); got != c.want {
			t.Errorf("%+v:\n%s\nwant\n%s", c.cookie, got, c.want)
		}
	}
}

func TestSetCookieRefuses(t *testing.T) {
	ok := Cookie{Name: "a", Value: "b"}
	for what, change := range map[string]func(c *Cookie){
		"no name":             func(c *Cookie) { c.Name = "" },
		"name with space":     func(c *Cookie) { c.Name = "a b" },
		"name with '='":       func(c *Cookie) { c.Name = "a=b" },
		"name with line":      func(c *Cookie) { c.Name = "a\r\nX" },
		"value with line":     func(c *Cookie) { c.Value = "a\r\nX: y" },
		"value with LF":       func(c *Cookie) { c.Value = "a\n" },
		"value with NUL":      func(c *Cookie) { c.Value = "a\x00" },
		"value with ;":        func(c *Cookie) { c.Value = "a; Domain=evil" },
		"value with ,":        func(c *Cookie) { c.Value = "a,b" },
		"value with space":    func(c *Cookie) { c.Value = "a b" },
		"value with quote":    func(c *Cookie) { c.Value = `a"b` },
		"value one quote":     func(c *Cookie) { c.Value = `"` },
		"value with \\":       func(c *Cookie) { c.Value = `a\b` },
		"value UTF-8":         func(c *Cookie) { c.Value = "é" },
		"value DEL":           func(c *Cookie) { c.Value = "\x7f" },
		"path relative":       func(c *Cookie) { c.Path = "x" },
		"path with ;":         func(c *Cookie) { c.Path = "/; Secure" },
		"path with line":      func(c *Cookie) { c.Path = "/\r\nX: y" },
		"path UTF-8":          func(c *Cookie) { c.Path = "/é" },
		"domain with ;":       func(c *Cookie) { c.Domain = "a;b" },
		"domain with line":    func(c *Cookie) { c.Domain = "a\nb" },
		"domain with port":    func(c *Cookie) { c.Domain = "a:80" },
		"domain dot":          func(c *Cookie) { c.Domain = "." },
		"domain two dots":     func(c *Cookie) { c.Domain = "a..b" },
		"domain hyphen":       func(c *Cookie) { c.Domain = "-a.b" },
		"domain underscore":   func(c *Cookie) { c.Domain = "a_b" },
		"domain long label":   func(c *Cookie) { c.Domain = strings.Repeat("a", 64) + ".b" },
		"domain long":         func(c *Cookie) { c.Domain = strings.Repeat("a.", 127) + "b" },
		"expires early":       func(c *Cookie) { c.Expires = time.Date(1600, 12, 31, 0, 0, 0, 0, time.UTC) },
		"expires late":        func(c *Cookie) { c.Expires = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"expires late in UTC": func(c *Cookie) { c.Expires = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200)) },
		"samesite":            func(c *Cookie) { c.SameSite = 9 },
		"none insecure":       func(c *Cookie) { c.SameSite = SameSiteNone },
		"partitioned":         func(c *Cookie) { c.Partitioned = true },
		"__Secure-":           func(c *Cookie) { c.Name = "__secure-a" },
		"__Host- domain":      func(c *Cookie) { c.Name, c.Secure, c.Path, c.Domain = "__Host-a", true, "/", "a.b" },
		"__Host- path":        func(c *Cookie) { c.Name, c.Secure, c.Path = "__HOST-a", true, "/x" },
		"__Host- insecure":    func(c *Cookie) { c.Name, c.Path = "__Host-a", "/" },
	} {
		c := ok
		change(&c)
		var w Response
		if err := w.SetCookie(c); err == nil || len(w.Fields()) != 0 {
			t.Errorf("%s: error %v, lines %v", what, err, w.Fields())
		} else if !strings.HasPrefix(err.Error(), "web: cookie ") || !isFieldValue(err.Error()) {
			t.Errorf("%s: the error reads %q", what, err)
		}
	}
}

func TestClearCookie(t *testing.T) {
	var w Response
	c := Cookie{Name: "__Host-s", Value: "secret", Path: "/", Secure: true, MaxAge: 60}
	if err := w.ClearCookie(c); err != nil {
		t.Fatal(err)
	}
	if got := w.Get("Set-Cookie"); got != "__Host-s=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure" {
		t.Error(got)
	}
	if err := w.ClearCookie(Cookie{Name: "__Host-s"}); err == nil {
		t.Error("a deletion that browsers ignore is no error")
	}
}

func FuzzCookies(f *testing.F) {
	for _, s := range []string{"", "a=1; b=2", `q="x"; e=""`, "=; ;=;;", "a", "a=\"", "bad name=1; ok=2", "\x00=1;a=\xff", "a =1; b= 2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		r := Request{Fields: Fields{{"Cookie", line}}}
		mine := map[string][]string{}
		for n, v := range r.Cookies() {
			if !IsToken(n) || strings.Contains(v, ";") || !strings.Contains(line, v) {
				t.Fatalf("%q: the pair %q=%q", line, n, v)
			}
			mine[n] = append(mine[n], v)
		}
		// What net/http accepts, and it is stricter on values, must be here too;
		// but it trims controls and space that end a name, and such a name is none.
		if !isFieldValue(line) || strings.Contains(line, " =") || strings.Contains(line, "\t=") {
			return
		}
		theirs, err := http.ParseCookie(line)
		if err != nil {
			return
		}
		for _, c := range theirs {
			if !slices.Contains(mine[c.Name], c.Value) {
				t.Fatalf("%q: net/http has %q=%q, we have %q", line, c.Name, c.Value, mine[c.Name])
			}
		}
	})
}

// Every cookie that can be set is read back as it was by net/http, and the pair
// by us when a browser returns it.
func FuzzCookieLine(f *testing.F) {
	f.Add("a", "b", "/", "example.org", int64(0), 60, uint8(0))
	f.Add("__Host-a", `"q"`, "/", "", int64(1e9), -1, uint8(0xff))
	f.Add("a", "", "/x;", ".", int64(-1), 0, uint8(3))
	f.Add("a", "x\r\ny", "/\n", "a\x00", int64(1<<60), 1, uint8(7))
	f.Fuzz(func(t *testing.T, name, value, path, domain string, expires int64, age int, flags uint8) {
		c := Cookie{
			Name: name, Value: value, Path: path, Domain: domain, MaxAge: age,
			Secure: flags&1 != 0, HTTPOnly: flags&2 != 0, Partitioned: flags&4 != 0, SameSite: SameSite(flags >> 3 & 7),
		}
		if expires != 0 {
			c.Expires = time.Unix(expires, 0)
		}
		var w Response
		if w.SetCookie(c) != nil {
			if len(w.Fields()) != 0 {
				t.Fatal("a refused cookie left a line")
			}
			return
		}
		line := w.Get("Set-Cookie")
		if !isFieldValue(line) {
			t.Fatalf("the line %q", line)
		}
		got, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		unquoted := value
		if len(value) > 1 && value[0] == '"' {
			unquoted = value[1 : len(value)-1]
		}
		if got.Name != name || got.Value != unquoted || got.Path != strings.TrimRight(path, " ") ||
			got.Domain != strings.TrimPrefix(domain, ".") ||
			got.Secure != c.Secure || got.HttpOnly != c.HTTPOnly || got.Partitioned != c.Partitioned || len(got.Unparsed) > 0 {
			t.Fatalf("%q reads as %+v", line, got)
		}
		if age > 0 && got.MaxAge != age || age < 0 && got.MaxAge != -1 {
			t.Fatalf("%q has MaxAge %d", line, got.MaxAge)
		}
		if expires != 0 && !got.Expires.Equal(c.Expires) {
			t.Fatalf("%q expires %v, want %v", line, got.Expires, c.Expires)
		}
		pair, _, _ := strings.Cut(line, ";")
		r := Request{Fields: Fields{{"Cookie", pair}}}
		if v, ok := r.Cookie(name); !ok || v != unquoted {
			t.Fatalf("%q comes back as %q, %t", pair, v, ok)
		}
	})
}
