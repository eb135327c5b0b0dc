package fasterapitest_test

import (
	"context"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
)

// A test of an App needs no port.
func Example() {
	test := func(t *testing.T) {
		app := fasterapi.New()
		fasterapi.Post(app, "/greet", func(_ context.Context, in greetIn) (greetOut, error) { return greetOut{"hello " + in.Name}, nil })

		client := fasterapitest.New(t, app)
		made := fasterapitest.As[greetOut](client.Post("/greet", greetIn{"ada"}).Expect(200))
		if made.Message != "hello ada" {
			t.Errorf("%+v", made)
		}
	}
	testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "greet", F: test}})
	// Output:
}
