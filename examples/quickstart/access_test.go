package main

import (
	"bufio"
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/fasterapitest"
	"github.com/fasterapi-go/fasterapi/server"
)

// TestVisitor: a name lives in the session, and stands on what is added in it.
func TestVisitor(t *testing.T) {
	c := open(t)
	c.Get("/me").Expect(404)
	c.Put("/me", visitor{""}).Expect(422)
	c.Put("/me", visitor{"Ada"}).Expect(200)
	if v := fasterapitest.As[visitor](c.Get("/me").Expect(200)); v.Name != "Ada" {
		t.Errorf("got %+v", v)
	}
	if it := fasterapitest.As[item](c.Post("/items", map[string]string{"name": "hers"}).Expect(201)); it.By != "Ada" {
		t.Errorf("got %+v", it)
	}
	c.Delete("/me").Expect(204)
	if it := fasterapitest.As[item](c.Post("/items", map[string]string{"name": "anyone's"}).Expect(201)); it.By != "" {
		t.Errorf("got %+v", it)
	}
}

// TestVisitorReplaced: a test says who asks, and needs no session for it.
func TestVisitorReplaced(t *testing.T) {
	app := build(settings{log: quiet})
	fasterapi.Override(app, func(context.Context, struct{}) (visitor, error) { return visitor{"Grace"}, nil })
	c := fasterapitest.New(t, app)
	if v := fasterapitest.As[visitor](c.Get("/me").Expect(200)); v.Name != "Grace" {
		t.Errorf("got %+v", v)
	}
}

// TestOperators: the key opens what is below /admin, and nothing else does.
func TestOperators(t *testing.T) {
	c := open(t)
	for _, field := range []func(*http.Request){fasterapitest.Field("X-Other", testKey), fasterapitest.Field("X-API-Key", "guessed")} {
		c.Delete("/admin/items", field).Expect(401)
		c.Get("/admin/items.txt", field).Expect(401)
	}
	key := fasterapitest.Field("X-API-Key", testKey)
	upload := func(contentType, text string) *fasterapitest.Answer {
		body, boundary := form(t, contentType, text)
		return c.Ask("POST", "/admin/items", body, key, fasterapitest.Field("Content-Type", boundary))
	}
	if got := fasterapitest.As[uploadOut](upload("text/plain", "one\n\n two \n").Expect(200)); got.Added != 2 {
		t.Errorf("got %+v", got)
	}
	upload("text/plain", "three\n"+strings.Repeat("x", 101)).Expect(422)
	upload("text/plain", "three\n"+strings.Repeat("x", bufio.MaxScanTokenSize)).Expect(422)
	upload("image/png", "four").Expect(422)
	a := c.Get("/admin/items.txt", key).Expect(200)
	if a.Text() != "one\ntwo\n" || a.Header.Get("Content-Disposition") != "attachment; filename=items.txt" {
		t.Errorf("%q %v", a.Text(), a.Header)
	}
	c.Delete("/admin/items?before=soon", key).Expect(422)
	if got := c.Delete("/admin/items", key).Expect(200).Text(); got != "2 items are gone\n" {
		t.Errorf("got %q", got)
	}
}

// form is a body with one file.
func form(t *testing.T, contentType, text string) (body []byte, of string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="list"; filename="a.txt"`}, "Content-Type": {contentType},
	})
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// TestProbes: those who keep the program running find what they ask for.
func TestProbes(t *testing.T) {
	app := build(settings{log: quiet})
	srv := &server.Server{Handler: app, Logger: slog.New(slog.DiscardHandler)}
	serveProbes(app, srv)
	c := fasterapitest.Serve(t, srv, fasterapitest.HTTP2)
	c.Get("/live").Expect(200)
	c.Get("/ready").Expect(200)
	if text := c.Get("/metrics").Expect(200).Text(); !strings.Contains(text, `fasterapi_requests_total{protocol="HTTP/2.0"} 3`) {
		t.Errorf("got %s", text)
	}
}

// TestChain: what stands around a request is to be seen without asking the program anything.
func TestChain(t *testing.T) {
	want := []string{"middleware.AccessLog", "middleware.RequestIDs", "middleware.Recover", "middleware.SecurityHeaders", "middleware.CSRF",
		"middleware.Sessions", "security(operator)"}
	for _, r := range newApp().Routes() {
		if strings.HasPrefix(r.Pattern, "/admin") && !slices.Equal(r.Chain, want) || !slices.Equal(r.Chain[:6], want[:6]) {
			t.Errorf("%s %s has %q", r.Method, r.Pattern, r.Chain)
		}
	}
}
