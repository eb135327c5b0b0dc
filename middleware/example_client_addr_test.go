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

// A proxy that ends TLS and passes requests on over a unix socket also says how it was asked, for redirections and links.
func ExampleClientAddr_scheme() {
	app := fasterapi.New()
	app.Use(middleware.ClientAddr(middleware.ClientAddrOptions{Trusted: []string{"unix", "192.0.2.0/24"}, Scheme: true, Host: true}))
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, r.Scheme+"://"+r.Host+r.RawPath)
	}))

	req := httptest.NewRequest("GET", "http://app.internal/", nil) // from 192.0.2.1
	req.Header.Set("X-Forwarded-For", "203.0.113.9")
	req.Header.Set("X-Forwarded-Proto", "https")
	req.Header.Set("X-Forwarded-Host", "shop.example")
	res := httptest.NewRecorder()
	app.ServeHTTP(res, req)
	fmt.Println(res.Body)
	// Output: https://shop.example/
}
