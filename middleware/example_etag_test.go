package middleware_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

func ExampleETag() {
	app := fasterapi.New()
	app.Use(middleware.ETag(middleware.ETagOptions{}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "hello") }))

	r := httptest.NewRequest("GET", "/", nil)
	for range 2 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Printf("%d %s %q\n", w.Code, w.Header().Get("ETag"), w.Body)
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	}
	// Output:
	// 200 W/"LPJNul-wow4m6Dsqxbning" "hello"
	// 304 W/"LPJNul-wow4m6Dsqxbning" ""
}
