package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
)

// A struct or a map in the query is sent by its members, a list by several values or, with explode:"false", between commas.
func ExampleGet_queryObjects() {
	type filter struct {
		Name  string `json:"name" default:"any"`
		Price struct {
			Max float64 `json:"max" minimum:"0" default:"100"`
		} `json:"price"`
	}
	app := fasterapi.New()
	fasterapi.Get(app, "/items", func(_ context.Context, in struct {
		Filter filter            `query:"filter"`
		Labels map[string]string `query:"label"`
		Sort   []string          `query:"sort" explode:"false"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text(fmt.Sprint(in.Filter.Name, " ", in.Filter.Price.Max, " ", in.Labels, " ", in.Sort)), nil
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/items?filter[price][max]=9.5&label[color]=red&sort=name,price", nil))
	fmt.Println(w.Body)
	// Output: any 9.5 map[color:red] [name price]
}

// StrictQuery tells clients of the names that they have misspelt.
func ExampleStrictQuery() {
	app := fasterapi.New(fasterapi.StrictQuery(true))
	fasterapi.Get(app, "/items", func(_ context.Context, in struct {
		Limit int `query:"limit" default:"10"`
	}) (fasterapi.Text, error) {
		return "", nil
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/items?limmit=5", nil))
	fmt.Println(w.Code)
	// Output: 422
}

// A body may hold more than its type has, and a name twice, where that is allowed.
func ExampleAllowUnknownFields() {
	app := fasterapi.New(fasterapi.AllowUnknownFields(true), fasterapi.AllowDuplicateKeys(true))
	fasterapi.Post(app, "/items", func(_ context.Context, in struct {
		Name string `json:"name"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text(in.Name), nil
	})

	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/items", strings.NewReader(`{"name":"pen","name":"pencil","color":"red"}`))
	r.Header.Set("Content-Type", "application/json")
	app.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: pencil
}
