package middleware_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// Each request has a name, by which logs and people can speak of it.
func ExampleRequestIDs() {
	app := fasterapi.New()
	app.Use(middleware.RequestIDs(middleware.RequestIDOptions{}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, "this is "+middleware.RequestID(r.Context()))
	}))

	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("X-Request-ID", "order-17")
	res := httptest.NewRecorder()
	app.ServeHTTP(res, req)
	fmt.Println(res.Header().Get("X-Request-ID"))
	fmt.Println(res.Body)
	// Output:
	// order-17
	// this is order-17
}
