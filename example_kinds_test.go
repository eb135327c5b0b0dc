package fasterapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

// A redirection of this origin needs a path alone; one to elsewhere says so in its name, to be found in a review.
func ExampleRedirection() {
	app := fasterapi.New()
	to := func(pattern string, target fasterapi.Redirection) {
		fasterapi.Get(app, pattern, func(context.Context, struct{}) (fasterapi.Redirection, error) { return target, nil })
	}
	to("/moved", fasterapi.PermanentRedirect("/now/here"))
	to("/closed", fasterapi.TemporaryRedirect("/meanwhile"))
	to("/login", fasterapi.RedirectElsewhere(302, "https://login.example/authorize"))

	for _, path := range []string{"/moved", "/closed", "/login"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(w.Code, w.Header().Get("Location"))
	}
	// Output:
	// 308 /now/here
	// 307 /meanwhile
	// 302 https://login.example/authorize
}

func ExampleBytes() {
	app := fasterapi.New()
	fasterapi.Get(app, "/pixel", func(context.Context, struct{}) (fasterapi.Bytes, error) {
		return fasterapi.Bytes{Type: "image/gif", Data: []byte("GIF89a")}, nil
	})
	fasterapi.Get(app, "/page", func(context.Context, struct{}) (fasterapi.HTML, error) { return "<h1>Hello</h1>", nil })

	for _, path := range []string{"/pixel", "/page"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(w.Header().Get("Content-Type"), w.Body)
	}
	// Output:
	// image/gif GIF89a
	// text/html; charset=utf-8 <h1>Hello</h1>
}

// What is hidden is served, but not told of; and an App may tell nothing at all.
func ExampleHidden() {
	app := fasterapi.New()
	fasterapi.Get(app, "/notes/{id}", noteText, fasterapi.Description("Give the number of a note, and have its *text*."), fasterapi.Deprecated())
	fasterapi.Get(app, "/internal/{id}", noteText, fasterapi.Hidden())

	document := app.OpenAPI()
	for _, path := range document.Paths {
		fmt.Println(path.Name, path.Value.Get.Deprecated, path.Value.Get.Description)
	}
	printAnswer(app, "GET", "/internal/1", "")
	printAnswer(fasterapi.New(fasterapi.NoDocs()), "GET", "/openapi.json", "")
	// Output:
	// /notes/{id} true Give the number of a note, and have its *text*.
	// 200 note 1
	// 404 {"title":"Not Found","status":404,"detail":"nothing is served at this path"}
}

// editor is what a key stands for here.
type editor struct{ name, role string }

// HasRole is asked for the roles that routes require.
func (e editor) HasRole(role string) bool { return e.role == role }

// Raw handlers ask the context for what was verified.
func ExamplePrincipal() {
	keys := fasterapi.APIKey("editors", fasterapi.InHeader, "X-API-Key", fasterapi.Keys(map[string]editor{
		"k1": {"Ada", "chief"}, "k2": {"Bob", "guest"},
	}))
	app := fasterapi.New()
	app.Handle("GET", "/desk", web.HandlerFunc(func(w *web.Response, r *web.Request) {
		who, _ := fasterapi.Principal[editor](r.Context())
		_ = w.Text(200, "the desk of "+who.name)
	}), keys.RequireRole("chief"))

	showTo(app, "/desk", "X-API-Key", "k1")
	showTo(app, "/desk", "X-API-Key", "k2")
	// Output:
	// 200 the desk of Ada
	// 403
}
