package fasterapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// FuzzBind: whatever a request holds, a typed route either takes it or says what is wrong with it; it never fails or panics itself.
func FuzzBind(f *testing.F) {
	app := newQuiet()
	fasterapi.Get(app, "/query", func(context.Context, searchInput) (fasterapi.Text, error) { return "", nil })
	fasterapi.Post(app, "/form", func(context.Context, signup) (fasterapi.Text, error) { return "", nil })
	fasterapi.Post(app, "/upload", func(context.Context, upload) (fasterapi.Text, error) { return "", nil })
	fasterapi.Post(app, "/json", func(context.Context, struct {
		Theme string              `cookie:"theme" enum:"dark,light" default:"dark"`
		Ages  []int8              `header:"X-Ages" maxItems:"3"`
		Body  map[string][]string `body:""`
	}) (fasterapi.Text, error) {
		return "", nil
	})
	fasterapi.Post(app, "/union", func(context.Context, map[string]figure) (fasterapi.Text, error) { return "", nil })
	f.Add("POST", "/union", "", "application/json", "", `{"a":{"radius":1,"kind":"disc"}}`)
	f.Add("POST", "/json", "a=1", "application/json", "theme=dark", `{"a":["b"]}`)
	f.Add("GET", "/query", "filter[price][min]=1&label[a]=b&sort=a,b&id=1", "", "1, 2", "")
	f.Add("POST", "/form", "", "application/x-www-form-urlencoded", "", "name=a&age=1&tag=x&extra[k]=v")
	f.Add("POST", "/upload", "", "multipart/form-data; boundary=XX", "", part("photo", "; filename=\"../a\"\r\nContent-Type: image/png", "x")+"--XX--\r\n")
	f.Fuzz(func(t *testing.T, method, path, query, contentType, field, body string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Host: "example.com", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header:        http.Header{"Content-Type": {contentType}, "Cookie": {field}, "X-Ages": {field}},
			Body:          http.NoBody,
			ContentLength: int64(len(body)),
		}
		if body != "" {
			r.Body = httptest.NewRequest("POST", "/", strings.NewReader(body)).Body
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s %s?%s (%s) %q: %d %s", method, path, query, contentType, body, w.Code, w.Body)
		}
	})
}
