package middleware_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// The address that the trusted proxy has added counts, not what the client made up before it.
func ExampleClientAddr() {
	app := fasterapi.New()
	app.Use(middleware.ClientAddr(middleware.ClientAddrOptions{Trusted: []string{"192.0.2.0/24"}}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, r.ClientAddr().Addr().String())
	}))

	req := httptest.NewRequest("GET", "/", nil) // from 192.0.2.1
	req.Header.Set("X-Forwarded-For", "6.6.6.6, 203.0.113.9")
	res := httptest.NewRecorder()
	app.ServeHTTP(res, req)
	fmt.Println(res.Body)
	// Output: 203.0.113.9
}
