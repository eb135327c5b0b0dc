package fasterapi_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

type priceRange struct {
	Min float64  `json:"min" minimum:"0"`
	Max *float64 `json:"max"`
}

type searchInput struct {
	Filter struct {
		Name  string      `json:"name" default:"any"`
		Price *priceRange `json:"price"`
	} `query:"filter"`
	Labels map[string]string `query:"label"`
	Sort   []string          `query:"sort" explode:"false"`
	IDs    []int             `query:"id"`
}

func searchApp(opts ...fasterapi.Option) *fasterapi.App {
	app := fasterapi.New(opts...)
	fasterapi.Get(app, "/search", func(_ context.Context, in searchInput) (fasterapi.Text, error) {
		text, err := json.Marshal(in)
		return fasterapi.Text(text), err
	})
	fasterapi.Get(app, "/session", func(_ context.Context, in struct {
		ID string `cookie:"id"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text(in.ID), nil
	})
	return app
}

func TestQueryObjects(t *testing.T) {
	onEach(t, searchApp(), func(t *testing.T, addr string) {
		got := ask(t, addr, "GET /search?filter[name]=pen&filter%5Bprice%5D%5Bmin%5D=1.5&label[a]=x&label[b%20c]=y&sort=a,b&id=1&id=2&utm=1")
		equal(t, "filled", got.body,
			`{"Filter":{"name":"pen","price":{"min":1.5,"max":null}},"Labels":{"a":"x","b c":"y"},"Sort":["a","b"],"IDs":[1,2]}`)
		equal(t, "absent", ask(t, addr, "GET /search").body, `{"Filter":{"name":"any","price":null},"Labels":null,"Sort":null,"IDs":null}`)
		got = ask(t, addr, "GET /search?filter[price][min]=-1&filter[price][max]=x&label=1&id=x&sort=a&sort=b")
		equal(t, "status", got.status, 422)
		equal(t, "mistakes", got.codes(t), []string{
			"query id type", "query filter[price][min] minimum", "query filter[price][max] type", "query label type", "query sort repeated",
		})
		equal(t, "no path", ask(t, addr, "GET /search?filter[=1&filter[]=2&filterx=3&label[a]]=4").status, 200)
	})
}

// TestQueryLimits is AP-03: names, nesting, elements and cookies are bounded in number.
func TestQueryLimits(t *testing.T) {
	onEach(t, searchApp(), func(t *testing.T, addr string) {
		for query, want := range map[string]string{
			strings.Repeat("a=&", 1001):                              "the query has more than 1000 parameters",
			"filter" + strings.Repeat("[a]", 17) + "=1":              `the query parameter "filter" is nested more than 16 deep`,
			"label[%ff]=1":                                           `the query parameter "label" is not valid UTF-8`,
			"sort=" + strings.Repeat(",", 1500):                      "the request has mistakes",
			"label" + strings.Repeat("[a]", 3) + "=1&id[99999999]=1": "the request has mistakes",
		} {
			if got := ask(t, addr, "GET /search?"+query+""); got.problem(t).Detail != want || got.status >= 500 {
				t.Errorf("%.30s: %d %s", query, got.status, got.body)
			}
		}
		equal(t, "1000 parameters", ask(t, addr, "GET /search?"+strings.Repeat("a=&", 1000)+"").status, 200)
		got := ask(t, addr, "GET /session\nCookie: id=7"+strings.Repeat("; a=", 1000))
		equal(t, "cookies", got.problem(t).Detail, "the request has more than 1000 cookies")
		equal(t, "1000 cookies", ask(t, addr, "GET /session\nCookie: id=7"+strings.Repeat("; a=", 999)).body, "7")
	})
}

func TestReadingOptions(t *testing.T) {
	app := searchApp(fasterapi.StrictQuery(true), fasterapi.AllowUnknownFields(true), fasterapi.AllowDuplicateKeys(true))
	type item struct {
		A int `json:"a"`
	}
	number := func(_ context.Context, in item) (item, error) { return in, nil }
	fasterapi.Post(app, "/lenient", number)
	fasterapi.Post(app, "/strict", number, fasterapi.StrictQuery(false), fasterapi.AllowUnknownFields(false), fasterapi.AllowDuplicateKeys(false))
	onEach(t, app, func(t *testing.T, addr string) {
		const fields = "\nContent-Type: application/json\n\n"
		equal(t, "unknown names", ask(t, addr, "GET /search?utm=1&filter[x]=1&filter[=2").codes(t),
			[]string{"query utm unknown_field", "query filter[ unknown_field", "query filter[x] unknown_field"})
		equal(t, "a route without parameters", ask(t, addr, "POST /lenient?q=1"+fields+`{"a":1}`).codes(t), []string{"query q unknown_field"})
		equal(t, "lenient", ask(t, addr, "POST /lenient"+fields+`{"a":1,"b":2,"a":3}`).body, `{"a":3}`)
		equal(t, "lenient query", ask(t, addr, "POST /strict?q=1"+fields+`{"a":1}`).body, `{"a":1}`)
		equal(t, "unknown", ask(t, addr, "POST /strict"+fields+`{"a":1,"b":2}`).codes(t), []string{"body /b unknown_field"})
		equal(t, "duplicate", ask(t, addr, "POST /strict"+fields+`{"a":1,"a":3}`).status, 400)
	})
}
