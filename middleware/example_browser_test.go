package middleware_test

import (
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
)

// What a service for one page of another origin wants, outermost first.
func ExampleCORS() {
	app := fasterapi.New()
	app.Use(
		middleware.Hosts(middleware.HostOptions{Allowed: []string{"example.com"}}),
		middleware.SecurityHeaders(middleware.SecurityHeaderOptions{StrictTransport: 365 * 24 * time.Hour}),
		middleware.CORS(middleware.CORSOptions{Origins: []string{"https://app.example.com"}, Credentials: true}),
		middleware.CSRF(middleware.CSRFOptions{TrustedOrigins: []string{"https://app.example.com"}}),
	)
	ask := func(origin string) {
		r := httptest.NewRequest("POST", "http://example.com/nothing", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	}
	ask("https://app.example.com")
	ask("https://evil.example")
	// Output:
	// 404 "https://app.example.com"
	// 403 ""
}
