package nethttp_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/web"
)

// overHTTP2 posts a body with a trailer over TLS and tells what came back.
func overHTTP2(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := newUnstarted(h)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	req, err := http.NewRequest("POST", srv.URL+"/a%2Fb?c", struct{ io.Reader }{strings.NewReader("hello")})
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "example.test"
	req.Header["Cookie"] = []string{"a=1; b=2", "c=3"}
	req.Trailer = http.Header{"X-In": {"7"}}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	res.Header.Del("Date")
	return fmt.Sprintln(res.Proto, res.Status, res.Header, string(body), err, res.Trailer)
}

func TestHTTP2OnEveryRoad(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		tell(w, r)
		w.(http.Flusher).Flush()
		w.Header().Set("X-Sum", "1")
		w.Header().Set(http.TrailerPrefix+"X-Late", "2")
	})
	var want string
	for i, road := range roads {
		got := overHTTP2(t, road.via(h))
		if i == 0 {
			want = got
			mustContain(t, want, "HTTP/2.0 200 OK", `body="hello"`, `X-In: ["7"]`, `["a=1; b=2; c=3"]`, "tls=true", "X-Late:[2]", "X-Sum:[1]")
		} else if got != want {
			t.Errorf("%s answers\n%s\nbut net/http answers\n%s", road.name, got, want)
		}
	}
}

func TestWebHandlerOverHTTP2(t *testing.T) {
	got := overHTTP2(t, onNetHTTP(web.HandlerFunc(func(w *web.Response, r *web.Request) {
		body, err := r.Body().Bytes(0)
		fmt.Fprint(w, r.Protocol, " ", r.Scheme, " ", r.Host, " ", r.RawPath, " ", r.Conn.TLS != nil, " ", string(body), " ", err, " ", render(r.Body().Trailers()))
		w.AddTrailer("x-sum", "5")
		if _, _, err := w.Hijack(); err == nil {
			t.Error("a connection of HTTP/2 was handed over")
		}
	})))
	mustContain(t, got, "HTTP/2.0 https example.test /a%2Fb true hello <nil> [X-In=7]", "map[X-Sum:[5]]")
}
