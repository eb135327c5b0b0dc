package middleware_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// wantPanic reports whether a wrong setting is refused with a sentence that names the fix.
func wantPanic(t *testing.T, words string, f func()) {
	t.Helper()
	defer func() {
		said, _ := recover().(string)
		if !strings.Contains(said, words) || !strings.Contains(said, "Fix: ") {
			t.Errorf("it says %q, want %q and a fix", said, words)
		}
	}()
	f()
}

func TestRequestIDs(t *testing.T) {
	serve := func(o middleware.RequestIDOptions) func(*testing.T) *fasterapi.App {
		return func(*testing.T) *fasterapi.App {
			return appWith(middleware.RequestIDs(o), "GET", "/", func(w *web.Response, r *web.Request) {
				_ = w.Text(200, middleware.RequestID(r.Context())+" "+strings.Join(valuesOf(r, "X-Request-ID"), ","))
			})
		}
	}
	name := func(s *site, path string, sent ...string) (status int, header, seen string) {
		s.t.Helper()
		req, err := http.NewRequestWithContext(s.t.Context(), "GET", "http://"+s.addr+path, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		req.Header["X-Request-Id"] = sent
		res, err := s.client.Do(req)
		if err != nil {
			s.t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		return res.StatusCode, res.Header.Get("X-Request-Id"), string(body)
	}
	onEach(t, serve(middleware.RequestIDOptions{}), func(s *site) {
		for _, sane := range []string{"a", "7b3f-_.:+/=@~", strings.Repeat("x", 128)} {
			if _, header, seen := name(s, "/", sane); header != sane || seen != sane+" "+sane {
				s.t.Errorf("%q became %q, %q inside", sane, header, seen)
			}
		}
		last := ""
		for _, wrong := range [][]string{nil, {""}, {"a b"}, {"a\"b"}, {"a<b"}, {"ä"}, {strings.Repeat("x", 129)}, {"a", "b"}} {
			_, header, seen := name(s, "/", wrong...)
			if len(header) < 26 || seen != header+" "+header || header == last {
				s.t.Errorf("%q became %q, %q inside, after %q", wrong, header, seen, last)
			}
			last = header
		}
		if status, header, _ := name(s, "/missing", "mine"); status != 404 || header != "mine" {
			s.t.Errorf("a refusal: %d %q", status, header)
		}
	})
	onEach(t, serve(middleware.RequestIDOptions{Untrusted: true, Make: func() string { return "made" }}), func(s *site) {
		if _, header, seen := name(s, "/", "theirs"); header != "made" || seen != "made made" {
			s.t.Errorf("%q, %q inside", header, seen)
		}
	})
	onEach(t, serve(middleware.RequestIDOptions{Make: func() string { return "a\r\nb" }}), func(s *site) {
		if status, header, seen := name(s, "/"); status != 500 || header != "" || strings.Contains(seen, "Make") {
			s.t.Errorf("%d %q %q", status, header, seen)
		}
	})
	wantPanic(t, `"X Request"`, func() { middleware.RequestIDs(middleware.RequestIDOptions{Header: "X Request"}) })
}

func valuesOf(r *web.Request, name string) (list []string) {
	for v := range r.Fields.Values(name) {
		list = append(list, v)
	}
	return list
}
