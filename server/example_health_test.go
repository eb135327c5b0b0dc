package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/server"
)

// What asks after the server has routes beside all others. Once Shutdown begins,
// readiness fails, and for DrainDelay all is served on.
func ExampleServer_Readiness() {
	app := fasterapi.New()
	srv := &server.Server{Handler: app, DrainDelay: 5 * time.Second}
	app.Handle("GET", "/live", srv.Live())
	app.Handle("GET", "/ready", srv.Readiness(func(ctx context.Context) error {
		return nil // db.PingContext(ctx)
	}))
	app.Handle("GET", "/metrics", srv.Metrics(), fasterapi.Inline())

	if err := srv.Listen("tcp", "127.0.0.1:0"); err != nil {
		panic(err)
	}
	defer srv.Close()
	res := httptest.NewRecorder()
	app.ServeHTTP(res, httptest.NewRequest("GET", "/ready", nil))
	fmt.Println(res.Code == http.StatusOK, res.Body)
	// Output: true ready
}
