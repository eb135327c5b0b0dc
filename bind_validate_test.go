package fasterapi_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// priceBand has a rule between its members, wherever it is taken from.
type priceBand struct {
	Min int  `json:"min" default:"0"`
	Max *int `json:"max"`
}

func (b priceBand) Validate(context.Context) error {
	if b.Max != nil && *b.Max < b.Min {
		return fasterapi.Invalid{{Pointer: "/max", Code: "order", Detail: "must not be below min"}}
	}
	return nil
}

type sku string

func (s sku) Validate(context.Context) error {
	if len(s) != 3 {
		return errors.New("must have three letters")
	}
	return nil
}

// TestValidateParameters: the Validate methods of what parameters are made of run as those in JSON do.
func TestValidateParameters(t *testing.T) {
	app := newQuiet()
	fasterapi.Get(app, "/items/{sku}", func(_ context.Context, in struct {
		SKU   sku                  `path:"sku"`
		Price priceBand            `query:"price"`
		Bands map[string]priceBand `query:"band"`
		Owner sku                  `header:"X-Owner" default:"any"`
		Theme *sku                 `cookie:"theme"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text(in.SKU), nil
	})
	fasterapi.Post(app, "/form", func(_ context.Context, in struct {
		Price priceBand `form:"price"`
	}) (fasterapi.Text, error) {
		return "taken", nil
	})
	onEach(t, app, func(t *testing.T, addr string) {
		equal(t, "well", ask(t, addr, "GET /items/abc?price[max]=3").body, "abc")
		equal(t, "mistakes", ask(t, addr, "GET /items/abcd?price[min]=3&price[max]=2&band[a][max]=-1\nX-Owner: x\nCookie: theme=dark").codes(t), []string{
			"path sku invalid", "query price[max] order", "query band[a][max] order", "header X-Owner invalid", "cookie theme invalid",
		})
		const form = "POST /form\nContent-Type: application/x-www-form-urlencoded\n\n"
		equal(t, "form", ask(t, addr, form+"price[max]=-1").codes(t), []string{"form price[max] order"})
		equal(t, "form", ask(t, addr, form+"price[max]=1").body, "taken")
	})
}

// TestCauseOfTheEnd: who ends the context of a request with a problem has it answered; other ends are none of the client's business.
func TestCauseOfTheEnd(t *testing.T) {
	app := newQuiet()
	causes := map[string]error{
		"problem":  fmt.Errorf("too slow: %w", web.NewProblem(503, "the answer took too long")),
		"other":    errors.New("secret"),
		"nothing":  nil,
		"overtake": web.NewProblem(504, "never seen"),
	}
	end := func(next web.Handler) web.Handler {
		return web.HandlerFunc(func(w *web.Response, r *web.Request) {
			ctx, cancel := context.WithCancelCause(r.Context())
			cancel(causes[r.Param("cause")])
			r.SetContext(ctx)
			next.ServeWeb(w, r)
		})
	}
	fasterapi.Get(app, "/{cause}", func(ctx context.Context, in struct {
		Cause string `path:"cause"`
	}) (int, error) {
		if in.Cause == "overtake" {
			return 0, errors.Join(ctx.Err(), fasterapi.Conflict("there is something else"))
		}
		return 0, fmt.Errorf("a query failed: %w", ctx.Err())
	}, fasterapi.With(end))
	fasterapi.Get(app, "/deadline", func(context.Context, struct{}) (int, error) { return 0, context.DeadlineExceeded })
	onEach(t, app, func(t *testing.T, addr string) {
		for path, want := range map[string]string{
			"problem": "503 the answer took too long", "other": "503 the request was cancelled", "nothing": "503 the request was cancelled",
			"overtake": "409 there is something else", "deadline": "500 ",
		} {
			got := ask(t, addr, "GET /"+path)
			equal(t, path, fmt.Sprint(got.status, " ", got.problem(t).Detail), want)
		}
	})
}
