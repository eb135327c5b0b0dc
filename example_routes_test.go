package fasterapi_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// printAnswer asks an App and prints the status and the body of the answer.
func printAnswer(app http.Handler, method, target, body string) {
	r, w := httptest.NewRequest(method, target, strings.NewReader(body)), httptest.NewRecorder()
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	app.ServeHTTP(w, r)
	fmt.Println(strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Body)))
}

type noteAt struct {
	ID int `path:"id"`
}

func noteText(_ context.Context, in noteAt) (fasterapi.Text, error) {
	return fasterapi.Text(fmt.Sprint("note ", in.ID)), nil
}

// stamp names itself to the handlers further in.
func stamp(next web.Handler) web.Handler {
	return web.HandlerFunc(func(w *web.Response, r *web.Request) {
		w.Set("X-Stamp", "here")
		next.ServeWeb(w, r)
	})
}

// A group has a prefix and a chain of its own, and listings show what is around each route.
func ExampleApp_Group() {
	app := fasterapi.New()
	notes := app.Group("/notes", stamp)
	fasterapi.Get(notes, "/{id}", noteText)
	fasterapi.Get(app, "/about", func(context.Context, struct{}) (fasterapi.Text, error) { return "notes", nil }, fasterapi.With(stamp))

	printAnswer(app, "GET", "/notes/7", "")
	for _, route := range app.Routes() {
		fmt.Println(route)
	}
	// Output:
	// 200 note 7
	// GET /notes/{id} > fasterapi_test.stamp
	// GET /about > fasterapi_test.stamp
}

// There is a function for each method, and Register for any other.
func ExampleRegister() {
	app := fasterapi.New()
	fasterapi.Patch(app, "/notes/{id}", noteText)
	fasterapi.Delete(app, "/notes/{id}", func(context.Context, noteAt) (fasterapi.NoContent, error) { return fasterapi.NoContent{}, nil })
	fasterapi.Options(app, "/notes/{id}", noteText)
	fasterapi.Register(app, "COPY", "/notes/{id}", noteText, fasterapi.Status(http.StatusAccepted))

	printAnswer(app, "PATCH", "/notes/7", "")
	printAnswer(app, "DELETE", "/notes/7", "")
	printAnswer(app, "OPTIONS", "/notes/7", "")
	printAnswer(app, "COPY", "/notes/7", "")
	// Output:
	// 200 note 7
	// 204
	// 200 note 7
	// 202 note 7
}

// HEAD is answered by what serves GET, unless it has a function of its own: one that need not make the body.
func ExampleHead() {
	app := fasterapi.New()
	fasterapi.Get(app, "/report", func(context.Context, struct{}) (fasterapi.Text, error) { return "a long report", nil })
	fasterapi.Head(app, "/report", func(context.Context, struct{}) (fasterapi.Reply[struct{}], error) {
		return fasterapi.Reply[struct{}]{Fields: web.Fields{{Name: "X-Pages", Value: "120"}}}, nil
	})

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("HEAD", "/report", nil))
	fmt.Println(w.Header().Get("X-Pages"))
	// Output: 120
}

// QUERY is safe as GET is, and says in a body what is asked for.
func ExampleQuery() {
	app := fasterapi.New()
	fasterapi.Query(app, "/notes", func(_ context.Context, in struct {
		Words []string `json:"words" minItems:"1"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text("notes about " + strings.Join(in.Words, " and ")), nil
	})

	printAnswer(app, "QUERY", "/notes", `{"words": ["tea", "milk"]}`)
	// Output: 200 notes about tea and milk
}

// Whatever is an http.Handler is mounted as it is, with middleware of net/http or of package web around it.
func ExampleApp_Mount() {
	app := fasterapi.New()
	app.UseHTTP(func(next http.Handler) http.Handler { return http.MaxBytesHandler(next, 1<<10) })
	app.Mount("/files", http.FileServer(http.Dir("docs")))
	app.Mount("/old", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) }))

	printAnswer(app, "GET", "/old/x/y", "")
	printAnswer(app, "GET", "/files/missing", "")
	// Output:
	// 200 /x/y
	// 404 404 page not found
}

func ExampleTrailingSlash() {
	for _, policy := range []fasterapi.SlashPolicy{fasterapi.SlashStrict, fasterapi.SlashRedirect, fasterapi.SlashIgnore} {
		app := fasterapi.New(fasterapi.TrailingSlash(policy))
		fasterapi.Get(app, "/notes/{id}", noteText)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", "/notes/7/", nil))
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("Location"))
	}
	// Output:
	// 404 ""
	// 308 "/notes/7"
	// 200 ""
}

// Where a handler runs is found out by the server; who knows better says so. The text of an error is for the log alone.
func ExampleBlocking() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	app := fasterapi.New(fasterapi.Logger(log))
	fasterapi.Get(app, "/slow", func(context.Context, struct{}) (int, error) { return 0, io.ErrUnexpectedEOF }, fasterapi.Blocking())
	app.Handle("GET", "/quick", web.HandlerFunc(func(w *web.Response, _ *web.Request) { _ = w.Text(200, "at once") }),
		fasterapi.Inline(), fasterapi.Recycle())

	printAnswer(app, "GET", "/slow", "")
	printAnswer(app, "GET", "/quick", "")
	// Output:
	// level=ERROR msg="fasterapi: a handler failed" method=GET route=/slow error="unexpected EOF"
	// 500 {"title":"Internal Server Error","status":500}
	// 200 at once
}
