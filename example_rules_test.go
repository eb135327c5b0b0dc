package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
)

// stay has a rule that is about two of its fields.
type stay struct {
	From string `json:"from" format:"date"`
	To   string `json:"to" format:"date"`
}

func (s stay) Validate(context.Context) error {
	if s.To <= s.From { // dates of this format are in order as text
		return fasterapi.Invalid{{Pointer: "/to", Detail: "must be after from"}}
	}
	return nil
}

// What a Validate method says stands beside the other mistakes, with pointers from the root of the body.
func ExampleInvalid() {
	app := fasterapi.New()
	fasterapi.Post(app, "/bookings", func(_ context.Context, in struct {
		Stays []stay `json:"stays" maxItems:"5"`
		Name  string `json:"name" minLength:"1"`
	}) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, nil
	})

	body := `{"stays":[{"from":"2026-05-03","to":"2026-05-01"}],"name":""}`
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/bookings", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	app.ServeHTTP(w, r)
	fmt.Println(w.Code)
	fmt.Println(strings.Contains(w.Body.String(), `"pointer":"/stays/0/to","code":"invalid","detail":"must be after from"`))
	fmt.Println(strings.Contains(w.Body.String(), `"pointer":"/name","code":"minLength"`))
	// Output:
	// 422
	// true
	// true
}

// Rules are tags with the words of JSON Schema. One that does not fit a list is about its elements.
func Example_rules() {
	app := fasterapi.New()
	fasterapi.Post(app, "/articles", func(_ context.Context, in struct {
		Price float64        `json:"price" minimum:"0" multipleOf:"0.01"`
		Tags  []string       `json:"tags" maxItems:"3" uniqueItems:"true" pattern:"^[a-z]+$"`
		Stock map[string]int `json:"stock" maxProperties:"10" minimum:"0"`
		Grid  [][]int        `json:"grid" minItems:"1" items:"minItems=2"`
	}) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, nil
	})

	body := `{"price":0.075,"tags":["a","B","a"],"stock":{"berlin":-1},"grid":[[1]]}`
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/articles", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	app.ServeHTTP(w, r)
	for _, mistake := range strings.Split(w.Body.String(), `"pointer":`)[1:] {
		pointer, rest, _ := strings.Cut(mistake, ",")
		code, _, _ := strings.Cut(rest, ",")
		fmt.Println(pointer, code)
	}
	// Output:
	// "/price" "code":"multipleOf"
	// "/tags/1" "code":"pattern"
	// "/tags" "code":"uniqueItems"
	// "/stock/berlin" "code":"minimum"
	// "/grid/0" "code":"minItems"
}

// Tags as Gin knows them are translated to the same rules, so that types can move over as they are. What has no translation is a
// mistake at registration.
func Example_validateTags() {
	app := fasterapi.New()
	fasterapi.Post(app, "/users", func(_ context.Context, in struct {
		Name  string   `json:"name" binding:"required,max=20"`
		Role  string   `json:"role" binding:"oneof=admin guest"`
		Mails []string `json:"mails" validate:"min=1,unique,dive,email"`
	}) (fasterapi.NoContent, error) {
		return fasterapi.NoContent{}, nil
	})

	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/users", strings.NewReader(`{"name":"","role":"root","mails":["x"]}`))
	r.Header.Set("Content-Type", "application/json")
	app.ServeHTTP(w, r)
	for _, mistake := range strings.Split(w.Body.String(), `"pointer":`)[1:] {
		pointer, rest, _ := strings.Cut(mistake, ",")
		code, _, _ := strings.Cut(rest, ",")
		fmt.Println(pointer, code)
	}
	// Output:
	// "/name" "code":"required"
	// "/role" "code":"enum"
	// "/mails/0" "code":"format"
}
