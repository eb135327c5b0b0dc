package fasterapi_test

import (
	"context"
	"fmt"
	"math"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
)

// figure is a union: what it holds is told by the member "kind".
type figure interface{ area() float64 }

type disc struct {
	Radius float64 `json:"radius" exclusiveMinimum:"0"`
}

func (d disc) area() float64 { return math.Round(math.Pi * d.Radius * d.Radius) }

type box struct {
	Width  float64 `json:"width" exclusiveMinimum:"0"`
	Height float64 `json:"height" exclusiveMinimum:"0"`
}

func (b *box) area() float64 { return b.Width * b.Height }

func init() {
	fasterapi.OneOf[figure]("kind", fasterapi.Case[disc]("disc"), fasterapi.Case[*box]("box"))
}

// A union is decoded to the type that its discriminator names, with that type's rules, and written with the discriminator.
func ExampleOneOf() {
	app := fasterapi.New()
	fasterapi.Post(app, "/largest", func(_ context.Context, figures []figure) (figure, error) {
		largest := figures[0]
		for _, f := range figures {
			if f.area() > largest.area() {
				largest = f
			}
		}
		return largest, nil
	})

	for _, body := range []string{
		`[{"kind":"disc","radius":1},{"width":2,"height":3,"kind":"box"}]`,
		`[{"kind":"disc","radius":0},{"kind":"line"},{"width":2}]`,
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/largest", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		app.ServeHTTP(w, r)
		answer, mistakes, _ := strings.Cut(w.Body.String(), `"errors":[`)
		if mistakes == "" {
			fmt.Println(answer)
		}
		for _, mistake := range strings.Split(mistakes, `"pointer":`)[1:] {
			fmt.Println(mistake[:strings.IndexByte(mistake, '}')])
		}
	}
	// Output:
	// {"kind":"box","width":2,"height":3}
	// "/0/radius","code":"exclusiveMinimum","detail":"must be more than 0"
	// "/1/kind","code":"enum","detail":"must be one of disc, box"
	// "/2/kind","code":"required","detail":"is required; it is one of disc, box"
}
