package middleware_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// One line a request, with the name by which other lines speak of it.
func ExampleAccessLog() {
	steady := func(_ []string, a slog.Attr) slog.Attr { // without what differs from run to run
		if a.Key == "time" || a.Key == "duration" || a.Key == "client" {
			return slog.Attr{}
		}
		return a
	}
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: steady}))
	app := fasterapi.New()
	app.Use(
		middleware.AccessLog(middleware.AccessLogOptions{Logger: log}),
		middleware.RequestIDs(middleware.RequestIDOptions{}),
	)
	app.Handle("GET", "/items/{id}", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		_ = w.Text(200, "item "+r.Param("id"))
	}))

	req := httptest.NewRequest("GET", "/items/7", nil)
	req.Header.Set("X-Request-ID", "order-17")
	app.ServeHTTP(httptest.NewRecorder(), req)
	// Output:
	// level=INFO msg=request method=GET path=/items/7 route=/items/{id} status=200 bytes=6 protocol=HTTP/1.1 outcome=answered request_id=order-17
}

// A panic becomes an answer, to which the middleware around still belongs.
func ExampleRecover() {
	app := fasterapi.New()
	app.Use(
		middleware.RequestIDs(middleware.RequestIDOptions{}),
		middleware.Recover(middleware.RecoverOptions{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}),
	)
	app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { panic("a bug") }))

	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("X-Request-ID", "order-17")
	res := httptest.NewRecorder()
	app.ServeHTTP(res, req)
	fmt.Println(res.Code, res.Header().Get("X-Request-ID"))
	// Output: 500 order-17
}

// Bodies of more than a kilobyte are refused, whatever the route.
func ExampleBodyLimit() {
	app := fasterapi.New()
	app.Use(middleware.BodyLimit(middleware.BodyLimitOptions{Bytes: 1 << 10}))
	app.Handle("POST", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) { _ = w.Text(200, "fine") }))

	res := httptest.NewRecorder()
	app.ServeHTTP(res, httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", 2<<10))))
	fmt.Println(res.Body)
	// Output: {"title":"Content Too Large","status":413,"detail":"the body is larger than 1024 bytes"}
}
