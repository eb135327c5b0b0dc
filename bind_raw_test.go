package fasterapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/web"
)

type streamed struct {
	Times int       `query:"times" default:"1" minimum:"1"`
	Body  io.Reader `body:"" contentType:"text/*,application/pdf"`
}

type parted struct {
	Parts iter.Seq2[*fasterapi.Part, error] `body:""`
}

func rawApp() *fasterapi.App {
	app := newQuiet()
	fasterapi.Post(app, "/bytes", func(_ context.Context, in struct {
		Body []byte `body:"" contentType:"text/plain"`
	}) (fasterapi.Text, error) {
		return fasterapi.Text(fmt.Sprint(len(in.Body), strings.ToUpper(string(in.Body)))), nil
	}, fasterapi.BodyLimit(100))
	count := func(_ context.Context, in streamed) (fasterapi.Text, error) {
		n, err := io.Copy(io.Discard, in.Body)
		return fasterapi.Text(fmt.Sprint(n * int64(in.Times))), err
	}
	fasterapi.Post(app, "/stream", count)
	fasterapi.Post(app, "/small", count, fasterapi.BodyLimit(100))
	fasterapi.Post(app, "/closed", func(_ context.Context, in struct {
		Body io.ReadCloser `body:""`
	}) (fasterapi.Text, error) {
		err := in.Body.Close()
		_, after := in.Body.Read(make([]byte, 1))
		return fasterapi.Text(fmt.Sprint(errors.Is(after, io.ErrClosedPipe))), err
	})
	fasterapi.Post(app, "/parts", func(_ context.Context, in parted) (fasterapi.Text, error) {
		var told strings.Builder
		for part, err := range in.Parts {
			if err != nil {
				return "", err
			}
			n, err := io.Copy(io.Discard, part)
			if err != nil {
				return "", err
			}
			fmt.Fprint(&told, part.Name, " ", part.FileName, " ", part.ContentType, " ", part.Field("x-a"), " ", n, "; ")
		}
		return fasterapi.Text(told.String()), nil
	}, fasterapi.BodyLimit(200_000))
	fasterapi.Post(app, "/first", func(_ context.Context, in parted) (fasterapi.Text, error) {
		var told []string
		for range 2 { // a loop that was left is taken up again
			for part, err := range in.Parts {
				if err != nil {
					return "", err
				}
				text, err := part.Bytes(5)
				if err != nil {
					return "", err
				}
				told = append(told, string(text))
				break
			}
		}
		return fasterapi.Text(strings.Join(told, ",")), nil
	})
	return app
}

func TestRawBodies(t *testing.T) {
	onEach(t, rawApp(), func(t *testing.T, addr string) {
		long := strings.Repeat("x", 101)
		for request, want := range map[string]string{
			"POST /bytes\nContent-Type: text/plain; charset=utf-8\n\nabc": "200 3ABC",
			"POST /bytes": "200 0",
			"POST /bytes\nContent-Type: text/html\n\nabc":                 "415 the body must be text/plain",
			"POST /bytes\n\nabc":                                          "415 the body must be text/plain",
			"POST /bytes\nContent-Type: text/plain\n\n" + long:            "413 the body is larger than 100 bytes",
			"POST /stream?times=2\nContent-Type: text/csv\n\n" + long:     "200 202",
			"POST /stream\nContent-Type: application/json\n\n{}":          "415 the body must be text/*, application/pdf",
			"POST /stream?times=0\nContent-Type: text/csv\n\nabc":         "422 the request has mistakes",
			"POST /small\nContent-Type: text/csv\n\n" + long[1:]:          "200 100",
			"POST /small\nContent-Type: text/csv\n\n" + long:              "413 the body is larger than 100 bytes",
			"POST /closed\nContent-Type: application/anything\n\n" + long: "200 true",
			"POST /parts\nContent-Type: application/json\n\n{}":           "415 the body must be multipart/form-data",
			"POST /parts": "415 the body must be multipart/form-data",
			"POST /parts\nContent-Type: multipart/form-data\n\nx":                                        "400 a multipart Content-Type needs a boundary of 1 to 70 characters",
			"POST /parts" + multipartHead + "nothing":                                                    "400 the multipart body is malformed or ended early",
			"POST /parts" + multipartHead + part("a", "", "b"):                                           "400 the multipart body is malformed or ended early",
			"POST /parts" + multipartHead + strings.Repeat(part("a", "", ""), 999):                       "400 the multipart body is malformed or ended early",
			"POST /parts" + multipartHead + strings.Repeat(part("a", "", ""), 1001) + "--XX--":           "400 the form has more than 1000 parts",
			"POST /parts" + multipartHead + part("a", strings.Repeat("\r\nX-A: b", 64), "b") + "--XX--":  "400 a part of the form has more than 64 header fields",
			"POST /parts" + multipartHead + part("a", "", strings.Repeat("x", 200_000)) + "--XX--":       "413 the body is larger than 200000 bytes",
			"POST /parts" + multipartHead + part("a", "", strings.Repeat("x", 150_000)) + "--XX--":       "200 a  text/plain  150000; ",
			"POST /parts" + multipartHead + part("b", "; filename=\"/x/y\"\r\nX-A: c", "abc") + "--XX--": "200 b y text/plain c 3; ",
			"POST /first" + multipartHead + part("a", "", "12345") + part("b", "", "") + "--XX--":        "200 12345,",
			"POST /first" + multipartHead + part("a", "", "123456") + "--XX--":                           "413 the body is larger than 5 bytes",
		} {
			got := ask(t, addr, request)
			told := got.body
			if got.status != 200 {
				told = got.problem(t).Detail
			}
			equal(t, request[:min(60, len(request))], fmt.Sprint(got.status, " ", told), want)
		}
		res, err := http.Post("http://"+addr+"/small", "text/csv", io.MultiReader(strings.NewReader(long))) // of unknown length
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		equal(t, "chunked", res.StatusCode, 413)
	})
}

func TestRawMisuse(t *testing.T) {
	for want, register := range map[string]func(*fasterapi.App){
		"the input takes a body, but GET has none": func(a *fasterapi.App) { fasterapi.Get(a, "/x", answer[streamed]) },
		"it takes the body, and so does another field": func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[struct {
				A []byte    `body:""`
				B io.Reader `body:""`
			}])
		},
		"field A of struct { A io.Reader \"body:\\\"\\\"\"; B int": func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[struct {
				A io.Reader `body:""`
				B int       `form:"b"`
			}])
		},
		"it takes files and has a field tagged body": func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[struct {
				A io.Reader      `body:""`
				B fasterapi.File `form:"b"`
			}])
		},
		"the tag body takes no name": func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[struct {
				A []byte `body:"a"`
			}])
		},
		"the tag maxLength is not for a body": func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[struct {
				A []byte `body:"" maxLength:"3"`
			}])
		},
		`contentType: "csv" is no media type`: func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[struct {
				A []byte `body:"" contentType:"csv"`
			}])
		},
		"application/zip is none": func(a *fasterapi.App) {
			fasterapi.Post(a, "/x", answer[struct {
				A iter.Seq2[*fasterapi.Part, error] `body:"" contentType:"application/zip"`
			}])
		},
	} {
		got := panicOf(func() { register(newQuiet()) })
		if !strings.Contains(got, want) || !strings.Contains(got, "bind_raw_test.go:") || !strings.Contains(got, "Fix: ") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestDocumentedRawBodies: what is taken as it is stands in the document under its media types.
func TestDocumentedRawBodies(t *testing.T) {
	app := fasterapi.New()
	fasterapi.Post(app, "/stream", zero[streamed, int])
	fasterapi.Post(app, "/parts", zero[parted, int])
	fasterapi.Post(app, "/any", zero[struct {
		Body []byte `body:"" doc:"Whatever it is."`
	}, int])
	d := app.OpenAPI()
	stream, _ := d.Paths.Get("/stream")
	equal(t, "stream", stream.Post.RequestBody.Content.Names(), []string{"text/*", "application/pdf"})
	equal(t, "octets", schemaText(stream.Post.RequestBody.Content[1].Value.Schema), `{"contentMediaType":"application/pdf"}`)
	parts, _ := d.Paths.Get("/parts")
	equal(t, "parts", parts.Post.RequestBody.Content.Names(), []string{"multipart/form-data"})
	equal(t, "required", parts.Post.RequestBody.Required, true)
	anything, _ := d.Paths.Get("/any")
	equal(t, "any", anything.Post.RequestBody.Content.Names(), []string{"*/*"})
	equal(t, "told", anything.Post.RequestBody.Description, "Whatever it is.")
}

// TestStreamsAreNotRecycled: what a handler reads from belongs to its request, so the request's memory is not used again while somebody may
// still read there.
func TestStreamsAreNotRecycled(t *testing.T) {
	app := rawApp()
	for path, want := range map[string]bool{"/bytes": true, "/stream": false, "/closed": false, "/parts": false} {
		equal(t, path, app.Route(&web.Request{Method: "POST", RawPath: path}).Recycle, want)
	}
}
