package nethttp_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// tell writes all that a handler can see of a request.
func tell(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	u := r.URL
	fmt.Fprintf(&b, "%s %s %s %d.%d host=%s\n", r.Method, r.RequestURI, r.Proto, r.ProtoMajor, r.ProtoMinor, r.Host)
	fmt.Fprintf(&b, "url scheme=%q host=%q path=%q raw=%q query=%q force=%v %s\n",
		u.Scheme, u.Host, u.Path, u.RawPath, u.RawQuery, u.ForceQuery, u)
	fmt.Fprintf(&b, "length=%d coding=%v close=%v tls=%v nobody=%v\n",
		r.ContentLength, r.TransferEncoding, r.Close, r.TLS != nil, r.Body == http.NoBody)
	describeHeader(&b, r.Header)
	fmt.Fprintf(&b, "announced %q\n", r.Trailer)
	body, err := io.ReadAll(r.Body)
	fmt.Fprintf(&b, "body=%q error=%v\n", body, err)
	describeHeader(&b, r.Trailer)
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	fmt.Fprintf(&b, "remote=%s %v\n", ip, err)
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	fmt.Fprintf(&b, "local=%v %v\n", local != nil && local.Network() == "tcp", r.Context().Err())
	w.Header().Set("Content-Type", "text/plain")
	io.WriteString(w, b.String())
}

func TestRequestsAreThoseOfNetHTTP(t *testing.T) {
	for _, c := range []struct {
		name, request string
		want          []string
	}{
		{"plain", get("/a/b?c=d"), []string{`path=\"/a/b\"`, `query=\"c=d\"`, "nobody=true"}},
		{"escaped slash", get("/a%2Fb/c%20d"), []string{`path=\"/a/b/c d\" raw=\"/a%2Fb/c%20d\"`}},
		{"escaped by default", get("/c%20d"), []string{`path=\"/c d\" raw=\"\"`}},
		{"odd octets", get("/a[b]!(c)'*"), []string{`path=\"/a[b]!(c)'*\"`}},
		{"two slashes", get("//evil.test/x"), []string{`host=\"\" path=\"//evil.test/x\"`}},
		{"semicolon", get("/?a=1;b=2"), []string{`query=\"a=1;b=2\"`}},
		{"empty query", get("/x?"), []string{"force=true"}},
		{"two question marks", get("/x??"), []string{`query=\"?\"`}},
		{"absolute form", get("http://other.test:81/p%2Fq?x=1"), []string{`host=other.test:81`, `host=\"other.test:81\"`}},
		{"absolute without path", get("http://other.test"), []string{"host=other.test"}},
		{"connect", request("CONNECT", "upstream.test:443"), []string{`host=\"upstream.test:443\"`}},
		{"repeated fields", get("/", "X-A: 1", "X-B: 2", "x-a: 3", "Cookie: a=1", "Cookie: b=2"),
			[]string{`X-A: [\"1\" \"3\"]`, `Cookie: [\"a=1\" \"b=2\"]`}},
		{"pragma", get("/", "Pragma: no-cache"), []string{"Cache-Control"}},
		{"body", request("POST", "/", "Content-Length: 5") + "hello", []string{`body=\"hello\"`, "length=5"}},
		{"chunked", request("POST", "/", "Transfer-Encoding: chunked") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
			[]string{`body=\"abcde\"`, "coding=[chunked]", "length=-1"}},
		{"trailers", request("POST", "/", "Transfer-Encoding: chunked", "Trailer: X-Sum, X-None") +
			"3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n", []string{`X-Sum: [\"7\"]`, "X-None"}},
		{"empty chunked", request("POST", "/", "Transfer-Encoding: chunked") + "0\r\n\r\n", []string{"nobody=false"}},
		{"HTTP/1.0", "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n", []string{"HTTP/1.0 1.0", "close=true"}},
		{"HTTP/1.0 kept", "GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\nGET /", []string{"close=false"}},
		{"expectation", request("POST", "/", "Content-Length: 5", "Expect: 100-continue") + "hello", []string{"100 Continue", "hello"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "HTTP/1.0 kept" {
				c.request = strings.TrimSuffix(c.request, "GET /")
			}
			mustContain(t, onEveryRoad(t, http.HandlerFunc(tell), c.request), c.want...)
		})
	}
}

// A server of net/http answers "OPTIONS *" itself, unless it is told not to.
func TestOptionsOfTheServer(t *testing.T) {
	var answers []string
	for _, road := range roads {
		srv := newUnstarted(road.via(http.HandlerFunc(tell)))
		srv.Config.DisableGeneralOptionsHandler = true
		srv.Start()
		t.Cleanup(srv.Close)
		answers = append(answers, exchangeRaw(t, srv.Listener.Addr().String(), request("OPTIONS", "*")))
	}
	mustContain(t, answers[0], `OPTIONS * HTTP/1.1`, `path=\"*\"`)
	for i, answer := range answers[1:] {
		if answer != answers[0] {
			t.Errorf("%s answers\n%s\nbut net/http answers\n%s", roads[i+1].name, answer, answers[0])
		}
	}
}

func TestMaxBytesReader(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 3)
		body, err := io.ReadAll(r.Body)
		large, ok := errors.AsType[*http.MaxBytesError](err)
		fmt.Fprint(w, string(body), ok, ok && large.Limit == 3)
		r.Body.Close()
	})
	// How the connection goes on is the server's business; here all close it.
	got := onEveryRoad(t, h, request("POST", "/", "Content-Length: 5")+"hello")
	mustContain(t, got, "heltrue true")
}

func TestMultipartFormsAreRead(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.FormValue("a"), r.PostFormValue("a"), r.Form["a"], r.ParseForm())
	})
	form := "a=body&b=2"
	got := onEveryRoad(t, h, request("POST", "/?a=query", "Content-Type: application/x-www-form-urlencoded",
		fmt.Sprintf("Content-Length: %d", len(form)))+form)
	mustContain(t, got, "bodybody[body query] <nil>")
}
