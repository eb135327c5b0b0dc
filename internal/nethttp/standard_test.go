package nethttp_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"testing/fstest"
	"time"
)

var files = fstest.MapFS{
	"a.txt":          {Data: []byte("0123456789"), ModTime: time.Unix(1e9, 0)},
	"dir/index.html": {Data: []byte("<html>index"), ModTime: time.Unix(1e9, 0)},
	"big.bin":        {Data: bytes.Repeat([]byte{0, 1}, 40000), ModTime: time.Unix(1e9, 0)},
}

func TestStandardHandlersWorkUnchanged(t *testing.T) {
	content := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"v1"`)
		http.ServeContent(w, r, "x.txt", time.Unix(1e9, 0), bytes.NewReader([]byte("0123456789")))
	}
	slow := func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		io.WriteString(w, "too late")
	}
	fileServer := http.FileServerFS(files)
	for _, c := range []struct {
		name    string
		handler http.Handler
		request string
		want    []string
	}{
		{"file", fileServer, get("/a.txt"), []string{`body "0123456789"`, "Last-Modified"}},
		{"file HEAD", fileServer, request("HEAD", "/a.txt"), []string{"length 10"}},
		{"file not modified", fileServer, get("/a.txt", "If-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT"), []string{"304"}},
		{"big file", fileServer, get("/big.bin"), []string{"length 80000"}},
		{"directory", fileServer, get("/dir"), []string{"301", `Location: ["dir/"]`}},
		{"index", fileServer, get("/dir/"), []string{"<html>index"}},
		{"no file", fileServer, get("/none"), []string{"404"}},
		{"range", http.HandlerFunc(content), get("/", "Range: bytes=2-4"), []string{"206", `body "234"`}},
		{"range out of reach", http.HandlerFunc(content), get("/", "Range: bytes=20-"), []string{"416"}},
		{"not changed", http.HandlerFunc(content), get("/", `If-None-Match: "v1"`), []string{"304"}},
		{"precondition", http.HandlerFunc(content), get("/", `If-Match: "v2"`), []string{"412"}},
		{"prefix", http.StripPrefix("/p", http.HandlerFunc(tell)), get("/p/a%2Fb?q"), []string{`raw=\"/a%2Fb\"`, "GET /p/a%2Fb?q"}},
		{"other prefix", http.StripPrefix("/p", fileServer), get("/q/a.txt"), []string{"404"}},
		{"in time", http.TimeoutHandler(http.HandlerFunc(tell), time.Minute, "slow"), request("POST", "/", "Content-Length: 2") + "ab", []string{`body=\"ab\"`}},
		{"too slow", http.TimeoutHandler(http.HandlerFunc(slow), time.Millisecond, "slow"), get("/"), []string{"503", "slow"}},
		{"bounded", http.MaxBytesHandler(http.HandlerFunc(tell), 1), request("POST", "/", "Content-Length: 2") + "ab", []string{"request body too large"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			mustContain(t, onEveryRoad(t, c.handler, c.request), c.want...)
		})
	}
}

func proxyTo(t *testing.T, backend http.Handler) http.Handler {
	t.Helper()
	srv := httptest.NewServer(backend)
	t.Cleanup(srv.Close)
	target, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.Out.Host = "backend.test"
	}}
}

func TestReverseProxy(t *testing.T) {
	backend := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</a>")
		w.WriteHeader(103)
		w.Header().Set("Trailer", "X-Sum")
		w.Header().Set("Content-Type", "text/plain")
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
		w.(http.Flusher).Flush()
		w.Header().Set("X-Sum", "1")
	})
	got := onEveryRoad(t, proxyTo(t, backend), request("POST", "/", "Transfer-Encoding: chunked")+
		"3\r\nabc\r\n0\r\n\r\n")
	mustContain(t, got, "103 Early Hints", `body "abc"`, `X-Sum: ["1"]`)
}

func TestReverseProxyOfAnUpgrade(t *testing.T) {
	proxy := proxyTo(t, http.HandlerFunc(echo))
	proxy.(*httputil.ReverseProxy).Rewrite = func(rewrite func(*httputil.ProxyRequest)) func(*httputil.ProxyRequest) {
		return func(p *httputil.ProxyRequest) {
			rewrite(p)
			p.Out.Header.Set("Connection", "Upgrade")
		}
	}(proxy.(*httputil.ReverseProxy).Rewrite)
	for _, road := range roads {
		t.Run(road.name, func(t *testing.T) {
			srv := serveQuietly(t, road.via(proxy))
			// A ReverseProxy leaves unread what came before it took the connection.
			switched(t, srv.Listener.Addr().String(), false)
		})
	}
}
