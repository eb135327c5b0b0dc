package fasterapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

// legs are what an App is served by; the suite runs on each.
var legs = map[string]func(t *testing.T, app *fasterapi.App) (addr string){
	"nethttp": func(t *testing.T, app *fasterapi.App) string {
		s := httptest.NewUnstartedServer(app)
		s.Config.ErrorLog = quiet
		s.Config.DisableGeneralOptionsHandler = true // net/http keeps "OPTIONS *" from handlers unless told
		s.Start()
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	},
}

// onEach runs a test on every leg.
func onEach(t *testing.T, app *fasterapi.App, test func(t *testing.T, addr string)) {
	t.Helper()
	for name, serve := range legs {
		t.Run(name, func(t *testing.T) { test(t, serve(t, app)) })
	}
}

// reply is an answer as the tests look at it.
type reply struct {
	status int
	header http.Header
	body   string
}

// problem is the answer as problem details.
func (a reply) problem(t *testing.T) fasterapi.Problem {
	t.Helper()
	var p fasterapi.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("no problem details: %q %q", a.header.Get("Content-Type"), a.body)
	}
	if p.Status != a.status || p.Title == "" {
		t.Errorf("the problem says %d %q, the answer %d", p.Status, p.Title, a.status)
	}
	return p
}

// codes are "place code" of each mistake.
func (a reply) codes(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, e := range a.problem(t).Errors {
		list = append(list, strings.TrimSpace(e.In+" "+e.Name+e.Pointer)+" "+e.Code)
	}
	return list
}

// ask sends one request as it is written, so that no client mends it. A line of the form "Name: value" before an empty line is a
// field; what follows is the body, whose length is added.
func ask(t *testing.T, addr, request string) reply {
	t.Helper()
	head, body, _ := strings.Cut(request, "\n\n")
	first, fields, _ := strings.Cut(head, "\n")
	method, _, _ := strings.Cut(first, " ")
	var b strings.Builder
	fmt.Fprintf(&b, "%s HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n", first)
	for line := range strings.SplitSeq(fields, "\n") {
		if line != "" {
			b.WriteString(strings.TrimSpace(line) + "\r\n")
		}
	}
	if body != "" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, b.String()); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s: %v", first, err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", first, err)
	}
	return reply{res.StatusCode, res.Header, string(got)}
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}
