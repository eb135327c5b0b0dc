package nethttp_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// A handler hears of an offered protocol as it would on an engine.
func TestUpgradeIsTold(t *testing.T) {
	for what, c := range map[string]struct {
		change func(h *http.Request)
		want   string
	}{
		"one":          {func(h *http.Request) {}, "websocket"},
		"in a list":    {func(h *http.Request) { h.Header["Connection"] = []string{"keep-alive", "x, UPGRADE"} }, "websocket"},
		"several":      {func(h *http.Request) { h.Header["Upgrade"] = []string{"a/1, h2c", "", "b"} }, "a/1, b"},
		"h2c":          {func(h *http.Request) { h.Header["Upgrade"] = []string{"H2C"} }, ""},
		"malformed":    {func(h *http.Request) { h.Header["Upgrade"] = []string{"a, b c"} }, ""},
		"no version":   {func(h *http.Request) { h.Header["Upgrade"] = []string{"a/"} }, ""},
		"not named":    {func(h *http.Request) { h.Header.Set("Connection", "keep-alive") }, ""},
		"a body":       {func(h *http.Request) { h.ContentLength, h.Body = 1, http.NoBody }, ""},
		"HTTP/1.0":     {func(h *http.Request) { h.ProtoMinor = 0 }, ""},
		"HTTP/2":       {func(h *http.Request) { h.ProtoMajor, h.ProtoMinor = 2, 0 }, ""},
		"extended GET": {func(h *http.Request) { h.ProtoMajor = 2; h.Header[":protocol"] = []string{"websocket"} }, ""},
		"extended": {func(h *http.Request) {
			h.Method, h.ProtoMajor = "CONNECT", 2
			h.Header[":protocol"] = []string{"ws2"}
		}, "ws2"},
	} {
		h := httptest.NewRequest("GET", "/", nil)
		h.Header.Set("Connection", "Upgrade")
		h.Header.Set("Upgrade", "websocket")
		c.change(h)
		seen := false
		nethttp.ServeHTTP(web.HandlerFunc(func(w *web.Response, r *web.Request) {
			seen = true
			if r.Upgrade != c.want {
				t.Errorf("%s: %q, want %q", what, r.Upgrade, c.want)
			}
			for _, field := range r.Fields {
				if strings.HasPrefix(field.Name, ":") {
					t.Errorf("%s: %q is no field", what, field.Name)
				}
			}
		}), httptest.NewRecorder(), h)
		if !seen {
			t.Errorf("%s: no handler was called", what)
		}
	}
}

// What an extended CONNECT asks for passes a middleware of net/http that comes back with a request and writer of its own.
func TestUpgradePassesMiddleware(t *testing.T) {
	var seen []string
	note := web.HandlerFunc(func(w *web.Response, r *web.Request) { seen = append(seen, r.Upgrade) })
	wrapping := nethttp.Middleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(struct{ http.ResponseWriter }{w}, r.WithContext(r.Context()))
		})
	})
	h := httptest.NewRequest("CONNECT", "/", nil)
	h.ProtoMajor, h.ProtoMinor = 2, 0
	h.Header[":protocol"] = []string{"ws2"}
	nethttp.ServeHTTP(wrapping(note), httptest.NewRecorder(), h)
	h = httptest.NewRequest("GET", "/", nil)
	h.Header = http.Header{"Connection": {"upgrade"}, "Upgrade": {"echo"}}
	nethttp.ServeHTTP(wrapping(note), httptest.NewRecorder(), h)
	if strings.Join(seen, " ") != "ws2 echo" {
		t.Errorf("%q", seen)
	}
}
