package middleware_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
)

func ExampleIdempotency() {
	type payment struct {
		Euros int `json:"euros"`
	}
	balance := 100
	app := fasterapi.New()
	app.Use(middleware.Idempotency(middleware.IdempotencyOptions{Required: true}))
	fasterapi.Post(app, "/payments", func(_ context.Context, in payment) (payment, error) {
		balance -= in.Euros
		return payment{balance}, nil
	})

	for _, euros := range []string{"10", "10", "99"} {
		r := httptest.NewRequest("POST", "/payments", strings.NewReader(`{"euros":`+euros+`}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", `"8e03978e-40d5-43dd-bc93-6894a57f9324"`)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Printf("%d %q %s\n", w.Code, w.Header().Get("Idempotent-Replayed"), w.Body)
	}
	// Output:
	// 200 "" {"euros":90}
	// 200 "true" {"euros":90}
	// 422 "" {"title":"Unprocessable Content","status":422,"detail":"this Idempotency-Key was used for another request"}
}
