package nethttp_test

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/fasterapi-go/fasterapi/internal/nethttp"
	"github.com/fasterapi-go/fasterapi/web"
)

// roads are the ways by which a handler is served. The first is the judge: all
// others must answer as it does, byte for byte but for the date.
var roads = []struct {
	name string
	via  func(http.Handler) http.Handler
}{
	{"net/http", func(h http.Handler) http.Handler { return h }},
	{"round trip", func(h http.Handler) http.Handler { return onNetHTTP(quiet(h)) }},
	{"middleware that passes on", func(h http.Handler) http.Handler {
		same := nethttp.Middleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r.WithContext(r.Context()))
			})
		})
		return onNetHTTP(same(quiet(h)))
	}},
	{"middleware that wraps", func(h http.Handler) http.Handler {
		wrapping := nethttp.Middleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(wrapped{w}, r)
			})
		})
		return onNetHTTP(wrapping(quiet(h)))
	}},
}

// quiet keeps what the handlers of this suite do wrong out of the test's output.
func quiet(h http.Handler) web.Handler {
	return nethttp.HandlerWithLog(h, slog.New(slog.DiscardHandler))
}

// wrapped hides what the writer can do but for http.ResponseController.
type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func onNetHTTP(h web.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { nethttp.ServeHTTP(h, w, r) })
}

// serveQuietly starts a server that keeps what handlers do wrong to itself.
func serveQuietly(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	srv := newUnstarted(h)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

// onEveryRoad sends raw to h on each road and compares the answers. The answer of
// net/http is returned, so that a test can say what it is about.
func onEveryRoad(t *testing.T, h http.Handler, raw string) string {
	t.Helper()
	var want string
	for i, road := range roads {
		srv := serveQuietly(t, road.via(h))
		got := exchangeRaw(t, srv.Listener.Addr().String(), raw)
		if i == 0 {
			want = got
		} else if got != want {
			t.Errorf("%s answers\n%s\nbut net/http answers\n%s", road.name, got, want)
		}
	}
	return want
}

// exchangeRaw sends raw and tells all that comes back: interim responses, status,
// fields in order of name, body, how it ended, trailers.
func exchangeRaw(t *testing.T, addr, raw string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(raw, " ")
	br := bufio.NewReader(conn)
	var b strings.Builder
	for {
		res, err := http.ReadResponse(br, &http.Request{Method: method})
		if err != nil {
			fmt.Fprintf(&b, "no response: %v\n", err)
			return b.String()
		}
		fmt.Fprintf(&b, "%s\n", res.Status)
		if res.Header.Get("Date") != "" {
			res.Header.Set("Date", "today")
		}
		describeHeader(&b, res.Header)
		if res.StatusCode < 200 && res.StatusCode != 101 {
			continue
		}
		fmt.Fprintf(&b, "length %d, coding %v\n", res.ContentLength, res.TransferEncoding)
		body, err := io.ReadAll(res.Body)
		fmt.Fprintf(&b, "body %q, error %v\n", body, err)
		describeHeader(&b, res.Trailer)
		return b.String()
	}
}

func describeHeader(b *strings.Builder, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintf(b, "%s: %q\n", name, h[name])
	}
}

func get(target string, lines ...string) string { return request("GET", target, lines...) }

func request(method, target string, lines ...string) string {
	return method + " " + target + " HTTP/1.1\r\nHost: example.test\r\n" +
		strings.Join(append(lines, "Connection: close"), "\r\n") + "\r\n\r\n"
}

func mustContain(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in\n%s", part, got)
		}
	}
}

func newUnstarted(h http.Handler) *httptest.Server {
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	return srv
}
