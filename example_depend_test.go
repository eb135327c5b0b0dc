package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
)

// account is what the handlers below depend on.
type account struct{ Name string }

// A provider says where the values of fields Dep[T] come from.
func ExampleProvide() {
	app := fasterapi.New()
	fasterapi.Provide(app, func(_ context.Context, in struct {
		Name string `header:"X-Account"`
	}) (account, error) {
		return account{in.Name}, nil
	})
	fasterapi.Get(app, "/hello", func(_ context.Context, in struct{ Account fasterapi.Dep[account] }) (fasterapi.Text, error) {
		return fasterapi.Text("Hello " + in.Account.Value.Name), nil
	})

	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/hello", nil)
	r.Header.Set("X-Account", "Ada")
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output: 200 Hello Ada
}

// A transaction is committed before anything is answered, so that a commit that fails is what the client hears of.
func ExampleProvideScoped() {
	type tx struct{ id int }
	app := fasterapi.New()
	fasterapi.ProvideScoped(app, func(context.Context, struct{}) (*tx, fasterapi.Scope, error) {
		return &tx{1}, fasterapi.Scope{
			Settle: func(_ context.Context, err error) error {
				if err != nil {
					fmt.Println("roll back:", err)
					return nil // the handler's error is answered
				}
				fmt.Println("commit")
				return fasterapi.Conflict("somebody was faster")
			},
			Close: func(context.Context) { fmt.Println("give the connection back") },
		}, nil
	})
	fasterapi.Put(app, "/price", func(_ context.Context, in struct{ Tx fasterapi.Dep[*tx] }) (fasterapi.NoContent, error) {
		fmt.Println("write in transaction", in.Tx.Value.id)
		return fasterapi.NoContent{}, nil
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("PUT", "/price", nil))
	fmt.Println(w.Code)
	// Output:
	// write in transaction 1
	// commit
	// give the connection back
	// 409
}

// A test puts a provider of its own in the place of the program's.
func ExampleOverride() {
	app := fasterapi.New()
	fasterapi.Provide(app, func(context.Context, struct{}) (account, error) {
		return account{}, fasterapi.Unavailable("the database is not there")
	})
	fasterapi.Get(app, "/hello", func(_ context.Context, in struct{ Account fasterapi.Dep[account] }) (fasterapi.Text, error) {
		return fasterapi.Text("Hello " + in.Account.Value.Name), nil
	})

	fasterapi.Override(app, func(context.Context, struct{}) (account, error) { return account{"Test"}, nil })
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/hello", nil))
	fmt.Println(w.Body)
	// Output: Hello Test
}
