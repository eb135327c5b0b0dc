package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
)

// A member that is readOnly cannot be sent, and one that is writeOnly never leaves, so one type serves both ways.
func Example_readOnly() {
	type Member struct {
		ID       int    `json:"id" readOnly:"true"`
		Name     string `json:"name"`
		Password string `json:"password" writeOnly:"true"`
	}
	app := fasterapi.New()
	fasterapi.Post(app, "/members", func(_ context.Context, m Member) (Member, error) {
		m.ID = 7
		return m, nil
	})
	send := func(body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/members", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w
	}
	fmt.Println(send(`{"name":"Ada","password":"secret"}`).Body)
	fmt.Println(send(`{"id":1,"name":"Ada","password":"secret"}`).Code)
	// Output:
	// {"id":7,"name":"Ada"}
	// 422
}
