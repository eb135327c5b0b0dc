package main

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/fasterapitest"
)

const testKey = "the key of these tests"

var quiet = slog.New(slog.DiscardHandler)

// open serves a program of its own to one test.
func open(t *testing.T) *fasterapitest.Client {
	return fasterapitest.New(t, build(settings{key: testKey, log: quiet}))
}

func TestItems(t *testing.T) {
	c := open(t)
	want := func(a *fasterapitest.Answer, status int, part string) {
		t.Helper()
		if !strings.Contains(a.Expect(status).Text(), part) {
			t.Errorf("got %s, want %s", a.Text(), part)
		}
	}
	want(c.Get("/items"), 200, `{"items":[],"total":0}`)
	made := c.Post("/items", map[string]string{"name": "Write the code"})
	want(made, 201, `"id":1,"name":"Write the code","done":false`)
	if got := made.Header.Get("Location"); got != "/items/1" {
		t.Errorf("Location %q", got)
	}
	want(c.Post("/items", map[string]string{"name": "Test it"}), 201, `"id":2`)
	want(c.Get("/items?q=TEST"), 200, `"total":1`)
	want(c.Get("/items?limit=1"), 200, `"total":2`)
	want(c.Patch("/items/2", map[string]bool{"done": true}), 200, `"name":"Test it","done":true`)
	want(c.Put("/items/1", map[string]any{"name": "New", "done": false}), 200, `"name":"New","done":false`)
	want(c.Get("/items/1"), 200, `"name":"New"`)
	want(c.Delete("/items/1"), 204, "")
	want(c.Get("/items/1"), 404, "there is no item 1")
	want(c.Delete("/items/1"), 404, "there is no item 1")
	want(c.Post("/items", map[string]string{"name": "Third"}), 201, `"id":3`)
	if list := fasterapitest.As[listOut](c.Get("/items")); list.Total != 2 || list.Items[0].ID != 2 {
		t.Errorf("got %+v", list)
	}
}

func TestRefusals(t *testing.T) {
	c := open(t)
	for _, r := range []struct {
		answer *fasterapitest.Answer
		status int
		part   string
	}{
		{c.Post("/items", map[string]string{"name": ""}), 422, `"pointer":"/name","code":"minLength"`},
		{c.Post("/items", map[string]int{"name": 1, "x": 2}), 422, `"pointer":"/x","code":"unknown_field"`},
		{c.Ask("POST", "/items", strings.NewReader("{"), fasterapitest.Field("Content-Type", "application/json")), 400, "not valid JSON"},
		{c.Get("/items/one"), 422, `"in":"path","name":"id","code":"type"`},
		{c.Get("/items?limit=0"), 422, `"in":"query","name":"limit","code":"minimum"`},
		{c.Post("/items/1", struct{}{}), 405, "Method Not Allowed"},
		{c.Get("/nothing"), 404, "Not Found"},
		{c.Get("/nothing", fasterapitest.Field("Accept", "text/html")), 404, "<h1>Not Found</h1>"},
		{c.Post("/items", map[string]string{"name": "x"}, fasterapitest.Field("Sec-Fetch-Site", "cross-site")), 403, "Forbidden"},
	} {
		if !strings.Contains(r.answer.Expect(r.status).Text(), r.part) {
			t.Errorf("got %s, want %s", r.answer.Text(), r.part)
		}
	}
}

func TestStoreIsBounded(t *testing.T) {
	var s store
	if _, err := s.add(make([]item, maxItems)...); err != nil {
		t.Fatal(err)
	}
	if _, err := s.add(item{}); !errors.Is(err, errFull) {
		t.Errorf("a full store took an item: %v", err)
	}
}

// TestFile: what one run has kept, the next one finds, and identifiers go on.
func TestFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "items.json")
	run := func(name string, test func(c *fasterapitest.Client)) {
		t.Run(name, func(t *testing.T) {
			test(fasterapitest.New(t, build(settings{file: file, log: quiet})))
		})
	}
	run("first", func(c *fasterapitest.Client) { c.Post("/items", map[string]string{"name": "kept"}).Expect(201) })
	run("second", func(c *fasterapitest.Client) {
		if it := fasterapitest.As[item](c.Get("/items/1").Expect(200)); it.Name != "kept" {
			t.Errorf("got %+v", it)
		}
		if it := fasterapitest.As[item](c.Post("/items", map[string]string{"name": "next"}).Expect(201)); it.ID != 2 {
			t.Errorf("got %+v", it)
		}
	})
}

func TestPage(t *testing.T) {
	c := open(t)
	for _, f := range []struct{ path, contentType, part string }{
		{"/", "text/html; charset=utf-8", `<script src="/page.js">`},
		{"/page.js", "text/javascript; charset=utf-8", "fetch("},
		{"/page.css", "text/css; charset=utf-8", "prefers-color-scheme"},
	} {
		a := c.Get(f.path).Expect(200)
		if got := a.Header.Get("Content-Type"); got != f.contentType || !strings.Contains(a.Text(), f.part) {
			t.Errorf("%s: %q %s", f.path, got, a.Text())
		}
		if strings.Contains(a.Text(), "http:") || strings.Contains(a.Text(), "https:") {
			t.Errorf("%s names another host", f.path)
		}
		if a.Header.Get("Content-Security-Policy") != pagePolicy || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", f.path, a.Header)
		}
	}
}
