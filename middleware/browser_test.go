package middleware_test

import (
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// asked is an App with the middleware asked for one answer. Lines are "Name: value"; "Host" is the host, "https" makes it secure.
func asked(m web.Middleware, request string, lines ...string) *httptest.ResponseRecorder {
	app := fasterapi.New()
	app.Use(m)
	own := func(w *web.Response, _ *web.Request) {
		w.Set("X-Frame-Options", "SAMEORIGIN")
		_ = w.Text(200, "in")
	}
	app.Handle("GET", "/x", web.HandlerFunc(own))
	app.Handle("POST", "/x", web.HandlerFunc(own))
	app.Handle("POST", "/hook/{id}", web.HandlerFunc(own))
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(method, target, nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

// TestCORS is AP-14 with TestCSRF: origins are equal or others.
func TestCORS(t *testing.T) {
	exact := middleware.CORSOptions{Origins: []string{"https://a.example", "http://localhost:3000"}, Headers: []string{"X-Token"},
		Expose: []string{"X-Total"}, Credentials: true, MaxAge: time.Hour}
	open := middleware.CORSOptions{Origins: []string{"*"}, Methods: []string{"PUT"}}
	for _, row := range []struct {
		o       middleware.CORSOptions
		request string
		lines   []string
		status  int
		allowed string
	}{
		{exact, "GET /x", nil, 200, ""},
		{exact, "GET /x", []string{"Origin: https://a.example"}, 200, "https://a.example"},
		{exact, "GET /x", []string{"Origin: http://localhost:3000"}, 200, "http://localhost:3000"},
		{exact, "GET /x", []string{"Origin: http://a.example"}, 200, ""},
		{exact, "GET /x", []string{"Origin: https://a.example.evil.example"}, 200, ""},
		{exact, "GET /x", []string{"Origin: https://evila.example"}, 200, ""},
		{exact, "GET /x", []string{"Origin: https://A.example"}, 200, ""},
		{exact, "GET /x", []string{"Origin: https://a.example:444"}, 200, ""},
		{exact, "GET /x", []string{"Origin: null"}, 200, ""},
		{exact, "GET /x", []string{"Origin: https://a.example", "Origin: https://a.example"}, 200, ""},
		{exact, "GET /missing", []string{"Origin: https://a.example"}, 404, "https://a.example"},
		{exact, "OPTIONS /x", []string{"Origin: https://a.example", "Access-Control-Request-Method: POST"}, 204, "https://a.example"},
		{exact, "OPTIONS /x", []string{"Origin: https://b.example", "Access-Control-Request-Method: POST"}, 204, ""},
		{open, "GET /x", []string{"Origin: https://b.example"}, 200, "*"},
		{open, "OPTIONS /x", []string{"Origin: null", "Access-Control-Request-Method: PUT"}, 204, "*"},
		{middleware.CORSOptions{Origins: []string{"null"}}, "GET /x", []string{"Origin: null"}, 200, "null"},
		{middleware.CORSOptions{Allow: func(o string) bool { return strings.HasSuffix(o, ".example") }}, "GET /x", []string{"Origin: https://c.example"}, 200, "https://c.example"},
		{middleware.CORSOptions{Allow: func(string) bool { return true }}, "GET /x", []string{"Origin: null"}, 200, ""},
	} {
		w := asked(middleware.CORS(row.o), row.request, row.lines...)
		if got := w.Header().Get("Access-Control-Allow-Origin"); w.Code != row.status || got != row.allowed {
			t.Errorf("%s %q: %d %q, not %d %q", row.request, row.lines, w.Code, got, row.status, row.allowed)
		}
		if varies := slices.Contains(w.Header().Values("Vary"), "Origin"); varies != (len(row.o.Origins) == 0 || row.o.Origins[0] != "*") {
			t.Errorf("%s %q: Vary %q", row.request, row.lines, w.Header().Values("Vary"))
		}
	}
	plain := asked(middleware.CORS(exact), "GET /x", "Origin: https://a.example").Header()
	if plain.Get("Access-Control-Expose-Headers") != "X-Total" || plain.Get("Access-Control-Allow-Credentials") != "true" || plain.Get("Access-Control-Allow-Headers") != "" {
		t.Errorf("%v", plain)
	}
	pre := asked(middleware.CORS(exact), "OPTIONS /x", "Origin: https://a.example", "Access-Control-Request-Method: POST").Header()
	if pre.Get("Access-Control-Allow-Headers") != "X-Token" || pre.Get("Access-Control-Max-Age") != "3600" ||
		!strings.Contains(pre.Get("Access-Control-Allow-Methods"), "POST") || len(pre.Values("Vary")) != 2 {
		t.Errorf("%v", pre)
	}
	if m := asked(middleware.CORS(open), "OPTIONS /x", "Origin: https://b.example", "Access-Control-Request-Method: PUT").Header().Get("Access-Control-Allow-Methods"); m != "PUT" {
		t.Errorf("%q", m)
	}
}

func TestCSRF(t *testing.T) {
	m := middleware.CSRF(middleware.CSRFOptions{TrustedOrigins: []string{"https://login.example"}, Patterns: []string{"/hook/{id}"}})
	for _, row := range []struct {
		request string
		lines   []string
		status  int
	}{
		{"GET /x", []string{"Sec-Fetch-Site: cross-site"}, 200},
		{"GET /x", []string{"Sec-Fetch-Site: cross-site", "Upgrade: websocket"}, 403},
		{"POST /x", nil, 200},
		{"POST /x", []string{"Sec-Fetch-Site: same-origin"}, 200},
		{"POST /x", []string{"Sec-Fetch-Site: none"}, 200},
		{"POST /x", []string{"Sec-Fetch-Site: same-site"}, 403},
		{"POST /x", []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"POST /x", []string{"Sec-Fetch-Site: anything"}, 403},
		{"POST /x", []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"}, 403},
		{"POST /x", []string{"Sec-Fetch-Site: cross-site", "Origin: https://login.example"}, 200},
		{"POST /x", []string{"Sec-Fetch-Site: cross-site", "Origin: https://login.example.evil.example"}, 403},
		{"POST /x", []string{"Sec-Fetch-Site: cross-site", "Origin: https://example.com"}, 403},
		{"POST /x", []string{"Origin: https://example.com"}, 200},
		{"POST /x", []string{"Origin: http://example.com"}, 200},
		{"POST /x", []string{"Origin: https://example.com:444"}, 403},
		{"POST /x", []string{"Origin: https://evil.example"}, 403},
		{"POST /x", []string{"Origin: null"}, 403},
		{"POST /x", []string{"Origin: https://example.com", "Origin: https://example.com"}, 403},
		{"POST /hook/7", []string{"Sec-Fetch-Site: cross-site"}, 200},
		{"POST /hook/../x", []string{"Sec-Fetch-Site: cross-site"}, 403},
	} {
		if w := asked(m, row.request, row.lines...); w.Code != row.status {
			t.Errorf("%s %q: %d, not %d", row.request, row.lines, w.Code, row.status)
		}
	}
}

func TestHosts(t *testing.T) {
	m := middleware.Hosts(middleware.HostOptions{Allowed: []string{"Example.com", "*.example.org", "a.example:8443", "[::1]"}})
	for host, status := range map[string]int{
		"example.com": 200, "EXAMPLE.COM": 200, "example.com.": 200, "example.com:99": 200,
		"a.example.org": 200, "b.a.example.org": 200, "example.org": 421, "evilexample.org": 421, ".example.org": 421,
		"a.example:8443": 200, "a.example": 421, "a.example:443": 421, "[::1]": 200, "[::1]:80": 200, "[0:0::1]": 200, "[::2]": 421,
		"evil.example": 421, "example.com.evil.example": 421,
		"evil.example%2f.example.org": 421, "evil.example;.example.org": 421, "evil.example,a.example.org": 421, "..example.org": 421, "[::1].example.org": 421,
	} {
		if w := asked(m, "GET /x", "Host: "+host); w.Code != status {
			t.Errorf("%q: %d, not %d", host, w.Code, status)
		}
	}
	r := httptest.NewRequest("GET", "/x", nil)
	r.Host, r.ProtoMinor = "", 0
	app := fasterapi.New()
	app.Use(m)
	w := httptest.NewRecorder()
	if app.ServeHTTP(w, r); w.Code != 400 {
		t.Errorf("no host: %d", w.Code)
	}
}

func TestSecurityHeaders(t *testing.T) {
	plain := asked(middleware.SecurityHeaders(middleware.SecurityHeaderOptions{}), "GET /x").Header()
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "", "Strict-Transport-Security": "",
	}
	for name, value := range want {
		if got := plain.Get(name); got != value || len(plain.Values(name)) > 1 {
			t.Errorf("%s: %q, not %q", name, plain.Values(name), value)
		}
	}
	own := middleware.SecurityHeaders(middleware.SecurityHeaderOptions{
		ContentSecurityPolicy: "default-src 'self'", ReferrerPolicy: "-", PermissionsPolicy: "camera=()",
		StrictTransport: preload, IncludeSubDomains: true, Preload: true,
	})
	changed := asked(own, "GET https://example.com/x").Header()
	got := maps.Collect(func(yield func(string, string) bool) {
		for _, name := range []string{"Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Strict-Transport-Security"} {
			yield(name, changed.Get(name))
		}
	})
	if !maps.Equal(got, map[string]string{"Content-Security-Policy": "default-src 'self'", "Referrer-Policy": "", "Permissions-Policy": "camera=()",
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"}) {
		t.Errorf("%q", got)
	}
	if asked(own, "GET http://example.com/x").Header().Get("Strict-Transport-Security") != "" {
		t.Error("Strict-Transport-Security over clear text")
	}
}

const preload = 365 * 24 * time.Hour

// TestBrowserMisuse: what cannot be meant is refused at construction, with the line and the fix.
func TestBrowserMisuse(t *testing.T) {
	cors := func(o middleware.CORSOptions) func() { return func() { middleware.CORS(o) } }
	headers := func(o middleware.SecurityHeaderOptions) func() { return func() { middleware.SecurityHeaders(o) } }
	one := []string{"https://a.example"}
	for want, f := range map[string]func(){
		"exclude each other":     cors(middleware.CORSOptions{Origins: []string{"*"}, Credentials: true}),
		"CORS: \"*\" and":        cors(middleware.CORSOptions{Origins: one, Headers: []string{"*"}, Credentials: true}),
		"no origin is allowed":   cors(middleware.CORSOptions{}),
		"\"a.example\" is no":    cors(middleware.CORSOptions{Origins: []string{"a.example"}}),
		"a.example/\" is no":     cors(middleware.CORSOptions{Origins: []string{"https://a.example/"}}),
		"*.example\" is no":      func() { middleware.Hosts(middleware.HostOptions{Allowed: []string{"a.*.example"}}) },
		"leave the default port": cors(middleware.CORSOptions{Origins: []string{"https://a.example:443"}}),
		"is no token":            cors(middleware.CORSOptions{Origins: one, Methods: []string{"GET, PUT"}}),
		"MaxAge is negative":     cors(middleware.CORSOptions{Origins: one, MaxAge: -1}),
		"nothing is Allowed":     func() { middleware.Hosts(middleware.HostOptions{}) },
		"is no pattern":          func() { middleware.CSRF(middleware.CSRFOptions{Patterns: []string{"hook"}}) },
		"CSRF: \"x\" is no":      func() { middleware.CSRF(middleware.CSRFOptions{TrustedOrigins: []string{"x"}}) },
		"a line break":           headers(middleware.SecurityHeaderOptions{ReferrerPolicy: "a\nb"}),
		"StrictTransport is neg": headers(middleware.SecurityHeaderOptions{StrictTransport: -1}),
		"say nothing without":    headers(middleware.SecurityHeaderOptions{Preload: true}),
		"Preload wants":          headers(middleware.SecurityHeaderOptions{StrictTransport: time.Hour, Preload: true}),
	} {
		said := func() (said string) {
			defer func() { said, _ = recover().(string) }()
			f()
			return ""
		}()
		if !strings.Contains(said, want) || !strings.Contains(said, "browser_test.go:") || !strings.Contains(said, "Fix: ") {
			t.Errorf("%q, not %q", said, want)
		}
	}
}
