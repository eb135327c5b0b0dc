package fasterapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// TestHostileJSON is AP-04: texts that are made to harm a reader of JSON are each refused with what is wrong with them, by every server alike.
func TestHostileJSON(t *testing.T) {
	app := newQuiet()
	type node struct {
		Child  *node            `json:"child"`
		Count  int8             `json:"count" default:"0"`
		Price  float64          `json:"price" default:"0"`
		Exact  json.Number      `json:"exact"`
		Names  *map[string]int  `json:"names"`
		Things *[]any           `json:"things"`
		Raw    *json.RawMessage `json:"raw"`
	}
	fasterapi.Post(app, "/", func(_ context.Context, in struct {
		Body node `body:""`
	}) (fasterapi.Text, error) {
		return "taken", nil
	})
	digits := strings.Repeat("9", 1_000_000)
	cases := map[string]string{
		`{"things":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `,"exact":1}`: "400 nested deeper than 512 levels",
		strings.Repeat(`{"child":`, 100_000) + "null" + strings.Repeat("}", 100_000):               "400 nested deeper than 512 levels",
		`{"more":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + `}`:   "400 nested deeper than 512 levels",
		`{"exact":` + digits + `}`:              "422 /exact",
		`{"count":` + digits + `,"exact":1}`:    "422 /count type",
		`{"price":1e400,"exact":1}`:             "422 /price type",
		`{"price":-1e400,"exact":1}`:            "422 /price type",
		`{"things":[1e400],"exact":1}`:          "422 /things/0",
		`{"exact":1e999999999}`:                 "200 taken",
		`{"count":128,"exact":1}`:               "422 /count type",
		`{"exact":1,"exact":2}`:                 "400 twice",
		`{"exact":1,"ex\u0061ct":2}`:            "400 twice",
		`{"exact":1,"names":{"a":1,"a":2}}`:     "400 twice",
		`{"exact":1,"more":{"a":1,"a":2}}`:      "400 twice",
		"\xef\xbb\xbf{\"exact\":1}":             "400 byte order mark",
		"{\"exact\":1,\"names\":{\"\xff\":1}}":  "400 invalid UTF-8",
		"{\"exact\":1,\"raw\":\"\xc0\x80\"}":    "400 invalid UTF-8",
		`{"exact":1,"names":{"\ud800":1}}`:      "400",
		`{"exact":1}{"exact":1}`:                "400 something follows",
		`{"exact":1} x`:                         "400 something follows",
		`{"exact":1,}`:                          "400",
		`{"exact":01}`:                          "400",
		`{'exact':1}`:                           "400",
		`{"exact":NaN}`:                         "400",
		"{\"exact\":1,\"raw\":\"a\nb\"}":        "400",
		`{"exact":1`:                            "400",
		strings.Repeat(" ", 1_000_000):          "400",
		`{"exact":1}` + strings.Repeat(" ", 99): "200 taken",
	}
	onEach(t, app, func(t *testing.T, addr string) {
		for text, want := range cases {
			got := ask(t, addr, "POST /\nContent-Type: application/json\n\n"+text)
			told := fmt.Sprint(got.status, " ", got.body)
			if got.status != 200 {
				told = fmt.Sprint(got.status, " ", got.problem(t).Detail, got.codes(t))
			}
			status, what, _ := strings.Cut(want, " ")
			if !strings.HasPrefix(told, status) || !strings.Contains(told, what) || got.status >= 500 || len(got.body) > 1000 {
				t.Errorf("%.60s: got %.300s, want %s", text, told, want)
			}
		}
	})
}
