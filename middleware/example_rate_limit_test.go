package middleware_test

import (
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

func ExampleRateLimit() {
	app := fasterapi.New()
	app.Use(middleware.RateLimit(middleware.RateLimited{
		Policy: middleware.RatePolicy{Limit: 1, Window: time.Hour},
		Key:    middleware.RateByEach(middleware.RateByRoute, middleware.RateByIdentity),
	}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") }))

	for range 2 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		fmt.Println(w.Code, w.Header().Get("RateLimit-Policy"), w.Header().Get("RateLimit"), w.Header().Get("Retry-After") != "")
	}
	// Output:
	// 200 "default";q=1;w=3600 "default";r=0;t=3600 false
	// 429 "default";q=1;w=3600 "default";r=0;t=3600 true
}
