package nethttp

import (
	"net/url"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// FuzzURL holds the URL that is made from the parts of a target against the one
// that net/http would have parsed.
func FuzzURL(f *testing.F) {
	for _, target := range []string{
		"/", "/a/b?c=d", "/a%2Fb", "/a%20b", "/%41", "//host/x", "/a?", "/a??", "/a?b?c", "/a#b", "/a[b]!()*'", "/ü", "/a;b,c:d@e$f&g+h=i",
		"http://h.test:1/a%2Fb?c", "http://h.test", "http://h.test?q", "http://u:p@h.test/x?", "*", "/a\"b<c>", "/a%2fb%2F",
	} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, target string) {
		want, err := url.ParseRequestURI(target)
		if err != nil || want.Scheme != "" && (want.Opaque != "" || want.Host == "") {
			return // net/http, and the cores, refuse it
		}
		r := &web.Request{Method: "GET", Target: target}
		rest := target
		if want.Scheme != "" { // an engine cuts scheme and authority off
			_, rest, _ = strings.Cut(target, "://")
			if i := strings.IndexAny(rest, "/?"); i >= 0 {
				rest = rest[i:]
			} else {
				rest = ""
			}
		}
		r.RawPath, r.RawQuery, _ = strings.Cut(rest, "?")
		var got url.URL
		if err := fillURL(&got, r); err != nil {
			t.Fatal(err)
		}
		if got.User.String() != want.User.String() {
			t.Error(got.User)
		}
		got.User = want.User
		if got != *want {
			t.Errorf("%q is\n%#v, not\n%#v", target, got, *want)
		}
	})
}
