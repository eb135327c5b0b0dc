package fasterapi_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http/httptest"
	"strings"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// show asks an App as a client would, and prints the answer.
func show(app *fasterapi.App, method, target string, header ...string) {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	fmt.Println(w.Code, strings.TrimSpace(string(body)))
}

func ExampleReply() {
	app := fasterapi.New()
	fasterapi.Get(app, "/visit", func(context.Context, struct{}) (fasterapi.Reply[string], error) {
		return fasterapi.Reply[string]{Value: "welcome", Status: 202, Cookies: []web.Cookie{{Name: "seen", Value: "1"}}}, nil
	})
	show(app, "GET", "/visit")
	// Output: 202 "welcome"
}

func ExampleSeeOther() {
	app := fasterapi.New()
	fasterapi.Post(app, "/orders", func(context.Context, struct{}) (fasterapi.Redirection, error) {
		return fasterapi.SeeOther("/orders/7"), nil
	})
	show(app, "POST", "/orders")
	// Output: 303
}

func ExampleDownload() {
	app := fasterapi.New()
	fasterapi.Get(app, "/report", func(context.Context, struct{}) (fasterapi.Download, error) {
		return fasterapi.Download{Name: "report.csv", Content: strings.NewReader("a,b\n1,2\n")}, nil
	})
	show(app, "GET", "/report", "Range", "bytes=0-2")
	// Output: 206 a,b
}

// A sequence is one JSON array, or lines for who asks for them.
func ExampleGet_sequence() {
	app := fasterapi.New()
	fasterapi.Get(app, "/count", func(context.Context, struct{}) (iter.Seq2[int, error], error) {
		return func(yield func(int, error) bool) {
			for i := 1; i <= 3 && yield(i, nil); i++ {
			}
		}, nil
	})
	show(app, "GET", "/count")
	show(app, "GET", "/count", "Accept", "application/jsonl")
	// Output:
	// 200 [1,2,3]
	// 200 1
	// 2
	// 3
}

func ExampleErrorPages() {
	app := fasterapi.New(fasterapi.ErrorPages(func(p *fasterapi.Problem) string { return fmt.Sprintf("<h1>%d</h1>", p.Status) }))
	show(app, "GET", "/nowhere", "Accept", "text/html")
	// Output: 404 <h1>404</h1>
}

func ExampleApp_MapErrors() {
	app := fasterapi.New()
	app.MapErrors(func(_ context.Context, err error) error {
		if err == io.EOF {
			return fasterapi.Gone("it has ended")
		}
		return err
	})
	fasterapi.Get(app, "/x", func(context.Context, struct{}) (int, error) { return 0, io.EOF })
	show(app, "GET", "/x")
	// Output: 410 {"title":"Gone","status":410,"detail":"it has ended"}
}
