package fasterapi_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
)

type signup struct {
	Name  string            `form:"name" maxLength:"5"`
	Age   *int              `form:"age" minimum:"1"`
	Tags  []string          `form:"tag"`
	Extra map[string]string `form:"extra"`
}

type upload struct {
	Title string           `form:"title" default:"none"`
	Photo fasterapi.File   `form:"photo" accept:"image/png,text/*" maxSize:"200000"`
	Cover *fasterapi.File  `form:"cover"`
	More  []fasterapi.File `form:"more" maxItems:"2"`
}

const multipartHead = "\nContent-Type: multipart/form-data; boundary=XX\n\n"

// part is one part of a multipart body; disposition is what follows the name.
func part(name, rest, content string) string {
	return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"" + rest + "\r\n\r\n" + content + "\r\n"
}

func formApp() *fasterapi.App {
	app := newQuiet()
	fasterapi.Post(app, "/signup", func(_ context.Context, in signup) (fasterapi.Text, error) {
		age := 0
		if in.Age != nil {
			age = *in.Age
		}
		return fasterapi.Text(fmt.Sprint(in.Name, age, in.Tags, in.Extra)), nil
	})
	fasterapi.Post(app, "/upload", func(_ context.Context, in upload) (fasterapi.Text, error) {
		if in.Title == "panic" {
			panic("as asked")
		}
		opened, err := in.Photo.Open()
		if err != nil {
			return "", err
		}
		defer opened.Close()
		content, err := io.ReadAll(opened)
		return fasterapi.Text(fmt.Sprint(in.Title, " ", in.Photo.Name, " ", in.Photo.Size, " ", len(content), strings.Count(string(content), "x"),
			in.Cover != nil, len(in.More))), err
	})
	small := func(context.Context, upload) (fasterapi.Text, error) { return "", nil }
	fasterapi.Post(app, "/small", small, fasterapi.BodyLimit(1000))
	fasterapi.Post(app, "/encoded", func(context.Context, signup) (fasterapi.Text, error) { return "", nil }, fasterapi.BodyLimit(1000))
	return app
}

func TestForms(t *testing.T) {
	onEach(t, formApp(), func(t *testing.T, addr string) {
		const encoded = "POST /signup\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\n\n"
		equal(t, "urlencoded", ask(t, addr, encoded+"name=J%C3%B6+n&age=3&tag=a&tag=b&extra[k]=v&button=1").body, "Jö n3 [a b] map[k:v]")
		equal(t, "multipart", ask(t, addr, "POST /signup"+multipartHead+part("name", "", "Jo")+part("tag", "", "a")+part("extra[k]", "", "v")+
			part("button", "", "1")+"--XX--\r\n").body, "Jo0 [a] map[k:v]")
		equal(t, "mistakes", ask(t, addr, encoded+"name=toolong&age=0&age=2").codes(t), []string{"form name maxLength", "form age minimum", "form age repeated"})
		equal(t, "empty", ask(t, addr, "POST /signup").codes(t), []string{"form name required"})
		for request, want := range map[string]string{
			"POST /signup\nContent-Type: application/json\n\n{}":                                            "415 the body must be application/x-www-form-urlencoded or multipart/form-data",
			encoded[:len(encoded)-1] + "Content-Encoding: gzip\n\nname=a":                                   "415 the body must be sent without a Content-Encoding",
			"POST /signup\n\nname=a":                                                                        "415 the body must be application/x-www-form-urlencoded or multipart/form-data",
			"POST /signup\nContent-Type: multipart/form-data\n\nx":                                          "400 a multipart Content-Type needs a boundary of 1 to 70 characters",
			"POST /signup" + multipartHead + "--XX\r\nno":                                                   "400 the multipart body is malformed or ended early",
			"POST /signup" + multipartHead + part("name", "", "a"):                                          "400 the multipart body is malformed or ended early",
			encoded + "name=%ff":                                                                            `400 the form parameter "name" is not valid UTF-8`,
			encoded + strings.Repeat("a&", 1001):                                                            "400 the form has more than 1000 fields",
			"POST /signup" + multipartHead + strings.Repeat(part("a", "", ""), 1001) + "--XX--":             "400 the form has more than 1000 parts",
			"POST /signup" + multipartHead + part("name", strings.Repeat("\r\nX-A: b", 64), "a") + "--XX--": "400 a part of the form has more than 64 header fields",
			strings.Replace(encoded, "signup", "encoded", 1) + "name=" + strings.Repeat("a", 1000):          "413 the body is larger than 1000 bytes",
		} {
			got := ask(t, addr, request)
			equal(t, request[:min(60, len(request))], fmt.Sprint(got.status, " ", got.problem(t).Detail), want)
		}
	})
}

func TestUploads(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	onEach(t, formApp(), func(t *testing.T, addr string) {
		send := func(parts ...string) reply {
			return ask(t, addr, "POST /upload"+multipartHead+strings.Join(parts, "")+"--XX--\r\n")
		}
		const png = "; filename=\"a.png\"\r\nContent-Type: image/png"
		equal(t, "small", send(part("photo", png, "xyx")).body, "none a.png 3 3 2 false 0")
		equal(t, "large", send(part("photo", png, strings.Repeat("x", 150000)), part("title", "", "big")).body, "big a.png 150000 150000 150000 false 0")
		equal(t, "many", send(part("photo", png, "x"), part("cover", png, strings.Repeat("c", 70000)), part("more", png, "1"), part("more", png, "2")).body,
			"none a.png 1 1 1 true 2")
		equal(t, "no content left empty", send(part("photo", png, "x"), part("cover", "; filename=\"\"", "")).body, "none a.png 1 1 1 false 0")
		for name, want := range map[string]string{
			`../../etc/passwd`: "passwd", `C:\\dir\\a.txt`: "a.txt", "..": "", "a\tb": "ab", strings.Repeat("n", 300): strings.Repeat("n", 255),
		} {
			equal(t, name, send(part("photo", "; filename=\""+name+"\"\r\nContent-Type: image/png", "x")).body, "none "+want+" 1 1 1 false 0")
		}
		got := send(part("photo", "; filename=a\r\nContent-Type: image/jpeg", strings.Repeat("x", 300000)), part("more", png, ""), part("more", png, ""),
			part("more", png, ""), part("cover", png, ""), part("cover", png, ""))
		equal(t, "mistakes", got.codes(t), []string{"form photo accept", "form photo maxSize", "form cover repeated", "form more maxItems"})
		equal(t, "missing", send(part("title", "", "x")).codes(t), []string{"form photo required"})
		equal(t, "in all", ask(t, addr, "POST /small"+multipartHead+part("cover", png, strings.Repeat("x", 1000))+"--XX--").status, 413)
		equal(t, "a panic", send(part("title", "", "panic"), part("photo", png, strings.Repeat("x", 150000))).status, 500)
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("files are left: %v, %v", left, err)
		}
	})
	big := newQuiet()
	fasterapi.Post(big, "/text", func(_ context.Context, in signup) (fasterapi.Text, error) { return "", nil }, fasterapi.BodyLimit(0))
	onEach(t, big, func(t *testing.T, addr string) {
		body := part("tag", "", strings.Repeat("x", 3<<20)) + part("tag", "", strings.Repeat("x", 1<<20+1)) + "--XX--\r\n"
		equal(t, "text", ask(t, addr, "POST /text"+multipartHead+body).problem(t).Detail, "the fields of the form have more than 4194304 bytes of text")
	})
	if _, err := (fasterapi.File{}).Open(); err == nil {
		t.Error("a file that was never sent can be opened")
	}
}

func TestFormMisuse(t *testing.T) {
	for want, register := range map[string]func(*fasterapi.App){
		"GET has no body":    func(a *fasterapi.App) { fasterapi.Get(a, "/", handlerOf[signup]) },
		`tag it form:"name"`: func(a *fasterapi.App) { fasterapi.Post(a, "/", handlerOf[struct{ F fasterapi.File }]) },
		"is no media type": func(a *fasterapi.App) {
			fasterapi.Post(a, "/", handlerOf[struct {
				F fasterapi.File `form:"f" accept:"png"`
			}])
		},
		"is no number of": func(a *fasterapi.App) {
			fasterapi.Post(a, "/", handlerOf[struct {
				F fasterapi.File `form:"f" maxSize:"1MB"`
			}])
		},
		"minItems is for": func(a *fasterapi.App) {
			fasterapi.Post(a, "/", handlerOf[struct {
				F fasterapi.File `form:"f" minItems:"1"`
			}])
		},
		"is no number up to": func(a *fasterapi.App) {
			fasterapi.Post(a, "/", handlerOf[struct {
				F []fasterapi.File `form:"f" maxItems:"x"`
			}])
		},
		"pattern is not for": func(a *fasterapi.App) {
			fasterapi.Post(a, "/", handlerOf[struct {
				F fasterapi.File `form:"f" pattern:"x"`
			}])
		},
		"takes the form field": func(a *fasterapi.App) {
			fasterapi.Post(a, "/", handlerOf[struct {
				F fasterapi.File `form:"f"`
				G int            `form:"f"`
			}])
		},
		"a request has one body": func(a *fasterapi.App) {
			fasterapi.Post(a, "/", handlerOf[struct {
				F fasterapi.File `form:"f"`
				B int            `body:""`
			}])
		},
	} {
		func() {
			defer func() {
				text := fmt.Sprint(recover())
				if !strings.Contains(text, want) || !strings.Contains(text, "form_test.go:") || !strings.Contains(text, "Fix: ") {
					t.Errorf("got %q, want %q", text, want)
				}
			}()
			register(fasterapi.New())
		}()
	}
}

func handlerOf[In any](context.Context, In) (fasterapi.Text, error) { return "", nil }
