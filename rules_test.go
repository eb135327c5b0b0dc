package fasterapi_test

import (
	"context"
	"errors"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// transfer has rules for a parameter, its elements, its body, and for all of it.
type transfer struct {
	Limit int   `query:"limit" default:"10" multipleOf:"5"`
	Parts []int `query:"part" uniqueItems:"true" minimum:"1"`
	Body  struct {
		Amount float64 `json:"amount" multipleOf:"0.01"`
		Stay   *stay   `json:"stay"`
	} `body:""`
}

func (t transfer) Validate(context.Context) error {
	if t.Body.Amount > float64(t.Limit) {
		return fasterapi.Invalid{{In: "query", Name: "limit", Code: "exceeded", Detail: "is less than the amount"}}
	}
	if t.Limit == 15 {
		return errors.New("fifteen is not our number")
	}
	return nil
}

func TestRulesOfInputs(t *testing.T) {
	app := newQuiet()
	fasterapi.Post(app, "/transfers", func(context.Context, transfer) (fasterapi.NoContent, error) { return fasterapi.NoContent{}, nil })
	const json = "\nContent-Type: application/json\n\n"
	onEach(t, app, func(t *testing.T, addr string) {
		for request, want := range map[string][]string{
			"POST /transfers?part=1&part=0&part=1&limit=7" + json + `{"amount":0.075}`:               {"query part minimum", "query limit multipleOf", "query part uniqueItems", "body /amount multipleOf"},
			"POST /transfers" + json + `{"amount":1,"stay":{"from":"2026-02-02","to":"2026-02-01"}}`: {"body /stay/to invalid"},
			"POST /transfers" + json + `{"amount":1,"stay":{"from":"2026-02-30","to":"2026-02-01"}}`: {"body /stay/from format"},
			"POST /transfers" + json + `{"amount":11}`:                                               {"query limit exceeded"},
			"POST /transfers?limit=15" + json + `{"amount":11}`:                                      {"body invalid"},
		} {
			a := ask(t, addr, request)
			equal(t, request, a.status, 422)
			equal(t, request, a.codes(t), want)
		}
		equal(t, "valid", ask(t, addr, "POST /transfers?part=1&part=2"+json+`{"amount":0.07,"stay":{"from":"2026-02-01","to":"2026-02-02"}}`).status, 204)
	})
}
