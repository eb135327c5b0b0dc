package fasterapi_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// A route without Go types: its JSON Schemas may come from another language or from a file. What does not fit them never
// reaches the handler.
func ExampleApp_HandleSchema() {
	app := fasterapi.New()
	app.HandleSchema("POST", "/shops/{shop}/orders", fasterapi.SchemaRoute{
		Params: []fasterapi.SchemaParam{
			{In: "path", Name: "shop", Schema: json.RawMessage(`{"type":"string","maxLength":10}`)},
			{In: "query", Name: "copies", Schema: json.RawMessage(`{"type":"integer","maximum":3,"default":1}`)},
		},
		Body: json.RawMessage(`{
			"type": "object", "required": ["item"], "additionalProperties": false,
			"properties": {"item": {"type": "string", "minLength": 1}, "price": {"type": ["number", "null"], "multipleOf": 0.01}}
		}`),
		Answers: []fasterapi.SchemaAnswer{{Status: 200, Schema: json.RawMessage(`{"type":"string"}`)}},
		Handler: func(w *web.Response, _ *web.Request, in *fasterapi.SchemaValues) error {
			if in.Param("path", "shop") == "closed" {
				return fasterapi.Conflict("this shop is closed")
			}
			order := in.Body.(map[string]any)
			return w.JSON(200, fmt.Sprint(in.Param("query", "copies"), " of ", order["item"], ": ", string(in.Raw)))
		},
	})

	for _, request := range []string{
		`/shops/north/orders {"item":"pen","price":0.70}`,
		`/shops/closed/orders?copies=2 {"item":"pen"}`,
		`/shops/north/orders?copies=9 {"item":"","price":0.005,"colour":"red"}`,
	} {
		path, body, _ := strings.Cut(request, " ")
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		app.ServeHTTP(w, r)
		var problem fasterapi.Problem
		if w.Code == 200 {
			fmt.Println(w.Body)
		} else if json.Unmarshal(w.Body.Bytes(), &problem) == nil {
			fmt.Println(w.Code, problem.Detail)
		}
		for _, mistake := range problem.Errors {
			fmt.Println(" ", mistake.In, mistake.Name+mistake.Pointer, mistake.Code)
		}
	}
	// Output:
	// "1 of pen: {\"item\":\"pen\",\"price\":0.70}"
	// 409 this shop is closed
	// 422 the request has mistakes
	//   query copies maximum
	//   body /item minLength
	//   body /price multipleOf
	//   body /colour unknown_field
}
