package middleware_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi"
	"github.com/fasterapi-go/fasterapi/middleware"
	"github.com/fasterapi-go/fasterapi/web"
)

// shelf is an App with answers of many kinds.
func shelf(o middleware.ETagOptions) *fasterapi.App {
	app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
	app.Use(middleware.ETag(o))
	handle := func(path string, h func(w *web.Response)) {
		for _, method := range []string{"GET", "POST"} {
			app.Handle(method, path, web.HandlerFunc(func(w *web.Response, r *web.Request) {
				w.Set("Cache-Control", "max-age=1")
				h(w)
			}))
		}
	}
	handle("/text", func(w *web.Response) { _ = w.Text(200, "hello") })
	handle("/large", func(w *web.Response) { _ = w.Text(200, strings.Repeat("x", 100_000)) })
	handle("/held", func(w *web.Response) { _, _ = w.WriteString("hello") })
	handle("/created", func(w *web.Response) { _ = w.Text(201, "hello") })
	handle("/missing", func(w *web.Response) { _ = w.Text(404, "hello") })
	handle("/own", func(w *web.Response) {
		w.Set("ETag", `"a,b"`)
		w.Set("Last-Modified", "Mon, 23 Nov 2026 13:00:00 GMT")
		_ = w.Text(200, "hello")
	})
	handle("/stream", func(w *web.Response) {
		_, _ = w.WriteString("hel")
		_ = w.Flush()
		_, _ = w.WriteString("lo")
	})
	handle("/streamed", func(w *web.Response) {
		w.Set("ETag", `"s"`)
		_, _ = w.WriteString("hello")
		_ = w.Flush()
	})
	return app
}

// asked is one request with If-None-Match lines.
func (s *site) asked(method, path string, known ...string) (*http.Response, string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.addr+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header["If-None-Match"] = known
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res, string(body)
}

func TestETag(t *testing.T) {
	build := func(*testing.T) *fasterapi.App { return shelf(middleware.ETagOptions{}) }
	onEach(t, build, func(s *site) {
		for _, path := range []string{"/text", "/large", "/held"} {
			res, body := s.asked("GET", path)
			tag := res.Header.Get("ETag")
			if res.StatusCode != 200 || len(body) < 5 || !strings.HasPrefix(tag, `W/"`) || len(tag) < 20 {
				s.t.Fatalf("%s: %d, %d bytes, tag %s", path, res.StatusCode, len(body), tag)
			}
			for _, known := range [][]string{{tag}, {strings.TrimPrefix(tag, "W/")}, {"*"}, {`"x", W/"y"`, `"," ,` + tag}, {`"x",,` + tag + `, "z"`}} {
				res, body := s.asked("GET", path, known...)
				if res.StatusCode != 304 || body != "" || res.Header.Get("ETag") != tag {
					s.t.Errorf("%s, %q: %d, %q, tag %s", path, known, res.StatusCode, body, res.Header.Get("ETag"))
				}
				if res.Header.Get("Content-Type") != "" || res.Header.Get("Cache-Control") != "max-age=1" {
					s.t.Errorf("%s, %q: fields %v", path, known, res.Header)
				}
			}
			for _, unknown := range []string{`"x"`, strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), `x, ` + tag, `"x" ` + tag, `"`, tag[:len(tag)-1], "**"} {
				if res, again := s.asked("GET", path, unknown); res.StatusCode != 200 || again != body {
					s.t.Errorf("%s, %q: %d, %d bytes", path, unknown, res.StatusCode, len(again))
				}
			}
			if path == "/held" {
				continue // an App does not say what a HEAD of held bytes would be
			}
			if res, _ := s.asked("HEAD", path); res.StatusCode != 200 || res.Header.Get("ETag") != tag {
				s.t.Errorf("HEAD %s: %d, tag %s", path, res.StatusCode, res.Header.Get("ETag"))
			}
			if res, _ := s.asked("HEAD", path, tag); res.StatusCode != 304 || res.Header.Get("ETag") != tag {
				s.t.Errorf("HEAD %s with its tag: %d, tag %s", path, res.StatusCode, res.Header.Get("ETag"))
			}
		}
		// What stays as it is.
		for path, status := range map[string]int{"/created": 201, "/missing": 404, "/stream": 200} {
			if res, body := s.asked("GET", path, "*"); res.StatusCode != status || res.Header.Get("ETag") != "" || body != "hello" {
				s.t.Errorf("%s: %d, tag %s, %q", path, res.StatusCode, res.Header.Get("ETag"), body)
			}
		}
		if res, body := s.asked("POST", "/text", "*"); res.StatusCode != 200 || res.Header.Get("ETag") != "" || body != "hello" {
			s.t.Errorf("POST: %d, tag %s, %q", res.StatusCode, res.Header.Get("ETag"), body)
		}
		if res, body := s.asked("GET", "/streamed", `"s"`); res.StatusCode != 200 || res.Header.Get("ETag") != `"s"` || body != "hello" {
			s.t.Errorf("a stream with a tag: %d, tag %s, %q", res.StatusCode, res.Header.Get("ETag"), body)
		}
		// The handler's own tag.
		if res, body := s.asked("GET", "/own", `"x"`); res.StatusCode != 200 || res.Header.Get("ETag") != `"a,b"` || body != "hello" {
			s.t.Errorf("own: %d, tag %s, %q", res.StatusCode, res.Header.Get("ETag"), body)
		}
		if res, _ := s.asked("GET", "/own", `"x", W/"a,b"`); res.StatusCode != 304 || res.Header.Get("Last-Modified") != "" {
			s.t.Errorf("own, known: %d, %v", res.StatusCode, res.Header)
		}
	})
}

func TestStrongETag(t *testing.T) {
	build := func(*testing.T) *fasterapi.App { return shelf(middleware.ETagOptions{Strong: true}) }
	onEach(t, build, func(s *site) {
		text, _ := s.asked("GET", "/text")
		large, _ := s.asked("GET", "/large")
		tag := text.Header.Get("ETag")
		if !strings.HasPrefix(tag, `"`) || tag == large.Header.Get("ETag") {
			s.t.Errorf("tags %s and %s", tag, large.Header.Get("ETag"))
		}
		if res, _ := s.asked("GET", "/text", "W/"+tag); res.StatusCode != 304 {
			s.t.Errorf("%d", res.StatusCode)
		}
	})
}

// What middleware adds by BeforeHead stands in the answer to a panic too, and no tag does.
func TestFieldsOutliveAPanic(t *testing.T) {
	build := func(t *testing.T) *fasterapi.App {
		app := fasterapi.New(fasterapi.Logger(slog.New(slog.DiscardHandler)))
		app.Use(middleware.CORS(middleware.CORSOptions{Origins: []string{"*"}}), middleware.ETag(middleware.ETagOptions{}))
		app.Handle("GET", "/", web.HandlerFunc(func(w *web.Response, r *web.Request) {
			w.Set("X-Prepared", "1")
			_, _ = w.WriteString("part")
			panic("told elsewhere")
		}))
		return app
	}
	onEach(t, build, func(s *site) {
		req, err := http.NewRequestWithContext(s.t.Context(), "GET", "http://"+s.addr+"/", nil)
		if err != nil {
			s.t.Fatal(err)
		}
		req.Header.Set("Origin", "https://a.test")
		res, err := s.client.Do(req)
		if err != nil {
			s.t.Fatal(err)
		}
		defer res.Body.Close()
		if h := res.Header; res.StatusCode != 500 || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("X-Prepared") != "" || h.Get("ETag") != "" {
			s.t.Errorf("%d %v", res.StatusCode, h)
		}
	})
}
