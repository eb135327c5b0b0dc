package fasterapi_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

type closing struct {
	*strings.Reader
	closed chan<- bool
}

func (c closing) Close() error {
	c.closed <- true
	return nil
}

// TestResults: what each type of result puts on the wire.
func TestResults(t *testing.T) {
	app := newQuiet()
	fasterapi.Get(app, "/html", func(context.Context, struct{}) (fasterapi.HTML, error) { return "<p>", nil })
	fasterapi.Get(app, "/bytes", func(context.Context, struct{}) (fasterapi.Bytes, error) {
		return fasterapi.Bytes{Type: "image/png", Data: []byte("\x89PNG")}, nil
	}, fasterapi.Status(203))
	fasterapi.Get(app, "/octets", func(context.Context, struct{}) (fasterapi.Bytes, error) { return fasterapi.Bytes{}, nil })
	fasterapi.Get(app, "/reply", func(context.Context, struct{}) (fasterapi.Reply[[]int], error) {
		return fasterapi.Reply[[]int]{
			Value: []int{1}, Status: 202, Fields: web.Fields{{Name: "X-A", Value: "b"}}, Cookies: []web.Cookie{{Name: "c", Value: "d"}},
		}, nil
	})
	fasterapi.Get(app, "/empty", func(context.Context, struct{}) (fasterapi.Reply[struct{}], error) {
		return fasterapi.Reply[struct{}]{Cookies: []web.Cookie{{Name: "c", Value: "d"}}}, nil
	})
	fasterapi.Get(app, "/wrong", func(context.Context, struct{}) (fasterapi.Reply[int], error) {
		return fasterapi.Reply[int]{Status: 99}, nil
	})
	fasterapi.Post(app, "/form", func(context.Context, struct{}) (fasterapi.Redirection, error) {
		return fasterapi.SeeOther("/done?x=1"), nil
	})
	fasterapi.Get(app, "/moved", func(context.Context, struct{}) (fasterapi.Redirection, error) {
		return fasterapi.PermanentRedirect("//evil.example"), nil
	})
	fasterapi.Get(app, "/away", func(context.Context, struct{}) (fasterapi.Redirection, error) {
		return fasterapi.RedirectElsewhere(302, "https://example.org/"), nil
	})
	onEach(t, app, func(t *testing.T, addr string) {
		for path, want := range map[string]string{
			"GET /html":   "200 text/html; charset=utf-8 <p>",
			"GET /bytes":  "203 image/png \x89PNG",
			"GET /octets": "200 application/octet-stream ",
			"GET /reply":  "202 application/json [1]",
			"GET /empty":  "204  ",
			"POST /form":  "303  ",
			"GET /away":   "302  ",
		} {
			a := ask(t, addr, path)
			equal(t, path, fmt.Sprint(a.status, " ", a.header.Get("Content-Type"), " ", a.body), want)
		}
		a := ask(t, addr, "GET /reply")
		equal(t, "fields", a.header.Get("X-A")+a.header.Get("Set-Cookie"), "bc=d")
		equal(t, "cookie", ask(t, addr, "GET /empty").header.Get("Set-Cookie"), "c=d")
		equal(t, "no status", ask(t, addr, "GET /wrong").problem(t).Status, 500)
		equal(t, "off origin", ask(t, addr, "GET /moved").problem(t).Status, 500)
		equal(t, "location", ask(t, addr, "POST /form").header.Get("Location"), "/done?x=1")
		equal(t, "elsewhere", ask(t, addr, "GET /away").header.Get("Location"), "https://example.org/")
	})
}

// TestDownload: ranges and conditions hold, names are safe, and what was opened is closed.
func TestDownload(t *testing.T) {
	app := newQuiet()
	closed := make(chan bool, 100)
	fasterapi.Get(app, "/file", func(context.Context, struct{}) (fasterapi.Download, error) {
		return fasterapi.Download{
			Name: "an \"ü\"\r\n.txt", Content: closing{strings.NewReader("0123456789"), closed}, ETag: `"v1"`,
			Modified: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		}, nil
	})
	fasterapi.Get(app, "/none", func(context.Context, struct{}) (fasterapi.Download, error) { return fasterapi.Download{}, nil })
	onEach(t, app, func(t *testing.T, addr string) {
		whole := ask(t, addr, "GET /file")
		equal(t, "whole", whole.body, "0123456789")
		equal(t, "length", whole.header.Get("Content-Length"), "10")
		equal(t, "type", whole.header.Get("Content-Type"), "text/plain; charset=utf-8")
		if d := whole.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename*=utf-8''an%20") {
			t.Errorf("disposition %q", d)
		}
		equal(t, "closed", <-closed, true) // after the answer
		part := ask(t, addr, "GET /file\nRange: bytes=2-4")
		equal(t, "part", part.body, "234")
		equal(t, "206", part.header.Get("Content-Range"), "bytes 2-4/10")
		equal(t, "416", ask(t, addr, "GET /file\nRange: bytes=20-").status, 416)
		equal(t, "304", ask(t, addr, "GET /file\nIf-None-Match: \"v1\"").status, 304)
		equal(t, "412", ask(t, addr, "GET /file\nIf-Match: \"v2\"").status, 412)
		equal(t, "HEAD", ask(t, addr, "HEAD /file").header.Get("Content-Length"), "10")
		equal(t, "none", ask(t, addr, "GET /none").problem(t).Status, 500)
	})
}

type tick struct {
	N int `json:"n"`
}

// ticks counts to n and then gives err, if there is one.
func ticks(n int, err error) iter.Seq2[tick, error] {
	return func(yield func(tick, error) bool) {
		for i := range n {
			if !yield(tick{i}, nil) {
				return
			}
		}
		if err != nil {
			yield(tick{}, err)
		}
	}
}

// TestSequences: one function serves an array or lines; an error before the first element is an answer, a later one the end.
func TestSequences(t *testing.T) {
	app := newQuiet()
	app.MapErrors(func(_ context.Context, err error) error { return fasterapi.Conflict("%v", err) })
	fasterapi.Get(app, "/{n}", func(_ context.Context, in struct {
		N   int    `path:"n"`
		Err string `query:"err" default:""`
	}) (iter.Seq2[tick, error], error) {
		if in.Err != "" {
			return ticks(in.N, errors.New(in.Err)), nil
		}
		return ticks(in.N, nil), nil
	})
	fasterapi.Get(app, "/nil", func(context.Context, struct{}) (iter.Seq2[tick, error], error) { return nil, nil })
	onEach(t, app, func(t *testing.T, addr string) {
		for request, want := range map[string]string{
			"GET /2":                               `application/json [{"n":0},{"n":1}]`,
			"GET /0":                               `application/json []`,
			"GET /nil":                             `application/json []`,
			"GET /2\nAccept: application/jsonl":    "application/jsonl {\"n\":0}\n{\"n\":1}\n",
			"GET /1\nAccept: application/x-ndjson": "application/x-ndjson {\"n\":0}\n",
			"GET /0\nAccept: application/jsonl":    "application/jsonl ",
			"HEAD /2":                              "application/json ",
		} {
			a := ask(t, addr, request)
			equal(t, request, a.header.Get("Content-Type")+" "+a.body, want)
			equal(t, request, a.header.Get("Vary"), "Accept")
		}
		equal(t, "406", ask(t, addr, "GET /1\nAccept: text/csv").status, 409)
		equal(t, "early error", ask(t, addr, "GET /0?err=early").problem(t).Detail, "early")
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /1?err=late HTTP/1.1\r\nHost: a\r\nAccept: application/jsonl\r\n\r\n")
		rest, _ := io.ReadAll(conn)
		if !strings.Contains(string(rest), `{"n":0}`) || strings.HasSuffix(string(rest), "0\r\n\r\n") {
			t.Errorf("a broken sequence looks whole: %q", rest)
		}
	})
}

// TestSequenceLeaves: each line is seen before the next is made.
func TestSequenceLeaves(t *testing.T) {
	app := newQuiet()
	next := make(chan bool)
	fasterapi.Get(app, "/x", func(context.Context, struct{}) (iter.Seq2[tick, error], error) {
		return func(yield func(tick, error) bool) {
			for i := 0; yield(tick{i}, nil) && <-next; i++ {
			}
		}, nil
	})
	onEach(t, app, func(t *testing.T, addr string) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /x HTTP/1.1\r\nHost: a\r\nAccept: application/jsonl\r\n\r\n")
		lines := bufio.NewScanner(conn)
		for i := range 3 {
			for lines.Scan() && lines.Text() != fmt.Sprintf(`{"n":%d}`, i) {
			}
			if err := lines.Err(); err != nil {
				t.Fatal(err)
			}
			next <- i < 2
		}
	})
}
