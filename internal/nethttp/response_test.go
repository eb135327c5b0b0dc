package nethttp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

var responses = []struct {
	name    string
	request string
	handler http.HandlerFunc
	want    []string // parts of what net/http answers, lest both be wrong alike
}{
	{"nothing", get("/"), func(http.ResponseWriter, *http.Request) {}, []string{"200 OK", "length 0"}},
	{"sniffed html", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "<ht")
		io.WriteString(w, "ml>hello")
	}, []string{`Content-Type: ["text/html; charset=utf-8"]`, "length 11"}},
	{"sniffed from many writes", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		for range 300 {
			w.Write([]byte("\x00\x01"))
		}
	}, []string{"application/octet-stream"}},
	{"sniffed from a long write", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("%PDF-"))
		w.Write(bytes.Repeat([]byte("x"), 9000))
	}, []string{"application/pdf", "chunked"}},
	{"not sniffed when encoded", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, "\x1f\x8b\x08")
	}, nil},
	{"type suppressed", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		io.WriteString(w, "<html>")
	}, nil},
	{"date suppressed", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		io.WriteString(w, "x")
	}, nil},
	{"fields in order", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("X-One", " spaced ")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header()["bad name"] = []string{"x"}
		w.Header()["lower"] = []string{"kept\r\nX-Evil: 1"}
	}, []string{`Set-Cookie: ["a=1" "b=2"]`, `X-One: ["spaced"]`}},
	{"header after WriteHeader", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(201)
		w.Header().Set("X-Late", "1")
		w.WriteHeader(500)
		io.WriteString(w, "made")
	}, []string{"201 Created"}},
	{"HEAD with body", request("HEAD", "/"), func(w http.ResponseWriter, _ *http.Request) {
		if n, err := io.WriteString(w, "<html>"); n != 6 || err != nil {
			panic(fmt.Sprint(n, err))
		}
		w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
	}, []string{"text/html"}},
	{"HEAD with small body", request("HEAD", "/"), func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "plain")
	}, []string{`Content-Length: ["5"]`}},
	{"HEAD without body", request("HEAD", "/"), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
	}, nil},
	{"HEAD with declared length", request("HEAD", "/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1234")
	}, []string{`Content-Length: ["1234"]`}},
	{"204", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		w.WriteHeader(204)
		if _, err := io.WriteString(w, "hello"); !errors.Is(err, http.ErrBodyNotAllowed) {
			panic(err)
		}
	}, []string{"204 No Content", `body ""`}},
	{"204 flushed", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(204)
		rc := http.NewResponseController(w)
		if err := errors.Join(rc.Flush(), rc.Flush()); err != nil {
			panic(err)
		}
		if _, err := io.WriteString(w, "x"); !errors.Is(err, http.ErrBodyNotAllowed) {
			panic(err)
		}
	}, []string{"204 No Content"}},
	{"304", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "5")
		w.Header().Set("Etag", `"x"`)
		w.WriteHeader(304)
	}, []string{"304 Not Modified", "Etag"}},
	{"declared length", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		io.WriteString(w, "hello")
	}, []string{"length 5"}},
	{"over length", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		io.WriteString(w, "hello")
		if n, err := io.WriteString(w, "more"); n != 0 || err != http.ErrContentLength {
			panic(fmt.Sprint(n, err))
		}
	}, []string{`body "hello", error <nil>`}},
	{"short of length", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "50")
		io.WriteString(w, "hello")
	}, []string{`body "hello", error unexpected EOF`}},
	{"invalid status", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		defer func() { fmt.Fprint(w, recover()) }()
		w.WriteHeader(42)
	}, []string{"invalid WriteHeader code 42"}},
	{"early hints", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Link", "</a.css>; rel=preload")
		w.WriteHeader(103)
		w.Header().Add("Link", "</b.css>; rel=preload")
		w.WriteHeader(103)
		io.WriteString(w, "done")
	}, []string{"103 Early Hints", "200 OK", "a.css"}},
	{"trailers announced", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum, X-Other")
		w.Header().Add("Trailer", "X-Third")
		io.WriteString(w, "body")
		w.Header().Set("X-Sum", "1")
		w.Header().Set("X-Third", "3")
	}, []string{`X-Sum: ["1"]`, `X-Third: ["3"]`}},
	{"trailers with prefix", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "body")
		w.(http.Flusher).Flush()
		w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
	}, []string{`X-Sum: ["1"]`}},
	{"panic", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		panic(http.ErrAbortHandler)
	}, []string{"no response"}},
	{"panic in mid-body", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "part")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}, []string{`body "part", error unexpected EOF`}},
	{"ReadFrom", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		n, err := io.Copy(w, strings.NewReader(strings.Repeat("text ", 3000)))
		if n != 15000 || err != nil {
			panic(fmt.Sprint(n, err))
		}
	}, []string{"text/plain; charset=utf-8"}},
	{"closing", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		w.WriteHeader(503)
	}, []string{"503"}},
	{"transfer encoding by hand", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Transfer-Encoding", "chunked")
		w.Header().Set("Content-Length", "5")
		io.WriteString(w, "hello")
		w.(http.Flusher).Flush()
	}, []string{"chunked", `body "hello"`}},
	{"error", get("/"), func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no such thing", 404)
	}, []string{"404", "nosniff"}},
	{"redirect", get("/a/b"), func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "../c?d=é", http.StatusFound)
	}, []string{"302", "/c?d="}},
}

func TestResponsesAreThoseOfNetHTTP(t *testing.T) {
	for _, c := range responses {
		t.Run(c.name, func(t *testing.T) {
			mustContain(t, onEveryRoad(t, c.handler, c.request), c.want...)
		})
	}
}
