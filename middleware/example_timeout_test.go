package middleware_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
)

func ExampleTimeout() {
	app := fasterapi.New()
	app.Use(middleware.Timeout(middleware.TimeoutOptions{After: 10 * time.Millisecond}))
	fasterapi.Get(app, "/report", func(ctx context.Context, _ struct{}) (fasterapi.Text, error) {
		<-ctx.Done() // a query that heeds its context
		return "", ctx.Err()
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/report", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 503 {"title":"Service Unavailable","status":503,"detail":"the request was not answered within 10ms"}
}
