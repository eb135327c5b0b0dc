package web

import (
	"net/url"
	"strings"
	"testing"
)

// offOrigin are locations that some browser, proxy or parser reads as another
// origin, or as no http at all.
var offOrigin = []string{
	"", " ", "//evil.com", "///evil.com", "////evil.com", "//evil.com/%2f..", "//evil.com:80/", "//u@evil.com",
	`/\evil.com`, `/\/evil.com`, `\/evil.com`, `\\evil.com`, `\evil.com`, `//\evil.com`, `/\\evil.com`, `\/\/evil.com`,
	"/\t/evil.com", "/\n/evil.com", "/\r/evil.com", "/\r\n/evil.com", "\t//evil.com", "\n//evil.com", "/\t\\evil.com",
	"/\x00/evil.com", "/\x0b/evil.com", "/\x0c/evil.com", "/\x1f/evil.com", "/\x7f/evil.com", "\x00//evil.com",
	"\x01\x02//evil.com", "/ok\r\nLocation: //evil.com", "/ok\nSet-Cookie: a=b", "/ok\x00", "/ok\tx", "?a\r\nb", "#\n",
	" //evil.com", " /evil", "\u00a0//evil.com", "\u2028//evil.com", "\ufeff//evil.com", "\uff0f\uff0fevil.com",
	"http://evil.com", "https://evil.com", "HTTPS://evil.com", "http:evil.com", "http:/evil.com", "http:///evil.com",
	`http:\\evil.com`, "https:evil.com", "ftp://evil.com", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
	"data:text/html,x", "vbscript:x", "file:///etc/passwd", "mailto:a@b", "blob:x", "about:blank", "x:y",
	"evil.com", "evil.com/path", "www.evil.com", ".evil.com", "@evil.com", ":80", "path", "./path", "../path", ".", "..",
	"%2f%2fevil.com", "%5cevil.com", "[::1]", "[//evil.com", "(//evil.com)", "1.2.3.4", ";//evil.com",
}

// sameOrigin look bad and stay where they are, with the Location they get.
var sameOrigin = map[string]string{
	"/": "/", "/a/b?c=d#e": "/a/b?c=d#e", "?page=2": "?page=2", "#top": "#top",
	"/%2f%2fevil.com": "/%2f%2fevil.com", "/%5cevil.com": "/%5cevil.com", "/%09/evil.com": "/%09/evil.com",
	"/.//evil.com": "/.//evil.com", "/..//evil.com": "/..//evil.com", "/a//evil.com": "/a//evil.com",
	"/a/..//evil.com": "/a/..//evil.com", "/@evil.com": "/@evil.com", "/:80": "/:80", "/http://evil.com": "/http://evil.com",
	`/a\evil.com`: "/a%5Cevil.com", `/a/\evil.com`: "/a/%5Cevil.com", `/.\\evil.com`: "/.%5C%5Cevil.com",
	"/ /evil.com": "/%20/evil.com", "/\u00a0/evil.com": "/%C2%A0/evil.com", "/\uff0fevil.com": "/%EF%BC%8Fevil.com",
	"/\u2028/evil.com": "/%E2%80%A8/evil.com", "/\xff/evil": "/%FF/evil", `?//evil.com\`: "?//evil.com%5C",
	"?next=https://evil.com": "?next=https://evil.com", "#//evil.com": "#//evil.com", `/"<x>`: "/%22%3Cx%3E", "/100%": "/100%",
}

func TestRedirectRefusesOtherOrigins(t *testing.T) {
	if len(offOrigin) < 60 {
		t.Fatalf("only %d vectors", len(offOrigin))
	}
	for _, location := range offOrigin {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			wantErr(t, location, w.Redirect(302, location), ErrOffOrigin)
			if w.Sent() || w.Err() != nil || len(w.Fields()) != 0 {
				t.Errorf("%q: the refused redirect left something behind", location)
			}
			if err := w.Text(400, "no"); err != nil {
				t.Error(err)
			}
		})
		if err != nil || m.head.Status != 400 || m.head.Fields.Has("Location") {
			t.Errorf("%q: %+v, %v", location, m.head, err)
		}
	}
}

func TestRedirectStays(t *testing.T) {
	for location, want := range sameOrigin {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			if err := w.Redirect(303, location); err != nil {
				t.Errorf("%q: %v", location, err)
			}
		})
		if got := m.head.Fields.Get("Location"); err != nil || got != want || m.head.Status != 303 {
			t.Errorf("%q: %d to %q (%v), want %q", location, m.head.Status, got, err, want)
		}
		m.expect("respond 303 0 0 true")
		staysOn(t, want)
	}
}

// staysOn resolves a Location field as net/url does and as a lenient browser does.
func staysOn(t *testing.T, location string) {
	t.Helper()
	base := &url.URL{Scheme: "https", Host: "good.example", Path: "/some/where"}
	// "Remove all ASCII tab or newline", strip C0 and space at both ends, '\' is
	// '/' (WHATWG URL, basic URL parser), then two slashes begin an authority.
	seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(location)
	seen = strings.TrimFunc(seen, func(r rune) bool { return r <= ' ' })
	if strings.HasPrefix(seen, "//") {
		t.Fatalf("a browser reads %q as another authority", location)
	}
	if i := strings.IndexAny(seen, ":/?#"); i > 0 && seen[i] == ':' {
		t.Fatalf("a browser reads a scheme in %q", location)
	}
	ref, err := url.Parse(seen)
	if err != nil {
		return // net/url is strict about a lone '%', browsers keep it
	}
	if ref.Scheme != "" || ref.Host != "" || ref.User != nil || ref.Opaque != "" {
		t.Fatalf("%q parses as %#v", location, ref)
	}
	to := base.ResolveReference(ref)
	again, err := url.Parse(to.String())
	if err != nil || again.Host != base.Host || again.Scheme != base.Scheme || again.User != nil {
		t.Fatalf("%q resolves to %q (%v)", location, to, err)
	}
}

func TestRedirectToOtherOrigins(t *testing.T) {
	for location, want := range map[string]string{
		"https://other.example/a?b#c": "https://other.example/a?b#c",
		"//other.example":             "//other.example",
		"https://a/\r\nX: y\x00":      "https://a/%0D%0AX:%20y%00",
		"https://a/é":                 "https://a/%C3%A9",
	} {
		m, err := exchange(t, "GET", func(w *Response, r *Request) {
			if err := w.RedirectTo(308, location); err != nil {
				t.Error(err)
			}
		})
		if got := m.head.Fields.Get("Location"); err != nil || got != want {
			t.Errorf("%q: %q, want %q (%v)", location, got, want, err)
		}
	}
	for _, status := range []int{0, 99, 200, 204, 300, 304, 305, 306, 309, 400, 1000} {
		_, err := exchange(t, "GET", func(w *Response, r *Request) {
			wantErr(t, "status", w.Redirect(status, "/"), ErrStatus)
			if w.Sent() || w.Fields().Has("Location") {
				t.Errorf("%d: something was left behind", status)
			}
		})
		if err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
	m, _ := exchange(t, "GET", func(w *Response, r *Request) {
		_, _ = w.WriteString("begun")
		wantErr(t, "after a write", w.Redirect(302, "/"), ErrHeadSent)
	})
	if m.head.Status != 200 || string(m.body) != "begun" || m.head.Fields.Has("Location") {
		t.Errorf("%+v %q", m.head, m.body)
	}
}

func FuzzRedirect(f *testing.F) {
	for _, s := range offOrigin {
		f.Add(s)
	}
	for s := range sameOrigin {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, location string) {
		if isSameOrigin(location) {
			staysOn(t, location)
			staysOn(t, escapedLocation(location))
		}
		for i, escaped := 0, escapedLocation(location); i < len(escaped); i++ {
			if c := escaped[i]; c <= ' ' || c >= 0x7f || c == '\\' {
				t.Fatalf("%q leaves as %q", location, escaped)
			}
		}
	})
}
