package server_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/external"
	"github.com/fasterapi-go/fasterapi/server"
)

// pushing is a page that wants its style and its script pushed, and says what came
// of that.
func pushing() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		pusher := w.(http.Pusher)
		own := fmt.Sprintf("http://%s/script.js?v=1", r.Host)
		for _, target := range []string{"/style.css", own, "http://elsewhere.example/x", "style.css"} {
			fmt.Fprintln(w, pusher.Push(target, &http.PushOptions{Header: http.Header{"X-Why": {"pushed"}}}))
		}
		fmt.Fprintln(w, pusher.Push("/", &http.PushOptions{Method: "POST"}))
	})
	answer := func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "[%s %s %s %v]\n", r.Method, r.URL, r.Header.Get("X-Why"),
			errors.Is(w.(http.Pusher).Push("/more", nil), http.ErrNotSupported))
	}
	mux.HandleFunc("/style.css", answer)
	mux.HandleFunc("/script.js", answer)
	return mux
}

func clearProtocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(true)
	return p
}

func TestPushToNghttp(t *testing.T) {
	nghttp := external.Program(t, "nghttp")
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: pushing(), Protocols: clearProtocols()})
		out, err := exec.CommandContext(t.Context(), nghttp, "-v", r.url).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		got := string(out)
		if n := strings.Count(got, "recv PUSH_PROMISE"); n != 2 {
			t.Errorf("%d promises", n)
		}
		for _, want := range []string{"[GET /style.css pushed true]", "[GET /script.js?v=1 pushed true]"} {
			if strings.Count(got, want) != 1 {
				t.Errorf("no %q", want)
			}
		}
		if refusals := regexp.MustCompile("only a GET or HEAD").FindAllString(got, -1); len(refusals) != 3 {
			t.Errorf("%d refusals", len(refusals))
		}
		if t.Failed() {
			t.Logf("%s", got)
		}
	})
}

// Those who take no pushes: HTTP/1, and net/http's client, which says so in its
// settings.
func TestPushIsRefused(t *testing.T) {
	onClear(t, func(t *testing.T, up func(*server.Server) *rig) {
		r := up(&server.Server{Handler: pushing(), Protocols: clearProtocols()})
		for _, clear2 := range []bool{false, true} {
			protocols := new(http.Protocols)
			protocols.SetHTTP1(!clear2)
			protocols.SetUnencryptedHTTP2(clear2)
			transport := &http.Transport{Protocols: protocols}
			defer transport.CloseIdleConnections()
			resp, err := (&http.Client{Transport: transport}).Get(r.url)
			if err != nil {
				t.Fatal(err)
			}
			all, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			body := string(all)
			if n := strings.Count(body, http.ErrNotSupported.Error()); n != 2 || (resp.ProtoMajor == 2) != clear2 {
				t.Errorf("%s: %s", resp.Proto, body)
			}
		}
	})
}
