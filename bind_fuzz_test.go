package fasterapi_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// FuzzBind: whatever a request holds, a typed route either takes it or says what is wrong with it; it never fails or panics itself.
func FuzzBind(f *testing.F) {
	app := newQuiet(fasterapi.Codecs(bracketed{[]string{"application/bracketed"}}))
	fasterapi.Get(app, "/query", func(context.Context, searchInput) (fasterapi.Text, error) { return "", nil })
	fasterapi.Post(app, "/form", func(context.Context, signup) (fasterapi.Text, error) { return "", nil })
	fasterapi.Post(app, "/upload", func(context.Context, upload) (fasterapi.Text, error) { return "", nil })
	fasterapi.Post(app, "/octets", func(_ context.Context, in struct {
		Body []byte `body:"" contentType:"text/*"`
	}) (fasterapi.Text, error) {
		return "", nil
	})
	fasterapi.Post(app, "/stream", func(_ context.Context, in streamed) (fasterapi.Text, error) {
		_, err := io.Copy(io.Discard, in.Body)
		return "", err
	})
	fasterapi.Post(app, "/parts", func(_ context.Context, in parted) (fasterapi.Text, error) {
		for part, err := range in.Parts {
			if err != nil {
				return "", err
			}
			if _, err := part.Bytes(100); err != nil {
				return "", err
			}
		}
		return "", nil
	})
	fasterapi.Get(app, "/bands", func(_ context.Context, in struct {
		Price *priceBand           `query:"price"`
		Bands map[string]priceBand `query:"band"`
		SKUs  []sku                `query:"sku"`
	}) (fasterapi.Text, error) {
		return "", nil
	})
	fasterapi.Post(app, "/json", func(context.Context, struct {
		Theme string              `cookie:"theme" enum:"dark,light" default:"dark"`
		Ages  []int8              `header:"X-Ages" maxItems:"3"`
		Body  map[string][]string `body:""`
	}) (fasterapi.Text, error) {
		return "", nil
	})
	fasterapi.Post(app, "/union", func(context.Context, map[string]figure) (fasterapi.Text, error) { return "", nil })
	app.HandleSchema("POST", "/schema", fasterapi.SchemaRoute{
		Params: []fasterapi.SchemaParam{
			{In: "query", Name: "a", Schema: json.RawMessage(`{"type":"array","items":{"type":["number","boolean"]},"uniqueItems":true}`)},
			{In: "cookie", Name: "theme", Schema: json.RawMessage(`{"type":"integer","default":1,"multipleOf":0.5}`)},
			{In: "header", Name: "X-Ages", Schema: json.RawMessage(`{"type":"array","items":{"type":"integer","format":"int32"}}`)},
		},
		Body: json.RawMessage(petSchema), Handler: echoValues,
	})
	f.Add("POST", "/schema", "a=1&a=true", "application/json", "theme=2", `{"name":"a","pet":{"kind":"dog","toys":["b"]}}`)
	f.Add("POST", "/union", "", "application/json", "", `{"a":{"radius":1,"kind":"disc"}}`)
	f.Add("POST", "/json", "a=1", "application/json", "theme=dark", `{"a":["b"]}`)
	f.Add("GET", "/query", "filter[price][min]=1&label[a]=b&sort=a,b&id=1", "", "1, 2", "")
	f.Add("POST", "/form", "", "application/x-www-form-urlencoded", "", "name=a&age=1&tag=x&extra[k]=v")
	f.Add("POST", "/upload", "", "multipart/form-data; boundary=XX", "", part("photo", "; filename=\"../a\"\r\nContent-Type: image/png", "x")+"--XX--\r\n")
	f.Add("POST", "/json", "", "application/bracketed", "", `<{"a":["b"]}>`)
	f.Add("POST", "/octets", "", "text/plain", "", "abc")
	f.Add("POST", "/stream", "times=2", "text/plain", "", "abc")
	f.Add("POST", "/parts", "", "multipart/form-data; boundary=XX", "", part("a", "; filename=\"/x\"\r\nX-A: b", "c")+"--XX--\r\n")
	f.Add("GET", "/bands", "price[min]=2&price[max]=1&band[a][max]=0&sku=abc&sku=a", "", "", "")
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
