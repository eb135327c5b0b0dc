package middleware_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
)

func ExampleSessions() {
	type cart struct{ Items []string }
	app := fasterapi.New()
	app.Use(middleware.Sessions[cart](middleware.SessionOptions{Store: middleware.NewMemorySessionStore(0, nil)}))
	fasterapi.Post(app, "/cart/{item}", func(ctx context.Context, in struct {
		Item string `path:"item"`
	}) ([]string, error) {
		session := middleware.SessionOf[cart](ctx)
		held, _ := session.Value()
		held.Items = append(held.Items, in.Item)
		return held.Items, session.Set(held)
	})

	cookie := ""
	for _, item := range []string{"tea", "milk"} {
		r := httptest.NewRequest("POST", "/cart/"+item, nil)
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if set := w.Result().Cookies(); len(set) == 1 {
			cookie = set[0].Name + "=" + set[0].Value
		}
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 ["tea"]
	// 200 ["tea","milk"]
}
