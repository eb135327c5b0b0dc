package fasterapitest_test

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
	"github.com/fasterapi-go/fasterapi/server"
)

// run does a test as the go command does, and prints how it fails.
func run(test func(t *testing.T)) {
	testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "example", F: test}})
}

// prices is what the App depends on; a test has its own.
type prices interface{ Of(item string) int }

type fixed int

func (n fixed) Of(string) int { return int(n) }

func newShop() *fasterapi.App {
	app := fasterapi.New()
	fasterapi.Provide(app, func(context.Context, struct{}) (prices, error) {
		return nil, fasterapi.Unavailable("the database is not there")
	})
	fasterapi.Get(app, "/price/{item}", func(_ context.Context, in struct {
		Item   string `path:"item" maxLength:"10"`
		Prices fasterapi.Dep[prices]
	}) (int, error) {
		return in.Prices.Value.Of(in.Item), nil
	})
	return app
}

// The program's own App is tested, with another provider in the place of its database. The type says which one.
func Example_override() {
	run(func(t *testing.T) {
		app := newShop()
		fasterapi.Override(app, func(context.Context, struct{}) (prices, error) { return fixed(42), nil })
		fmt.Println(fasterapitest.As[int](fasterapitest.New(t, app).Get("/price/apple").Expect(200)))
	})
	// Output: 42
}

// Mistakes are told as the client sees them.
func ExampleAnswer_Problem() {
	run(func(t *testing.T) {
		client := fasterapitest.New(t, newShop())
		for _, e := range client.Get("/price/marshmallow").Expect(422).Problem().Errors {
			fmt.Println(e.In, e.Name, e.Code)
		}
	})
	// Output: path item maxLength
}

// One test for each protocol, on the engine and on net/http.
func ExampleNewProtocol() {
	run(func(t *testing.T) {
		for _, p := range fasterapitest.Protocols {
			app := newShop()
			fasterapi.Override(app, func(context.Context, struct{}) (prices, error) { return fixed(7), nil })
			fmt.Println(p, fasterapitest.NewProtocol(t, app, p).Get("/price/pear").Expect(200).Text())
		}
	})
	// Output:
	// HTTP1 7
	// HTTP2 7
	// NetHTTP 7
}

// The settings of the server are tested with it.
func ExampleServe() {
	run(func(t *testing.T) {
		srv := &server.Server{Handler: newShop(), MaxHeaderBytes: 500, Logger: slog.New(slog.DiscardHandler)}
		client := fasterapitest.Serve(t, srv, fasterapitest.HTTP1)
		long := fasterapitest.Field("X-Long", strings.Repeat("x", 5000))
		fmt.Println(client.Get("/price/apple", long).Status)
	})
	// Output: 431
}

// A token, or any other field, goes with one request.
func ExampleField() {
	run(func(t *testing.T) {
		login := fasterapi.Bearer("login", fasterapi.Keys(map[string]string{"t0k3n": "ada"}))
		app := fasterapi.New()
		fasterapi.Get(app, "/me", func(_ context.Context, in struct{ Name fasterapi.Dep[string] }) (string, error) {
			return in.Name.Value, nil
		}, login.Require())
		client := fasterapitest.New(t, app)
		client.Get("/me").Expect(401)
		fmt.Println(client.Get("/me", fasterapitest.Field("Authorization", "Bearer t0k3n")).Expect(200).Text())
	})
	// Output: "ada"
}

// In a bubble the clock is the test's: a stream that ticks each minute is read at once, and then left.
func ExampleClient_Open() {
	run(func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			app := fasterapi.New()
			fasterapi.Get(app, "/ticks", func(ctx context.Context, _ struct{}) (iter.Seq2[int, error], error) {
				return func(yield func(int, error) bool) {
					for i := 0; yield(i, nil); i++ {
						select {
						case <-time.After(time.Minute):
						case <-ctx.Done():
							return // or the bubble would wait for it
						}
					}
				}, nil
			})
			client := fasterapitest.New(t, app)
			ctx, leave := context.WithCancel(t.Context())
			res := client.Open("GET", "/ticks", nil, fasterapitest.Field("Accept", "application/jsonl"), within(ctx))
			defer res.Body.Close()
			for lines := bufio.NewScanner(res.Body); lines.Scan() && lines.Text() != "3"; {
				fmt.Println(lines.Text())
			}
			leave()
		})
	})
	// Output:
	// 0
	// 1
	// 2
}

// within sends a request in a context of the test's.
func within(ctx context.Context) func(*http.Request) {
	return func(r *http.Request) { *r = *r.WithContext(ctx) }
}

// Work that an answer leaves behind is waited for without sleeping.
func Example_tasks() {
	run(func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			app := fasterapi.New()
			fasterapi.Post(app, "/users", func(_ context.Context, in struct {
				Tasks fasterapi.Dep[*fasterapi.Tasks]
			}) (fasterapi.NoContent, error) {
				return fasterapi.NoContent{}, in.Tasks.Value.Go("welcome", func(context.Context) error {
					fmt.Println("mail sent")
					return nil
				})
			})
			fasterapitest.New(t, app).Post("/users", nil).Expect(204)
			synctest.Wait()
			fmt.Println("looked at")
		})
	})
	// Output:
	// mail sent
	// looked at
}
