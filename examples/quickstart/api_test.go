package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// dialogue is one request after the other, on one program.
type dialogue struct {
	t   *testing.T
	app http.Handler
}

func (d dialogue) ask(method, path, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	d.app.ServeHTTP(w, r)
	return w
}

func (d dialogue) want(w *httptest.ResponseRecorder, status int, part string) {
	d.t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String(), part) {
		d.t.Errorf("got %d %s, want %d with %s", w.Code, w.Body, status, part)
	}
}

func TestItems(t *testing.T) {
	d := dialogue{t, newApp()}
	d.want(d.ask("GET", "/items", ""), 200, `{"items":[],"total":0}`)
	w := d.ask("POST", "/items", `{"name":"Write the code"}`)
	d.want(w, 201, `"id":1,"name":"Write the code","done":false`)
	if got := w.Header().Get("Location"); got != "/items/1" {
		t.Errorf("Location %q", got)
	}
	d.want(d.ask("POST", "/items", `{"name":"Test it"}`), 201, `"id":2`)
	d.want(d.ask("GET", "/items?q=TEST", ""), 200, `"total":1`)
	d.want(d.ask("GET", "/items?limit=1", ""), 200, `"total":2`)
	d.want(d.ask("PATCH", "/items/2", `{"done":true}`), 200, `"name":"Test it","done":true`)
	d.want(d.ask("PUT", "/items/1", `{"name":"New","done":false}`), 200, `"name":"New","done":false`)
	d.want(d.ask("GET", "/items/1", ""), 200, `"name":"New"`)
	d.want(d.ask("DELETE", "/items/1", ""), 204, "")
	d.want(d.ask("GET", "/items/1", ""), 404, "there is no item 1")
	d.want(d.ask("DELETE", "/items/1", ""), 404, "there is no item 1")
	d.want(d.ask("POST", "/items", `{"name":"Third"}`), 201, `"id":3`)
	var list listOut
	if err := json.Unmarshal(d.ask("GET", "/items", "").Body.Bytes(), &list); err != nil || list.Total != 2 || list.Items[0].ID != 2 {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestRefusals(t *testing.T) {
	d := dialogue{t, newApp()}
	d.want(d.ask("POST", "/items", `{"name":""}`), 422, `"pointer":"/name","code":"minLength"`)
	d.want(d.ask("POST", "/items", `{"name":1,"x":2}`), 422, `"pointer":"/x","code":"unknown_field"`)
	d.want(d.ask("POST", "/items", `{`), 400, "not valid JSON")
	d.want(d.ask("GET", "/items/one", ""), 422, `"in":"path","name":"id","code":"type"`)
	d.want(d.ask("GET", "/items?limit=0", ""), 422, `"in":"query","name":"limit","code":"minimum"`)
	d.want(d.ask("POST", "/items/1", `{}`), 405, "Method Not Allowed")
	d.want(d.ask("GET", "/nothing", ""), 404, "Not Found")
}

func TestStoreIsBounded(t *testing.T) {
	a := &api{}
	for range maxItems {
		a.store.items = append(a.store.items, item{})
	}
	if _, ok := a.store.add("one more", a.store.items[0].Created); ok {
		t.Error("a full store took an item")
	}
}

func TestPage(t *testing.T) {
	d := dialogue{t, newApp()}
	for _, c := range []struct{ path, contentType, part string }{
		{"/", "text/html; charset=utf-8", `<script src="/page.js">`},
		{"/page.js", "text/javascript; charset=utf-8", "fetch("},
		{"/page.css", "text/css; charset=utf-8", "prefers-color-scheme"},
	} {
		w := d.ask("GET", c.path, "")
		d.want(w, 200, c.part)
		if got := w.Header().Get("Content-Type"); got != c.contentType {
			t.Errorf("%s: Content-Type %q", c.path, got)
		}
		if strings.Contains(w.Body.String(), "http:") || strings.Contains(w.Body.String(), "https:") {
			t.Errorf("%s names another host", c.path)
		}
	}
}
